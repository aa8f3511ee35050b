/** One thread's story, told by the examples of the contract: asked, answered, criticised, revised, good enough. */

export const ids = {
  session: "01a1fe80-ef21-71b3-a019-72873e03ed99",
  thread: "01a1fe80-ef3a-70d9-a246-7632a250e747",
  selection: "01a1fe80-f0cc-7133-a522-f90426ca0b67",
  answer: "01a1fe80-f0d7-75b5-9e7e-8207e76a509a",
  judging: "01a1fe80-ff5b-7170-a3d2-58421f99ea63",
  evaluation: "01a1fe81-0309-7094-acae-f0ab28b12778",
  revised: "01a1fe81-0a51-7cc2-b7a0-6b1d6a4c2e0f",
  revision: "01a1fe81-1c4e-7a6f-8d3b-2f9f6c1b7e55",
  file: "01a1fe82-0000-7f3a-9c1d-4b5e6f708192",
} as const;

const own = { thread_id: ids.thread, session_id: ids.session };

export const prompt = "Why is the sky blue?";
export const firstAnswer = "Air scatters blue light more than red, so the sky looks blue from every side.";
export const finalAnswer =
  "Air scatters short waves far more than long ones (Rayleigh: by the fourth power). Violet is scattered most, but the sun sends " +
  "less of it and our eyes see it badly, so the sky looks blue. At sunset the way through the air is so long that only red is left.";

export const settings = {
  ...{ preferred_models: [], excluded_models: [], cost_limit: 1, quality_threshold: 8 },
  ...{ mode: "auto", selection_strategy: "hybrid", deadline_ms: 300_000 },
};

export const session = {
  ...{ id: ids.session, user_id: "local", status: "active", max_iterations: 3, settings },
  ...{ total_cost: 0.0431, held: 0, unconfirmed: 0, overrun: 0, user_satisfaction: null },
  ...{ session_start: "2026-11-21T10:00:00.000Z", session_end: null },
  ...{ created_at: "2026-11-21T10:00:00.000Z", updated_at: "2026-11-21T10:00:12.400Z" },
};

export const state = {
  ...own,
  ...{
    thread_status: "completed",
    stop_reason: "threshold_met",
    failure_reason: null,
    mode: "checked",
    simulated: false,
  },
  ...{ domain: "factual", complexity_level: "moderate", estimated_difficulty: 3, language: "en" },
  ...{ current_iteration: 2, max_iterations: 2, best_iteration: 2, best_response_id: ids.revised },
  ...{ best_model_id: "claude", selected_model: "claude", evaluators: ["gpt4", "gemini"] },
  ...{ draft_response: null, final_response: finalAnswer, final_quality_score: 8.6 },
  ...{ user_accepted: true, user_rating: 9, user_comment: "The part about violet was new to me." },
  ...{ total_cost: 0.0431, cost_limit: 0.2, cost_is_estimated: false, total_tokens_used: 5120 },
  ...{ total_models_involved: 3, total_time_spent: 11_840, last_seq: 16 },
  links: {
    events: `/api/threads/${ids.thread}/events`,
    thread: `/api/threads/${ids.thread}`,
    stop: `/api/orchestrate/stop/${ids.thread}`,
  },
  ...{ created_at: "2026-11-21T10:00:00.560Z", completed_at: "2026-11-21T10:00:12.400Z" },
};

export const analysis = {
  ...{ domain: "factual", complexity_level: "moderate", estimated_difficulty: 3, language: "en", needs: ["reasoning"] },
  ...{ confidence: 6, reasons: ["factual: asks a question", "needs reasoning: why"] },
};

export const candidates = [
  {
    ...{ model_name: "claude", domain_match_score: 9, historical_performance: 7.8, cost_efficiency: 6.1 },
    ...{
      availability_score: 9.8,
      response_time_score: 7.2,
      specialty_alignment: 10,
      final_score: 8.36,
      past_threads: 41,
    },
    selection_reasoning: "8.36: domain match 9, historical performance 7.8, ... (41 measured answers in this domain)",
  },
  {
    ...{ model_name: "gpt4", domain_match_score: 8, historical_performance: 7.5, cost_efficiency: 5.2 },
    ...{
      availability_score: 9.9,
      response_time_score: 8.1,
      specialty_alignment: 10,
      final_score: 7.86,
      past_threads: 38,
    },
    selection_reasoning: "7.86: domain match 8, historical performance 7.5, ... (38 measured answers in this domain)",
  },
];

export const chosen = {
  ...{ selected_model: "claude", evaluators: ["gpt4", "gemini"], runner_up_model: "gpt4" },
  ...{ selection_margin: 0.5, selection_confidence: 7.4, selection_strategy: "hybrid" },
  reasoning: "claude for a moderate factual prompt by the hybrid strategy. Score 8.36 against 7.86 of gpt4.",
};

export const selection = {
  ...{ id: ids.selection, ...own, iteration_number: 1, selection_phase: "initial", algorithm_version: "rules-1.1" },
  ...chosen,
  candidates_considered: candidates,
  primary_selection_factors: ["knows the domain", "has done well before", "fits the prompt's needs"],
  ...{ override_reasons: null, selection_success: false, actual_performance: 7.3, selection_accuracy_score: 0.94 },
  ...{ timestamp: "2026-11-21T10:00:00.600Z", selection_time: 2.2 },
};

export const tokens = {
  ...{ input_tokens: 155, output_tokens: 240, total_tokens: 395, cached_input_tokens: 0, reasoning_tokens: 0 },
};

