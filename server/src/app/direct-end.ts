/** How a call of a model asked directly is settled, and how its thread ends. */
import { costOf, roughTokens } from "../engine/cost.ts";
import type { ToolCall } from "../engine/direct.ts";
import type { NewEvent } from "../engine/journal.ts";
import { AppError } from "../errors.ts";
import { type ModelEvent, type ModelRequest, ProviderError } from "../providers/provider.ts";
import type { EndDirect } from "../store/direct.ts";
import type { Books } from "../store/journal.ts";
import { answerText, promptText, tokensOf } from "./direct-request.ts";
import { whileAway } from "./means.ts";

/** A thread of a model asked directly has one worker: the process that began it. */
export const EPOCH = 1;

export type Answer = { text: string; toolCalls: readonly ToolCall[] };

/** The call under way: as reserved, and when, by a clock that may stand still and by one that may be set. */
export type Reserved = { request: ModelRequest; cost: number | null; since: number; wall: number };

export type Outcome = Pick<EndDirect, "response" | "hold" | "failure">;

export function answered(
  { request }: Reserved,
  answer: Answer & Extract<ModelEvent, { type: "end" }>,
  elapsedMs: number,
): Outcome {
  const { usage, finish_reason } = answer;
  const text = answerText(answer.text, answer.toolCalls);
  const cost = usage === null ? likelyCost(request, text) : costOf(usage, request.profile);
  return {
    response: {
      id: request.id,
      status: "completed",
      response_text: text,
      response_time: elapsedMs,
      tokens_used: usage && tokensOf(usage),
      cost,
      cost_source: cost === null ? "unknown" : usage === null ? "estimated" : "provider",
      error_message: null,
      finish_reason,
    },
    hold: usage === null || cost === null ? "unconfirmed" : "spent",
    failure: null,
  };
}

/** `aborted`: the caller has gone, or another has stopped it. */
export function failed(
  { request, cost }: Reserved,
  { code, detail, free }: Failure,
  answer: Answer,
  elapsedMs: number,
): Outcome {
  const text = answerText(answer.text, answer.toolCalls);
  return {
    response: {
      id: request.id,
      status: "failed",
      response_text: text === "" ? null : text,
      response_time: elapsedMs,
      tokens_used: null,
      cost: free ? 0 : likelyCost(request, text),
      cost_source: free ? "provider" : cost === null ? "unknown" : "estimated",
      error_message: ABORTS.has(code) ? "aborted" : `${code}: ${detail}`.slice(0, 2_000),
      finish_reason: null,
    },
    hold: free ? "released" : "unconfirmed",
    failure: { code, detail },
  };
}

/** They say nothing of the model. */
const ABORTS = new Set(["thread.stopped", "deadline.passed", "server.stopping", "call.lost"]);

export type Failure = { code: string; detail: string; free: boolean };

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

/**
 * Settles and ends by two transactions where one would not do. `outcome` null: no call is under way. Throws `call.lost` where the
 * thread is another's by now; the bill is put right all the same.
 */
export async function endAlone(
  books: Books,
  thread: { thread_id: string; model_name: string },
  { outcome, failure }: { outcome: Outcome | null; failure: EndDirect["failure"] },
): Promise<void> {
  const { thread_id, model_name } = thread;
  const refuseLost = (code: string) => {
    if (code === "late" || code === "fenced") throw new AppError("call.lost", "Another process has taken the thread");
  };
  if (outcome) {
    const { response, hold } = outcome;
    const settlement = { response, hold, events: failure ? [] : [generated(model_name, response)] };
    refuseLost((await whileAway(() => books.settle(thread_id, EPOCH, settlement))).code);
  }
  const ending = {
    thread_status: failure ? "failed" : "completed",
    stop_reason: failure ? null : "no_evaluators",
    failure_reason: failure?.code ?? null,
    best: outcome &&
      !failure && {
        response_id: outcome.response.id,
        model_name,
        iteration: 1,
        score: null,
        text: outcome.response.response_text ?? "",
      },
    iterations: failure ? 0 : 1,
    max_iterations_reached: false,
    ...{ selections: [], outcomes: [] },
    events: failure ? [failureEvent(failure, null)] : [],
    message: failure ? `Failed: ${failure.detail}` : "Finished",
  };
  for (;;) {
    const { request_no } = await whileAway(() => books.requests(thread_id));
    const { code } = await whileAway(() => books.finish(thread_id, EPOCH, { ...ending, request_no }));
    refuseLost(code);
    if (code === "finished") return;
  }
}

const generated = (model_name: string, { id, ...response }: EndDirect["response"]): NewEvent => ({
  event_type: "response_generated",
  model_involved: model_name,
  processing_time: response.response_time,
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
export const failureEvent = ({ code, detail }: { code: string; detail: string }, pauseMs: number | null): NewEvent => ({
  event_type: "error_occurred",
  log_level: pauseMs === null ? "error" : "warning",
  message: `${pauseMs === null ? "No answer" : "An attempt failed"}: ${detail}`,
  details: { code, detail, component: "provider", recoverable: pauseMs !== null, retry_after_ms: pauseMs },
});
