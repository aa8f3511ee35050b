/** Having an answer judged: all evaluators at once, each in a fixed form, one repair each; one that fails is an event, not a failure. */
import type { ModelEvaluation, Profile } from "@orchestratex/sdk/contract";
import { attemptsOf, failedResponse, NOT_SENT, type Outcome, type PlannedCall, plannedCall } from "./call.ts";
import { capFor, reserveFor } from "./cost.ts";
import type { Refusal } from "./journal.ts";
import { completed, evaluationRow, unreadable } from "./judged.ts";
import { readEvaluation } from "./output.ts";
import { evaluationMessages, evaluationSchema, repairMessages } from "./prompts.ts";
import { openStage, type Reserved, type Stage } from "./stage.ts";
import { Refused, send } from "./step.ts";
import type { Room, Version, Wishes } from "./thread.ts";
import { evaluationFailed, notAsked, waitsEvent } from "./troubles.ts";

export type Judgement = Pick<ModelEvaluation, "id" | "evaluator_model" | "overall_score" | "criticisms">;

/**
 * The evaluations of a version, in the evaluators' order; fewer than asked where one failed or the money does not reach.
 * `previous`: the best version so far, for a revision. `moneyRefused`: an evaluator was not asked for want of money.
 */
export async function evaluations(
  room: Room,
  version: Version,
  previous: Version | null,
): Promise<{ judgements: Judgement[]; moneyRefused: boolean }> {
  const messages = evaluationMessages(room.task, {
    answer: version.text,
    previous: previous && { answer: previous.text, open: previous.criticism },
    wishes: version.wishes,
  });
  // In the order of the evaluators, whoever was faster: the points of criticism are numbered by it, also after a restart.
  const place = ({ evaluator_model }: Judgement) =>
    room.cast.evaluators.findIndex(({ model_name }) => model_name === evaluator_model);
  const inOrder = (rows: readonly Judgement[]) => rows.toSorted((a, b) => place(a) - place(b));
  const past = room.past.evaluations.filter((row) => row.evaluated_response_id === version.responseId);
  if (version.callsTools || room.past.told.includes(version.iteration))
    return { judgements: inOrder(past), moneyRefused: false };
  const open = room.cast.evaluators.flatMap((profile) => {
    if (profile.model_name === version.modelName) return [];
    const step = `${version.iteration}.evaluate.${profile.model_name}`;
    const { next, done, gaveUp } = attemptsOf(room.past.responses, step, room.past.since);
    if (done || (gaveUp && next > 2)) return [];
    return [planned(room, version, profile, step, next, messages)];
  });
  const { fresh, refused } = await inTurns(room, version, open);
  return { judgements: inOrder([...past, ...fresh]), moneyRefused: refused };
}

/**
 * All at once. Who was left out for want of money has its turn when that of the others, who seldom cost what is reserved for
 * them, has come free; who does not fit even then is not asked, and that is told.
 */
async function inTurns(
  room: Room,
  version: Version,
  open: readonly PlannedCall[],
): Promise<{ fresh: Judgement[]; refused: boolean }> {
  const fresh: Judgement[] = [];
  for (let left = open; ; ) {
    const stage = openStage(left, (calls) => reserveThatFit(room, calls));
    const came = await all(left.map((call) => judged(room, version, call, { stage })));
    fresh.push(...came.filter((one) => one !== null && typeof one === "object"));
    const refused = left.filter((_, at) => came[at] === "cost_limit");
    if (refused.length > 0 && refused.length < left.length) {
      left = refused;
      continue;
    }
    if (refused.length > 0) await room.means.journal.record({ events: refused.map(notAsked) });
    return { fresh, refused: refused.length > 0 };
  }
}

/** As `Promise.all`, but nothing is left running: every call has been settled when the first fault is thrown. */
async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** The least that judging an answer of this author will take: one evaluator, the cheapest, on an answer of full length. */
export function leastEvaluationCost(room: Room, author: Profile, wishes: Wishes): number {
  const { limits } = room.means;
  const messages = evaluationMessages(room.task, {
    answer: "x".repeat(limits.answerTokens[0]),
    previous: null,
    wishes,
  });
  const costs = room.cast.evaluators
    .filter((profile) => profile !== author)
    .map((profile) => reserveFor(messages, capFor(limits.evaluationTokens, profile), profile) ?? 0);
  return costs.length > 0 ? Math.min(...costs) : 0;
}

