/** Rows to test with: each answers the id of what it made. */
import { v7 as uuidv7 } from "uuid";
import { type Database, json } from "../../src/store/database.ts";
import { createSession, type NewSession } from "../../src/store/sessions.ts";

export const settings: NewSession["settings"] = {
  preferred_models: [],
  excluded_models: [],
  cost_limit: 1,
  quality_threshold: 8,
  mode: "auto",
  selection_strategy: "hybrid",
  deadline_ms: 300_000,
};

export const addSession = async (
  database: Database,
  userId = "local",
  costLimit: number | null = 1,
): Promise<string> => {
  const id = uuidv7();
  await createSession(database, { id, userId, maxIterations: null, settings: { ...settings, cost_limit: costLimit } });
  return id;
};

export const addThread = async (
  database: Database,
  sessionId: string,
  values: Partial<{ parent_thread_id: string; answer: string; prompt: string; at: string }> = {},
): Promise<string> => {
  const id = uuidv7();
  const { answer = null, prompt = "Why?", at, parent_thread_id = null } = values;
  await database.sql
    .insertInto("conversation_threads")
    .values({
      id,
      session_id: sessionId,
      original_prompt: prompt,
      parent_thread_id,
      final_response: answer,
      thread_status: answer === null ? "initializing" : "completed",
      ...(at !== undefined && { created_at: at }),
    })
    .execute();
  return id;
};

type Call = { step?: string; attempt?: number; status?: "pending" | "completed" | "failed"; text?: string };

export const addResponse = async (
  database: Database,
  sessionId: string,
  threadId: string,
  { step = "1.respond", attempt = 1, status = "completed", text = "Because." }: Call = {},
): Promise<string> => {
  const id = uuidv7();
  await database.sql
    .insertInto("model_responses")
    .values({
      ...{ id, thread_id: threadId, session_id: sessionId, iteration_number: 1, model_name: "simulated-opal" },
      ...{ role: "primary", response_type: "initial", response_text: text, step, attempt, status, cost: 0.0000000004 },
      ...{ cost_source: "provider", reserved_cost: 0.01, prompt_sent: "Why?", finish_reason: "stop" },
      tokens_used: json({
        ...{ input_tokens: 3, output_tokens: 4, total_tokens: 7, cached_input_tokens: 0, reasoning_tokens: 0 },
      }),
    })
    .execute();
  return id;
};

const criteria = {
  ...{ accuracy: 8, relevance: 9, clarity: 8, completeness: 7 },
  ...{ creativity: 6, efficiency: 8, safety: 10, domain_expertise: 7 },
};

/** An evaluation of the response, a selection, a revision, two events, a request, and the key that made the session. */
export const addWhatFollows = async (database: Database, sessionId: string, threadId: string, responseId: string) => {
  const own = { thread_id: threadId, session_id: sessionId, iteration_number: 1 };
  await database.sql
    .insertInto("model_evaluations")
    .values({
      ...own,
      ...{ evaluated_response_id: responseId, response_id: responseId, evaluator_model: "simulated-jade" },
      ...{ overall_score: 7.9, evaluator_confidence: 8, evaluator_speciality_match: 6 },
      evaluation_criteria: json(criteria),
      scoring_weights: json(criteria),
      criticisms: json([
        { id: "c1", point: "too short", criterion: "clarity", severity: "minor", quote: "", suggestion: "write more" },
      ]),
    })
    .execute();
  await database.sql
    .insertInto("model_selection_history")
    .values({
      ...own,
      ...{ selection_phase: "initial", algorithm_version: "1", selection_strategy: "hybrid", reasoning: "it is good" },
      ...{ selected_model: "simulated-opal", evaluators: ["simulated-jade"], primary_selection_factors: ["domain"] },
    })
    .execute();
  await database.sql
    .insertInto("criticism_responses")
    .values({
      ...own,
      ...{ original_response_id: responseId, response_id: responseId, responding_model: "simulated-opal" },
      ...{ revised_answer: "Because, as I said.", accepted: ["c1"], disputed: json([]) },
    })
    .execute();
  for (const seq of [1, 2]) {
    await database.sql
      .insertInto("orchestration_logs")
      .values({
        ...own,
        ...{ stream_id: threadId, seq, component: "api", event_type: "stop_requested", message: "stop" },
        details: json({ when: "now", total_cost: 0 }),
      })
      .execute();
  }
  await database.sql
    .insertInto("thread_requests")
    .values({ thread_id: threadId, session_id: sessionId, request_no: 1, kind: "stop", stop_when: "now" })
    .execute();
  await database.sql
    .insertInto("idempotency_keys")
    .values({ user_id: "local", route: "session", key: sessionId, body_hash: "x", session_id: sessionId })
    .execute();
};
