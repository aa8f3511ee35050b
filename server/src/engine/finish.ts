/** The end of a thread: the best version, not the last, and why it ended. */
import type { StopReason } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import { answeredIn } from "./call.ts";
import type { Ending, Journal, NewEvent, Past } from "./journal.ts";
import { versionOf } from "./score.ts";
import type { Halt, Version } from "./thread.ts";

export type Close = {
  best: Version | null;
  versions: readonly Version[];
  stopReason: StopReason;
  /** Used when there is no answer at all. */
  failure: { code: FaultCode; detail: string };
  selections: Ending["selections"];
  outcomes: Ending["outcomes"];
  events: readonly NewEvent[];
};

/**
 * `completed` when there is an answer, whatever stopped it; else `failed` with the fault's code.
 * `read`: the requests this end rests on; when another came in since, it answers `asked_again`. Without: whatever was asked.
 */
export async function finish(journal: Journal, close: Close, read?: number): Promise<"finished" | "asked_again"> {
  const { best, versions, failure } = close;
  const failed = best === null;
  const ending: Omit<Ending, "request_no"> = {
    thread_status: failed ? "failed" : "completed",
    stop_reason: failed ? null : close.stopReason,
    failure_reason: failed ? failure.code : null,
    best: best && {
      response_id: best.responseId,
      model_name: best.modelName,
      iteration: best.iteration,
      score: best.score,
      text: best.text,
    },
    iterations: versions.length,
    max_iterations_reached: close.stopReason === "max_iterations" && !failed,
    selections: close.selections,
    outcomes: close.outcomes,
    events: failed ? [...close.events, failureEvent(failure)] : close.events,
    message: failed
      ? `Failed: ${failure.detail}`
      : `Finished (${close.stopReason}) with iteration ${best.iteration}, score ${best.score ?? "none"}`,
  };
  if (read !== undefined) return journal.finish({ ...ending, request_no: read });
  for (;;) {
    const { request_no } = await journal.requests();
    if ((await journal.finish({ ...ending, request_no })) === "finished") return "finished";
  }
}

/** The end of a thread that got no further than what earlier workers have left. */
export function closeWithout(halt: Halt, { responses }: Past): Close {
  const answered = responses.flatMap((row) => answeredIn([row], row.iteration_number) ?? []);
  const best = answered.find((row) => row.is_selected_best) ?? answered[0];
  return {
    best: best ? { ...versionOf(best), score: best.selection_score } : null,
    versions: answered.map((row) => versionOf(row)),
    stopReason: stopReasonOf(halt),
    failure: halt,
    selections: [],
    outcomes: [],
    events: [],
  };
}

/** What a stage's halt means for a thread that has an answer already. A revision nobody could write improves nothing: a plateau. */
export function stopReasonOf({ halt, code }: Halt): StopReason {
  if (halt === "cost_limit" || halt === "unknown_price") return "cost_limit";
  if (halt === "deadline" || code === "deadline.passed") return "deadline";
  return halt === "failed" ? "plateau" : "stopped";
}

const failureEvent = (failure: Close["failure"]): NewEvent => ({
  event_type: "error_occurred",
  log_level: "error",
  message: `No answer: ${failure.detail}`.slice(0, 2_000),
  details: {
    code: failure.code,
    detail: failure.detail.slice(0, 2_000),
    component: "orchestrator",
    recoverable: false,
    retry_after_ms: null,
  },
});
