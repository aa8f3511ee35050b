/** Google's Gemini API. */
import { overPackage } from "./language-model.ts";

export const google = overPackage({
  systemFirst: true,
  async open({ connection: { baseUrl, key, headers }, modelId, fetch }) {
    const { createGoogle } = await import("@ai-sdk/google");
    const provider = createGoogle({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return { model: provider.chat(modelId) };
  },
});
