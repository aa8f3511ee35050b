/** The log as readers follow it: by stream and number, without gaps. */
import type { EventFilters, ThreadEvent } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";
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
