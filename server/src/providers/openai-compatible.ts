/** Chat completions as OpenAI's imitators speak them. */
import { overPackage } from "./language-model.ts";

export const openaiCompatible = overPackage({
  async open({ vendor, connection: { baseUrl, key, headers }, modelId, terms, fetch, strict }) {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const { keyHeader } = vendor;
    const provider = createOpenAICompatible({
      name: "compatible",
      baseURL: baseUrl,
      ...(key !== null && !keyHeader && { apiKey: key }),
      headers: { ...headers, ...(key !== null && keyHeader && { [keyHeader]: key }) },
      fetch,
      includeUsage: true,
      // Without it the package drops a schema in silence.
      supportsStructuredOutputs: true,
      transformRequestBody: ({ max_tokens, ...body }) => ({
        ...body,
        [terms.newCap ? "max_completion_tokens" : "max_tokens"]: max_tokens,
      }),
    });
    return {
      model: provider.chatModel(modelId),
      // Checked anew with every call, so only where it says something.
      ...(terms.form === "schema" && { options: { compatible: { strictJsonSchema: strict } } }),
    };
  },
});
