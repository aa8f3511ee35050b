/** From several judgements to one score and one list of criticism. Pure. */
import {
  type CriteriaScores,
  type CriteriaWeights,
  Criterion,
  type Criticism,
  type Domain,
  type Profile,
  type Severity,
} from "@orchestratex/sdk/contract";
import { samePoint } from "@orchestratex/sdk/same-point";

/** Weighted mean of the eight criteria, 1-10, two decimals. Weights may add up to a little less or more than 1. */
export const overallScore = (scores: CriteriaScores, weights: CriteriaWeights): number =>
  round2(
    Math.min(
      10,
      Math.max(
        1,
        Criterion.options.reduce((sum, name) => sum + scores[name] * weights[name], 0),
      ),
    ),
  );

/** The score of a response: the median of its evaluators' overall scores; null without any. */
export function median(scores: readonly number[]): number | null {
  if (scores.length === 0) return null;
  const sorted = scores.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : round2(((sorted[middle - 1] ?? 0) + upper) / 2);
}

const order: Record<Severity, number> = { critical: 0, major: 1, minor: 2 };

/** More than this is noise to an author; the least severe are left out. */
const MOST_POINTS = 12;

/**
 * One list from several evaluators: the same point made twice is kept once, at its higher severity.
 * Ordered by severity, then by who said it first; ids c1, c2 ... in that order.
 */
export function mergeCriticism(lists: readonly (readonly Point[])[]): (Criticism & { id: string })[] {
  const kept: Point[] = [];
  for (const point of lists.flat()) {
    const twin = kept.findIndex((other) => samePoint(other, point));
    if (twin === -1) kept.push(point);
    else if (order[point.severity] < order[(kept[twin] ?? point).severity]) kept[twin] = point;
  }
  return kept
    .toSorted((a, b) => order[a.severity] - order[b.severity])
    .slice(0, MOST_POINTS)
    .map((point, index) => ({ ...point, id: `c${index + 1}` }));
}

/** The points of one evaluation, each with the id it got in the merged list; null when it was left out there. */
export const labelled = (points: readonly Criticism[], merged: readonly (Criticism & { id: string })[]): Criticism[] =>
  points.map((point) => ({ ...point, id: merged.find((other) => samePoint(other, point))?.id ?? null }));

type Point = Omit<Criticism, "id">;

/** How well an evaluator knows a domain, from its profile's specialties: 1-10. */
export function specialityMatch(profile: Pick<Profile, "specialties">, domain: Domain): number {
  const place = profile.specialties.indexOf(domain);
  if (place !== -1) return Math.max(8, 10 - place);
  return profile.specialties.some((name) => related[domain].includes(name)) ? 6.5 : 4;
}

/** Specialties that help in a domain without naming it. */
const related: Record<Domain, readonly string[]> = {
  coding: ["reasoning", "math", "efficiency"],
  creative: ["humor", "general"],
  factual: ["general", "current_events", "analysis"],
  math: ["reasoning", "coding"],
  translation: ["multilingual"],
  sentiment: ["analysis", "creative", "general"],
  analysis: ["reasoning", "factual"],
  general: ["factual", "reasoning", "analysis"],
};

/** Where a revision stands beside the original: 5 as good, plus the gain in overall score, 1-10. */
export const improvementScore = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : round2(Math.min(10, Math.max(1, 5 + after - before)));

export const round2 = (value: number): number => Math.round(value * 100) / 100;

/** For people: "1 point", "2 points". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
