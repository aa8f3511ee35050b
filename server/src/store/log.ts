/** The log as many readers follow it: what they ask for together is read together. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Events of one thread in one answer. */
export const EVENTS_AT_ONCE = 50;

/** Threads in one statement: the embedded database has one connection, and nothing may hold it for long. */
const THREADS_AT_ONCE = 16;

/** Statements under way. Also what bounds the memory when all readers come back at once. */
const STATEMENTS = { embedded: 1, server: 2 };

type Wanted = { threadId: string; after: number; resolve(events: ThreadEvent[]): void; reject(error: unknown): void };

export type Log = {
  /** Events of a thread with numbers above `after`, in order, `EVENTS_AT_ONCE` at most. */
  after(threadId: string, after: number): Promise<ThreadEvent[]>;
};

/** A question goes at once when few are under way; those that come meanwhile go together. */
export function openLog(database: Database): Log {
  const waiting: Wanted[] = [];
  let running = 0;
  const next = () => {
    if (running >= STATEMENTS[database.engine] || waiting.length === 0) return;
    const some = waiting.splice(0, THREADS_AT_ONCE);
    running++;
    const answer = (give: (one: Wanted, place: number) => void) => {
      for (const [place, one] of some.entries()) give(one, place);
      running--;
      next();
    };
    read(database, some).then(
      (found) => answer(({ resolve }, place) => resolve(found[place] ?? [])),
      (error: unknown) => answer(({ reject }) => reject(error)),
    );
  };
  return {
    after: (threadId, after) =>
      new Promise((resolve, reject) => {
        waiting.push({ threadId, after, resolve, reject });
        next();
      }),
  };
}

/** The events of each, in the order asked. */
async function read(database: Database, wanted: readonly Wanted[]): Promise<ThreadEvent[][]> {
  const ids = wanted.map(({ threadId }) => threadId);
  const afters = wanted.map(({ after }) => after);
  const { rows } = await sql<ThreadEvent & { place: number }>`
    select w.place::int as place, e.* from unnest(${ids}::uuid[], ${afters}::int[]) with ordinality as w(id, after, place), lateral (
      select id, seq, event_type, thread_id, session_id, iteration_number, model_involved, message, details, simulated, timestamp
      from orchestration_logs where stream_id = w.id and seq is not null and seq > w.after order by seq limit ${EVENTS_AT_ONCE}
    ) e order by w.place, e.seq
  `.execute(database.sql);
  const found: ThreadEvent[][] = wanted.map(() => []);
  // The journal wrote type and details by the contract.
  for (const { place, ...event } of rows) found[place - 1]?.push(event as ThreadEvent);
  return found;
}
