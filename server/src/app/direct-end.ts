/** How a call of a model asked directly is settled, and how its thread ends. */
import { costOf, roughTokens } from "../engine/cost.ts";
import type { ToolCall } from "../engine/direct.ts";
import { answerText } from "../engine/tool-calls.ts";
import { AppError } from "../errors.ts";
import { type ModelEvent, type ModelRequest, ProviderError } from "../providers/provider.ts";
import type { EndDirect, EndEvent } from "../store/direct.ts";
import type { Books } from "../store/journal.ts";
import { promptText, tokensOf } from "./direct-request.ts";
import { whileAway } from "./means.ts";

/** A thread of a model asked directly has one worker: the process that began it. */
export const EPOCH = 1;

export type Answer = { text: string; toolCalls: readonly ToolCall[] };

/** The call under way: as reserved, and when, by a clock that may stand still and by one that may be set. */
export type Reserved = { request: ModelRequest; cost: number | null; since: number; wall: number };

/** What became of a call, as its row has it. */
export type Outcome = Pick<EndDirect, "id" | "status" | "response_text" | "response_time" | "tokens_used" | "cost"> &
  Pick<EndDirect, "cost_source" | "error_message" | "finish_reason" | "hold"> & { failure: Failed | null };

export type Failed = { code: string; detail: string };

export function answered(
  { request }: Reserved,
  answer: Answer & Extract<ModelEvent, { type: "end" }>,
  elapsedMs: number,
): Outcome {
  const { usage, finish_reason } = answer;
  const text = answerText(answer.text, answer.toolCalls);
  const cost = usage === null ? likelyCost(request, text) : costOf(usage, request.profile);
  return {
    id: request.id,
    status: "completed",
    response_text: text,
    response_time: elapsedMs,
    tokens_used: usage && tokensOf(usage),
    cost,
    cost_source: cost === null ? "unknown" : usage === null ? "estimated" : "provider",
    error_message: null,
    finish_reason,
    hold: usage === null || cost === null ? "unconfirmed" : "spent",
    failure: null,
  };
}

export function failed(
  { request, cost }: Reserved,
  { code, detail, free }: Failure,
  answer: Answer,
  elapsedMs: number,
): Outcome {
  const text = answerText(answer.text, answer.toolCalls);
  return {
    id: request.id,
    status: "failed",
    response_text: text === "" ? null : text,
    response_time: elapsedMs,
    tokens_used: null,
    cost: free ? 0 : likelyCost(request, text),
    cost_source: free ? "provider" : cost === null ? "unknown" : "estimated",
    error_message: aborts.has(code) ? "aborted" : `${code}: ${detail}`.slice(0, 2_000),
    finish_reason: null,
    hold: free ? "released" : "unconfirmed",
    failure: { code, detail },
  };
}

/** They say nothing of the model. */
const aborts = new Set(["thread.stopped", "deadline.passed", "server.stopping", "call.lost"]);

export type Failure = Failed & { free: boolean };

/** What is told of an error: never more than the error's own words, and nothing of what is none of ours. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AppError)) return { code: "internal", detail: "Something failed on our side", free: false };
  const free = error instanceof ProviderError ? error.free : refusals.has(error.code);
  return { code: error.code, detail: error.message.slice(0, 2_000), free };
}

/** Of providers that say nothing of the money. */
const refusals = new Set(["provider.rate_limited", "provider.rejected"]);

/** What a call without a bill probably cost, for people; it never releases money. */
const likelyCost = ({ messages, profile }: ModelRequest, text: string): number | null =>
  costOf({ input: roughTokens(promptText(messages)), output: roughTokens(text) }, profile);

type Thread = Pick<EndDirect, "thread_id" | "session_id" | "model_name" | "simulated">;