export const response = {
  ...{ id: ids.answer, ...own, iteration_number: 1, step: "1.answer.claude", attempt: 1, model_name: "claude" },
  ...{ role: "primary", response_type: "initial", response_text: firstAnswer },
  prompt_sent: `[system]\nYou are a careful expert in factual tasks. ...\n\n[user]\n<prompt>\n${prompt}\n</prompt>`,
  ...{ context_provided: null, parent_response_id: null, criticism_addressed: [], response_time: 2_310 },
  ...{ tokens_used: tokens, cost: 0.0041, cost_source: "provider", reserved_cost: 0.0626, confidence_score: 8 },
  ...{ self_assessment: "I left out why the sky is not violet.", is_selected_best: false, selection_score: 7.3 },
  ...{ status: "completed", outcome_unknown: false, error_message: null, finish_reason: "stop", simulated: false },
  ...{ timestamp: "2026-11-21T10:00:00.610Z", processing_duration: 2_310 },
};

export const criticism = {
  ...{ id: "c1", point: "Does not say why the sky is not violet.", criterion: "completeness", severity: "major" },
  ...{ quote: "scatters blue light more than red", suggestion: "Add the sun's spectrum and the eye's sensitivity." },
};

const scores = {
  ...{ accuracy: 8, relevance: 9, clarity: 9, completeness: 5, creativity: 6, efficiency: 8, safety: 10 },
  domain_expertise: 6,
};

const weights = {
  ...{ accuracy: 0.35, relevance: 0.15, clarity: 0.1, completeness: 0.15, creativity: 0.02, efficiency: 0.05 },
  ...{ safety: 0.08, domain_expertise: 0.1 },
};

/** What the event of an evaluation tells of it. */
export const judged = {
  ...{ response_id: ids.judging, evaluated_response_id: ids.answer, evaluation_criteria: scores, overall_score: 7.72 },
  ...{ scoring_weights: weights, criticisms: [criticism], positive_aspects: "Short, clear and right." },
  ...{ evaluator_confidence: 9, cost: 0.0052, evaluation_time: 1_920 },
};

export const evaluation = {
  ...{ id: ids.evaluation, ...own, ...judged, evaluator_model: "gpt4", iteration_number: 1, status: "completed" },
  criticism_text: "[major] completeness: Does not say why the sky is not violet.",
  suggested_improvements: "- Add the sun's spectrum and the eye's sensitivity.",
  alternative_approaches: "Start from what happens to one ray of light.",
  ...{
    evaluator_speciality_match: 8,
    evaluation_prompt_used: "[system]\nYou are a strict, fair reviewer ...",
    tokens_used: 610,
  },
  timestamp: "2026-11-21T10:00:04.900Z",
};

export const improvements = [
  {
    criticism_point: "c1",
    improvement_made: "Explained why violet is not what we see.",
    justification: "Without it the argument would predict a violet sky.",
  },
];

export const revision = {
  ...{ accepted: ["c1"], disputed: [] },
  ...{ id: ids.revision, ...own, original_response_id: ids.answer, response_id: ids.revised },
  ...{ criticism_evaluation_ids: [ids.evaluation], responding_model: "claude", iteration_number: 2 },
  ...{ acknowledgment: "c1: Does not say why the sky is not violet.", disagreement: null, clarifications: null },
  ...{ specific_improvements: improvements, revised_answer: finalAnswer },
  ...{ explanation_of_changes: "Added violet and the sunset.", confidence_in_revision: 9, rebuttal_points: null },
  ...{ alternative_interpretations: null, criticism_processing_time: null, response_generation_time: 2_640 },
  ...{ total_tokens_used: 720, cost: 0.0063, improvement_score: 6.3, addresses_criticism: true },
  ...{ maintains_strengths: true, timestamp: "2026-11-21T10:00:08.300Z" },
};

export const profile = {
  ...{ model_name: "claude", provider: "anthropic", family: "claude", model_version: "claude-sonnet-4-5" },
  ...{ aliases: ["Claude", "Claude 3.5"], specialties: ["creative", "analysis", "safety"] },
  ...{ supported_languages: ["en", "de", "fr", "es", "ja"], max_context_length: 200_000, max_output_tokens: 64_000 },
  ...{ strengths: "Long texts, careful argument.", weaknesses: "May be wordy.", best_use_cases: ["Essays", "Reviews"] },
  ...{ api_endpoint: null, api_key_required: true, cost_per_input_token: 0.000003, cost_per_output_token: 0.000015 },
  prices: {
    ...{ cached_input: 0.0000003, cache_write: 0.00000375, per_request: 0 },
    tiers: [
      {
        ...{ above_input_tokens: 200_000, input: 0.000006, output: 0.0000225 },
        ...{ cached_input: 0.0000006, cache_write: 0.0000075 },
      },
    ],
    ...{ source: "genai-prices 0.1.8", as_of: "2026-09-23" },
  },
  ...{ rate_limits: { requests_per_minute: 50, tokens_per_minute: 40_000 }, is_active: true, is_available: true },
  ...{ last_health_check: "2026-11-21T09:59:30.000Z", over_billed_at: null, retired: null },
  performance_metrics: {
    ...{ average_response_time: 2_480, success_rate: 0.987, average_quality_rating: 8.1 },
    ...{ total_requests: 312, total_tokens_processed: 198_400, uptime_percentage: 99.9 },
  },
  domain_performance: { factual: { threads: 41, average_score: 8 } },
  ...{ simulated: false, built_in: true },
};

export const receipt = {
  ...own,
  ...{
    mode: "checked",
    selected_model: "claude",
    selection_reasoning: chosen.reasoning,
    evaluators: chosen.evaluators,
  },
  ...{ iterations: 2, best_iteration: 2, stop_reason: "threshold_met", final_quality_score: 8.6 },
  ...{ total_cost: 0.0431, cost_is_estimated: false, simulated: false, total_time_spent: 11_840, citations: [] },
};
