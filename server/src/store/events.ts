/** The log as readers follow it: by stream and number, without gaps. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";

/** Events of a thread with numbers above `seq`, in order, at most `limit`. */
export const eventsAfter = async (
  database: Database,
  threadId: string,
  seq: number,
  limit: number,
): Promise<ThreadEvent[]> => {
  const rows = await database.sql
    .selectFrom("orchestration_logs")
    .select(["id", "seq", "event_type", "thread_id", "session_id", "iteration_number", "model_involved"])
    .select(["message", "details", "simulated", "timestamp"])
    .where("stream_id", "=", threadId)
    .where("seq", ">", seq)
    .orderBy("seq")
    .limit(limit)
    .execute();
  // The journal wrote type and details by the contract.
  return rows as unknown as ThreadEvent[];
};

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
