/** How services outside are, in tints; and what is typed of them. Pure. */
import type { Integration, PutIntegration } from "@orchestratex/sdk/contract";
import type { Tone } from "../ui/tones.ts";

const tones: Record<Integration["status"], Tone> = {
  ...{ ready: "good", unchecked: "accent", no_key: "none", no_address: "none", key_rejected: "bad" },
  ...{ no_credit: "bad", unreachable: "bad", failing: "bad", unreadable: "bad", not_spoken: "fair", off: "none" },
};

export const toneOfStatus = (status: Integration["status"]): Tone => tones[status];

/** Something was said of it, here or in the environment. */
export const isSetUp = ({ source, stored_keys, base_url_source, is_active, headers }: Integration): boolean =>
  source !== "none" ||
  stored_keys.length > 0 ||
  base_url_source === "environment" ||
  base_url_source === "stored" ||
  headers.length > 0 ||
  !is_active;

/** Keys are never there to begin with: they are not shown. */
export type IntegrationForm = {
  keys: readonly { id: number; text: string }[];
  baseUrl: string;
  headers: readonly { id: number; name: string; value: string }[];
};

export const formOf = ({ base_url, base_url_source }: Integration): IntegrationForm => ({
  ...{ keys: [{ id: 1, text: "" }], baseUrl: base_url_source === "stored" ? (base_url ?? "") : "", headers: [] },
});

/** Null: nothing was typed. */
export function changesOf(form: IntegrationForm, before: IntegrationForm): PutIntegration | null {
  const keys = form.keys.map(({ text }) => text.trim()).filter(Boolean);
  const headers = form.headers.filter(({ name }) => name.trim() !== "");
  const changes: PutIntegration = {
    ...(keys.length > 0 && { keys }),
    ...(form.baseUrl.trim() !== before.baseUrl && { base_url: form.baseUrl.trim() || null }),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value])),
    }),
  };
  return Object.keys(changes).length === 0 ? null : changes;
}

/** What is wrong with the field `name`, whose parts the server may have named: `keys.1`. */
export function problemOf(problems: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [path, problem] of problems) if (path === name || path.startsWith(`${name}.`)) return problem;
  return undefined;
}
