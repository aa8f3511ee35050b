import type { Row } from "./row.ts";

/** Its maker publishes no list of languages. */
const maker = { provider: "xai", family: "xai", languages: ["en"] };

export const xai: readonly Row[] = [
  {
    ...maker,
    ...{ name: "grok", version: "grok-4.6", aliases: ["Grok", "Grok 4", "Grok 4.6"] },
    specialties: ["humor", "current_events", "general"],
    strengths: "A light tone, talk about what is going on.",
    weaknesses: "Inputs of 200 000 tokens and more cost double.",
    uses: ["Humour", "Current events", "Everyday questions"],
  },
  {
    ...maker,
    ...{ name: "grok-4.3", version: "grok-4.3", aliases: ["Grok 4.3"] },
    specialties: ["general", "reasoning", "humor"],
    strengths: "A longer context than Grok 4.6 at less than half the price of its answers.",
    weaknesses: "Older than Grok 4.6; inputs of 200 000 tokens and more cost double.",
    uses: ["Everyday questions", "Long documents"],
  },
  {
    ...maker,
    ...{ name: "grok-build", version: "grok-build-0.1", aliases: ["Grok Build"] },
    specialties: ["coding", "efficiency"],
    strengths: "Made for code; the lowest price of its maker's.",
    weaknesses: "Made for little else.",
    uses: ["Programming tasks"],
  },
];