/** The call and its thread, ended at once. */
export function endOf(
  thread: Thread,
  { failure, ...response }: Outcome,
  { reserved_cost, elapsed }: Pick<EndDirect, "reserved_cost" | "elapsed">,
): EndDirect {
  const total_cost = response.hold === "spent" ? response.cost : 0;
  const told = failure ? failureEvent(failure, null) : generated(thread.model_name, response);
  const isAnswered = failure === null;
  const finished = {
    thread_status: isAnswered ? "completed" : "failed",
    stop_reason: isAnswered ? STOP_REASON : null,
    failure_reason: failure?.code ?? null,
    final_response: isAnswered ? response.response_text : null,
    final_quality_score: null,
    best_iteration: isAnswered ? 1 : null,
    best_response_id: isAnswered ? response.id : null,
    best_model_id: isAnswered ? thread.model_name : null,
    iterations: isAnswered ? 1 : 0,
    cost_is_estimated: response.cost_source !== "provider",
    total_tokens_used: response.tokens_used?.total_tokens ?? 0,
    total_time_spent: elapsed,
  };
  return {
    ...thread,
    ...response,
    epoch: EPOCH,
    reserved_cost,
    failure_code: failure?.code ?? null,
    elapsed,
    events: [
      { ...told, processing_time: response.response_time, details: { total_cost, ...told.details } },
      {
        event_type: "orchestration_finished",
        log_level: "info",
        message: endMessage(failure),
        processing_time: elapsed,
        details: { total_cost, ...finished },
      },
    ],
  };
}

/** Nobody judges an answer that was asked for directly. */
export const STOP_REASON = "no_evaluators" as const;

const endMessage = (failure: Failed | null): string => (failure ? `Failed: ${failure.detail}` : "Finished");

/**
 * Settles and ends by two transactions where one would not do. `outcome` null: no call is under way. Throws `call.lost` where the
 * thread is another's by now; the bill is put right all the same.
 */
export async function endAlone(
  books: Books,
  { thread_id, model_name }: Pick<Thread, "thread_id" | "model_name">,
  outcome: Outcome | null,
  failure: Failed | null,
): Promise<void> {
  const refuseLost = (code: string) => {
    if (code === "late" || code === "fenced") throw lost();
  };
  if (outcome) {
    const { hold, failure: why, ...response } = outcome;
    const settlement = { response, hold, events: why ? [] : [generated(model_name, response)] };
    refuseLost((await whileAway(() => books.settle(thread_id, EPOCH, settlement))).code);
  }
  const best = { response_id: outcome?.id, model_name, iteration: 1, score: null, text: outcome?.response_text };
  const ending = {
    thread_status: failure ? "failed" : "completed",
    stop_reason: failure ? null : STOP_REASON,
    failure_reason: failure?.code ?? null,
    best: failure ? null : best,
    iterations: failure ? 0 : 1,
    max_iterations_reached: false,
    ...{ selections: [], outcomes: [] },
    events: failure ? [failureEvent(failure, null)] : [],
    message: endMessage(failure),
  };
  for (;;) {
    const { request_no } = await whileAway(() => books.requests(thread_id));
    const { code } = await whileAway(() => books.finish(thread_id, EPOCH, { ...ending, request_no }));
    refuseLost(code);
    if (code === "finished") return;
  }
}

export const lost = () => new AppError("call.lost", "Another process has taken the thread");

type Told = Omit<EndEvent, "processing_time">;

const generated = (model_name: string, { id, ...response }: Omit<Outcome, "failure" | "hold">): Told => ({
  event_type: "response_generated",
  log_level: "info",
  message: `${model_name} wrote an answer in ${response.response_time} ms`,
  details: {
    response_id: id,
    role: "primary",
    response_text: response.response_text,
    confidence_score: null,
    tokens_used: response.tokens_used,
    cost: response.cost,
    cost_source: response.cost_source,
    response_time: response.response_time,
    finish_reason: response.finish_reason,
  },
});

/** `pauseMs`: another attempt follows; null: none does. */
export const failureEvent = ({ code, detail }: Failed, pauseMs: number | null): Told => ({
  event_type: "error_occurred",
  log_level: pauseMs === null ? "error" : "warning",
  message: `${pauseMs === null ? "No answer" : "An attempt failed"}: ${detail}`,
  details: { code, detail, component: "provider", recoverable: pauseMs !== null, retry_after_ms: pauseMs },
});
