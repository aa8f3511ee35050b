/** Who writes the next version, and how good the choices were once the scores are in. Pure. */
import type { Candidate, Profile, Selection } from "@orchestratex/sdk/contract";
import { round2 } from "./evaluate.ts";
import type { Ending, NewSelection } from "./journal.ts";
import type { Room, Version } from "./thread.ts";

/** Below this many measured answers a rival's record proves nothing. */
const ENOUGH_THREADS = 8;
/** How much better a rival must be expected to be before it takes the pen. */
const CLEAR_GAIN = 1;

/** The author of the best version keeps the pen unless a rival's predicted gain is clearly larger. Best first; the rest may take over. */
export function revisers(room: Room, best: Version): { authors: Profile[]; reason: string } {
  const all = [room.cast.author, ...room.cast.fallbacks];
  const pen = all.find((profile) => profile.model_name === best.modelName) ?? room.cast.author;
  const expected = (name: string) => candidateOf(room, name)?.historical_performance ?? 0;
  const bar = Math.max(best.score ?? 0, expected(pen.model_name)) + CLEAR_GAIN;
  const rival = all.find(
    ({ model_name }) =>
      (candidateOf(room, model_name)?.past_threads ?? 0) >= ENOUGH_THREADS && expected(model_name) >= bar,
  );
  const first = rival ?? pen;
  return {
    authors: [first, ...all.filter((profile) => profile !== first)],
    reason: rival
      ? `${rival.model_name} takes the pen: its record of ${expected(rival.model_name)} promises clearly more than ${best.score}`
      : `${pen.model_name} wrote the best version and keeps the pen`,
  };
}

const candidateOf = (room: Room, name: string): Candidate | undefined =>
  room.cast.candidates.find(({ model_name }) => model_name === name);

export function refinementSelection(
  room: Room,
  iteration: number,
  authors: readonly Profile[],
  reason: string,
): NewSelection {
  return {
    ...blank(room, iteration),
    selection_phase: "refinement",
    selected_model: authors[0]?.model_name ?? room.cast.author.model_name,
    runner_up_model: authors[1]?.model_name ?? null,
    primary_selection_factors: ["wrote the best version"],
    reasoning: reason,
  };
}

/** The choice of the best version among all. */
export function finalSelection(room: Room, versions: readonly Version[], best: Version): NewSelection {
  const ranked = versions.filter(({ score }) => score !== null).toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const second = ranked.find((version) => version !== best);
  const scores = versions.map(({ iteration, score }) => `iteration ${iteration}: ${score ?? "not scored"}`).join(", ");
  return {
    ...blank(room, best.iteration),
    selection_phase: "final",
    selected_model: best.modelName,
    runner_up_model: second?.modelName ?? null,
    selection_margin: second && best.score !== null ? round2(best.score - (second.score ?? 0)) : null,
    primary_selection_factors: ["highest median score of its evaluators"],
    reasoning: `Iteration ${best.iteration} is the best version (${scores}).`,
    actual_performance: best.score,
  };
}

/** How each choice turned out: success means the threshold was reached; accuracy compares the expected with the actual score. */
export function outcomesOf(
  room: Room,
  versions: readonly Version[],
  made: readonly { id: string; iteration: number; model: string }[],
): Ending["outcomes"] {
  return made.flatMap(({ id, iteration, model }) => {
    const version = versions.find((one) => one.iteration === iteration);
    if (!version || version.score === null) return [];
    const predicted = candidateOf(room, model)?.historical_performance;
    return [
      {
        id,
        actual_performance: version.score,
        selection_success: version.modelName === model && version.score >= room.asked.quality_threshold,
        selection_accuracy_score: predicted === undefined ? null : round2(1 - Math.abs(predicted - version.score) / 9),
      },
    ];
  });
}

const blank = (
  room: Room,
  iteration: number,
): Omit<Selection, "thread_id" | "session_id" | "timestamp" | "selection_phase" | "selected_model" | "reasoning"> => ({
  id: room.means.newId(),
  iteration_number: iteration,
  algorithm_version: room.means.algorithm.version,
  selection_strategy: room.asked.strategy,
  candidates_considered: [...room.cast.candidates],
  evaluators: room.cast.evaluators.map(({ model_name }) => model_name),
  selection_confidence: null,
  runner_up_model: null,
  selection_margin: null,
  primary_selection_factors: [],
  override_reasons: null,
  selection_success: null,
  actual_performance: null,
  selection_accuracy_score: null,
  selection_time: null,
});
