/** Reservations that were refused for want of money, each with a look at the books right after: written down for the witness. */
import type { Database } from "../server/src/store/database.ts";

export type Refused = {
  thread_id: string;
  need: number;
  /** Spent, overrun and unconfirmed only grow, so what is free after the refusal was free at it. */
  session_free: number | null;
  thread_free: number | null;
};

type Reserve = { thread_id: string; headroom: number; calls: { reserved_cost: number | null }[] };

const least = (limit: number | null, ...taken: number[]): number | null =>
  limit === null ? null : limit - taken.reduce((sum, amount) => sum + amount, 0);

export function refusalsTo(database: Database, write: (line: string) => void): Database {
  const settles = new Map<string, number>();
  return {
    ...database,
    async call<T>(fn: string, argument: unknown): Promise<T> {
      const { thread_id = "" } = argument as { thread_id?: string };
      if (fn === "journal_settle") settles.set(thread_id, (settles.get(thread_id) ?? 0) + 1);
      const before = settles.get(thread_id);
      const answer = await database.call<T>(fn, argument);
      if (fn === "journal_finish") settles.delete(thread_id);
      if (fn !== "journal_reserve" || (answer as { code?: string }).code !== "cost_limit") return answer;
      const row = await database.sql
        .selectFrom("conversation_threads as t")
        .innerJoin("user_sessions as s", "s.id", "t.session_id")
        .select(["t.cost_limit", "t.total_cost", "t.overrun", "t.unconfirmed", "t.held", "s.cost_limit as limit"])
        .select(["s.total_cost as spent", "s.overrun as over", "s.unconfirmed as lost"])
        .where("t.id", "=", thread_id)
        .executeTakeFirst();
      // A settle of the same thread meanwhile may have lowered what it holds.
      if (!row || settles.get(thread_id) !== before) return answer;
      const { calls, headroom } = argument as Reserve;
      const refused: Refused = {
        thread_id,
        need: calls.reduce((sum, call) => sum + (call.reserved_cost ?? 0), headroom),
        session_free: least(row.limit, row.spent, row.over, row.lost, row.held),
        thread_free: least(row.cost_limit, row.total_cost, row.overrun, row.unconfirmed, row.held),
      };
      write(`${JSON.stringify(refused)}\n`);
      return answer;
    },
  };
}
