/** Who did what an event tells. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";

type EventType = ThreadEvent["event_type"];

const byUser: ReadonlySet<EventType> = new Set(["thread_updated", "feedback_received", "stop_requested"]);

const byModel: ReadonlySet<EventType> = new Set([
  ...(["response_generated", "response_delta", "response_snapshot", "evaluation_completed"] as const),
  ...(["evaluation_failed", "criticism_addressed", "model_fallback", "error_occurred", "bill_exceeded"] as const),
]);

/** The user, a model, or null: the server itself, whichever model it may have been about. */
export function actorOf({ event_type, model_involved }: ThreadEvent): { user: true } | { model: string } | null {
  if (byUser.has(event_type)) return { user: true };
  return byModel.has(event_type) && model_involved !== null ? { model: model_involved } : null;
}
