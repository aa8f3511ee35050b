/** What an evaluator's reply comes to: a row, its bill and its event. Pure but for the row's id. */
import type { Evaluated } from "@orchestratex/sdk/contract";
import { billFor, type Outcome, type PlannedCall } from "./call.ts";
import { counted, overallScore, specialityMatch } from "./evaluate.ts";
import type { NewEvent, Settlement } from "./journal.ts";
import type { Room, Version } from "./thread.ts";
import { evaluationFailed } from "./troubles.ts";

/** What the evaluator found, as a row. */
export function evaluationRow(
  room: Room,
  version: Version,
  call: PlannedCall,
  outcome: Outcome & { ok: true },
  evaluated: Evaluated,
): NonNullable<Settlement["evaluation"]> {
  const weights = room.means.algorithm.settings.criteria_weights[room.analysis.domain];
  const { cost, tokens_used } = billFor(call, outcome);
  const { evaluation_criteria, criticisms, positive_aspects, alternative_approaches, evaluator_confidence } = evaluated;
  return {
    id: room.means.newId(),
    response_id: call.id,
    evaluated_response_id: version.responseId,
    evaluator_model: call.model_name,
    iteration_number: version.iteration,
    status: "completed",
    evaluation_criteria,
    overall_score: overallScore(evaluation_criteria, weights),
    scoring_weights: weights,
    criticisms: criticisms.map((point) => ({ id: null, ...point })),
    criticism_text: criticisms
      .map(({ severity, criterion, point }) => `[${severity}] ${criterion}: ${point}`)
      .join("\n"),
    suggested_improvements: criticisms
      .flatMap(({ suggestion }) => (suggestion === "" ? [] : [`- ${suggestion}`]))
      .join("\n"),
    positive_aspects,
    alternative_approaches,
    evaluator_confidence,
    evaluator_speciality_match: specialityMatch(call.profile, room.analysis.domain),
    evaluation_prompt_used: call.prompt_sent,
    evaluation_time: outcome.elapsedMs,
    tokens_used: tokens_used?.total_tokens ?? null,
    cost,
  };
}

export function completed(
  call: PlannedCall,
  outcome: Outcome & { ok: true },
  row: NonNullable<Settlement["evaluation"]>,
): Settlement {
  const { hold, ...bill } = billFor(call, outcome);
  const {
    id,
    evaluator_model,
    iteration_number,
    status,
    evaluator_speciality_match,
    evaluation_prompt_used,
    criticism_text,
    suggested_improvements,
    alternative_approaches,
    tokens_used,
    ...shown
  } = row;
  const event: NewEvent = {
    event_type: "evaluation_completed",
    component: "evaluator",
    iteration_number,
    model_involved: evaluator_model,
    processing_time: outcome.elapsedMs,
    message: `${evaluator_model} gives ${row.overall_score} with ${counted(row.criticisms.length, "point")} of criticism`,
    details: { evaluation_id: id, ...shown, tokens_used: bill.tokens_used },
  };
  return {
    response: {
      ...answeredResponse(call, outcome),
      ...bill,
      status: "completed",
      confidence_score: row.evaluator_confidence,
    },
    hold,
    evaluation: row,
    events: [event],
  };
}

export function unreadable(
  call: PlannedCall,
  outcome: Outcome & { ok: true },
  problem: string,
  retry: boolean,
): Settlement {
  const { hold, ...bill } = billFor(call, outcome);
  const code = outcome.text.trim() === "" ? "provider.empty" : "model.output_invalid";
  return {
    response: { ...answeredResponse(call, outcome), ...bill, status: "failed", error_message: `${code}: ${problem}` },
    hold,
    events: [evaluationFailed(call, code, problem, retry)],
  };
}

const answeredResponse = (call: PlannedCall, outcome: Outcome & { ok: true }) => ({
  id: call.id,
  response_text: outcome.text === "" ? null : outcome.text,
  response_time: outcome.elapsedMs,
  processing_duration: outcome.elapsedMs,
  finish_reason: outcome.finish_reason,
});
