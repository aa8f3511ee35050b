/** OpenRouter's chat completions. */
import { overPackage } from "./language-model.ts";

export const openrouter = overPackage({
  async open({ connection: { baseUrl, key, headers }, modelId, fetch, strict }) {
    const { createOpenRouter } = await import("@openrouter/ai-sdk-provider");
    // `strict` has it report the usage at the end of a stream.
    const compatibility = "strict";
    const provider = createOpenRouter({
      baseURL: baseUrl,
      apiKey: key ?? "",
      headers: { ...headers },
      compatibility,
      fetch,
    });
    return {
      model: provider.chat(modelId, {
        structuredOutputs: { strict },
        usage: { include: true },
      }),
    };
  },
});
