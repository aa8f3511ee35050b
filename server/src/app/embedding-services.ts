/** Services that make vectors, as the integrations know them: the same addresses, headers and keys as for models that answer. */
import type { RemoteModel } from "../providers/embeddings/remote.ts";
import { ProviderError } from "../providers/provider.ts";
import { vendorNamed } from "../providers/vendors.ts";
import type { Outside } from "./integrations/outside.ts";

export type EmbeddingServices = {
  outside: Pick<Outside, "connection" | "keyring" | "isTrusted">;
  fetch: typeof globalThis.fetch;
};

/** As long as a refused key rests in chat calls. */
const REFUSED_KEY_RESTS_MS = 600_000;

export function connectionOf(
  { outside, fetch }: EmbeddingServices,
  name: string,
): Omit<RemoteModel, "modelId" | "name"> {
  const vendor = vendorNamed(name);
  return {
    vendor,
    fetch,
    connection() {
      const place = outside.connection({ provider: name, api_endpoint: null });
      if (!place) throw notSet(`${vendor.title} is not set up`);
      const key = outside.isTrusted(name, place.baseUrl) ? outside.keyring.next(name) : null;
      if (key === null && vendor.keyVariable !== null)
        throw notSet(`There is no key for ${vendor.title}${outside.keyring.has(name) ? " that may be used now" : ""}`);
      return { ...place, key };
    },
    onKeyRefused: (key) => outside.keyring.rest(name, key, REFUSED_KEY_RESTS_MS),
  };
}

const notSet = (what: string): ProviderError =>
  new ProviderError("provider.key_rejected", `${what} (nothing was sent).`, { free: true });
