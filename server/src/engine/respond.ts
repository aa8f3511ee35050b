/** Getting an answer or a revision written: by the author, or by the next candidate where one fails. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import { answeredIn, attemptsOf, failedResponse, mayReserveAnew, type PlannedCall, plannedCall, send } from "./call.ts";
import { roughTokens } from "./cost.ts";
import { leastEvaluationCost } from "./evaluations.ts";
import type { NewEvent, Refusal } from "./journal.ts";
import { splitNotes } from "./output.ts";
import { answerMessages, revisionMessages } from "./prompts.ts";
import { answered, emptyAnswer } from "./revision.ts";
import { versionOf } from "./score.ts";
import type { Halt, Opening, Room, Round, Version } from "./thread.ts";

/** So many models are tried for one answer before the stage gives up. */
const MOST_AUTHORS = 3;

/** The first answer, or a revision of the best so far, by the first of the round's authors that can. */
export async function respond(room: Room, round: Round): Promise<Version | Halt> {
  const { iteration, best, wishes, authors } = round;
  const done = answeredIn(room.past.responses, iteration);
  if (done) return versionOf(done, wishes);
  let { opening } = round;
  let last: Halt = {
    halt: "failed",
    code: "model.none",
    detail: "no model was left to answer",
    untold: opening.events,
  };
  const tried = authors.slice(0, MOST_AUTHORS);
  for (const [place, author] of tried.entries()) {
    const step = `${iteration}.${best === null ? "answer" : "revise"}.${author.model_name}`;
    const { next, gaveUp } = attemptsOf(room.past.responses, step, room.past.since);
    if (gaveUp) continue;
    const plan = planBy(room, author, step, round);
    // A revision that is cut short could only be worse than what it revises.
    const least = best === null ? 0 : roughTokens(best.text) * 1.25;
    const terms = { first: best === null, least, headroom: leastEvaluationCost(room, author, wishes) };
    for (let notSent = 0; ; notSent++) {
      const reserved = await reserve(room, (tokens) => plan(next + notSent, tokens), terms, opening);
      if ("halt" in reserved) return reserved;
      opening = { selections: [], events: [], read: null };
      const written = await write(room, reserved, round, tried[place + 1]);
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
  step: string,
  { iteration, best, wishes }: Round,
): (attempt: number, maxOutputTokens: number) => PlannedCall {
  const messages =
    best === null
      ? answerMessages(room.task)
      : revisionMessages(room.task, { answer: best.text, criticisms: best.criticism, wishes });
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
  { means, plan }: Room,
  planned: (maxOutputTokens: number) => PlannedCall,
  { first, least, headroom }: { first: boolean; least: number; headroom: number },
  opening: Opening,
): Promise<PlannedCall | Halt> {
  let refusal: Refusal = "cost_limit";
  const [full, ...less] = means.limits.answerTokens;
  const shorter = [full, ...less.filter((tokens) => tokens >= least)].map((tokens) => ({ tokens, spare: headroom }));
  const shortest = shorter.at(-1)?.tokens ?? full;
  // A first answer that nobody can judge is still an answer; a revision is worth nothing without its evaluation.
  for (const { tokens, spare } of first ? [...shorter, { tokens: shortest, spare: 0 }] : shorter) {
    const call = planned(tokens);
    const thread_status = first ? "responding" : "refining";
    const answer = await means.journal.reserve({
      calls: [call],
      headroom: spare,
      thread: {
        thread_status,
        current_iteration: call.iteration_number,
        // The user may have asked for more than was planned.
        max_iterations: Math.max(plan.maxIterations, call.iteration_number),
      },
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
  { best, wishes }: Round,
  next: Profile | undefined,
): Promise<Version | Halt> {
  const { journal } = room.means;
  const outcome = await send(call, room.means, room.signal);
  const { answer, notes } = splitNotes(outcome.text);
  if (outcome.ok && answer !== "") {
    await journal.settle(answered(room, call, { outcome, answer, notes }, { best, wishes }));
    return {
      iteration: call.iteration_number,
      responseId: call.id,
      modelName: call.model_name,
      text: answer,
      score: null,
      criticism: [],
      evaluationIds: [],
      wishes,
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

const fallbackEvent = (call: PlannedCall, next: Profile | undefined, code: string): NewEvent => ({
  event_type: "model_fallback",
  log_level: "warning",
  iteration_number: call.iteration_number,
  model_involved: call.model_name,
  message: `${call.model_name} failed (${code})${next ? `; ${next.model_name} takes over` : "; nobody is left to take over"}`,
  details: { from: call.model_name, to: next?.model_name ?? null, code, partial_kept: false },
});
