/** OpenAI's chat completions. */
import { overPackage } from "./language-model.ts";

export const openai = overPackage({
  async open({ connection: { baseUrl, key, headers }, modelId, terms, fetch, strict }) {
    const { createOpenAI } = await import("@ai-sdk/openai");
    const provider = createOpenAI({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return {
      model: provider.chat(modelId),
      // The package knows which models reason and sends their cap as `max_completion_tokens`; newer ones have to be learned.
      ...((terms.form === "schema" || terms.newCap) && {
        options: { openai: { strictJsonSchema: strict, ...(terms.newCap && { forceReasoning: true }) } },
      }),
    };
  },
});
