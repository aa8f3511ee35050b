/** What happens within an iteration: an answer, its judgements, their points and what the author says to them. */
import { samePoint } from "@orchestratex/sdk/same-point";
import { bestScored, gainOf } from "./best.ts";
import type { EventOf, Iteration, Judgement, Point, ThreadView } from "./view.ts";

const blank = (number: number): Iteration => ({
  ...{ number, author: null, startedAt: null, version: null, judgements: [], points: [] },
  ...{ reply: null, score: null, gain: null, gainOver: null, decision: null, decisionReason: null, best: false },
});

/** The view with one iteration changed; those up to it are made where they are missing. */
export function withIteration(
  view: ThreadView,
  number: number,
  change: (iteration: Iteration) => Iteration,
): ThreadView {
  if (number < 1) return view;
  const iterations = [...view.iterations];
  while (iterations.length < number) iterations.push(blank(iterations.length + 1));
  iterations[number - 1] = change(iterations[number - 1] ?? blank(number));
  return { ...view, iterations };
}

export function written(view: ThreadView, event: EventOf<"response_generated">): ThreadView {
  const { details, timestamp } = event;
  const number = event.iteration_number ?? Math.max(1, view.iterations.length);
  const model = event.model_involved ?? view.draft?.model ?? "";
  // Nobody judges itself: one of them may have taken over.
  const judges = view.choice?.evaluators.filter((judge) => judge !== model) ?? [];
  const next = withIteration(view, number, (iteration) => ({
    ...iteration,
    author: model,
    startedAt: iteration.startedAt ?? timestamp,
    version: {
      ...{ responseId: details.response_id, iteration: number, model, role: details.role, text: details.response_text },
      ...{ confidence: details.confidence_score, tokens: details.tokens_used, cost: details.cost },
      ...{ costSource: details.cost_source, time: details.response_time, finishReason: details.finish_reason },
      at: timestamp,
    },
    judgements: judges.map((judge) => running(judge, number, timestamp)),
  }));
  return { ...next, draft: null, phase: judges.length > 0 ? "judging" : "deciding" };
}

const running = (model: string, iteration: number, startedAt: string): Judgement => ({
  ...{ model, iteration, state: "running", startedAt, endedAt: null, responseId: null, score: null, criteria: null },
  ...{
    weights: null,
    criticisms: [],
    praise: "",
    confidence: null,
    tokens: null,
    cost: null,
    time: null,
    trouble: null,
  },
});

export function evaluated(view: ThreadView, event: EventOf<"evaluation_completed">): ThreadView {
  const { details, timestamp } = event;
  const number = event.iteration_number ?? view.iterations.length;
  const model = event.model_involved ?? "";
  const done = (before: Judgement | undefined): Judgement => ({
    ...(before ?? running(model, number, timestamp)),
    ...{ state: "done", endedAt: timestamp, responseId: details.evaluated_response_id, score: details.overall_score },
    ...{ criteria: details.evaluation_criteria, weights: details.scoring_weights, criticisms: details.criticisms },
    ...{ praise: details.positive_aspects, confidence: details.evaluator_confidence, cost: details.cost },
    tokens: (details as { tokens_used?: Judgement["tokens"] }).tokens_used ?? null,
    time: details.evaluation_time,
  });
  return withIteration(view, number, (iteration) => {
    const others = iteration.judgements.filter((one) => one.model !== model);
    const at = iteration.judgements.findIndex((one) => one.model === model);
    const place = at < 0 ? others.length : at;
    return { ...iteration, judgements: others.toSpliced(place, 0, done(iteration.judgements[at])) };
  });
}

export function merged(view: ThreadView, event: EventOf<"criticism_merged">): ThreadView {
  const number = event.iteration_number ?? view.iterations.length;
  const next = withIteration(view, number, (iteration) => ({
    ...iteration,
    points: event.details.criticisms.map(
      (point, at): Point => ({
        ...point,
        id: point.id ?? `c${at + 1}`,
        by: iteration.judgements
          .filter((one) => one.criticisms.some((said) => samePoint(said, point)))
          .map((one) => one.model),
        ...unanswered,
      }),
    ),
  }));
  return { ...next, phase: "deciding" };
}

