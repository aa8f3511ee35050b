/** The AI SDK's packages, pointed at the upstream: what they read without complaint has the vendors' shape. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { createOllama } from "ollama-ai-provider-v2";
import type { Upstream } from "./upstream.ts";

const apiKey = "key-of-the-test";

export const packages: Readonly<Record<string, (upstream: Upstream) => LanguageModelV4>> = {
  openai: (upstream) => createOpenAI({ baseURL: upstream.baseUrl("openai"), apiKey }).chat("gpt-4.1"),
  compatible: (upstream) =>
    createOpenAICompatible({
      ...{ name: "any", baseURL: upstream.baseUrl("openai"), apiKey },
      ...{ includeUsage: true, supportsStructuredOutputs: true },
    })("qwen-max"),
  mistral: (upstream) => createMistral({ baseURL: upstream.baseUrl("openai", "mistral"), apiKey })("mistral-large"),
  openrouter: (upstream) =>
    createOpenRouter({ baseURL: upstream.baseUrl("openai", "openrouter"), apiKey }).chat("meta-llama/llama-4"),
  anthropic: (upstream) => createAnthropic({ baseURL: upstream.baseUrl("anthropic"), apiKey })("claude-sonnet-5"),
  google: (upstream) => createGoogle({ baseURL: upstream.baseUrl("google"), apiKey })("gemini-2.5-pro"),
  ollama: (upstream) => createOllama({ baseURL: `${upstream.baseUrl("ollama")}/api` })("llama3.2"),
};

export const asking = (
  text: string,
  more: Omit<Partial<LanguageModelV4CallOptions>, "prompt"> = {},
): LanguageModelV4CallOptions => ({
  prompt: [{ role: "user", content: [{ type: "text", text }] }],
  maxOutputTokens: 4_000,
  ...more,
});

/** What a stream said, put together. */
export async function streamed(model: LanguageModelV4, options: LanguageModelV4CallOptions) {
  const seen = { text: "", deltas: 0, tools: [] as [string, string][], finish: "", errors: [] as unknown[] };
  let usage: { input: number | undefined; output: number | undefined } | null = null;
  const { stream } = await model.doStream(options);
  for await (const part of stream) {
    if (part.type === "text-delta") {
      seen.text += part.delta;
      seen.deltas++;
    } else if (part.type === "tool-call") seen.tools.push([part.toolName, part.input]);
    else if (part.type === "error") seen.errors.push(part.error);
    else if (part.type === "finish") {
      seen.finish = part.finishReason.unified;
      usage = { input: part.usage.inputTokens.total, output: part.usage.outputTokens.total };
    }
  }
  return { ...seen, usage };
}
