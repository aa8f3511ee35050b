/** A running Ollama is found by itself: each model installed there that can answer becomes a profile. */
import { createHash } from "node:crypto";
import type { Profile } from "@orchestratex/sdk/contract";
import { showInstalled } from "../../providers/ollama-models.ts";
import { unmeasured } from "../../providers/unmeasured.ts";
import type { Database } from "../../store/database.ts";
import type { Place } from "../../store/health.ts";
import { listProfiles, upsertProfiles } from "../../store/profiles.ts";
import type { Outside } from "./outside.ts";

type Options = { database: Database; outside: Outside; fetch: typeof globalThis.fetch; signal: AbortSignal };

/** What it does not say is taken to be what Ollama itself assumes. */
const USUAL_CONTEXT = 4_096;
const NAME_CHARACTERS = 64;

/** Makes profiles of those installed that have none yet. What can only embed is looked at once. */
export function openDiscovery({
  database,
  outside,
  fetch,
  signal,
}: Options): (place: Place, ids: readonly string[]) => Promise<void> {
  const cannotAnswer = new Set<string>();
  return async ({ vendor, base_url }, ids) => {
    const connection = outside.connection({ provider: vendor, api_endpoint: null });
    if (vendor !== "ollama" || connection?.baseUrl !== base_url) return;
    const profiles = await listProfiles(database);
    const known = new Set(
      profiles.flatMap(({ provider, model_version }) => (provider === vendor ? [model_version] : [])),
    );
    const taken = new Set(profiles.map(({ model_name }) => model_name));
    const found: Profile[] = [];
    for (const id of ids) {
      if (known.has(id) || cannotAnswer.has(id)) continue;
      const installed = await showInstalled({ ...connection, key: outside.keyring.next(vendor) }, id, fetch, signal);
      if (installed === null) continue;
      if (!installed.answers) {
        cannotAnswer.add(id);
        continue;
      }
      const name = nameFor(id, taken);
      taken.add(name);
      found.push(profileOf(name, id, installed.maker, installed.contextLength ?? USUAL_CONTEXT));
    }
    if (found.length > 0) await upsertProfiles(database, found);
  };
}

/** `llama3.3:70b` -> `ollama-llama3.3-70b`; with a part of its hash where two would have the same. */
function nameFor(id: string, taken: ReadonlySet<string>): string {
  const plain = id
    .toLowerCase()
    .replace(/:latest$/, "")
    .replace(/[^a-z0-9._-]+/g, "-");
  const name = `ollama-${plain}`.slice(0, NAME_CHARACTERS);
  if (!taken.has(name)) return name;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${name.slice(0, NAME_CHARACTERS - 9)}-${hash}`;
}

const profileOf = (name: string, id: string, maker: string, contextLength: number): Profile => ({
  ...{ model_name: name, provider: "ollama", family: maker, model_version: id, aliases: [] },
  specialties: [
    ...(/code|coder|devstral/i.test(id) ? ["coding"] : []),
    ...(/math/i.test(id) ? ["math"] : []),
    "general",
  ],
  ...{ supported_languages: ["en"], max_context_length: contextLength },
  strengths: "Runs on a machine of yours: nothing leaves it, and nothing is billed.",
  ...{ weaknesses: "As quick and as good as the machine and its size allow.", best_use_cases: [] },
  ...{ api_endpoint: null, api_key_required: false, cost_per_input_token: 0, cost_per_output_token: 0 },
  ...{ prices: null, max_output_tokens: null },
  ...{ rate_limits: { requests_per_minute: null, tokens_per_minute: null }, is_active: true, is_available: true },
  ...unmeasured,
  simulated: false,
});
