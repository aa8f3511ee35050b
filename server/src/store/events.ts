/** The log as readers follow it: by stream and number, without gaps. */
import type { EventFilters, ThreadEvent, ThreadStatus } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";
import type { RunningText } from "./live.ts";
import { is } from "./pages.ts";

/** Events of a thread with numbers above `seq`, in order, at most `limit`. */
export const eventsAfter = async (
  database: Database,
  threadId: string,
  seq: number,
  limit: number,
  { event_type, iteration }: EventFilters = {},
): Promise<ThreadEvent[]> => {
  const rows = await database.sql
    .selectFrom("orchestration_logs")
    .select(["id", "seq", "event_type", "thread_id", "session_id", "iteration_number", "model_involved"])
    .select(["message", "details", "simulated", "timestamp"])
    .where("stream_id", "=", threadId)
    .where("seq", ">", seq)
    .where(is("iteration_number", iteration))
    .where(event_type === undefined ? sql<SqlBool>`true` : sql<SqlBool>`event_type = any(${event_type}::text[])`)
    .orderBy("seq")
    .limit(limit)
    .execute();
  // The journal wrote type and details by the contract.
  return rows as unknown as ThreadEvent[];
};

/** What following a thread needs to know of it. */
export type FollowedThread = {
  id: string;
  session_id: string;
  user_id: string;
  thread_status: ThreadStatus;
  simulated: boolean;
  last_seq: number;
};

export const followedThread = (database: Database, threadId: string): Promise<FollowedThread | undefined> =>
  database.sql
    .selectFrom("conversation_threads as t")
    .innerJoin("user_sessions as s", "s.id", "t.session_id")
    .select(["t.id", "t.session_id", "s.user_id", "t.thread_status", "t.simulated", "t.last_seq"])
    .where("t.id", "=", threadId)
    .executeTakeFirst();

const isRunning = sql<SqlBool>`thread_status not in ('completed', 'failed')`;

/** Where someone who follows a session begins: threads and the last number not to be sent. */
export type Start = { thread_id: string; after: number };

/** Threads of a session that are accepted and not at their end, from their beginning. */
export const runningOf = async (database: Database, sessionId: string): Promise<Start[]> => {
  const rows = await database.sql
    .selectFrom("conversation_threads")
    .select("id")
    .where("session_id", "=", sessionId)
    .where("queued_at", "is not", null)
    .where(isRunning)
    .orderBy("queued_at")
    .execute();
  return rows.map(({ id }) => ({ thread_id: id, after: 0 }));
};

/** Threads of a session that run or have changed after `since`, each from its last event up to then. */
export const changedSince = async (database: Database, sessionId: string, since: Date): Promise<Start[]> => {
  const { rows } = await sql<Start>`
    select t.id as thread_id, coalesce(
      (select min(l.seq) - 1 from orchestration_logs l where l.stream_id = t.id and l.seq is not null and l.timestamp > ${since.toISOString()}),
      t.last_seq) as after
    from conversation_threads t
    where t.session_id = ${sessionId} and t.queued_at is not null and (t.updated_at > ${since.toISOString()} or ${isRunning})
    order by t.queued_at
  `.execute(database.sql);
  return rows;
};

/** Of these threads, the session of each. */
export const sessionsOf = (database: Database, threadIds: readonly string[]) =>
  database.sql
    .selectFrom("conversation_threads")
    .select(["id as thread_id", "session_id"])
    .where("id", "=", sql<string>`any(${threadIds}::uuid[])`)
    .execute();

/** Threads of these sessions that run, or were accepted in the last minute. */
export const recentOf = (database: Database, sessionIds: readonly string[]) =>
  database.sql
    .selectFrom("conversation_threads")
    .select(["id as thread_id", "session_id"])
    .where("session_id", "=", sql<string>`any(${sessionIds}::uuid[])`)
    .where("queued_at", "is not", null)
    .where((eb) => eb.or([isRunning, eb("queued_at", ">", sql<string>`now() - interval '1 minute'`)]))
    .execute();

/** The answer that is being written, as far as it was saved: where its writer is another process. */
export const savedText = async (database: Database, threadId: string): Promise<RunningText | undefined> => {
  const row = await database.sql
    .selectFrom("model_responses")
    .select(["id as response_id", "role", "iteration_number", "model_name", "partial_text as text"])
    .where("thread_id", "=", threadId)
    .where("status", "=", "pending")
    .where("role", "in", ["primary", "refiner"])
    .where("partial_text", "is not", null)
    .orderBy("timestamp", "desc")
    .executeTakeFirst();
  return row && { ...row, text: row.text ?? "" };
};

/** How much has been saved of the answers that are being written in these threads. */
export const savedLengths = (database: Database, threadIds: readonly string[]) =>
  database.sql
    .selectFrom("model_responses")
    .select(["thread_id", sql<number>`char_length(partial_text)`.as("length")])
    .where("thread_id", "=", sql<string>`any(${threadIds}::uuid[])`)
    .where("status", "=", "pending")
    .where("role", "in", ["primary", "refiner"])
    .where("partial_text", "is not", null)
    .execute();
/** The number of the event by which another iteration was last asked for. */
export const seqOfLastAsk = async (database: Database, threadId: string): Promise<number> => {
  const row = await database.sql
    .selectFrom("orchestration_logs")
    .select("seq")
    .where("stream_id", "=", threadId)
    .where("event_type", "=", "feedback_received")
    .where(sql<SqlBool>`details ->> 'kind' = 'iteration'`)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 1;
};
