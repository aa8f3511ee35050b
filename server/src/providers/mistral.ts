/** Mistral's chat completions. */
import { overPackage } from "./language-model.ts";

export const mistral = overPackage({
  async open({ connection: { baseUrl, key, headers }, modelId, terms, fetch, strict }) {
    const { createMistral } = await import("@ai-sdk/mistral");
    const provider = createMistral({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return {
      model: provider.chat(modelId),
      ...(terms.form === "schema" && { options: { mistral: { strictJsonSchema: strict } } }),
    };
  },
});
