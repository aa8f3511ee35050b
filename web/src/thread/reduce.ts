/** Events into the view of a thread: pure, in any pieces, each event once. What is not known is passed over. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import {
  addressed,
  begun,
  endedWith,
  evaluated,
  iterationDone,
  leadBy,
  merged,
  withIteration,
  written,
} from "./reduce-iteration.ts";
import { type EventOf, emptyView, type Phase, type ThreadView, type Trouble } from "./view.ts";

export const viewOf = (events: readonly ThreadEvent[]): ThreadView => reduceAll(emptyView, events);

export const reduceAll = (view: ThreadView, events: readonly ThreadEvent[]): ThreadView => events.reduce(reduce, view);

export function reduce(view: ThreadView, event: ThreadEvent): ThreadView {
  if (event.seq !== null && event.seq <= view.lastSeq) return view;
  const take = steps[event.event_type] as ((view: ThreadView, event: ThreadEvent) => ThreadView) | undefined;
  const next = take ? take(view, event) : view;
  if (event.seq === null) return next;
  const { total_cost } = event.details as { total_cost?: number };
  return {
    ...next,
    lastSeq: event.seq,
    simulated: next.simulated || event.simulated,
    totalCost: total_cost ?? next.totalCost,
  };
}

type Step<Type extends ThreadEvent["event_type"]> = (view: ThreadView, event: EventOf<Type>) => ThreadView;

const inPhase = (view: ThreadView, phase: Phase): ThreadView => ({ ...view, phase });

const started: Step<"orchestration_started"> = (view, { details, timestamp }) => {
  const { total_cost: _, resumed, ...start } = details;
  return {
    ...view,
    start: { ...start, at: view.start?.at ?? timestamp },
    resumed: view.resumed + (resumed ? 1 : 0),
    phase: whereItStands(view),
    // What was being written is written anew.
    draft: null,
    finish: null,
    stopRequested: resumed ? view.stopRequested : null,
  };
};

/** What comes next where something was done before. */
function whereItStands({ iterations, choice, analysis }: ThreadView): Phase {
  const last = iterations.findLast(({ version }) => version !== null);
  if (last) return last.decision === null && last.judgements.length > 0 ? "judging" : "refining";
  return choice ? "answering" : analysis ? "choosing" : "analyzing";
}

const selected: Step<"model_selected"> = (view, { details, timestamp }) =>
  withIteration({ ...view, choice: { ...details, at: timestamp }, phase: "answering" }, 1, (iteration) => ({
    ...iteration,
    author: details.selected_model,
    startedAt: timestamp,
  }));

const delta: Step<"response_delta"> = (view, { details, iteration_number, model_involved }) => {
  const { response_id, role, offset, text } = details;
  const known = view.draft?.responseId === response_id ? view.draft : null;
  // Pieces whose beginning was missed say nothing: a snapshot brings the whole.
  if (offset > (known?.text.length ?? 0)) return view;
  const whole = (known?.text ?? "").slice(0, offset) + text;
  return drafting(view, { response_id, role, text: whole }, iteration_number, model_involved);
};

const drafting = (
  view: ThreadView,
  { response_id, role, text }: { response_id: string; role: "primary" | "refiner"; text: string },
  iteration: number | null,
  model: string | null,
): ThreadView => {
  if (view.iterations.some(({ version }) => version?.responseId === response_id)) return view;
  const number = iteration ?? view.draft?.iteration ?? Math.max(1, view.iterations.length);
  const draft = { responseId: response_id, iteration: number, model: model ?? view.draft?.model ?? "", role, text };
  return { ...view, draft, phase: role === "refiner" ? "refining" : "answering" };
};

const troubled = (view: ThreadView, trouble: Trouble): ThreadView => ({
  ...view,
  troubles: [...view.troubles, trouble],
});

const troubleOf = (
  event: ThreadEvent,
  rest: Pick<Trouble, "kind" | "code" | "detail"> & Partial<Trouble>,
): Trouble => ({
  ...{ seq: event.seq ?? 0, iteration: event.iteration_number, model: event.model_involved, at: event.timestamp },
  ...{ to: null, recoverable: true, retryAfterMs: null },
  ...rest,
});

/** A call that the money did not reach for. */
const UNPAID = ["budget.exceeded", "cost_limit"];

const evaluationFailed: Step<"evaluation_failed"> = (view, event) => {
  const { evaluator_model: model, code, detail, will_retry } = event.details;
  const trouble = troubleOf(event, { kind: "evaluation", model, code, detail, recoverable: will_retry });
  const number = event.iteration_number ?? view.iterations.length;
  const unpaid = UNPAID.includes(code);
  const end = will_retry
    ? {}
    : { state: unpaid ? ("unasked" as const) : ("failed" as const), endedAt: event.timestamp };
  // A limit that was kept is no failure.
  return withIteration(unpaid ? view : troubled(view, trouble), number, (iteration) => ({
    ...iteration,
    judgements: iteration.judgements.map((one) =>
      one.model === model && one.state === "running" ? { ...one, trouble, ...end } : one,
    ),
  }));
};

