/** xAI's responses: its chat completions are "Deprecated" (docs.x.ai, Comparison with Chat Completions API). */
import { overPackage } from "./language-model.ts";

export const xai = overPackage({
  async open({ connection: { baseUrl, key, headers }, modelId, fetch }) {
    const { createXai } = await import("@ai-sdk/xai");
    const provider = createXai({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return {
      model: provider.responses(modelId),
      // By default it keeps what it was asked for 30 days.
      options: { xai: { store: false } },
    };
  },
});
