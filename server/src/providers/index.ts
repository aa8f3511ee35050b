/** The list of protocols. A new one is its file and its line here. */
import type { Provider } from "./provider.ts";
import { simulated } from "./simulated.ts";

export type ProviderSettings = { simulated: { seed: string; speed: number; faults: string } };

export const providers = (settings: ProviderSettings): ReadonlyMap<string, Provider> =>
  new Map([["simulated", simulated(settings.simulated)]]);
