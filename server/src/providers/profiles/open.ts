/** Models with open weights on hosts of their own, and Alibaba's. */
import { measured, type Row } from "./row.ts";

export const alibaba: readonly Row[] = [
  {
    ...{ name: "qwen", provider: "alibaba", family: "alibaba", version: "qwen3.7-plus", aliases: ["Qwen", "Qwen 3"] },
    specialties: ["multilingual", "math", "coding"],
    languages: ["zh", "en", "fr", "es", "pt", "de", "it", "ru", "ja", "ko", "vi", "th", "ar"],
    strengths: "Many languages, Chinese above all; calculations and code.",
    weaknesses: "Its price is what public lists agree on, not read from its maker's own page.",
    uses: ["Texts in several languages", "Worked calculations", "Programming tasks"],
    // Singapore. The same elsewhere: genai-prices 0.1.8 of OpenRouter, which passes Alibaba's price on (without the tier), and
    // docs.empiriolabs.ai/models/qwen3-7-plus (with it).
    price: {
      ...{ from: null, input: 0.0000004, output: 0.0000016, cached_input: 0.00000008, cache_write: 0.0000005 },
      tiers: [
        {
          ...{ above_input_tokens: 256_000, input: 0.0000012, output: 0.0000048 },
          ...{ cached_input: 0.00000024, cache_write: 0.0000015 },
        },
      ],
      ...{ per_request: 0, source: "models.dev 0654d77", as_of: "2026-06-19" },
    },
  },
  {
    ...{ name: "qwen-max", provider: "alibaba", family: "alibaba", version: "qwen3.7-max" },
    aliases: ["Qwen Max", "Qwen 3.7 Max"],
    specialties: ["reasoning", "math", "multilingual", "coding"],
    languages: ["zh", "en", "fr", "es", "pt", "de", "it", "ru", "ja", "ko", "vi", "th", "ar"],
    strengths: "Its maker's largest.",
    weaknesses: "Lists disagree on its price: set it before a cost limit can hold it, or take it from OpenRouter.",
    uses: ["Hard questions", "Worked calculations"],
  },
];

/** console.groq.com/docs/models: rate limits of the developer plan. */
const groqHosted = { provider: "groq", family: "openai", languages: ["en"], perMinute: [1_000, 250_000] } as const;

export const groq: readonly Row[] = [
  {
    ...groqHosted,
    ...{ name: "gpt-oss", version: "openai/gpt-oss-120b", aliases: ["GPT-OSS", "GPT-OSS 120B"] },
    specialties: ["reasoning", "efficiency", "coding", "math"],
    strengths: "Open weights of OpenAI's on very fast machines.",
    weaknesses: "Trained mostly on English.",
    uses: ["Answers in a hurry", "A second opinion"],
  },
  {
    ...groqHosted,
    ...{ name: "gpt-oss-small", version: "openai/gpt-oss-20b", aliases: ["GPT-OSS 20B"] },
    specialties: ["efficiency", "general"],
    strengths: "The fastest and among the cheapest of these profiles.",
    weaknesses: "Small; trained mostly on English.",
    uses: ["Answers in a hurry", "Drafts"],
  },
];

export const together: readonly Row[] = [
  {
    ...{ name: "llama", provider: "together", family: "meta", aliases: ["LLaMA", "LLaMA 3", "LLaMA 3.3"] },
    version: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    specialties: ["coding", "reasoning", "general"],
    // The model card of Llama 3.3.
    languages: ["en", "de", "fr", "it", "pt", "hi", "es", "th"],
    strengths: "Open weights: many hosts offer it, and it can run on one's own machines.",
    weaknesses: "Of 2024.",
    uses: ["Programming tasks", "Keeping prompts in the house"],
  },
];

const openRouter = { provider: "openrouter" };
const VARIES = "Several hosts stand behind OpenRouter: their prices differ.";
/** Their makers publish no list: the languages of their documentation. */
const ownDocumentation = ["zh", "en"];

export const openrouter: readonly Row[] = [
  {
    ...openRouter,
    ...{ name: "claude-openrouter", family: "anthropic", version: "anthropic/claude-sonnet-5", aliases: [] },
    specialties: ["creative", "analysis", "safety"],
    languages: measured,
    strengths: "Claude Sonnet 5 with OpenRouter's key.",
    weaknesses: VARIES,
    uses: ["Creative writing", "Analysis and comparison", "Delicate subjects"],
  },
  {
    ...openRouter,
    ...{ name: "gpt-6-openrouter", family: "openai", version: "openai/gpt-6-sol", aliases: [] },
    specialties: ["coding", "reasoning", "analysis", "general"],
    languages: measured,
    strengths: "GPT-6 Sol with OpenRouter's key.",
    weaknesses: VARIES,
    uses: ["Programming tasks", "Long documents", "Everyday questions"],
  },
  {
    ...openRouter,
    ...{ name: "llama-4", family: "meta", version: "meta-llama/llama-4-maverick" },
    aliases: ["LLaMA 4", "LLaMA 4 Maverick"],
    specialties: ["general", "efficiency", "multilingual"],
    // The model card of Llama 4.
    languages: ["ar", "en", "fr", "de", "hi", "id", "it", "pt", "es", "tl", "th", "vi"],
    strengths: "Open weights at a low price.",
    weaknesses: `Its maker's models have moved on. ${VARIES}`,
    uses: ["Many prompts at a low price", "Translation"],
  },
  {
    ...openRouter,
    ...{ name: "qwen-max-openrouter", family: "alibaba", version: "qwen/qwen3.7-max", aliases: [] },
    specialties: ["reasoning", "math", "multilingual", "coding"],
    languages: ["zh", "en", "fr", "es", "pt", "de", "it", "ru", "ja", "ko", "vi", "th", "ar"],
    strengths: "Qwen 3.7 Max with OpenRouter's key.",
    weaknesses: VARIES,
    uses: ["Hard questions", "Worked calculations"],
  },
  {
    ...openRouter,
    ...{ name: "deepseek", family: "deepseek", version: "deepseek/deepseek-v4-pro" },
    aliases: ["DeepSeek", "DeepSeek V4 Pro"],
    specialties: ["reasoning", "math", "coding"],
    languages: ownDocumentation,
    strengths: "Open weights; mathematics and code at a low price.",
    weaknesses: VARIES,
    uses: ["Worked calculations", "Programming tasks"],
  },
  {
    ...openRouter,
    ...{ name: "kimi", family: "moonshotai", version: "moonshotai/kimi-k3", aliases: ["Kimi", "Kimi K3"] },
    specialties: ["coding", "analysis", "long_context"],
    languages: ownDocumentation,
    strengths: "Open weights; a million tokens of context.",
    weaknesses: `The dearest of the open models here. ${VARIES}`,
    uses: ["Long documents", "Programming tasks"],
  },
  {
    ...openRouter,
    ...{ name: "glm", family: "z-ai", version: "z-ai/glm-5.3", aliases: ["GLM", "GLM 5.3"] },
    specialties: ["coding", "reasoning", "general"],
    languages: ownDocumentation,
    strengths: "Long work on code.",
    weaknesses: VARIES,
    uses: ["Programming tasks", "A second opinion"],
  },
];
