/**
 * How much a model reads and writes, in tokens, by vendor and the vendor's own id: [context, most output].
 *
 * Context: npm `@pydantic/genai-prices` 0.1.8 where it has one and github.com/anomalyco/models.dev (2026-07-02, later models at
 * their release) does not say less. Output: models.dev; Claude: platform.claude.com/docs, models overview, 2026-10. Null: unknown.
 */
export const limits: Readonly<Record<string, readonly [context: number, output: number | null]>> = {
  "openai/gpt-4.1": [1_000_000, 32_768],
  "openai/gpt-4-turbo": [128_000, 4_096],
  "openai/gpt-5.6-sol": [1_050_000, 128_000],
  "openai/gpt-6-astra": [1_050_000, 128_000],
  "openai/gpt-6-sol": [1_050_000, 128_000],
  "openai/gpt-6-luna": [1_050_000, 128_000],
  "anthropic/claude-fable-5-1": [1_000_000, 128_000],
  "anthropic/claude-opus-5-5": [1_000_000, 128_000],
  "anthropic/claude-sonnet-5": [1_000_000, 128_000],
  "anthropic/claude-haiku-4-5": [200_000, 64_000],
  "google/gemini-3.1-pro-preview": [1_048_576, 65_536],
  "google/gemini-3.8-flash": [1_000_000, 65_536],
  "google/gemini-3.5-flash-lite": [1_000_000, null],
  "xai/grok-4.6": [500_000, 500_000],
  "xai/grok-4.3": [1_000_000, 30_000],
  "xai/grok-build-0.1": [256_000, 256_000],
  "mistral/mistral-large-2512": [262_144, 262_144],
  "mistral/mistral-medium-3-5": [262_144, 262_144],
  "mistral/mistral-small-2603": [256_000, 256_000],
  "mistral/ministral-8b-2512": [262_144, null],
  // Published as 1 000 000 and, by another host, as 262 144: the smaller one is safe with both.
  "alibaba/qwen3.7-plus": [262_144, 65_536],
  "alibaba/qwen3.7-max": [1_000_000, 65_536],
  "groq/openai/gpt-oss-120b": [131_072, 65_536],
  "groq/openai/gpt-oss-20b": [131_072, 65_536],
  "together/meta-llama/Llama-3.3-70B-Instruct-Turbo": [131_072, 131_072],
  // Several hosts stand behind each of these: what the one that answers takes may be less.
  "openrouter/anthropic/claude-sonnet-5": [1_000_000, 128_000],
  "openrouter/openai/gpt-6-sol": [1_050_000, 128_000],
  "openrouter/meta-llama/llama-4-maverick": [131_072, null],
  "openrouter/qwen/qwen3.7-max": [1_000_000, 65_536],
  "openrouter/deepseek/deepseek-v4-pro": [1_000_000, 384_000],
  "openrouter/moonshotai/kimi-k3": [1_048_576, 262_144],
  "openrouter/z-ai/glm-5.3": [1_000_000, 131_072],
};
