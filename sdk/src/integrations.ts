/** Providers and their keys: a part of the client. */
import { pageOf } from "./contract/common.ts";
import { Integration, IntegrationTest, type PutIntegration, RecognizedKey } from "./contract/integrations.ts";
import { type Line, request, requestJson } from "./line.ts";

type Cancel = { signal?: AbortSignal };

export type Integrating = {
  integrations(options?: Cancel): Promise<Integration[]>;
  integration(name: string, options?: Cancel): Promise<Integration>;
  /** What is not named stays. A key goes in and never comes out. */
  setIntegration(name: string, body: PutIntegration, options?: Cancel): Promise<Integration>;
  removeIntegration(name: string, options?: Cancel): Promise<void>;
  /** With a key: that one is tried, and nothing is kept. */
  testIntegration(name: string, key?: string | null, options?: Cancel): Promise<IntegrationTest>;
  /** Whose a key is, by how it looks. */
  recognizeKey(key: string, options?: Cancel): Promise<RecognizedKey>;
};

const All = pageOf(Integration);

export function integrating(line: Line): Integrating {
  const path = (name: string) => `/api/integrations/${encodeURIComponent(name)}`;
  return {
    integrations: async (options) => (await requestJson(line, "/api/integrations", All, { ...options })).items,
    integration: (name, options) => requestJson(line, path(name), Integration, { ...options }),
    setIntegration: (name, body, options) =>
      requestJson(line, path(name), Integration, { method: "PUT", body, ...options }),
    async removeIntegration(name, options) {
      await request(line, path(name), { method: "DELETE", ...options });
    },
    testIntegration: (name, key, options) =>
      requestJson(line, `${path(name)}/test`, IntegrationTest, {
        ...{ method: "POST", ...(key && { body: { key } }), ...options },
      }),
    recognizeKey: (key, options) =>
      requestJson(line, "/api/integrations/keys/recognize", RecognizedKey, {
        method: "POST",
        body: { key },
        ...options,
      }),
  };
}
