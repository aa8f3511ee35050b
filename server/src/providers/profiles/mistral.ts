import type { Row } from "./row.ts";

/** Mistral's documentation of Mistral Large 3. */
const languages = ["en", "fr", "es", "de", "it", "pt", "nl", "zh", "ja", "ko", "ar"];

const maker = { provider: "mistral", family: "mistral", languages };

export const mistral: readonly Row[] = [
  {
    ...maker,
    ...{ name: "mistral", version: "mistral-large-2512", aliases: ["Mistral", "Mistral Large", "Mistral Large 3"] },
    specialties: ["coding", "reasoning", "efficiency"],
    strengths: "A large model at a low price; open weights.",
    weaknesses: "Not of the kind that thinks at length before it answers.",
    uses: ["Many prompts at a low price", "Programming tasks", "European languages"],
  },
  {
    ...maker,
    ...{ name: "mistral-medium", version: "mistral-medium-3-5", aliases: ["Mistral Medium", "Mistral Medium 3.5"] },
    specialties: ["coding", "analysis", "reasoning"],
    strengths: "Newer than Mistral Large 3; code and work in many steps.",
    weaknesses: "Three times Mistral Large 3's price for input, five times for output.",
    uses: ["Programming tasks", "Analysis and comparison"],
  },
  {
    ...maker,
    ...{ name: "mistral-small", version: "mistral-small-2603", aliases: ["Mistral Small", "Mistral Small 4"] },
    specialties: ["efficiency", "general", "multilingual"],
    strengths: "Quick and cheap; open weights.",
    weaknesses: "Small.",
    uses: ["Many prompts at a low price", "European languages", "A second opinion"],
  },
  {
    ...maker,
    ...{ name: "ministral", version: "ministral-8b-2512", aliases: ["Ministral", "Ministral 3 8B"] },
    specialties: ["efficiency", "general"],
    strengths: "Very cheap; open weights that run on a laptop.",
    weaknesses: "The smallest of these profiles.",
    uses: ["Drafts", "Many prompts at a low price"],
  },
];
