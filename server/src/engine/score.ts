/** From the evaluations of a version to its score, its merged criticism and the rows that say so. Pure. */
import type { Decision, ModelResponse } from "@orchestratex/sdk/contract";
import { samePoint } from "@orchestratex/sdk/same-point";
import type { Verdict } from "./decide.ts";
import { counted, improvementScore, labelled, median, mergeCriticism } from "./evaluate.ts";
import type { Judgement } from "./evaluations.ts";
import type { Change, NewEvent } from "./journal.ts";
import { noWishes, type Version, type Wishes } from "./thread.ts";

export const versionOf = (row: ModelResponse, wishes: Wishes = noWishes): Version => ({
  iteration: row.iteration_number,
  responseId: row.id,
  modelName: row.model_name,
  text: row.response_text ?? "",
  callsTools: row.finish_reason === "tool_calls",
  score: null,
  criticism: [],
  evaluationIds: [],
  wishes,
});

export const scoreVersion = (version: Version, judgements: readonly Judgement[]): Version => ({
  ...version,
  score: median(judgements.map(({ overall_score }) => overall_score)),
  criticism: mergeCriticism(judgements.map(({ criticisms }) => criticisms)),
  evaluationIds: judgements.map(({ id }) => id),
});

/** The better of two; ties leave the earlier, and so does one without a score, unless the user asked for it. */
export function better(best: Version | null, version: Version): Version {
  if (best === null) return version;
  if (version.score === null) return version.wishes.fresh.length > 0 ? version : best;
  return best.score === null || version.score > best.score ? version : best;
}

/** What the scores change in the tables. Writing it twice does no harm. */
export function scoredChange(
  version: Version,
  before: Version | null,
  best: Version,
  judgements: readonly Judgement[],
): Change {
  return {
    thread: {
      thread_status: "criticism",
      best_model_id: best.modelName,
      best_response_id: best.responseId,
      best_iteration: best.iteration,
      final_quality_score: best.score,
    },
    responses: [
      { id: version.responseId, selection_score: version.score, is_selected_best: best === version },
      ...(before && best === version
        ? [{ id: before.responseId, status: "superseded" as const, is_selected_best: false }]
        : []),
    ],
    evaluations: judgements.map(({ id, criticisms }) => ({ id, criticisms: labelled(criticisms, version.criticism) })),
    revisions: before === null ? [] : [revisionOutcome(version, before)],
  };
}

function revisionOutcome(version: Version, before: Version): NonNullable<Change["revisions"]>[number] {
  const judged = version.score !== null && before.score !== null;
  const weighty = before.criticism.filter(({ severity }) => severity !== "minor");
  return {
    response_id: version.responseId,
    improvement_score: improvementScore(before.score, version.score),
    addresses_criticism: judged
      ? !weighty.some((point) => version.criticism.some((other) => samePoint(point, other)))
      : null,
    maintains_strengths: judged ? (version.score ?? 0) >= (before.score ?? 0) : null,
  };
}

/** What the world is told at the end of an iteration. */
export function iterationEvents(
  version: Version,
  best: Version,
  judgements: readonly Judgement[],
  verdict: Omit<Verdict, "decision"> & { decision: Decision },
  qualityThreshold: number,
): NewEvent[] {
  const at = { iteration_number: version.iteration, model_involved: version.modelName };
  const merged: NewEvent = {
    event_type: "criticism_merged",
    component: "evaluator",
    ...at,
    message: `${counted(version.criticism.length, "point")} of criticism from ${counted(judgements.length, "model")}`,
    details: { criticisms: version.criticism },
  };
  const met: NewEvent = {
    event_type: "quality_threshold_met",
    ...at,
    message: `Score ${version.score} reaches the threshold ${qualityThreshold}`,
    details: { score: version.score, quality_threshold: qualityThreshold },
  };
  const completed: NewEvent = {
    event_type: "iteration_completed",
    ...at,
    message: `Iteration ${version.iteration}: ${verdict.decision}, ${verdict.reason}`,
    details: {
      score: version.score,
      scores: judgements.map(({ overall_score }) => overall_score),
      best_response_id: best.responseId,
      best_iteration: best.iteration,
      gain: verdict.gain,
      decision: verdict.decision,
      decision_reason: verdict.reason,
    },
  };
  const reached = version.score !== null && version.score >= qualityThreshold;
  return [...(judgements.length > 0 ? [merged] : []), ...(reached ? [met] : []), completed];
}
