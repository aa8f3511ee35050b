import { measured, type Row } from "./row.ts";

const maker = { provider: "anthropic", family: "anthropic", languages: measured };

export const anthropic: readonly Row[] = [
  {
    ...maker,
    ...{ name: "claude", version: "claude-sonnet-5" },
    aliases: ["Claude", "Claude 3.5", "Claude Sonnet", "Claude Sonnet 5"],
    specialties: ["creative", "analysis", "safety"],
    strengths: "Writing with a voice, weighing arguments, care with delicate questions.",
    weaknesses: "More expensive per word than the small and the open models.",
    uses: ["Creative writing", "Analysis and comparison", "Delicate subjects"],
  },
  {
    ...maker,
    ...{ name: "claude-fable", version: "claude-fable-5-1", aliases: ["Claude Fable", "Claude Fable 5.1"] },
    specialties: ["reasoning", "analysis", "coding", "creative"],
    strengths: "Its maker's most capable, for long and hard work.",
    weaknesses: "The dearest of its maker's; always thinks before it answers.",
    uses: ["The hardest questions", "Long investigations"],
  },
  {
    ...maker,
    ...{ name: "claude-opus", version: "claude-opus-5-5", aliases: ["Claude Opus", "Claude Opus 5.5"] },
    specialties: ["coding", "analysis", "reasoning", "safety"],
    strengths: "Large programs, careful argument.",
    weaknesses: "Twice the price of Claude Sonnet.",
    uses: ["Large programs", "Reviews", "Delicate subjects"],
  },
  {
    ...maker,
    ...{ name: "claude-haiku", version: "claude-haiku-4-5", aliases: ["Claude Haiku", "Claude Haiku 4.5"] },
    specialties: ["general", "efficiency", "creative"],
    strengths: "Quick, at half of Claude Sonnet's price.",
    weaknesses: "The smallest and oldest of its maker's; the shortest context.",
    uses: ["Many prompts at a low price", "A second opinion"],
  },
];
