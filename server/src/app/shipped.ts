/** The models that come with the server, as they are today, and what is known of others. */
import { setTimeout as wait } from "node:timers/promises";
import type { Profile } from "@orchestratex/sdk/contract";
import type { KnownModel } from "../api/door.ts";
import { listed, priceOn } from "../providers/prices.ts";
import { firstProfiles, rows } from "../providers/profiles/index.ts";
import { substituteFor } from "../providers/retired.ts";
import { simulatedProfiles } from "../providers/simulated.ts";
import { vendorOf } from "../providers/vendors.ts";
import type { Database } from "../store/database.ts";
import { upsertProfiles } from "../store/profiles.ts";

type Policy = "auto" | "on" | "off";

export const shippedProfiles = (policy: Policy, at: Date): readonly Profile[] => [
  ...firstProfiles(at),
  ...(policy === "off" ? [] : simulatedProfiles),
];

export const builtIn: ReadonlySet<string> = new Set([
  ...rows.map(({ name }) => name),
  ...simulatedProfiles.map(({ model_name }) => model_name),
]);

/** Prices change and models end on days that are known beforehand: looked at once an hour, until the signal. */
export async function keepProfiles(
  database: Database,
  policy: Policy,
  { signal, onFault, everyMs = 3_600_000 }: { signal: AbortSignal; onFault(error: unknown): void; everyMs?: number },
): Promise<void> {
  while (!signal.aborted) {
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    await upsertProfiles(database, shippedProfiles(policy, new Date())).catch(onFault);
  }
}

export async function known(provider: string, modelVersion: string): Promise<KnownModel> {
  const vendor = vendorOf(provider);
  const now = new Date();
  const model = await listed(provider, modelVersion);
  return {
    needsEndpoint: vendor !== undefined && vendor.baseUrl === null,
    substitute: substituteFor(provider, modelVersion, now),
    facts: model && { ...priceOn(model, now), ...(model.context !== null && { max_context_length: model.context }) },
  };
}
