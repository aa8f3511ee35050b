/** The eight simulated models as the store first knows them. Invented, and priced, so that every strategy has a choice to make. */
import type { Profile } from "@orchestratex/sdk/contract";
import { unmeasured } from "../unmeasured.ts";

type Row = {
  name: string;
  specialties: string[];
  languages: string[];
  context: number;
  strengths: string;
  weaknesses: string;
  uses: string[];
  /** US dollars per million tokens, in and out. */
  price: readonly [number, number];
};

const rows: readonly Row[] = [
  {
    name: "quartz",
    specialties: ["coding", "math", "reasoning", "efficiency"],
    languages: ["en", "de", "zh"],
    context: 128_000,
    strengths: "code with its edge cases, exact steps",
    weaknesses: "slips into jargon; pale prose",
    uses: ["Programming tasks", "Worked calculations"],
    price: [2.5, 10],
  },
  {
    name: "opal",
    specialties: ["creative", "humor", "sentiment"],
    languages: ["en", "fr", "es"],
    context: 64_000,
    strengths: "stories, poems and lively wording",
    weaknesses: "digresses; weak with numbers",
    uses: ["Creative writing", "Headlines and slogans"],
    price: [1.2, 5],
  },
  {
    name: "onyx",
    specialties: ["analysis", "math", "reasoning", "coding", "factual"],
    languages: ["en", "de", "fr", "es", "ja"],
    context: 200_000,
    strengths: "weighs arguments, notices most mistakes of others",
    weaknesses: "slow and dear; repeats itself",
    uses: ["Analysis and comparison", "Evaluating the answers of others"],
    price: [4, 16],
  },
  {
    name: "jade",
    specialties: ["translation", "multilingual", "sentiment", "factual"],
    languages: ["en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja", "ko", "ar", "hi"],
    context: 64_000,
    strengths: "register and idiom across languages",
    weaknesses: "hedges more than needed",
    uses: ["Translation", "Texts in several languages"],
    price: [1, 4],
  },
  {
    name: "amber",
    specialties: ["factual", "general", "analysis", "current_events"],
    languages: ["en", "de", "es"],
    context: 128_000,
    strengths: "explanations that stay with the question",
    weaknesses: "overstates what it is sure of",
    uses: ["Questions of fact", "Explanations"],
    price: [1.5, 6],
  },
  {
    name: "pearl",
    specialties: ["sentiment", "translation", "creative", "general", "safety"],
    languages: ["en", "fr", "it", "pt", "ja"],
    context: 64_000,
    strengths: "tone, feeling and care for the reader",
    weaknesses: "pads its sentences; weak with numbers",
    uses: ["Sentiment of reviews", "Delicate matters"],
    price: [0.8, 3.2],
  },
  {
    name: "flint",
    specialties: ["coding", "math", "efficiency"],
    languages: ["en"],
    context: 32_000,
    strengths: "fast and cheap for its skill in code",
    weaknesses: "leaves out examples and conclusions",
    uses: ["Quick code", "High volume"],
    price: [0.3, 1.2],
  },
  {
    name: "coral",
    specialties: ["general", "efficiency", "humor"],
    languages: ["en", "es"],
    context: 32_000,
    strengths: "the cheapest and among the fastest",
    weaknesses: "vague; misses mistakes as an evaluator",
    uses: ["Small talk", "Drafts"],
    price: [0.2, 0.8],
  },
];

export const simulatedProfiles: readonly Profile[] = rows.map((row) => ({
  model_name: `simulated-${row.name}`,
  provider: "simulated",
  family: row.name,
  model_version: "1",
  aliases: [],
  specialties: row.specialties,
  supported_languages: row.languages,
  max_context_length: row.context,
  max_output_tokens: null,
  strengths: `A built-in simulation: ${row.strengths}.`,
  weaknesses: `Knows nothing beyond the words of the prompt: ${row.weaknesses}.`,
  best_use_cases: ["Trying OrchestrateX without an API key", ...row.uses],
  api_endpoint: null,
  api_key_required: false,
  cost_per_input_token: row.price[0] / 1_000_000,
  cost_per_output_token: row.price[1] / 1_000_000,
  prices: null,
  rate_limits: { requests_per_minute: null, tokens_per_minute: null },
  is_active: true,
  is_available: true,
  ...unmeasured,
  simulated: true,
}));
