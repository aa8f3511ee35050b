/** Having an answer judged: all evaluators at once, each in a fixed form, one repair each; one that fails is an event, not a failure. */
import type { Evaluated, ModelEvaluation, Profile } from "@orchestratex/sdk/contract";
import { attemptsOf, billFor, failedResponse, NOT_SENT, type Outcome, type PlannedCall, plannedCall } from "./call.ts";
import { capFor, reserveFor } from "./cost.ts";
import { counted, overallScore, specialityMatch } from "./evaluate.ts";
import type { NewEvent, Settlement } from "./journal.ts";
import { readEvaluation } from "./output.ts";
import { evaluationMessages, evaluationSchema, repairMessages } from "./prompts.ts";
import { openStage, type Stage } from "./stage.ts";
import { Refused, send } from "./step.ts";
import type { Room, Version, Wishes } from "./thread.ts";
import { evaluationFailed, waitsEvent } from "./troubles.ts";

export type Judgement = Pick<ModelEvaluation, "id" | "evaluator_model" | "overall_score" | "criticisms">;

/**
 * The evaluations of a version, in the evaluators' order; fewer than asked where one failed or the money does not reach.
 * `previous`: the best version so far, for a revision. `moneyRefused`: there was room for no evaluator at all.
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
  const stage = openStage(open, (calls) => reserveThatFit(room, calls));
  const fresh = await all(open.map((call) => judged(room, version, call, { stage })));
  return {
    judgements: inOrder([...past, ...fresh.filter((row) => row !== null)]),
    moneyRefused: stage.moneyRefused(),
  };
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

/** The whole stage is reserved at once; where the money does not reach, the last evaluator is left out and it is tried again. */
async function reserveThatFit(
  { means }: Room,
  calls: readonly PlannedCall[],
): Promise<readonly PlannedCall[] | "cost_limit"> {
  if (calls.length === 0) return [];
  for (let count = calls.length; count > 0; count--) {
    const stage = calls.slice(0, count);
    const answer = await means.journal.reserve({
      calls: stage,
      ...nothingElse,
      thread: { thread_status: "evaluating" },
    });
    if (answer === "reserved") return stage;
    if (answer !== "cost_limit") return [];
  }
  return "cost_limit";
}

/** `stage`: of the first call; a repair is reserved alone. */
async function judged(
  room: Room,
  version: Version,
  planned: PlannedCall,
  { stage }: { stage: Stage | null },
): Promise<Judgement | null> {
  const { journal } = room.means;
  const sent = await send(stepOf(room, planned, stage), room.means, room.signal).finally(() => stage?.leave(planned));
  if (sent.call === null) {
    if (!sent.refusal && !sent.aborted)
      await journal.record({ events: [evaluationFailed(planned, sent.code, sent.detail, false)] });
    if (sent.refusal && !stage)
      await journal.record({
        events: [evaluationFailed(planned, "model.output_invalid", `not asked again: ${sent.refusal}`, false)],
      });
    return null;
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

function evaluationRow(
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

function completed(
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

function unreadable(call: PlannedCall, outcome: Outcome & { ok: true }, problem: string, retry: boolean): Settlement {
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
