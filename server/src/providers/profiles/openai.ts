import { measured, type Row } from "./row.ts";

const maker = { provider: "openai", family: "openai", languages: measured };

export const openai: readonly Row[] = [
  {
    ...maker,
    ...{ name: "gpt4", version: "gpt-4.1", aliases: ["GPT-4", "GPT 4", "GPT-4.1"] },
    specialties: ["coding", "reasoning", "general"],
    strengths: "Code, following instructions, long contexts.",
    weaknesses: "Its maker has newer lines, GPT-5 and GPT-6.",
    uses: ["Programming tasks", "Long documents", "Everyday questions"],
  },
  {
    ...maker,
    ...{ name: "gpt4-turbo", version: "gpt-4-turbo", aliases: ["GPT-4 Turbo", "GPT 4 Turbo"] },
    specialties: ["coding", "analysis", "general"],
    strengths: "What older prompts were written for.",
    weaknesses: "A name from 2023.",
    uses: ["Comparing with earlier results", "Programming tasks"],
  },
  {
    ...maker,
    ...{ name: "gpt-6-astra", version: "gpt-6-astra", aliases: ["GPT-6", "GPT-6 Astra"] },
    specialties: ["reasoning", "coding", "math", "analysis"],
    strengths: "Its maker's most capable: hard reasoning, code, research.",
    weaknesses: "The dearest of its maker's; thinks before it answers.",
    uses: ["The hardest questions", "Large programs", "Research"],
  },
  {
    ...maker,
    ...{ name: "gpt-6-sol", version: "gpt-6-sol", aliases: ["GPT-6 Sol"] },
    specialties: ["coding", "reasoning", "analysis", "general"],
    strengths: "Sustained reasoning and code at a fifth of GPT-6 Astra's price.",
    weaknesses: "Thinks before it answers; inputs over 272 000 tokens cost double.",
    uses: ["Programming tasks", "Long documents", "Everyday questions"],
  },
  {
    ...maker,
    ...{ name: "gpt-6-luna", version: "gpt-6-luna", aliases: ["GPT-6 Luna"] },
    specialties: ["general", "efficiency", "coding"],
    strengths: "The lowest price of its maker's.",
    weaknesses: "The smallest of its line.",
    uses: ["Many prompts at a low price", "Drafts", "A second opinion"],
  },
];
