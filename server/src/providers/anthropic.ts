/** Anthropic's messages. */
import { overPackage } from "./language-model.ts";

export const anthropic = overPackage({
  async open({ connection: { baseUrl, key, headers }, modelId, fetch }) {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    const provider = createAnthropic({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return { model: provider.messages(modelId) };
  },
});
