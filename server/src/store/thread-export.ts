/** A thread to take away: what it is, and what is behind it without the long texts, which are read one by one. */
import type { Session, ThreadExport } from "@orchestratex/sdk/contract";
import type { Database } from "./database.ts";
import { getSession } from "./sessions.ts";
import { responseOf, selectionsOf, withMoney } from "./thread-detail.ts";
import { stateOf, threadsToShow } from "./threads.ts";

export type ExportHead = Pick<ThreadExport, "thread" | "session">;

export const exportHead = async (database: Database, threadId: string): Promise<ExportHead | undefined> => {
  const row = await threadsToShow(database).where("t.id", "=", threadId).executeTakeFirst();
  const session = row && (await getSession(database, row.session_id));
  if (!row || !session) return undefined;
  const { original_prompt, processed_prompt, context, parent_thread_id, analysis } = row;
  const { quality_threshold, deadline_at, settings } = row;
  const asked = { original_prompt, processed_prompt, context, parent_thread_id, analysis };
  return {
    thread: { ...stateOf(row), ...asked, quality_threshold, deadline_at, settings },
    session: sessionPart(session),
  };
};

const sessionPart = ({ id, status, max_iterations, settings, created_at }: Session) => ({
  ...{ id, status, max_iterations, settings, created_at },
});

export type Outline = Awaited<ReturnType<typeof outlineOf>>;

/** Calls, judgements, choices and revisions of a thread, without prompts and answers. */
export const outlineOf = async (database: Database, threadId: string) => {
  const [selections, calls, evaluations, revisions] = await Promise.all([
    selectionsOf(database, threadId),
    callsOf(database, threadId),
    judgementsOf(database, threadId),
    repliesOf(database, threadId),
  ]);
  return { selections, calls, evaluations, revisions };
};

const callsOf = async (database: Database, threadId: string) => {
  const rows = await database.sql
    .selectFrom("model_responses")
    .select(["id", "iteration_number", "model_name", "role", "status", "cost", "cost_source", "reserved_cost"])
    .select(["response_time", "tokens_used", "selection_score", "error_message", "simulated"])
    .where("thread_id", "=", threadId)
    .orderBy("timestamp")
    .orderBy("id")
    .execute();
  return rows.map(responseOf);
};

const judgementsOf = async (database: Database, threadId: string) => {
  const rows = await database.sql
    .selectFrom("model_evaluations")
    .select(["id", "evaluated_response_id", "evaluator_model", "iteration_number", "overall_score"])
    .select(["evaluation_criteria", "criticisms", "positive_aspects", "cost"])
    .where("thread_id", "=", threadId)
    .orderBy("timestamp")
    .orderBy("id")
    .execute();
  return rows.map(withMoney);
};

const repliesOf = (database: Database, threadId: string) =>
  database.sql
    .selectFrom("criticism_responses")
    .select(["original_response_id", "response_id", "responding_model", "iteration_number", "accepted", "disputed"])
    .select(["specific_improvements", "explanation_of_changes", "improvement_score"])
    .where("thread_id", "=", threadId)
    .orderBy("timestamp")
    .orderBy("id")
    .execute();

export const textOf = async (database: Database, responseId: string): Promise<string> => {
  const row = await database.sql
    .selectFrom("model_responses")
    .select("response_text")
    .where("id", "=", responseId)
    .executeTakeFirst();
  return row?.response_text ?? "";
};
