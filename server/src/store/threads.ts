/** Threads as the wire shows them, and what the engine asks about them. State changes in the journal only. */
import { isFinal, type ThreadState } from "@orchestratex/sdk/contract";
import { type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import { dollars, dollarsOrNull } from "./money.ts";
import type { ConversationThreadsTable } from "./tables-threads.ts";

/** The row itself, and whose it is. */
export type ThreadRow = Selectable<ConversationThreadsTable> & { user_id: string };

export const getThreadRow = async (database: Database, id: string): Promise<ThreadRow | undefined> =>
  database.sql
    .selectFrom("conversation_threads as t")
    .innerJoin("user_sessions as s", "s.id", "t.session_id")
    .selectAll("t")
    .select("s.user_id")
    .where("t.id", "=", id)
    .executeTakeFirst();

/** What a state is made of: the row, the text of its best response, and whether its cost is exact. */
export const threadsToShow = (database: Database) =>
  database.sql
    .selectFrom("conversation_threads as t")
    .leftJoin("model_responses as b", "b.id", "t.best_response_id")
    .selectAll("t")
    .select(["b.response_text as best_text", sql<boolean>`journal_cost_is_estimated(t.id)`.as("cost_is_estimated")]);

type Shown = Selectable<ConversationThreadsTable> & { best_text: string | null; cost_is_estimated: boolean };

export const getThread = async (database: Database, id: string): Promise<ThreadState | undefined> => {
  const row = await threadsToShow(database).where("t.id", "=", id).executeTakeFirst();
  return row && stateOf(row);
};

/** Accepted and not at their end, first asked first: what a starting process takes up again. */
export const unfinishedThreads = (database: Database): Promise<{ thread_id: string; session_id: string }[]> =>
  database.sql
    .selectFrom("conversation_threads")
    .select(["id as thread_id", "session_id"])
    .where("queued_at", "is not", null)
    .where(sql<boolean>`thread_status not in ('completed', 'failed')`)
    .orderBy("queued_at")
    .execute();

export type PastTurn = { thread_id: string; prompt: string; answer: string };

/**
 * The completed threads a thread builds on, oldest first, the newest `limit` of them: what came before it in its session.
 * A branch (`parent_thread_id`) sees its line of parents, and what came before the first of them.
 */
export const conversationOf = async (database: Database, threadId: string, limit = 100): Promise<PastTurn[]> => {
  const { rows } = await sql<PastTurn>`
    with recursive line as (
      select t.*, 0 as step from conversation_threads t where id = ${threadId}
      union all
      select p.*, line.step + 1 from line join conversation_threads p on p.id = line.parent_thread_id where line.step < 1000
    ),
    root as (select session_id, created_at, id from line order by step desc limit 1),
    seen as (
      select id, created_at from line where step > 0
      union
      select t.id, t.created_at from conversation_threads t, root
      where t.session_id = root.session_id and (t.created_at, t.id) < (root.created_at, root.id)
    ),
    newest as (
      select t.id, t.created_at, t.original_prompt, t.final_response
      from seen join conversation_threads t on t.id = seen.id
      where t.thread_status = 'completed' and t.final_response is not null
      order by t.created_at desc, t.id desc limit ${limit}
    )
    select id as thread_id, original_prompt as prompt, final_response as answer from newest order by created_at, id
  `.execute(database.sql);
  return rows;
};

/** What a thread that is not there yet would build on: as `conversationOf`, for one that is made now. */
export const conversationBefore = async (
  database: Database,
  { id, session_id, parent_id }: { id: string; session_id: string; parent_id?: string | null | undefined },
  limit = 100,
): Promise<PastTurn[]> => {
  const earlier = parent_id ? await conversationOf(database, parent_id, limit) : [];
  const { rows } = await sql<PastTurn>`
    select id as thread_id, original_prompt as prompt, final_response as answer from conversation_threads
    where ${parent_id ? sql`id = ${parent_id}` : sql`session_id = ${session_id} and id <> ${id}`}
      and thread_status = 'completed' and final_response is not null
    order by created_at desc, id desc limit ${limit}
  `.execute(database.sql);
  return [...earlier, ...rows.reverse()].slice(-limit);
};

/** `total_cost` is all that was billed; money never released because a bill is missing shows as an estimate. */
export const stateOf = (row: Shown): ThreadState => ({
  thread_id: row.id,
  session_id: row.session_id,
  thread_status: row.thread_status,
  stop_reason: row.stop_reason,
  failure_reason: row.failure_reason,
  mode: row.mode,
  simulated: row.simulated,
  domain: row.domain,
  complexity_level: row.complexity_level,
  estimated_difficulty: row.estimated_difficulty,
  language: row.language,
  current_iteration: row.current_iteration,
  max_iterations: row.max_iterations,
  best_iteration: row.best_iteration,
  best_response_id: row.best_response_id,
  best_model_id: row.best_model_id,
  selected_model: row.selected_model,
  evaluators: row.evaluators,
  draft_response: isFinal(row.thread_status) ? null : row.best_text,
  final_response: row.final_response,
  final_quality_score: row.final_quality_score,
  user_accepted: row.user_accepted,
  user_rating: row.user_rating,
  user_comment: row.user_comment,
  total_cost: dollars(row.total_cost + row.overrun),
  cost_limit: dollarsOrNull(row.cost_limit),
  cost_is_estimated: row.cost_is_estimated || row.unconfirmed > 0,
  total_tokens_used: row.total_tokens_used,
  total_models_involved: row.total_models_involved,
  total_time_spent: row.total_time_spent,
  last_seq: row.last_seq,
  links: {
    events: `/api/threads/${row.id}/events`,
    thread: `/api/threads/${row.id}`,
    stop: `/api/orchestrate/stop/${row.id}`,
  },
  created_at: row.created_at,
  completed_at: row.completed_at,
});
