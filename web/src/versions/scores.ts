/** The scores of a thread by iteration, as a chart draws them. Pure. */
import type { Criterion } from "@orchestratex/sdk/contract";
import type { Iteration } from "../thread/view.ts";

export type Measure = Criterion | "overall";

export type Round = {
  iteration: number;
  /** 1 to 10; null: nobody judged it, or not yet. */
  score: number | null;
  dots: readonly { model: string; score: number }[];
};

export function roundsOf(iterations: readonly Iteration[], measure: Measure): Round[] {
  return iterations
    .filter(({ version }) => version !== null)
    .map(({ number, score, judgements }) => {
      const dots = judgements.flatMap(({ model, score: overall, criteria }) => {
        const value = measure === "overall" ? overall : (criteria?.[measure] ?? null);
        return value === null ? [] : [{ model, score: value }];
      });
      const middle = medianOf(dots.map((dot) => dot.score));
      return { iteration: number, score: measure === "overall" ? (score ?? middle) : middle, dots };
    });
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - 1] ?? 0, sorted[half] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The part of 1 to 10 that is drawn, in whole points: all values, and room around them. */
export function rangeOf(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: 1, high: 10 };
  const low = Math.max(1, Math.floor(Math.min(...values) - 0.4));
  const high = Math.min(10, Math.ceil(Math.max(...values) + 0.4));
  return { low: Math.min(low, Math.max(1, high - 3)), high };
}
