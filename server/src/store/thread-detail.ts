/** Everything behind a thread: its calls, judgements, choices and revisions, in the order they happened. */
import type { ModelEvaluation, ModelResponse, Revision, Selection, Thread } from "@orchestratex/sdk/contract";
import type { Database } from "./database.ts";
import { dollarsOrNull } from "./money.ts";
import { stateOf, threadsToShow } from "./threads.ts";

export const getThreadDetail = async (database: Database, id: string): Promise<Thread | undefined> => {
  const row = await threadsToShow(database).where("t.id", "=", id).executeTakeFirst();
  if (!row) return undefined;
  const [selections, responses, evaluations, revisions] = await Promise.all([
    selectionsOf(database, id),
    responsesOf(database, id),
    evaluationsOf(database, id),
    revisionsOf(database, id),
  ]);
  return {
    ...stateOf(row),
    original_prompt: row.original_prompt,
    processed_prompt: row.processed_prompt,
    context: row.context,
    parent_thread_id: row.parent_thread_id,
    selections: inOrder(selections),
    responses: inOrder(responses),
    evaluations: inOrder(evaluations),
    revisions: inOrder(revisions),
  };
};

/** As the pages of these rows have them: oldest first. */
const inOrder = <Row extends { timestamp: string; id: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.id < b.id) ? -1 : 1));

/** Rows of a thread's calls, as the wire shows them but for the rounding of money. */
export const responseRows = (database: Database, threadId: string) =>
  database.sql
    .selectFrom("model_responses")
    .select(["id", "thread_id", "session_id", "iteration_number", "step", "attempt", "model_name", "role"])
    .select(["response_type", "response_text", "prompt_sent", "context_provided", "parent_response_id"])
    .select(["criticism_addressed", "response_time", "tokens_used", "cost", "cost_source", "reserved_cost"])
    .select(["confidence_score", "self_assessment", "is_selected_best", "selection_score", "status"])
    .select(["outcome_unknown", "error_message", "finish_reason", "simulated", "timestamp", "processing_duration"])
    .where("thread_id", "=", threadId);

export const evaluationRows = (database: Database, threadId: string) =>
  database.sql.selectFrom("model_evaluations").selectAll().where("thread_id", "=", threadId);

export const selectionRows = (database: Database, threadId: string) =>
  database.sql.selectFrom("model_selection_history").selectAll().where("thread_id", "=", threadId);

export const revisionRows = (database: Database, threadId: string) =>
  database.sql.selectFrom("criticism_responses").selectAll().where("thread_id", "=", threadId);

export const responsesOf = async (database: Database, threadId: string): Promise<ModelResponse[]> => {
  const rows = await responseRows(database, threadId).orderBy("timestamp").orderBy("id").execute();
  return rows.map(responseOf);
};

export const evaluationsOf = async (database: Database, threadId: string): Promise<ModelEvaluation[]> => {
  const rows = await evaluationRows(database, threadId)
    .orderBy("iteration_number")
    .orderBy("timestamp")
    .orderBy("id")
    .execute();
  return rows.map(withMoney);
};

export const selectionsOf = (database: Database, threadId: string): Promise<Selection[]> =>
  selectionRows(database, threadId).orderBy("iteration_number").orderBy("timestamp").orderBy("id").execute();

const revisionsOf = async (database: Database, threadId: string): Promise<Revision[]> => {
  const rows = await revisionRows(database, threadId)
    .orderBy("iteration_number")
    .orderBy("timestamp")
    .orderBy("id")
    .execute();
  return rows.map(withMoney);
};

export const withMoney = <Row extends { cost: number | null }>(row: Row): Row => ({
  ...row,
  cost: dollarsOrNull(row.cost),
});

export const responseOf = <Row extends { cost: number | null; reserved_cost: number | null }>(row: Row): Row => ({
  ...withMoney(row),
  reserved_cost: dollarsOrNull(row.reserved_cost),
});
