import type { Row } from "./row.ts";

/** Google's list "Available languages" of the Gemini API. */
const languages =
  "ar bn bg zh hr cs da nl en et fi fr de el he hi hu id it ja ko lv lt no pl pt ro ru sr sk sl es sw sv th tr uk vi".split(
    " ",
  );

const maker = { provider: "google", family: "google", languages };

export const google: readonly Row[] = [
  {
    ...maker,
    ...{ name: "gemini", version: "gemini-3.8-flash", aliases: ["Gemini", "Gemini Flash", "Gemini 3.8 Flash"] },
    specialties: ["factual", "multilingual", "analysis"],
    strengths: "Very long contexts, many languages.",
    weaknesses: "Of its maker's quick kind, not the largest; its price doubles on 2027-01-01.",
    uses: ["Questions of fact", "Long documents", "Translation"],
  },
  {
    ...maker,
    ...{ name: "gemini-pro", version: "gemini-3.1-pro-preview", aliases: ["Gemini Pro", "Gemini 3.1 Pro"] },
    specialties: ["reasoning", "math", "factual", "analysis"],
    strengths: "The large kind: reasoning and mathematics.",
    weaknesses: "A preview, which its maker may withdraw at short notice; inputs over 200 000 tokens cost double.",
    uses: ["Hard questions", "Worked calculations", "Long documents"],
  },
  {
    ...maker,
    ...{
      name: "gemini-lite",
      version: "gemini-3.5-flash-lite",
      aliases: ["Gemini Flash Lite", "Gemini 3.5 Flash-Lite"],
    },
    specialties: ["efficiency", "multilingual", "general"],
    strengths: "Quick answers at the lowest price of its maker's.",
    weaknesses: "The smallest of its line.",
    uses: ["Many prompts at a low price", "Translation", "A second opinion"],
  },
];
