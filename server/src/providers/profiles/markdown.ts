/** The tables of docs/models.md. */
import type { Profile } from "@orchestratex/sdk/contract";
import { vendors } from "../vendors.ts";
import { firstProfiles } from "./index.ts";

/** The day the tables are of: they must not change by themselves. */
const WRITTEN = "2026-11-21";

export const modelsMarkdown = (): string =>
  [
    `### Vendors\n\n${table(["Vendor", "`provider`", "Key", "Address"], vendors.map(vendorRow))}`,
    `### Models, as of ${WRITTEN}\n\nUS dollars per million tokens; \`·\` not known; \`+\` more for long inputs.\n\n${table(
      ["Name", "Vendor's model", "Maker", "Good at", "Context", "Output", "$ in", "$ cached", "$ out"],
      firstProfiles(new Date(`${WRITTEN}T00:00:00Z`)).map(modelRow),
    )}`,
  ].join("\n\n");

const vendorRow = ({ id, title, keyVariable, baseUrl }: (typeof vendors)[number]): string[] => [
  title,
  `\`${id}\``,
  keyVariable === null ? "none" : `\`${keyVariable}\``,
  baseUrl ?? "each profile's `api_endpoint`",
];

const modelRow = (profile: Profile): string[] => [
  `\`${profile.model_name}\``,
  `${profile.provider} \`${profile.model_version}\``,
  profile.family,
  profile.specialties.join(", "),
  thousands(profile.max_context_length),
  thousands(profile.max_output_tokens),
  `${perMillion(profile.cost_per_input_token)}${profile.prices?.tiers.length ? "+" : ""}`,
  perMillion(profile.prices?.cached_input ?? null),
  `${perMillion(profile.cost_per_output_token)}${profile.prices?.tiers.length ? "+" : ""}`,
];

const UNKNOWN = "·";

const thousands = (count: number | null): string => (count === null ? UNKNOWN : `${Math.floor(count / 1_000)}k`);

const perMillion = (dollars: number | null): string =>
  dollars === null ? UNKNOWN : String(Number((dollars * 1e6).toFixed(6)));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
