/** Who did what an event tells, and what it says in the page's own words. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Words } from "../i18n/words.tsx";
import { nameOf } from "../ui/tones.ts";

type EventType = ThreadEvent["event_type"];

const byUser: ReadonlySet<EventType> = new Set(["thread_updated", "feedback_received", "stop_requested"]);

const byModel: ReadonlySet<EventType> = new Set([
  ...(["response_generated", "response_delta", "response_snapshot", "evaluation_completed"] as const),
  ...(["evaluation_failed", "criticism_addressed", "model_fallback", "error_occurred", "bill_exceeded"] as const),
]);

/** `user`, a model's name, or null: the server itself, whichever model it may have been about. */
export function actorOf({ event_type, model_involved }: ThreadEvent): { user: true } | { model: string } | null {
  if (byUser.has(event_type)) return { user: true };
  return byModel.has(event_type) && model_involved !== null ? { model: model_involved } : null;
}

type Speaker = Pick<Words, "t" | "word" | "score">;

/** null: the server's own sentence is as good. */
export function sayingOf(event: ThreadEvent, words: Speaker): string | null {
  const { t, word, score } = words;
  switch (event.event_type) {
    case "orchestration_started":
      return event.details.resumed ? null : t("versions.log.started", { mode: word("mode", event.details.mode) });
    case "model_selected": {
      const { selected_model, selection_strategy, evaluators } = event.details;
      const strategy = word("strategy", selection_strategy);
      return t("versions.log.chosen", { model: nameOf(selected_model), strategy, count: evaluators.length });
    }
    case "iteration_completed": {
      const { score: points, decision } = event.details;
      const number = event.iteration_number ?? 1;
      const what = decision === "refine" ? t("versions.log.refine") : word("stop", decision);
      return points === null
        ? t("versions.log.decidedBlind", { number, what })
        : t("versions.log.decided", { number, what, score: score(points) });
    }
    case "orchestration_finished":
      return endingOf(event.details, words);
    case "stop_requested":
      return t(event.details.when === "now" ? "versions.log.stopNow" : "versions.log.stopAfter");
    default:
      return null;
  }
}

type Ending = Extract<ThreadEvent, { event_type: "orchestration_finished" }>["details"];

function endingOf({ failure_reason, stop_reason, best_iteration, final_quality_score }: Ending, words: Speaker) {
  const { t, word, score } = words;
  if (failure_reason !== null) return t("versions.log.ended", { why: word("thread.fault", failure_reason) });
  if (stop_reason === null || best_iteration === null) return null;
  const why = word("stop", stop_reason);
  return final_quality_score === null
    ? t("versions.log.endedWith", { why, number: best_iteration })
    : t("versions.log.endedScored", { why, number: best_iteration, score: score(final_quality_score) });
}
