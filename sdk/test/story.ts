/** A thread's events, as a server would send them: two iterations, and what can go wrong in them. */
import { type DetailsOf, type EventType, ThreadEvent } from "../src/contract/events.ts";
import type { ThreadState } from "../src/contract/orchestrate.ts";

export const id = (last: number): string => `01993c00-0000-7000-8000-${String(last).padStart(12, "0")}`;
export const THREAD = id(1);
const SESSION = id(2);
export const FIRST = id(11);
export const SECOND = id(12);

type About = { iteration?: number; model?: string; simulated?: boolean };

/** Held against the contract, so that a story cannot drift from it. */
export function event<Type extends EventType>(
  seq: number | null,
  event_type: Type,
  details: DetailsOf<Type>,
  { iteration, model, simulated = true }: About = {},
): ThreadEvent {
  return ThreadEvent.parse({
    id: id(100 + (seq ?? 0)),
    seq,
    event_type,
    thread_id: THREAD,
    session_id: SESSION,
    iteration_number: iteration ?? null,
    model_involved: model ?? null,
    message: "",
    details,
    simulated,
    timestamp: "2026-11-21T10:00:00.000Z",
  });
}

const total_cost = 0.01;
const evenly = { accuracy: 8, relevance: 8, clarity: 8, completeness: 8, creativity: 8 };
const evaluation_criteria = { ...evenly, efficiency: 8, safety: 8, domain_expertise: 8 };
const scoring_weights = {
  ...{ accuracy: 20, relevance: 20, clarity: 15, completeness: 15 },
  ...{ creativity: 7, efficiency: 8, safety: 8, domain_expertise: 7 },
};

export const greeting = (last_seq = 0): ThreadEvent =>
  event(null, "connection_established", {
    ...{ server_time: "2026-11-21T10:00:00.000Z", thread_id: THREAD, last_seq, heartbeat_ms: 15_000 },
  });

export const started = (seq: number, resumed = false): ThreadEvent =>
  event(seq, "orchestration_started", {
    ...{ mode: "checked", max_iterations: 2, quality_threshold: 8, cost_limit: 1 },
    ...{ cost_limit_of: "session" },
    ...{ deadline_at: null, resumed, total_cost: 0 },
  });

export const iterationAsked = (seq: number): ThreadEvent =>
  event(seq, "feedback_received", { kind: "iteration", feedback: "Shorter.", feedback_id: "f1", total_cost });

export const rated = (seq: number): ThreadEvent =>
  event(seq, "thread_updated", {
    ...{
      change: "rated",
      thread_status: "completed",
      stop_reason: "stopped",
      failure_reason: null,
      user_accepted: null,
    },
    ...{ user_rating: 7, user_comment: null, final_response: "yes", final_quality_score: null, best_iteration: 1 },
    ...{ best_response_id: FIRST, best_model_id: "simulated-opal", total_cost },
  });

export const analyzed = (seq: number): ThreadEvent =>
  event(seq, "prompt_analyzed", {
    ...{ domain: "factual", complexity_level: "simple", estimated_difficulty: 3, language: "en" },
    ...{ needs: ["reasoning"], confidence: 7, reasons: [], total_cost: 0 },
  });

export const selected = (seq: number, warnings: string[] = []): ThreadEvent =>
  event(
    seq,
    "model_selected",
    {
      ...{ selection_id: id(20), selected_model: "simulated-opal", evaluators: ["simulated-jade", "simulated-onyx"] },
      ...{ runner_up_model: "simulated-jade", selection_margin: 0.4, selection_confidence: 7 },
      ...{ selection_strategy: "hybrid", reasoning: "simulated-opal knows the domain.", warnings },
      ...{ candidates_considered: [], cost_range: { low: 0.001, high: 0.02 }, total_cost: 0 },
    },
    { iteration: 1, model: "simulated-opal" },
  );

const roleOf = (iteration: number) => (iteration === 1 ? "primary" : "refiner");

export const delta = (response_id: string, offset: number, text: string, iteration = 1): ThreadEvent =>
  event(
    null,
    "response_delta",
    { response_id, role: roleOf(iteration), offset, text },
    { iteration, model: "simulated-opal" },
  );

export const snapshot = (response_id: string, text: string, iteration = 1): ThreadEvent =>
  event(
    null,
    "response_snapshot",
    { response_id, role: roleOf(iteration), text },
    { iteration, model: "simulated-opal" },
  );

