/** What is told of calls that failed: another model takes over, the same one is asked again, or has to wait. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import type { Failure, PlannedCall } from "./call.ts";
import type { NewEvent } from "./journal.ts";

export const fallbackEvent = (
  author: Profile,
  iteration_number: number,
  next: Profile | undefined,
  { code, detail, text }: { code: FaultCode; detail: string; text: string },
): NewEvent => ({
  event_type: "model_fallback",
  log_level: "warning",
  iteration_number,
  model_involved: author.model_name,
  message: `${author.model_name} failed (${code})${next ? `; ${next.model_name} takes over` : "; nobody is left to take over"}`,
  details: {
    ...{ from: author.model_name, to: next?.model_name ?? null },
    ...{ code, detail: detail.slice(0, 1_000), partial_kept: text !== "" },
  },
});

export const retriedEvent = (call: PlannedCall, { code, detail }: Failure, pauseMs: number): NewEvent =>
  troubled(call, code, detail, pauseMs, `${call.model_name} failed (${code}); asked again in ${pauseMs} ms`);

export const waitsEvent = (call: PlannedCall, pauseMs: number): NewEvent => {
  const detail = `Its rate limit is reached: the call waits for about ${Math.ceil(pauseMs / 1000)} s`;
  return troubled(call, "provider.rate_limited", detail, pauseMs, `${call.model_name}: ${detail}`);
};

const troubled = (call: PlannedCall, code: FaultCode, detail: string, pauseMs: number, message: string): NewEvent => ({
  event_type: "error_occurred",
  log_level: "warning",
  iteration_number: call.iteration_number,
  model_involved: call.model_name,
  message,
  details: { code, detail: detail.slice(0, 1_000), component: "provider", recoverable: true, retry_after_ms: pauseMs },
});

export const evaluationFailed = (
  { iteration_number, model_name }: Pick<PlannedCall, "iteration_number" | "model_name">,
  code: string,
  detail: string,
  will_retry: boolean,
): NewEvent => ({
  event_type: "evaluation_failed",
  component: "evaluator",
  log_level: "warning",
  iteration_number,
  model_involved: model_name,
  message: `${model_name} could not evaluate (${code})${will_retry ? "; asked once more" : ""}`,
  details: { evaluator_model: model_name, code, detail: detail.slice(0, 1_000), will_retry },
});

/** There is no room for what it might cost at most. */
export const notAsked = ({ iteration_number, model_name, reserved_cost }: PlannedCall): NewEvent => {
  const detail = `it might cost up to $${reserved_cost}, more than the cost limit leaves`;
  const event = evaluationFailed({ iteration_number, model_name }, "budget.exceeded", `not asked: ${detail}`, false);
  return { ...event, message: `${model_name} is not asked to evaluate: ${detail}` };
};
