/** The same story as events: an example of the details of each type. */
import {
  analysis,
  candidates,
  chosen,
  criticism,
  finalAnswer,
  firstAnswer,
  ids,
  improvements,
  judged,
  state,
  tokens,
} from "./story.ts";

export const eventExamples = {
  connection_established: {
    ...{ server_time: "2026-11-21T10:00:00.580Z", thread_id: ids.thread, last_seq: 0, heartbeat_ms: 15_000 },
  },
  orchestration_started: {
    ...{ mode: "checked", max_iterations: 2, quality_threshold: 8, cost_limit: 0.2 },
    ...{ cost_limit_of: "thread", deadline_at: "2026-11-21T10:05:00.560Z", resumed: false, total_cost: 0 },
  },
  prompt_analyzed: { ...analysis, total_cost: 0 },
  model_selected: {
    ...{ selection_id: ids.selection, ...chosen, warnings: ["grok: not available now"] },
    ...{ candidates_considered: candidates, cost_range: { low: 0.0021, high: 0.1812 }, total_cost: 0 },
  },
  response_delta: { response_id: ids.answer, role: "primary", offset: 12, text: "blue light more " },
  response_snapshot: { response_id: ids.answer, role: "primary", text: "Air scatters blue light more " },
  response_generated: {
    ...{
      response_id: ids.answer,
      role: "primary",
      response_text: firstAnswer,
      confidence_score: 8,
      tokens_used: tokens,
    },
    ...{ cost: 0.0041, cost_source: "provider", response_time: 2_310, finish_reason: "stop", total_cost: 0.0041 },
  },
  evaluation_completed: { ...judged, evaluation_id: ids.evaluation, tokens_used: tokens, total_cost: 0.0093 },
  evaluation_failed: {
    ...{ evaluator_model: "gemini", code: "model.output_invalid", detail: "evaluation_criteria.safety is missing" },
    ...{ will_retry: true, total_cost: 0.0101 },
  },
  model_fallback: {
    from: "claude",
    to: "gpt4",
    code: "provider.unreachable",
    detail: "Anthropic broke off in the middle of its reply",
    partial_kept: true,
    total_cost: 0.0012,
  },
  criticism_merged: { criticisms: [criticism], total_cost: 0.0148 },
  criticism_addressed: {
    ...{ revision_id: ids.revision, response_id: ids.revised, accepted: ["c1"] },
    disputed: [{ id: "c2", reason: "The sunset is outside of the question." }],
    ...{ specific_improvements: improvements, total_cost: 0.0211 },
  },
  iteration_completed: {
    ...{ score: 8.6, scores: [8.4, 8.8], best_response_id: ids.revised, best_iteration: 2, gain: 1.3 },
    ...{ decision: "threshold_met", decision_reason: "score 8.6 reaches the threshold 8", total_cost: 0.0431 },
  },
  quality_threshold_met: { score: 8.6, quality_threshold: 8, total_cost: 0.0431 },
  cost_limit_warning: { total_cost: 0.163, held: 0.02, unconfirmed: 0, cost_limit: 0.2, share: 0.815 },
  bill_exceeded: { response_id: ids.answer, reserved_cost: 0.0626, cost: 0.071, total_cost: 0.071 },
  feedback_received: { kind: "iteration", feedback: "Say more about the sunset.", total_cost: 0.0431 },
  stop_requested: { when: "after_iteration", total_cost: 0.0148 },
  orchestration_finished: {
    ...{ thread_status: "completed", stop_reason: "threshold_met", failure_reason: null, final_response: finalAnswer },
    ...{ final_quality_score: 8.6, best_iteration: 2, best_response_id: ids.revised, best_model_id: "claude" },
    ...{
      iterations: 2,
      total_cost: 0.0431,
      cost_is_estimated: false,
      total_tokens_used: 5120,
      total_time_spent: 11_840,
    },
  },
  thread_updated: {
    ...{ change: "rated", thread_status: "completed", stop_reason: "threshold_met", failure_reason: null },
    ...{ user_accepted: true, user_rating: 9, user_comment: state.user_comment, final_response: finalAnswer },
    ...{ final_quality_score: 8.6, best_iteration: 2, best_response_id: ids.revised, best_model_id: "claude" },
    total_cost: 0.0431,
  },
  system_notice: { level: "info" },
  error_occurred: {
    ...{ code: "provider.rate_limited", detail: "claude asks us to slow down", component: "provider" },
    ...{ recoverable: true, retry_after_ms: 2_000, total_cost: 0 },
  },
  upload_progress: { file_id: ids.file, received: 8_388_608, size: 20_971_520 },
  processing_progress: { file_id: ids.file, stage: "embed", done: 120, total: 480, elapsed_ms: 2_300 },
  processing_finished: { file_id: ids.file, status: "ready", error: null, chunks: 480, elapsed_ms: 8_900 },
  file_deleted: { file_id: ids.file },
};

/** A whole envelope. */
export const eventExample = {
  ...{ id: "01a1fe81-0309-7094-acae-f0ab28b12779", seq: 5, event_type: "evaluation_completed" },
  ...{ thread_id: ids.thread, session_id: ids.session, iteration_number: 1, model_involved: "gpt4" },
  ...{ message: "gpt4 gives 7.72 with 1 point of criticism", details: eventExamples.evaluation_completed },
  ...{ simulated: false, timestamp: "2026-11-21T10:00:04.900Z" },
};
