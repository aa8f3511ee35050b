/** Anthropic's messages. */
import { overPackage } from "./language-model.ts";

export const anthropic = overPackage({
  async open({ connection: { baseUrl, key, headers }, request, fetch }) {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    const provider = createAnthropic({ baseURL: baseUrl, apiKey: key ?? "", headers: { ...headers }, fetch });
    return { model: provider.messages(request.profile.model_version) };
  },
});
