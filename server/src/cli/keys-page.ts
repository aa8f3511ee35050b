/** The providers as a table, and how a try of one went. Pure. */
import type { Integration, IntegrationTest, KeyHint } from "@orchestratex/sdk/contract";
import { entry, rule } from "./blocks.ts";
import { duration, many } from "./figures.ts";
import type { Look } from "./look.ts";
import { safeLine } from "./safe-text.ts";
import { type Column, table } from "./table.ts";

const hint = ({ last4, fingerprint }: KeyHint): string =>
  last4 === null ? `key ${safeLine(fingerprint)}` : `key …${safeLine(last4)}`;

/** Where the keys in use are from, and what they may be known by. */
export function keyOf({ source, keys, needs_key, is_active }: Integration): string {
  const known = keys.map(hint).join(", ");
  if (source === "environment") return is_active ? `${known} (environment)` : "environment";
  if (known !== "") return known;
  return needs_key ? "none" : "not needed";
}

/** What to do comes with the word where there is something to be done. */
const words: Record<Integration["status"], string> = {
  ready: "answers",
  unchecked: "not looked at yet",
  no_key: "no key",
  no_address: "no address",
  key_rejected: "refuses the key",
  no_credit: "no credit left",
  unreachable: "cannot be reached",
  failing: "fails",
  unreadable: "stored keys cannot be read: set them again",
  not_spoken: "not spoken here",
  off: "switched off",
};

const shape: readonly Column<Integration>[] = [
  { title: "PROVIDER", cell: ({ name }) => safeLine(name) },
  { title: "KEY", cell: keyOf },
  { title: "STATE", cell: ({ status }) => words[status] },
  { title: "MODELS", align: "right", cell: ({ available_models, models }) => `${available_models}/${models.length}` },
  { title: "CALLS", align: "right", cell: ({ calls }) => String(calls) },
  {
    title: "LAST FAULT",
    cell: ({ last_check, last_error }) => safeLine(last_check?.detail ?? last_error ?? ""),
  },
];

export const keysPage = (all: readonly Integration[], look: Look): string => {
  const usable = all.filter(
    ({ source, base_url_source, status }) => source !== "none" || base_url_source === "stored" || status === "ready",
  );
  const hintLine = "A key:  orchestratex keys set openai";
  return `${table([...usable, ...all.filter((one) => !usable.includes(one))], shape, look)}\n${look.paint("dim", hintLine)}\n`;
};

export function integrationTestPage(result: IntegrationTest, look: Look): string {
  const { name, ok, response_time, models_found, models, code, detail, keys } = result;
  const verdict = ok ? "it answers" : `it fails: ${safeLine(detail ?? "")} (${safeLine(code ?? "unknown")})`;
  const found = models_found === null ? "gives no list" : many(models_found, "model");
  return (
    `${rule(`Try of ${safeLine(name)}`, look)}\n` +
    entry("Result", [verdict], look, ok ? "green" : "red") +
    entry("Took", [duration(response_time)], look) +
    (ok ? entry("Lists", [found, models.slice(0, 12).map(safeLine).join(", ")].filter(Boolean), look) : "") +
    keys
      .map((key) => entry("Key", [`${hint(key)}: ${key.ok ? "taken" : safeLine(key.detail ?? key.code ?? "")}`], look))
      .join("")
  );
}
