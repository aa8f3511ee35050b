/** The log as readers follow it: by stream and number, without gaps. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
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