/** A revision answers the points of the version that it works on, and what the user asked for. */
export function addressed(view: ThreadView, event: EventOf<"criticism_addressed">): ThreadView {
  const { details } = event;
  const number = event.iteration_number ?? view.iterations.length;
  const base = view.leading ?? number - 1;
  const criticised = view.iterations[base - 1]?.points ?? [];
  const named = new Set([...details.accepted, ...details.disputed.map(({ id }) => id)]);
  const wishes = view.feedback.filter(({ id }) => id !== null && named.has(id)).map(wishAsPoint);
  const told = withIteration(view, base, (iteration) => ({
    ...iteration,
    points: criticised.map((point) => answeredPoint(point, details)),
  }));
  const points = [...criticised, ...wishes].map((point) => answeredPoint({ ...point, ...unanswered }, details));
  return withIteration(told, number, (iteration) => ({ ...iteration, reply: { base, points } }));
}

function answeredPoint(
  point: Point,
  { accepted, disputed, specific_improvements }: EventOf<"criticism_addressed">["details"],
): Point {
  const improved = specific_improvements.find(({ criticism_point }) => criticism_point === point.id);
  const against = disputed.find(({ id }) => id === point.id);
  return {
    ...point,
    state: against ? "disputed" : accepted.includes(point.id) ? "accepted" : point.state,
    reason: against?.reason ?? point.reason,
    improvement: improved?.improvement_made ?? point.improvement,
    justification: improved?.justification ?? point.justification,
  };
}

const unanswered = { state: "open", reason: null, improvement: null, justification: null } as const;

const wishAsPoint = ({ id, text }: { id: string | null; text: string | null }): Point => ({
  ...{ id: id ?? "", point: text ?? "", criterion: "relevance", severity: "major", quote: "", suggestion: "" },
  ...{ ...unanswered, by: [] },
});

export function iterationDone(view: ThreadView, event: EventOf<"iteration_completed">): ThreadView {
  const { score, decision, decision_reason, best_iteration } = event.details;
  const number = event.iteration_number ?? view.iterations.length;
  const state = isCut(decision) ? "skipped" : "unasked";
  const judged = withIteration(view, number, (iteration) => ({
    ...{ ...iteration, ...gainOf(view.iterations, number, score), score, decision, decisionReason: decision_reason },
    judgements: endedWith(state, iteration.judgements, event.timestamp),
  }));
  const marked = leadBy(judged, best_iteration);
  if (decision !== "refine") return { ...marked, phase: "deciding" };
  return { ...begun(marked, number + 1, event.timestamp), phase: "refining" };
}

/** Who was asked has answered by then, or failed: but where it was cut. */
const isCut = (decision: Iteration["decision"]): boolean => decision === "stopped" || decision === "deadline";

/** Those who have said nothing will say nothing. */
export const endedWith = (
  state: "skipped" | "unasked",
  judgements: readonly Judgement[],
  endedAt: string,
): Judgement[] => judgements.map((one) => (one.state === "running" ? { ...one, state, endedAt } : one));

/** Which iteration counts from now on. What the user restored counts until another one takes its place. */
export function leadBy(view: ThreadView, leading: number | null): ThreadView {
  const best = bestScored(view.iterations, leading)?.number ?? leading;
  return {
    ...{ ...view, leading, restored: view.restored === leading ? leading : null },
    iterations: view.iterations.map((one) => ({ ...one, best: one.number === best && one.version !== null })),
  };
}

/** Another iteration: who wrote the version that counts revises it. */
export function begun(view: ThreadView, number: number, startedAt: string): ThreadView {
  const author = view.iterations[(view.leading ?? 0) - 1]?.author ?? null;
  return withIteration(view, number, (iteration) => ({ ...iteration, author: iteration.author ?? author, startedAt }));
}
