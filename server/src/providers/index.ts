/** The list of vendors, each with the protocol that speaks for it. A new protocol is its file and its line here. */
import type { Profile } from "@orchestratex/sdk/contract";
import { anthropic } from "./anthropic.ts";
import { google } from "./google.ts";
import { type Http, openHttp } from "./http.ts";
import { mistral } from "./mistral.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openaiCompatible } from "./openai-compatible.ts";
import { openrouter } from "./openrouter.ts";
import type { Provider } from "./provider.ts";
import { simulated } from "./simulated.ts";
import { type Connection, type Keyring, type ProtocolName, vendorOf, vendors } from "./vendors.ts";
import { type Protocol, wire } from "./wire.ts";
import { xai } from "./xai.ts";

const protocols: Record<ProtocolName, Protocol> = {
  openai,
  "openai-compatible": openaiCompatible,
  anthropic,
  google,
  mistral,
  xai,
  openrouter,
  ollama,
};

export type ProviderSettings = {
  simulated: { seed: string; speed: number; faults: string };
  /**
   * Where a profile's provider is; null: not set up. `key` is an endpoint's own, if it has one; the vendors' keys are the
   * keyring's. Without these two only simulated models speak.
   */
  connections?: (profile: Profile) => Connection | null;
  keyring?: Keyring;
  http?: Http;
};

/** Who speaks with models, by a profile's `provider`. */
export function providers({ simulated: acting, connections, keyring, http }: ProviderSettings) {
  const speakers = new Map<string, Provider>([["simulated", simulated(acting)]]);
  if (!connections || !keyring) return speakers;
  const means = { connections, keyring, http: http ?? openHttp() };
  for (const vendor of vendors) speakers.set(vendor.id, wire(vendor, protocols[vendor.protocol], means));
  return speakers;
}

/** A provider that is no vendor of ours is taken for an imitator of OpenAI. */
export const speakerOf = (speakers: ReadonlyMap<string, Provider>, provider: string): Provider | undefined =>
  speakers.get(provider) ?? (vendorOf(provider) ? undefined : speakers.get("openai-compatible"));
