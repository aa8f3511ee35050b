/** What the answers of `inspect.ts` look like, for the document of the API. */

const own = {
  thread_id: "01a1fe80-ef3a-70d9-a246-7632a250e747",
  session_id: "01a1fe80-ef21-71b3-a019-72873e03ed99",
};

const state = {
  ...own,
  ...{ thread_status: "completed", stop_reason: "no_evaluators", failure_reason: null, mode: "quick" },
  ...{ simulated: true, domain: "factual", complexity_level: "simple", estimated_difficulty: 2, language: "en" },
  ...{ current_iteration: 1, max_iterations: 1, best_iteration: 1, best_model_id: "simulated-amber" },
  ...{ best_response_id: "01a1fe80-f0d7-75b5-9e7e-8207e76a509a", selected_model: "simulated-amber", evaluators: [] },
  ...{ draft_response: null, final_response: "Air scatters blue light more than red.", final_quality_score: null },
  ...{ user_accepted: null, user_rating: null, user_comment: null, total_cost: 0.0012, cost_limit: null },
  ...{ cost_is_estimated: false, total_tokens_used: 320, total_models_involved: 1, total_time_spent: 1_240 },
  last_seq: 6,
  links: {
    events: `/api/threads/${own.thread_id}/events`,
    thread: `/api/threads/${own.thread_id}`,
    stop: `/api/orchestrate/stop/${own.thread_id}`,
  },
  ...{ created_at: "2026-11-21T10:00:00.560Z", completed_at: "2026-11-21T10:00:01.800Z" },
};

const prompt = "Why is the sky blue?";

export const threadItem = { ...state, prompt_start: prompt };

export const threadExport = {
  ...{ format: "orchestratex.thread", version: 1, exported_at: "2026-11-21T10:05:00.000Z", running: false },
  thread: {
    ...state,
    ...{ original_prompt: prompt, processed_prompt: prompt, context: null, parent_thread_id: null, analysis: null },
    ...{ quality_threshold: 8, deadline_at: "2026-11-21T10:05:00.560Z", settings: { strategy: "hybrid" } },
  },
  session: {
    ...{ id: own.session_id, status: "active", max_iterations: 3, created_at: "2026-11-21T10:00:00.000Z" },
    settings: {
      ...{ preferred_models: [], excluded_models: [], cost_limit: 1, quality_threshold: 8 },
      ...{ mode: "auto", selection_strategy: "hybrid", deadline_ms: 300_000 },
    },
  },
  ...{ selections: [], responses: [], evaluations: [], revisions: [], events: [] },
};

export const threadMarkdown = `# ${prompt}\n\n## Answer\n\nBy simulated-amber, iteration 1, score not judged.\n`;

export const modelTest = {
  ...{ model_name: "simulated-opal", ok: true, response_time: 412, output: "I am ready.", simulated: true },
  usage: { input_tokens: 42, output_tokens: 6, total_tokens: 48, cached_input_tokens: 0, reasoning_tokens: 0 },
  ...{ cost: 0.00008, code: null, detail: null, tested_at: "2026-11-21T10:00:00.000Z" },
};

export const modelsHealth = {
  items: [
    {
      ...{ model_name: "claude", provider: "anthropic", simulated: false, status: "ok", total_requests: 312 },
      ...{ last_health_check: "2026-11-21T09:59:30.000Z", success_rate: 0.987, average_response_time: 2_480 },
      ...{ uptime_percentage: null, over_billed_at: null, detail: null, retired: null },
    },
  ],
  summary: {
    ...{ total: 1, usable: 1, ok: 1, degraded: 0, unavailable: 0, inactive: 0, no_provider: 0, untested: 0 },
    ...{ no_key: 0, key_rejected: 0, retired: 0, paused: 0 },
  },
};

export const selfTest = {
  ...{ ok: true, simulated: true, cost: 0, total_time: 180, tested_at: "2026-11-21T10:00:00.000Z" },
  steps: [
    { step: "accepted", ok: true, at: 3, detail: "the prompt became a thread" },
    { step: "taken", ok: true, at: 8, detail: "a worker took it" },
  ],
};
