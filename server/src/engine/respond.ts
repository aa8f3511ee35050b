/** Getting an answer or a revision written: by the author, or by the next candidate where one fails. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import {
  answeredIn,
  attemptsOf,
  failedResponse,
  NOT_SENT,
  type Outcome,
  type PlannedCall,
  plannedCall,
} from "./call.ts";
import { roughTokens } from "./cost.ts";
import { leastEvaluationCost } from "./evaluations.ts";
import type { Refusal } from "./journal.ts";
import { splitNotes } from "./output.ts";
import { answerMessages, revisionMessages } from "./prompts.ts";
import { answered, emptyAnswer } from "./revision.ts";
import { versionOf } from "./score.ts";
import { Refused, type Sent, type Step, send } from "./step.ts";
import type { Halt, Opening, Room, Round, Version } from "./thread.ts";
import { fallbackEvent, retriedEvent, waitsEvent } from "./troubles.ts";

/** So many models are tried for one answer before the stage gives up; those of a provider that lets nobody in do not count. */
const MOST_AUTHORS = 3;

/** What holds for every model of a provider: the others need not be asked. */
const OF_PROVIDER: ReadonlySet<FaultCode> = new Set(["provider.key_rejected", "provider.no_credit"]);

/** The first answer, or a revision of the best so far, by the first of the round's authors that can. */
export async function respond(room: Room, round: Round): Promise<Version | Halt> {
  const { iteration, best, wishes, authors } = round;
  const done = answeredIn(room.past.responses, iteration);
  if (done) return versionOf(done, wishes);
  const opening = openingOf(round);
  let last: Failed = { halt: "failed", code: "model.none", detail: "no model was left to answer" };
  let left = MOST_AUTHORS;
  const waiting = [...authors];
  for (let author = waiting.shift(); author && left > 0; author = waiting.shift()) {
    const { model_name, provider, api_key_required } = author;
    const step = `${iteration}.${best === null ? "answer" : "revise"}.${model_name}`;
    const { next, gaveUp } = attemptsOf(room.past.responses, step, room.past.since);
    if (gaveUp) {
      left--;
      continue;
    }
    const plan = planBy(room, author, step, round);
    const reserve = (attempt: number) => reserveFirst(room, (tokens) => plan(next + attempt, tokens), round, opening);
    const sent = await send(
      stepOf(room, plan(next, room.means.limits.answerTokens[0]), reserve),
      room.means,
      room.signal,
    );
    const nextAfter = (code: FaultCode) => {
      if (!api_key_required || !OF_PROVIDER.has(code)) left--;
      else waiting.splice(0, waiting.length, ...waiting.filter((other) => other.provider !== provider));
      return left > 0 ? waiting[0] : undefined;
    };
    const written = await write(room, sent, author, round, nextAfter);
    if (!("halt" in written)) return written;
    last = written;
    if (written.halt !== "failed") break;
  }
  return { ...last, untold: opening.untold() };
}

type Failed = Omit<Halt, "untold">;

/** What goes with the round's first reservation, once. */
type FirstOf = { use(): Opening; used(): void; untold(): Opening["events"] };

function openingOf({ opening }: Round): FirstOf {
  let rest = opening;
  return {
    use: () => rest,
    used: () => {
      rest = { selections: [], events: [], read: null };
    },
    untold: () => rest.events,
  };
}

const stepOf = ({ means }: Room, planned: PlannedCall, reserve: Step["reserve"]): Step => ({
  planned,
  reserve,
  retried: (call, failure, pauseMs) =>
    means.journal.settle({
      ...failedResponse(call, failure),
      events: failure.code === NOT_SENT ? [] : [retriedEvent(call, failure, pauseMs)],
    }),
  waits: (pauseMs) => void means.journal.record({ events: [waitsEvent(planned, pauseMs)] }).catch(() => undefined),
});

/** The call of an author, once its attempt and its length are known. */
function planBy(
  room: Room,
  author: Profile,
  step: string,
  { iteration, best, wishes }: Round,
): (attempt: number, maxOutputTokens: number) => PlannedCall {
  const { tools, tool_choice } = room.asked;
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
      ...(best === null && tools.length > 0 && { tools, ...(tool_choice && { tool_choice }) }),
    });
}

/** The full length where the money reaches, else a short answer, else none. */
async function reserveFirst(
  room: Room,
  planned: (maxOutputTokens: number) => PlannedCall,
  round: Round,
  opening: FirstOf,
): Promise<PlannedCall> {
  const { means, plan } = room;
  const first = round.best === null;
  for (const { tokens, headroom } of lengths(room, planned, round)) {
    const call = planned(tokens);
    const answer = await means.journal.reserve({
      calls: [call],
      headroom,
      thread: {
        thread_status: first ? "responding" : "refining",
        current_iteration: call.iteration_number,
        // The user may have asked for more than was planned.
        max_iterations: Math.max(plan.maxIterations, call.iteration_number),
      },
      ...opening.use(),
    });
    if (answer === "reserved") {
      opening.used();
      return call;
    }
    if (answer !== "cost_limit") throw new Refused(answer);
  }
  throw new Refused("cost_limit");
}

/** A first answer that nobody can judge is still an answer; a revision is worth nothing without its evaluation. */
function lengths(room: Room, planned: (tokens: number) => PlannedCall, { best, wishes }: Round) {
  const [full, ...less] = room.means.limits.answerTokens;
  const headroom = leastEvaluationCost(room, planned(full).profile, wishes);
  // A revision that is cut short could only be worse than what it revises.
  const least = best === null ? 0 : roughTokens(best.text) * 1.25;
  const shorter = [full, ...less.filter((tokens) => tokens >= least)];
  const judged = shorter.map((tokens) => ({ tokens, headroom }));
  return best === null ? [...judged, { tokens: shorter.at(-1) ?? full, headroom: 0 }] : judged;
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
  sent: Sent,
  author: Profile,
  round: Round,
  nextAfter: (code: FaultCode) => Profile | undefined,
): Promise<Version | Failed> {
  const { journal } = room.means;
  if (sent.call === null) {
    const { refusal, detail, aborted } = sent;
    if (refusal) return { halt: refusal, code: codes[refusal], detail };
    if (!aborted)
      await journal.record({
        events: [fallbackEvent(author, round.iteration, nextAfter(sent.code), { ...sent, text: "" })],
      });
    return { halt: aborted ? "aborted" : "failed", code: sent.code, detail };
  }
  const { call, outcome } = sent;
  const { answer, notes } = splitNotes(outcome.text);
  if (outcome.ok && answer !== "") {
    await journal.settle(answered(room, call, { outcome, answer, notes }, round));
    return versionBy(call, outcome, answer, round);
  }
  const code = outcome.ok ? "provider.empty" : outcome.code;
  const detail = outcome.ok ? "the answer was empty" : outcome.detail;
  const settled = outcome.ok ? emptyAnswer(call, outcome) : failedResponse(call, outcome);
  const aborted = !outcome.ok && outcome.aborted;
  const event = fallbackEvent(author, round.iteration, nextAfter(code), { code, detail, text: outcome.text });
  await journal.settle({ ...settled, events: aborted ? [] : [event] });
  return { halt: aborted ? "aborted" : "failed", code, detail };
}

const versionBy = (
  call: PlannedCall,
  { finish_reason }: Outcome & { ok: true },
  text: string,
  { wishes }: Round,
): Version => ({
  iteration: call.iteration_number,
  responseId: call.id,
  modelName: call.model_name,
  text,
  callsTools: finish_reason === "tool_calls",
  score: null,
  criticism: [],
  evaluationIds: [],
  wishes,
});