const fellBack: Step<"model_fallback"> = (view, event) => {
  const { from, to, code, detail } = event.details;
  const trouble = troubleOf(event, {
    ...{ kind: "fallback", model: from, to, code, detail: detail ?? event.message, recoverable: to !== null },
  });
  const number = event.iteration_number ?? Math.max(1, view.iterations.length);
  const next = withIteration(troubled(view, trouble), number, (one) => ({ ...one, author: to ?? one.author }));
  return { ...next, draft: null };
};

const STOPPED = "thread.stopped";

/** Who stops a thread gets what was asked for: no failure, also where there is no answer. */
const endOf = (status: string, reason: string | null): Phase =>
  status !== "failed" ? "completed" : reason === STOPPED ? "stopped" : "failed";

const finished: Step<"orchestration_finished"> = (view, { details, timestamp }) => {
  const ended = {
    ...{ ...view, phase: endOf(details.thread_status, details.failure_reason), draft: null },
    finish: { ...details, at: timestamp },
    iterations: view.iterations.map((iteration) => ({
      ...iteration,
      judgements: endedWith("skipped", iteration.judgements, timestamp),
    })),
  };
  return leadBy(ended, numberOf(view, details.best_response_id) ?? details.best_iteration);
};

const numberOf = ({ iterations }: ThreadView, responseId: string | null): number | null =>
  iterations.find(({ version }) => version !== null && version.responseId === responseId)?.number ?? null;

const updated: Step<"thread_updated"> = (view, { details }) => {
  const leading = numberOf(view, details.best_response_id) ?? details.best_iteration ?? view.leading;
  const next = {
    ...view,
    ...{ accepted: details.user_accepted, rating: details.user_rating, comment: details.user_comment },
    ratedVersion: details.change === "rated" ? ratedOf(view, details, leading) : view.ratedVersion,
    restored: details.change === "final_restored" ? leading : view.restored,
    phase: view.finish ? endOf(details.thread_status, details.failure_reason) : view.phase,
    finish: view.finish && {
      ...view.finish,
      ...{ stop_reason: details.stop_reason, failure_reason: details.failure_reason },
      ...{ final_response: details.final_response, final_quality_score: details.final_quality_score },
      ...{ best_iteration: details.best_iteration, best_response_id: details.best_response_id },
      best_model_id: details.best_model_id,
    },
  };
  return leadBy(next, leading);
};

/** Which version's opinion it is: whoever only says yes or no leaves an earlier rating as it was, and what is said on the way is no opinion. */
function ratedOf(view: ThreadView, { user_rating, user_accepted, user_comment }: Rated, leading: number | null) {
  if (user_rating === null && view.finish === null) return view.ratedVersion;
  const same =
    user_rating !== null &&
    user_rating === view.rating &&
    (user_accepted !== view.accepted || user_comment !== view.comment);
  return same ? view.ratedVersion : (leading ?? view.iterations.findLast(({ version }) => version)?.number ?? null);
}

type Rated = EventOf<"thread_updated">["details"];

const spoken: Step<"feedback_received"> = (view, { seq, details, iteration_number, timestamp }) => {
  const { feedback: text, feedback_id, kind } = details;
  const said = { seq: seq ?? 0, id: feedback_id ?? null, text, iteration: iteration_number, at: timestamp };
  const next = { ...view, feedback: [...view.feedback, said] };
  if (kind !== "iteration") return next;
  const again = { ...next, accepted: null, finish: null, phase: "refining" as const };
  return begun(again, again.iterations.length + 1, timestamp);
};

const steps: { [Type in ThreadEvent["event_type"]]?: Step<Type> } = {
  orchestration_started: started,
  prompt_analyzed: (view, { details: { total_cost: _, ...analysis } }) => ({ ...view, analysis, phase: "choosing" }),
  model_selected: selected,
  response_delta: delta,
  response_snapshot: (view, { details, iteration_number, model_involved }) =>
    drafting(view, details, iteration_number, model_involved),
  response_generated: written,
  evaluation_completed: evaluated,
  evaluation_failed: evaluationFailed,
  model_fallback: fellBack,
  criticism_merged: merged,
  criticism_addressed: addressed,
  iteration_completed: iterationDone,
  quality_threshold_met: (view) => inPhase(view, "deciding"),
  cost_limit_warning: (view, event) =>
    troubled(view, troubleOf(event, { kind: "limit", code: "cost_limit", detail: event.message })),
  bill_exceeded: (view, event) =>
    troubled(view, troubleOf(event, { kind: "bill", code: "bill_exceeded", detail: event.message })),
  feedback_received: spoken,
  stop_requested: (view, { details }) => ({ ...view, stopRequested: details.when }),
  error_occurred: (view, event) => {
    const { code, detail, recoverable, retry_after_ms } = event.details;
    if (code === STOPPED) return view;
    const kind = recoverable ? "retry" : "error";
    return troubled(view, troubleOf(event, { kind, code, detail, recoverable, retryAfterMs: retry_after_ms }));
  },
  orchestration_finished: finished,
  thread_updated: updated,
  system_notice: (view, { details, message }) => ({ ...view, notice: { level: details.level, text: message } }),
};
