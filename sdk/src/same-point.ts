/** When two models say the same of an answer. */
import type { Criticism } from "./contract/threads.ts";

type Point = Pick<Criticism, "point" | "criterion" | "quote">;

/** Whether two points say the same: of one criterion, about the same words or in much the same words. */
export function samePoint(a: Point, b: Point): boolean {
  if (a.criterion !== b.criterion) return false;
  if (a.quote !== "" && b.quote !== "") return a.quote.includes(b.quote) || b.quote.includes(a.quote);
  return overlap(wordsOf(a.point), wordsOf(b.point)) >= 0.5;
}

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/** Jaccard: shared words by all words, 0-1. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
