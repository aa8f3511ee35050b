/** Getting an answer or a revision written: by the author, or by the next candidate where one fails. */
import type { ModelResponse, Profile, RefinerNotes } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import {
  attemptsOf,
  billFor,
  failedResponse,
  mayReserveAnew,
  type Outcome,
  type PlannedCall,
  plannedCall,
  send,
} from "./call.ts";
import { roughTokens } from "./cost.ts";
import type { NewEvent, Refusal, Settlement } from "./journal.ts";
import { primaryNotes, refinerNotes, splitNotes } from "./output.ts";
import { answerMessages, revisionMessages } from "./prompts.ts";
import type { Halt, Opening, Room, Version } from "./thread.ts";

/** So many models are tried for one answer before the stage gives up. */
const MOST_AUTHORS = 3;

/**
 * The first answer, or with `best` a revision of it, by the first of `authors` that can.
 * `headroom`: dollars that judging it will need at least. `opening` is written with the first reservation.
 */
export async function respond(
  room: Room,
  iteration: number,
  best: Version | null,
  authors: readonly Profile[],
  headroom: (author: Profile) => number,
  opening: Opening,
): Promise<Version | Halt> {
  let untold = opening;
  let last: Halt = {
    halt: "failed",
    code: "model.none",
    detail: "no model was left to answer",
    untold: opening.events,
  };
  const tried = authors.slice(0, MOST_AUTHORS);
  for (const [place, author] of tried.entries()) {
    const step = `${iteration}.${best === null ? "answer" : "revise"}.${author.model_name}`;
    const { next, done, gaveUp } = attemptsOf(room.past.responses, step);
    if (done) return versionOf(done);
    if (gaveUp) continue;
    const plan = planBy(room, author, { step, iteration, best });
    // A revision that is cut short could only be worse than what it revises.
    const least = best === null ? 0 : roughTokens(best.text) * 1.25;
    const terms = { first: best === null, least, headroom: headroom(author) };
    for (let notSent = 0; ; notSent++) {
      const reserved = await reserve(room, (tokens) => plan(next + notSent, tokens), terms, untold);
      if ("halt" in reserved) return reserved;
      untold = { selections: [], events: [] };
      const written = await write(room, reserved, best, tried[place + 1]);
      if (!("halt" in written) || written.halt === "aborted") return written;
      last = written;
      if (!mayReserveAnew(written, notSent)) break;
    }
  }
  return last;
}

/** The call of an author, once its attempt and its length are known. */
function planBy(
  room: Room,
  author: Profile,
  { step, iteration, best }: { step: string; iteration: number; best: Version | null },
): (attempt: number, maxOutputTokens: number) => PlannedCall {
  const messages = best === null ? answerMessages(room.task) : revisionMessages(room.task, best.text, best.criticism);
  return (attempt, max_output_tokens) =>
    plannedCall({
      id: room.means.newId(),
      step,
      attempt,
      iteration_number: iteration,
      profile: author,
      role: best === null ? "primary" : "refiner",
      response_type: best === null ? "initial" : "improvement",
      context_provided: room.task.context,
      parent_response_id: best?.responseId ?? null,
      criticism_addressed: best === null ? [] : [...best.evaluationIds],
      messages,
      max_output_tokens,
    });
}

/** The full length where the money reaches, else a short answer, else none. */
async function reserve(
  { means }: Room,
  plan: (maxOutputTokens: number) => PlannedCall,
  { first, least, headroom }: { first: boolean; least: number; headroom: number },
  opening: Opening,
): Promise<PlannedCall | Halt> {
  let refusal: Refusal = "cost_limit";
  const [full, ...less] = means.limits.answerTokens;
  const shorter = [full, ...less.filter((tokens) => tokens >= least)].map((tokens) => ({ tokens, spare: headroom }));
  const shortest = shorter.at(-1)?.tokens ?? full;
  // A first answer that nobody can judge is still an answer; a revision is worth nothing without its evaluation.
  for (const { tokens, spare } of first ? [...shorter, { tokens: shortest, spare: 0 }] : shorter) {
    const call = plan(tokens);
    const thread_status = first ? "responding" : "refining";
    const answer = await means.journal.reserve({
      calls: [call],
      headroom: spare,
      thread: { thread_status, current_iteration: call.iteration_number },
      ...opening,
    });
    if (answer === "reserved") return call;
    refusal = answer;
    if (refusal !== "cost_limit") break;
  }
  return { halt: refusal, code: codes[refusal], detail: `the call was refused: ${refusal}`, untold: opening.events };
}

const codes: Readonly<Record<Refusal, FaultCode>> = {
  cost_limit: "budget.exceeded",
  unknown_price: "model.unknown_price",
  stopped: "thread.stopped",
  deadline: "deadline.passed",
  session_ended: "session.ended",
};

async function write(
  room: Room,
  call: PlannedCall,
  best: Version | null,
  next: Profile | undefined,
): Promise<Version | Halt> {
  const { journal } = room.means;
  const outcome = await send(call, room.means, room.signal);
  const { answer, notes } = splitNotes(outcome.text);
  if (outcome.ok && answer !== "") {
    await journal.settle(answered(room, call, outcome, answer, notes, best));
    return {
      iteration: call.iteration_number,
      responseId: call.id,
      modelName: call.model_name,
      text: answer,
      score: null,
      criticism: [],
      evaluationIds: [],
    };
  }
  const code = outcome.ok ? "provider.empty" : outcome.code;
  const settled = outcome.ok ? emptyAnswer(call, outcome) : failedResponse(call, outcome);
  const aborted = !outcome.ok && outcome.aborted;
  const silent = aborted || mayReserveAnew({ code }, 0);
  await journal.settle({ ...settled, events: silent ? [] : [fallbackEvent(call, next, code)] });
  const detail = outcome.ok ? "the answer was empty" : outcome.detail;
  return { halt: aborted ? "aborted" : "failed", code, detail, untold: [] };
}

function answered(
  room: Room,
  call: PlannedCall,
  outcome: Outcome & { ok: true },
  answer: string,
  notes: unknown,
  best: Version | null,
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
  const revision = revisionRow(room.means.newId(), call, outcome, answer, revised, best, bill);
  return { response, hold, revision, events: [generated, addressedEvent(call, revision)] };
}

function revisionRow(
  id: string,
  call: PlannedCall,
  outcome: Outcome,
  answer: string,
  notes: RefinerNotes | null,
  best: Version,
  bill: Omit<ReturnType<typeof billFor>, "hold">,
): NonNullable<Settlement["revision"]> {
  const known = new Set(best.criticism.map((point) => point.id));
  const pointOf = (pointId: string) => best.criticism.find((point) => point.id === pointId)?.point ?? "";
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

function emptyAnswer(call: PlannedCall, outcome: Outcome & { ok: true }): Pick<Settlement, "response" | "hold"> {
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

const fallbackEvent = (call: PlannedCall, next: Profile | undefined, code: string): NewEvent => ({
  event_type: "model_fallback",
  log_level: "warning",
  iteration_number: call.iteration_number,
  model_involved: call.model_name,
  message: `${call.model_name} failed (${code})${next ? `; ${next.model_name} takes over` : "; nobody is left to take over"}`,
  details: { from: call.model_name, to: next?.model_name ?? null, code, partial_kept: false },
});

const versionOf = (row: ModelResponse): Version => ({
  iteration: row.iteration_number,
  responseId: row.id,
  modelName: row.model_name,
  text: row.response_text ?? "",
  score: null,
  criticism: [],
  evaluationIds: [],
});
