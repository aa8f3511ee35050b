/** The journal's transactions as calls of the database, and a wake-up for whoever follows the thread. */
import type { StopWhen } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { AppError } from "../errors.ts";
import { booksOfControl } from "./control.ts";
import type { Database } from "./database.ts";
import { booksOfDirect } from "./direct.ts";
import type { Live } from "./live.ts";
import { keyReused, type Repeat } from "./repeats.ts";
import { jsonText } from "./text-format.ts";

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
  return {
    ...booksOfWorkers(means),
    ...booksOfLeases(means),
    ...booksOfTheDoor(means),
    ...booksOfControl(means),
    ...booksOfDirect(means),
  };
};

type Answer = { code: string; last_seq?: number };

/** `takes`: how often the thread was taken since a call of it last succeeded, this time included. */
type Taken = { epoch: number; takes: number };

/** What the user has asked of a thread; `iteration`: the one that works it in. */
export type Requests = {
  stop: StopWhen | null;
  request_no: number;
  feedback: { request_no: number; text: string | null; iteration: number | null }[];
};

/** A thread as a worker has it: whoever takes it later has a higher epoch. */
export type HeldThread = { thread_id: string; epoch: number };

export type Means = {
  database: Database;
  live: Live;
  system: () => SystemState;
  /** One transaction about one thread. */
  write(fn: string, threadId: string, argument: object): Promise<Answer>;
};

const booksOfWorkers = ({ database, live, write }: Means) => ({
  reserve: (threadId: string, epoch: number, stage: object) => write("journal_reserve", threadId, { epoch, ...stage }),
  settle: (threadId: string, epoch: number, settlement: object) =>
    write("journal_settle", threadId, { epoch, ...settlement }),
  record: (threadId: string, epoch: number, change: object) => write("journal_record", threadId, { epoch, ...change }),

  async finish(threadId: string, epoch: number, ending: object): Promise<Answer> {
    const answer = await write("journal_finish", threadId, { epoch, ending });
    if (answer.code === "finished") live.ended(threadId);
    return answer;
  },

  async requests(threadId: string): Promise<Requests> {
    const row = await database.sql
      .selectFrom("conversation_threads as t")
      .select(["stop_requested as stop", "request_no"])
      .select(
        sql<Requests["feedback"]>`coalesce((
          select jsonb_agg(jsonb_build_object('request_no', q.request_no, 'text', q.feedback, 'iteration', q.iteration_number)
            order by q.request_no)
          from thread_requests q where q.thread_id = t.id and q.kind <> 'stop'), '[]')`.as("feedback"),
      )
      .where("id", "=", threadId)
      .executeTakeFirst();
    if (!row) throw new AppError("thread.not_found", `There is no thread ${threadId}`);
    return row;
  },

  /** Texts so far of running calls, for whoever looks meanwhile. A call that is being settled at this moment is passed over. */
  async partial(texts: readonly { id: string; text: string }[]): Promise<void> {
    await sql`
      with running as (
        select r.id, p.text from model_responses r join jsonb_to_recordset(${jsonText(texts)}::jsonb) as p (id uuid, text text) using (id)
        where r.status = 'pending' and char_length(coalesce(r.partial_text, '')) < char_length(p.text)
        order by r.id for update of r skip locked
      )
      update model_responses r set partial_text = running.text from running where r.id = running.id
    `.execute(database.sql);
  },
});

const booksOfLeases = ({ database }: Means) => ({
  /**
   * Make a thread this worker's own; null when there is nothing to do, or another's lease is valid.
   * `epoch`: of the worker that has it already and begins anew. The embedded database's folder lock proves that no other lives.
   */
  async take(threadId: string, epoch?: number): Promise<Taken | null> {
    const alone = database.engine === "embedded";
    const argument = { thread_id: threadId, alone, ...(epoch !== undefined && { epoch }) };
    const answer = await database.call<{ code: string } & Taken>("journal_take", argument);
    return answer.code === "taken" ? { epoch: answer.epoch, takes: answer.takes } : null;
  },

  /** Let go of a thread none of whose calls is under way, so that another may take it at once. */
  release: ({ thread_id, epoch }: HeldThread) =>
    database.call<Answer>("journal_release", { thread_id, epoch }).then(() => undefined),

  /** Renews the leases; answers the threads that are still held, and what was asked of them. */
  async renew(threads: readonly HeldThread[]): Promise<{ thread_id: string; stop: StopWhen | null }[]> {
    type Renewed = Answer & { threads: { thread_id: string; stop: StopWhen | null }[] };
    return (await database.call<Renewed>("journal_renew", { threads })).threads;
  },

  /** Wakes someone for every thread that nobody works on; answers their ids. */
  sweep: async (): Promise<string[]> =>
    (await database.call<Answer & { threads: string[] }>("journal_sweep", {})).threads,
});

const booksOfTheDoor = ({ database, live, system }: Means) => ({
  /**
   * A prompt becomes a thread; with `draft` nobody runs it yet. Answers the thread's id: with `repeat`, an earlier one's
   * where the same was asked before. Throws `session.not_found`, `session.ended`, `thread.started`, `request.key_reused`.
   */
  async accept(
    thread: Record<string, unknown> & { id: string; session_id: string },
    { draft = false, repeat }: { draft?: boolean; repeat?: Repeat | undefined } = {},
  ): Promise<string> {
    const argument = { thread, draft, ...(repeat && { repeat }) };
    const { code, thread_id } = await database.call<Answer & { thread_id?: string }>("journal_accept", argument);
    if (code === "session_not_found")
      throw new AppError("session.not_found", `There is no session ${thread.session_id}`);
    if (code === "session_ended")
      throw new AppError("session.ended", `Session ${thread.session_id} has ended: start another`);
    if (code === "started") throw new AppError("thread.started", `Thread ${thread.id} was asked before`);
    if (code === "key_reused") throw keyReused();
    if (code === "accepted" && !draft) live.queued(thread.id);
    return thread_id ?? thread.id;
  },

  /** The thread that this key has brought before; null when there is none. Throws `request.key_reused` on another body. */
  async repeated({ user_id, route, key, body_hash }: Repeat): Promise<string | null> {
    const row = await database.sql
      .selectFrom("idempotency_keys")
      .select(["thread_id", "body_hash"])
      .where("user_id", "=", user_id)
      .where("route", "=", route)
      .where("key", "=", key)
      .executeTakeFirst();
    if (row && row.body_hash !== body_hash) throw keyReused();
    return row?.thread_id ?? null;
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
