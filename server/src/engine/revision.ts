/** What a written answer or revision leaves in the journal: the call's outcome, the author's reply to each point, the events. */
import type { RefinerNotes } from "@orchestratex/sdk/contract";
import { billFor, type Outcome, type PlannedCall } from "./call.ts";
import type { NewEvent, Settlement } from "./journal.ts";
import { primaryNotes, refinerNotes } from "./output.ts";
import { feedbackId } from "./prompts.ts";
import type { Room, Round, Version, Wishes } from "./thread.ts";

type Written = { outcome: Outcome & { ok: true }; answer: string; notes: unknown };

/** The settlement of a call that brought an answer, or a revision of `best`. */
export function answered(
  room: Room,
  call: PlannedCall,
  { outcome, answer, notes }: Written,
  { best, wishes }: Pick<Round, "best" | "wishes">,
): Settlement {
  const { hold, ...bill } = billFor(call, outcome);
  const own = best === null ? primaryNotes(notes) : {};
  const revised = best === null ? null : refinerNotes(notes);
  const confidence = own.confidence ?? revised?.confidence_in_revision ?? null;
  const response: Settlement["response"] = {
    id: call.id,
    status: "completed",
    response_text: answer,
    response_time: outcome.elapsedMs,
    processing_duration: outcome.elapsedMs,
    finish_reason: outcome.finish_reason,
    confidence_score: confidence,
    self_assessment: own.self_assessment ?? null,
    ...bill,
  };
  const generated: NewEvent = {
    event_type: "response_generated",
    iteration_number: call.iteration_number,
    model_involved: call.model_name,
    processing_time: outcome.elapsedMs,
    message: `${call.model_name} wrote ${best === null ? "an answer" : "a revision"} in ${outcome.elapsedMs} ms`,
    details: {
      response_id: call.id,
      role: call.role,
      response_text: answer,
      confidence_score: confidence,
      tokens_used: bill.tokens_used,
      cost: bill.cost,
      cost_source: bill.cost_source,
      response_time: outcome.elapsedMs,
      finish_reason: outcome.finish_reason,
    },
  };
  if (best === null) return { response, hold, events: [generated] };
  const revision = revisionRow(room.means.newId(), call, { outcome, answer, notes: revised }, { best, wishes }, bill);
  return { response, hold, revision, events: [generated, addressedEvent(call, revision)] };
}

function revisionRow(
  id: string,
  call: PlannedCall,
  { outcome, answer, notes }: Written & { notes: RefinerNotes | null },
  { best, wishes }: { best: Version; wishes: Wishes },
  bill: Omit<ReturnType<typeof billFor>, "hold">,
): NonNullable<Settlement["revision"]> {
  const wanted = wishes.fresh.map((one): [string, string] => [feedbackId(one), one.text ?? ""]);
  const known = new Map([...wanted, ...best.criticism.map((one): [string, string] => [one.id, one.point])]);
  const pointOf = (pointId: string) => known.get(pointId) ?? "";
  const accepted = (notes?.accepted ?? []).filter((pointId) => known.has(pointId));
  const disputed = (notes?.disputed ?? []).filter((point) => known.has(point.id) && !accepted.includes(point.id));
  const joined = (lines: string[]) => (lines.length > 0 ? lines.join("\n") : null);
  return {
    id,
    response_id: call.id,
    original_response_id: best.responseId,
    criticism_evaluation_ids: [...best.evaluationIds],
    responding_model: call.model_name,
    iteration_number: call.iteration_number,
    acknowledgment: joined(accepted.map((pointId) => `${pointId}: ${pointOf(pointId)}`)),
    disagreement: joined(disputed.map((point) => `${point.id}: ${pointOf(point.id)}`)),
    rebuttal_points: joined(disputed.map((point) => `${point.id}: ${point.reason}`)),
    clarifications: notes?.clarifications || null,
    specific_improvements: notes?.specific_improvements ?? [],
    revised_answer: answer,
    explanation_of_changes: notes?.explanation_of_changes ?? null,
    confidence_in_revision: notes?.confidence_in_revision ?? null,
    alternative_interpretations: null,
    criticism_processing_time: null,
    response_generation_time: outcome.elapsedMs,
    total_tokens_used: bill.tokens_used?.total_tokens ?? null,
    cost: bill.cost,
    improvement_score: null,
    addresses_criticism: null,
    maintains_strengths: null,
    accepted,
    disputed,
  };
}

const addressedEvent = (call: PlannedCall, revision: NonNullable<Settlement["revision"]>): NewEvent => ({
  event_type: "criticism_addressed",
  iteration_number: call.iteration_number,
  model_involved: call.model_name,
  message: `${call.model_name} accepted ${revision.accepted.length} and disputed ${revision.disputed.length} of the points`,
  details: {
    revision_id: revision.id,
    response_id: call.id,
    accepted: revision.accepted,
    disputed: revision.disputed,
    specific_improvements: revision.specific_improvements,
  },
});

export function emptyAnswer(call: PlannedCall, outcome: Outcome & { ok: true }): Pick<Settlement, "response" | "hold"> {
  const { hold, ...bill } = billFor(call, outcome);
  return {
    hold,
    response: {
      id: call.id,
      status: "failed",
      error_message: "provider.empty: the answer was empty",
      response_time: outcome.elapsedMs,
      processing_duration: outcome.elapsedMs,
      finish_reason: outcome.finish_reason,
      ...bill,
    },
  };
}
