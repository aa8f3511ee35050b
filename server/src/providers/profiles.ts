/**
 * The first eight profiles, as the store first knows them. Nothing speaks for their providers yet: they are not available.
 *
 * Model ids, prices and contexts: npm `@pydantic/genai-prices` 0.1.8, published 2026-09-23, looked up 2026-11-21; what it does
 * not have is null. Specialties of six: requirement PRV-2. Languages: those the maker publishes a list or a measurement of.
 */
import type { Profile } from "@orchestratex/sdk/contract";
import { unmeasured } from "./unmeasured.ts";

type Row = {
  name: string;
  provider: string;
  version: string;
  aliases: string[];
  specialties: string[];
  languages: string[];
  context: number;
  strengths: string;
  weaknesses: string;
  uses: string[];
  /** US dollars per million tokens, in and out; null: the maker's own price is not in the source. */
  price: readonly [number, number] | null;
};

/** OpenAI's own multilingual test (github.com/openai/simple-evals) measured these, Anthropic's documentation uses the same. */
const measured = ["en", "ar", "bn", "zh", "fr", "de", "hi", "id", "it", "ja", "ko", "pt", "es", "sw", "yo"];

const rows: readonly Row[] = [
  {
    name: "gpt4",
    provider: "openai",
    version: "gpt-4.1",
    aliases: ["GPT-4", "GPT 4", "GPT-4.1"],
    specialties: ["coding", "reasoning", "general"],
    languages: measured,
    context: 1_000_000,
    strengths: "Code, following instructions, long contexts.",
    weaknesses: "Its maker has a newer line, GPT-5.",
    uses: ["Programming tasks", "Long documents", "Everyday questions"],
    price: [2, 8],
  },
  {
    name: "gpt4-turbo",
    provider: "openai",
    version: "gpt-4-turbo",
    aliases: ["GPT-4 Turbo", "GPT 4 Turbo"],
    specialties: ["coding", "analysis", "general"],
    languages: measured,
    context: 128_000,
    strengths: "A known quantity: long in use, and what older prompts were written for.",
    weaknesses: "The dearest of these profiles, and older than gpt4.",
    uses: ["Comparing with earlier results", "Programming tasks"],
    price: [10, 30],
  },
  {
    name: "claude",
    provider: "anthropic",
    version: "claude-sonnet-5",
    aliases: ["Claude", "Claude 3.5", "Claude Sonnet", "Claude Sonnet 5"],
    specialties: ["creative", "analysis", "safety"],
    languages: measured,
    context: 1_000_000,
    strengths: "Writing with a voice, weighing arguments, care with delicate questions.",
    weaknesses: "More expensive per word than the small and the open models.",
    uses: ["Creative writing", "Analysis and comparison", "Delicate subjects"],
    price: [2, 10],
  },
  {
    name: "grok",
    provider: "xai",
    version: "grok-4.6",
    aliases: ["Grok", "Grok 4"],
    specialties: ["humor", "current_events", "general"],
    languages: ["en"],
    // It takes 500 000, but from 200 000 on every token costs twice as much, and a profile has one price.
    context: 199_999,
    strengths: "A light tone, talk about what is going on.",
    weaknesses: "Its maker publishes no list of languages; long prompts cost double.",
    uses: ["Humour", "Current events", "Everyday questions"],
    price: [2, 6],
  },
  {
    name: "qwen",
    provider: "alibaba",
    version: "qwen3.7-plus",
    aliases: ["Qwen", "Qwen 3"],
    specialties: ["multilingual", "math", "coding"],
    languages: ["zh", "en", "fr", "es", "pt", "de", "it", "ru", "ja", "ko", "vi", "th", "ar"],
    // Published as 1 000 000 and, by another host, as 262 144: the smaller one is safe with both.
    context: 262_144,
    strengths: "Many languages, Chinese above all; calculations and code.",
    weaknesses: "Its maker's own price is not known here: set it before a cost limit can hold it.",
    uses: ["Texts in several languages", "Worked calculations", "Programming tasks"],
    price: null,
  },
  {
    name: "llama",
    provider: "meta",
    version: "llama-4-maverick",
    aliases: ["LLaMA", "LLaMA 3", "LLaMA 4"],
    specialties: ["coding", "reasoning", "general"],
    // The model card of Llama 4.
    languages: ["ar", "en", "fr", "de", "hi", "id", "it", "pt", "es", "tl", "th", "vi"],
    // What one of its hosts (Groq) gives; others give more.
    context: 131_072,
    strengths: "Open weights: many hosts offer it, and it can run on one's own machines.",
    weaknesses: "Price and context depend on the host: set them before a cost limit can hold it.",
    uses: ["Programming tasks", "Keeping prompts in the house"],
    price: null,
  },
  {
    name: "mistral",
    provider: "mistral",
    version: "mistral-large-2512",
    aliases: ["Mistral", "Mistral Large", "Mistral Large 3"],
    specialties: ["coding", "reasoning", "efficiency"],
    // Mistral's documentation of Mistral Large 3.
    languages: ["en", "fr", "es", "de", "it", "pt", "nl", "zh", "ja", "ko", "ar"],
    context: 262_144,
    strengths: "The lowest price of these profiles whose price is known; open weights.",
    weaknesses: "Not of the kind that thinks at length before it answers.",
    uses: ["Many prompts at a low price", "Programming tasks", "European languages"],
    price: [0.5, 1.5],
  },
  {
    name: "gemini",
    provider: "google",
    version: "gemini-3.5-flash",
    aliases: ["Gemini", "Gemini Flash", "Gemini 3.5 Flash"],
    specialties: ["factual", "multilingual", "analysis"],
    // Google's list "Available languages" of the Gemini API.
    languages: [
      ...[
        "ar",
        "bn",
        "bg",
        "zh",
        "hr",
        "cs",
        "da",
        "nl",
        "en",
        "et",
        "fi",
        "fr",
        "de",
        "el",
        "he",
        "hi",
        "hu",
        "id",
        "it",
      ],
      ...[
        "ja",
        "ko",
        "lv",
        "lt",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sr",
        "sk",
        "sl",
        "es",
        "sw",
        "sv",
        "th",
        "tr",
        "uk",
        "vi",
      ],
    ],
    context: 1_000_000,
    strengths: "Very long contexts, many languages.",
    weaknesses: "Of its maker's quick kind, not the largest.",
    uses: ["Questions of fact", "Long documents", "Translation"],
    price: [1.5, 9],
  },
];

export const firstProfiles: readonly Profile[] = rows.map((row) => ({
  model_name: row.name,
  provider: row.provider,
  family: row.provider,
  model_version: row.version,
  aliases: row.aliases,
  specialties: row.specialties,
  supported_languages: row.languages,
  max_context_length: row.context,
  max_output_tokens: null,
  strengths: row.strengths,
  weaknesses: row.weaknesses,
  best_use_cases: row.uses,
  api_endpoint: null,
  api_key_required: true,
  cost_per_input_token: row.price && row.price[0] / 1_000_000,
  cost_per_output_token: row.price && row.price[1] / 1_000_000,
  prices: null,
  rate_limits: { requests_per_minute: null, tokens_per_minute: null },
  is_active: true,
  is_available: false,
  ...unmeasured,
  simulated: false,
}));