const planned = (
  room: Room,
  version: Version,
  profile: Profile,
  step: string,
  attempt: number,
  messages: PlannedCall["messages"],
): PlannedCall =>
  plannedCall({
    id: room.means.newId(),
    step,
    attempt,
    iteration_number: version.iteration,
    profile,
    role: "evaluator",
    response_type: "evaluation",
    context_provided: room.task.context,
    parent_response_id: version.responseId,
    criticism_addressed: [],
    messages,
    max_output_tokens: room.means.limits.evaluationTokens,
    response_schema: evaluationSchema,
  });

/** The whole stage is reserved at once; where the money does not reach, the dearest call is left out and it is tried again. */
async function reserveThatFit({ means }: Room, calls: readonly PlannedCall[]): Promise<Reserved> {
  for (let stage = calls; ; stage = withoutDearest(stage)) {
    const answer = await means.journal.reserve({
      calls: stage,
      ...nothingElse,
      thread: { thread_status: "evaluating" },
    });
    if (answer === "reserved") return { reserved: stage, refusal: "cost_limit" };
    if (answer !== "cost_limit" || stage.length === 1) return { reserved: [], refusal: answer };
  }
}

/** Of several that are as dear, the last. */
function withoutDearest(calls: readonly PlannedCall[]): readonly PlannedCall[] {
  const costs = calls.map(({ reserved_cost }) => reserved_cost ?? 0);
  return calls.toSpliced(costs.lastIndexOf(Math.max(...costs)), 1);
}

/** `stage`: of the first call; a repair is reserved alone. The refusal, where the stage had no room for it; null: it failed. */
async function judged(
  room: Room,
  version: Version,
  planned: PlannedCall,
  { stage }: { stage: Stage | null },
): Promise<Judgement | Refusal | null> {
  const { journal } = room.means;
  const sent = await send(stepOf(room, planned, stage), room.means, room.signal).finally(() => stage?.leave(planned));
  if (sent.call === null) {
    if (!sent.refusal && !sent.aborted)
      await journal.record({ events: [evaluationFailed(planned, sent.code, sent.detail, false)] });
    if (sent.refusal && !stage)
      await journal.record({
        events: [evaluationFailed(planned, "model.output_invalid", `not asked again: ${sent.refusal}`, false)],
      });
    return stage && sent.refusal;
  }
  const { call, outcome } = sent;
  if (!outcome.ok) {
    const events = outcome.aborted ? [] : [evaluationFailed(call, outcome.code, outcome.detail, false)];
    await journal.settle({ ...failedResponse(call, outcome), events });
    return null;
  }
  const read = readEvaluation(outcome.text, version.text);
  if ("evaluated" in read) {
    const row = evaluationRow(room, version, call, outcome, read.evaluated);
    await journal.settle(completed(call, outcome, row));
    return row;
  }
  const retry = stage !== null && planned.attempt < 2 && !room.signal.aborted;
  await journal.settle(unreadable(call, outcome, read.problem, retry));
  if (!retry) return null;
  const again = { ...call, ...otherwise(call, outcome, read.problem), attempt: call.attempt + 1 };
  return judged(room, version, plannedCall({ ...again, id: room.means.newId() }), { stage: null });
}

/** A model that thinks may use up its room before the form is filled. */
const ROOM_TO_THINK = 4;

/** How it is asked once more: for what was cut there is more room, what does not fit is shown with its faults. */
const otherwise = (call: PlannedCall, { text, finish_reason }: Outcome & { ok: true }, problem: string) =>
  finish_reason === "length"
    ? { max_output_tokens: ROOM_TO_THINK * call.max_output_tokens }
    : { messages: repairMessages(call.messages, text, problem) };

function stepOf(room: Room, planned: PlannedCall, stage: Stage | null) {
  const { journal, newId } = room.means;
  return {
    planned,
    async reserve(attempt: number): Promise<PlannedCall> {
      if (attempt === 0 && stage) return stage.join(planned);
      const again = attempt === 0 ? planned : { ...planned, id: newId(), attempt: planned.attempt + attempt };
      const answer = await journal.reserve({ ...nothingElse, calls: [again], thread: {} });
      if (answer !== "reserved") throw new Refused(answer);
      return again;
    },
    retried: (call: PlannedCall, failure: Outcome & { ok: false }) =>
      journal.settle({
        ...failedResponse(call, failure),
        events: failure.code === NOT_SENT ? [] : [evaluationFailed(call, failure.code, failure.detail, true)],
      }),
    waits(pauseMs: number) {
      stage?.leave(planned);
      void journal.record({ events: [waitsEvent(planned, pauseMs)] }).catch(() => undefined);
    },
  };
}

const nothingElse = { headroom: 0, read: null, selections: [], events: [] };
