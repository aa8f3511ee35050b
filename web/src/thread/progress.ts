/** How a thread stands, as data for a sentence, and what its end says. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Iteration, Point, ThreadView, Version } from "./view.ts";

export type Standing =
  | { key: "waiting" | "analyzing" | "choosing" | "deciding" | "stopped" | "failed" | "doneUnjudged" }
  | { key: "answering"; model: string }
  | { key: "judging"; iteration: number; done: number; all: number }
  | { key: "refining"; model: string; iteration: number }
  | { key: "done"; score: number };

type StandingSource = Pick<ThreadView, "phase" | "iterations" | "finish" | "choice">;

export function standingOf({ phase, iterations, finish, choice }: StandingSource): Standing {
  const now = iterations.at(-1);
  const author = now?.author ?? choice?.selected_model ?? "";
  if (phase === "answering") return { key: "answering", model: author };
  if (phase === "refining") return { key: "refining", model: author, iteration: now?.number ?? 1 };
  if (phase === "judging") {
    const judgements = now?.judgements ?? [];
    const done = judgements.filter(({ state }) => state !== "running").length;
    return { key: "judging", iteration: now?.number ?? 1, done, all: judgements.length };
  }
  if (phase !== "completed") return { key: phase };
  const score = finish?.final_quality_score ?? null;
  return score === null ? { key: "doneUnjudged" } : { key: "done", score };
}

/** When the present run began: of a thread that was taken up again for another iteration, then; null: not yet. */
export function runStartOf(events: readonly ThreadEvent[]): string | null {
  const ended = events.findLastIndex(({ event_type }) => event_type === "orchestration_finished");
  const from = (start: number) =>
    events.find(({ event_type }, at) => at > start && event_type === "orchestration_started")?.timestamp ?? null;
  return from(ended) ?? from(-1);
}

/** Some part of the sum was not told by the provider. */
export const isEstimated = ({ finish, iterations }: Pick<ThreadView, "finish" | "iterations">): boolean =>
  finish?.cost_is_estimated === true ||
  iterations.some(({ version }) => version !== null && version.costSource !== "provider");

export type Answered = {
  version: Version;
  iteration: Iteration;
  /** Of how many versions. */
  versions: number;
};

/** The version that counts: the final one; while it goes on, the one that is judged, or that the next one is made from. */
export function answeredOf({
  finish,
  iterations,
  leading,
}: Pick<ThreadView, "finish" | "iterations" | "leading">): Answered | null {
  const written = iterations.filter(({ version }) => version !== null);
  const newest = iterations.at(-1)?.version ? iterations.at(-1) : undefined;
  const counting = finish || !newest ? written.find(({ number }) => number === leading) : newest;
  const iteration = counting ?? written.at(-1);
  if (!iteration?.version) return null;
  return { version: iteration.version, iteration, versions: written.length };
}

/** Who has judged any of its versions, in order. */
export const judgesOf = ({ iterations }: Pick<ThreadView, "iterations">): string[] => [
  ...new Set(
    iterations.flatMap(({ judgements }) =>
      judgements.filter(({ state }) => state === "done").map(({ model }) => model),
    ),
  ),
];

export type Agreement = {
  judges: number;
  /** Points between the highest and the lowest score. */
  spread: number;
  /** Who stands apart from the middle, and on what most. */
  dissenters: readonly { model: string; criterion: string | null }[];
};

/** Points from the median at which a judge dissents. */
const APART = 1.5;

/** null: fewer than two judged it. */
export function agreementOf({ judgements }: Iteration): Agreement | null {
  const done = judgements.flatMap(({ model, score, criteria }) => (score === null ? [] : [{ model, score, criteria }]));
  if (done.length < 2) return null;
  const scores = done.map(({ score }) => score);
  const middle = medianOf(scores);
  const dissenters = done
    .filter(({ score }) => Math.abs(score - middle) >= APART)
    .map(({ model, criteria }) => ({ model, criterion: furthest(criteria, done) }));
  return { judges: done.length, spread: Math.max(...scores) - Math.min(...scores), dissenters };
}

type Criteria = Readonly<Record<string, number>> | null;

/** The criterion on which one lies furthest from the middle of all. */
function furthest(own: Criteria, all: readonly { criteria: Criteria }[]): string | null {
  const distances = Object.entries(own ?? {}).map(([criterion, value]) => {
    const others = all.flatMap(({ criteria }) => (criteria?.[criterion] === undefined ? [] : [criteria[criterion]]));
    return { criterion, away: Math.abs(value - medianOf(others)) };
  });
  return distances.sort((one, other) => other.away - one.away)[0]?.criterion ?? null;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = low] = sorted.length % 2 === 0 ? sorted.slice(half - 1, half + 1) : [sorted[half] ?? 0];
  return (low + high) / 2;
}

const weights = { critical: 3, major: 2, minor: 1 };

/** The strongest point against a version that was not worked in; null: there is none. */
export function dissentOf({ points }: Iteration): Point | null {
  const against = points.filter(({ state }) => state !== "accepted");
  const strength = (point: Point) => weights[point.severity] * 100 + point.by.length;
  return against.toSorted((one, other) => strength(other) - strength(one))[0] ?? null;
}