export const generated = (seq: number, response_id: string, response_text: string, iteration = 1): ThreadEvent =>
  event(
    seq,
    "response_generated",
    {
      ...{ response_id, role: roleOf(iteration), response_text, confidence_score: 8, tokens_used: null },
      ...{ cost: 0.0012, cost_source: "provider", response_time: 3100, finish_reason: "stop", total_cost },
    },
    { iteration, model: "simulated-opal" },
  );

export const evaluated = (seq: number, model: string, overall_score: number, points: string[] = []): ThreadEvent =>
  event(
    seq,
    "evaluation_completed",
    {
      ...{ evaluation_id: id(30 + seq), response_id: id(40 + seq), evaluated_response_id: FIRST },
      ...{ evaluation_criteria, overall_score, scoring_weights, positive_aspects: "", evaluator_confidence: 8 },
      ...{ cost: 0.0004, evaluation_time: 900, total_cost },
      criticisms: points.map((point) => ({
        ...{ id: null, point, criterion: "accuracy", severity: "major", quote: "", suggestion: "" },
      })),
    },
    { iteration: 1, model },
  );

export const merged = (seq: number, points: string[]): ThreadEvent =>
  event(
    seq,
    "criticism_merged",
    {
      total_cost,
      criticisms: points.map((point, at) => ({
        ...{ id: `c${at + 1}`, point, criterion: "accuracy", severity: "major", quote: "", suggestion: "" },
      })),
    },
    { iteration: 1, model: "simulated-opal" },
  );

export const decided = (seq: number, decision: "refine" | "threshold_met", score: number, iteration = 1): ThreadEvent =>
  event(
    seq,
    "iteration_completed",
    {
      ...{ score, scores: [score - 0.3, score + 0.3], best_response_id: FIRST, best_iteration: iteration },
      ...{ gain: iteration === 1 ? null : 1.2, decision, decision_reason: `score ${score}`, total_cost },
    },
    { iteration, model: "simulated-opal" },
  );

export const finished = (seq: number, final_response: string | null): ThreadEvent =>
  event(seq, "orchestration_finished", {
    thread_status: final_response === null ? "failed" : "completed",
    stop_reason: final_response === null ? null : "threshold_met",
    failure_reason: final_response === null ? "model.none" : null,
    final_response,
    final_quality_score: final_response === null ? null : 8.6,
    best_iteration: final_response === null ? null : 2,
    best_response_id: final_response === null ? null : SECOND,
    best_model_id: final_response === null ? null : "simulated-opal",
    ...{ iterations: 2, total_cost: 0.0123, cost_is_estimated: true },
    ...{ total_tokens_used: 5120, total_time_spent: 8412 },
  });

/** Two iterations; the first draft is not the answer. */
export const twoIterations = (first: string, second: string): ThreadEvent[] => [
  started(1),
  analyzed(2),
  selected(3),
  delta(FIRST, 0, first),
  generated(4, FIRST, first),
  evaluated(5, "simulated-jade", 7.1, ["It never says why."]),
  evaluated(6, "simulated-onyx", 7.7),
  merged(7, ["It never says why."]),
  decided(8, "refine", 7.4),
  delta(SECOND, 0, second, 2),
  generated(9, SECOND, second, 2),
  event(
    10,
    "criticism_addressed",
    {
      ...{ revision_id: id(50), response_id: SECOND, accepted: ["c1"] },
      ...{ disputed: [{ id: "c2", reason: "It does." }], specific_improvements: [], total_cost },
    },
    { iteration: 2, model: "simulated-opal" },
  ),
  evaluated(11, "simulated-jade", 8.6),
  decided(12, "threshold_met", 8.6, 2),
  finished(13, second),
];

export const accepted = (): ThreadState => ({
  ...{ thread_id: THREAD, session_id: SESSION, thread_status: "initializing", stop_reason: null },
  ...{ failure_reason: null, mode: "checked", simulated: true, domain: null, complexity_level: null },
  ...{ estimated_difficulty: null, language: null, current_iteration: 0, max_iterations: 2, best_iteration: null },
  ...{ best_response_id: null, best_model_id: null, selected_model: null, evaluators: [], draft_response: null },
  ...{
    final_response: null,
    final_quality_score: null,
    user_accepted: null,
    user_rating: null,
    user_comment: null,
    total_cost: 0,
    cost_limit: 1,
  },
  ...{ cost_is_estimated: false, total_tokens_used: 0, total_models_involved: 0, total_time_spent: 0, last_seq: 0 },
  links: { events: "/e", thread: "/t", stop: "/s" },
  created_at: "2026-11-21T10:00:00.000Z",
  completed_at: null,
});
