/** Which iteration has the best score, and how much another gained over it. Pure. */
import type { Iteration } from "./view.ts";

type Scored = Pick<Iteration, "number" | "version" | "score">;

/** The highest score; of equals the preferred, else the first. null: none has one. */
export function bestScored<One extends Scored>(
  iterations: readonly One[],
  preferred: number | null = null,
): (One & { score: number }) | null {
  const scored = iterations.filter((one): one is One & { score: number } => one.version !== null && one.score !== null);
  const most = Math.max(...scored.map(({ score }) => score));
  const equals = scored.filter(({ score }) => score === most);
  return equals.find(({ number }) => number === preferred) ?? equals[0] ?? null;
}

const HUNDREDTHS = 100;

/** Over the best of all before, whichever of them was worked on: `number` is of the iteration that has that score. */
export function gainOf(
  iterations: readonly Scored[],
  number: number,
  score: number | null,
): Pick<Iteration, "gain" | "gainOver"> {
  const before = bestScored(iterations.slice(0, number - 1));
  if (score === null || before === null) return { gain: null, gainOver: null };
  return { gain: Math.round((score - before.score) * HUNDREDTHS) / HUNDREDTHS, gainOver: before.number };
}
