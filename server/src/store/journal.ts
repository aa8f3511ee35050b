/** The journal's transactions as calls of the database, and a wake-up for whoever follows the thread. */
import type { StopWhen } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import { AppError } from "../errors.ts";
import type { Database } from "./database.ts";
import type { Live } from "./live.ts";

/** State of the process that events carry with them. */
export type SystemState = { memory_usage: number; active_requests: number; queue_length: number };

/** Everything that changes threads and money goes through here. */
export type Books = ReturnType<typeof openBooks>;

export const openBooks = (database: Database, live: Live, system: () => SystemState) => {
  const means: Means = {
    database,
    live,
    system,
    async write(fn, threadId, argument) {
      const answer = await database.call<Answer>(fn, { ...argument, thread_id: threadId, system: system() });
      if (answer.last_seq !== undefined) live.wake(threadId, answer.last_seq);
      return answer;
    },
  };
  return { ...booksOfWorkers(means), ...booksOfTheDoor(means) };
};

type Answer = { code: string; last_seq?: number };

/** `takes`: how often the thread was taken since a call of it last succeeded, this time included. */
type Taken = { epoch: number; takes: number };

type Means = {
  database: Database;
  live: Live;
  system: () => SystemState;
  /** One transaction about one thread. */
  write(fn: string, threadId: string, argument: object): Promise<Answer>;
};

const booksOfWorkers = ({ database, live, write }: Means) => ({
  /** Make a thread this worker's own; null when there is nothing to do. */
  async take(threadId: string): Promise<Taken | null> {
    const answer = await database.call<{ code: string } & Taken>("journal_take", { thread_id: threadId });
    return answer.code === "taken" ? { epoch: answer.epoch, takes: answer.takes } : null;
  },

  reserve: (threadId: string, epoch: number, stage: object) => write("journal_reserve", threadId, { epoch, ...stage }),
  settle: (threadId: string, settlement: object) => write("journal_settle", threadId, settlement),
  record: (threadId: string, epoch: number, change: object) => write("journal_record", threadId, { epoch, ...change }),

  async finish(threadId: string, epoch: number, ending: object): Promise<Answer> {
    const answer = await write("journal_finish", threadId, { epoch, ending });
    if (answer.code === "finished") live.ended(threadId);
    return answer;
  },

  async requests(threadId: string): Promise<{ stop: StopWhen | null; request_no: number }> {
    const row = await database.sql
      .selectFrom("conversation_threads")
      .select(["stop_requested as stop", "request_no"])
      .where("id", "=", threadId)
      .executeTakeFirst();
    if (!row) throw new AppError("thread.not_found", `There is no thread ${threadId}`);
    return row;
  },

  /** Text so far of a running call, for whoever looks meanwhile. */
  async partial(responseId: string, text: string): Promise<void> {
    await database.sql
      .updateTable("model_responses")
      .set({ partial_text: text })
      .where("id", "=", responseId)
      .where("status", "=", "pending")
      // On a server a later text may overtake an earlier one.
      .where(sql<SqlBool>`char_length(coalesce(partial_text, '')) < char_length(${text}::text)`)
      .execute();
  },
});

const booksOfTheDoor = ({ database, live, system, write }: Means) => ({
  /** A prompt becomes a thread; with `draft` nobody runs it yet. */
  async accept(thread: Record<string, unknown> & { id: string; session_id: string }, draft: boolean): Promise<void> {
    const { code } = await database.call<Answer>("journal_accept", { thread, draft });
    if (code === "session_not_found")
      throw new AppError("session.not_found", `There is no session ${thread.session_id}`);
    if (code === "session_ended")
      throw new AppError("session.ended", `Session ${thread.session_id} has ended: start another`);
    if (code === "started") throw new AppError("thread.started", `Thread ${thread.id} was asked before`);
  },

  /** Throws `thread.not_found`, `thread.finished` or `thread.not_started`. */
  async stop(threadId: string, when: StopWhen): Promise<void> {
    const { code } = await write("journal_stop", threadId, { when });
    if (code === "not_found") throw new AppError("thread.not_found", `There is no thread ${threadId}`);
    if (code === "finished") throw new AppError("thread.finished", `Thread ${threadId} has ended already`);
    if (code === "draft") throw new AppError("thread.not_started", `Thread ${threadId} is a draft: nothing runs`);
    live.asked(threadId);
  },

  /** End a session; its running threads are stopped. */
  async endSession(sessionId: string): Promise<void> {
    const { code, threads } = await database.call<Answer & { threads?: { thread_id: string; last_seq: number }[] }>(
      "journal_end_session",
      { session_id: sessionId, system: system() },
    );
    if (code === "not_found") throw new AppError("session.not_found", `There is no session ${sessionId}`);
    for (const { thread_id, last_seq } of threads ?? []) {
      live.wake(thread_id, last_seq);
      live.asked(thread_id);
    }
  },
});
