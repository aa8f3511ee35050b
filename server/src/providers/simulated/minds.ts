/** What each simulated model is good at. The profiles tell the same in words; the engine sees only those. */
import type { Domain } from "@orchestratex/sdk/contract";

export type Mind = {
  model: string;
  /** 0..1: how few mistakes it makes, and how well it repairs them. */
  skill: Readonly<Record<Domain, number>>;
  /** 0..1: how many flaws it notices in the answers of others. */
  eye: number;
  /** Points it gives too many, or too few. */
  leniency: number;
  /** How often it finds fault with a sound sentence. */
  pedantry: number;
  /** Names of the flaws it is prone to. */
  habits: readonly string[];
  firstTokenMs: number;
  tokensPerSecond: number;
};

type Row = readonly [
  name: string,
  /** coding, creative, factual, math, translation, sentiment, analysis, general; in percent */
  skills: readonly [number, number, number, number, number, number, number, number],
  eye: number,
  leniency: number,
  pedantry: number,
  firstTokenMs: number,
  tokensPerSecond: number,
  habits: readonly string[],
];

const rows: readonly Row[] = [
  ["quartz", [95, 50, 68, 90, 55, 52, 76, 66], 0.85, -0.25, 0.13, 320, 150, ["jargon", "no_alternative"]],
  ["opal", [55, 95, 66, 42, 76, 78, 66, 78], 0.62, 0.3, 0.07, 260, 180, ["filler", "digression"]],
  ["onyx", [84, 60, 82, 94, 62, 64, 94, 76], 0.93, -0.35, 0.15, 480, 120, ["repetition", "jargon"]],
  ["jade", [60, 70, 80, 58, 95, 82, 70, 78], 0.72, 0, 0.08, 290, 170, ["hedging", "vague"]],
  ["amber", [58, 76, 92, 60, 74, 72, 84, 88], 0.76, 0.1, 0.08, 300, 165, ["absolute", "everyone_knows"]],
  ["pearl", [52, 86, 74, 48, 84, 95, 72, 84], 0.7, 0.25, 0.06, 240, 190, ["hedging", "filler"]],
  ["flint", [88, 40, 60, 80, 46, 46, 60, 58], 0.6, -0.1, 0.1, 150, 260, ["no_example", "no_conclusion", "left_out"]],
  ["coral", [46, 64, 60, 44, 62, 68, 56, 70], 0.5, 0.4, 0.06, 160, 240, ["vague", "shallow", "trust_me"]],
];

const order: readonly Domain[] = [
  "coding",
  "creative",
  "factual",
  "math",
  "translation",
  "sentiment",
  "analysis",
  "general",
];

export const minds: readonly Mind[] = rows.map(
  ([name, skills, eye, leniency, pedantry, firstTokenMs, tokensPerSecond, habits]) => ({
    model: `simulated-${name}`,
    skill: Object.fromEntries(order.map((domain, index) => [domain, (skills[index] ?? 50) / 100])) as Record<
      Domain,
      number
    >,
    eye,
    leniency,
    pedantry,
    habits,
    firstTokenMs,
    tokensPerSecond,
  }),
);
