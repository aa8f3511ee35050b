/** Links to threads: who knows one may read its thread. */
import { randomBytes } from "node:crypto";
import type { Share, SharedThread, ThreadEvent } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { eventsAfter } from "./events.ts";

/** 24 characters: nobody finds one by trying. */
const ID_BYTES = 18;

type Row = { id: string; thread_id: string; created_at: string };

const shareOf = ({ id, thread_id, created_at }: Row): Share => ({ id, thread_id, path: `/r/${id}`, created_at });

/** The thread's link; the same one when it has one. Undefined: the thread is gone. */
export async function shareThread(database: Database, threadId: string, userId: string): Promise<Share | undefined> {
  const id = randomBytes(ID_BYTES).toString("base64url");
  // Locked, so that a thread that is erased meanwhile is gone, and no fault.
  const { rows } = await sql<Row>`
    with thread as (select id from conversation_threads where id = ${threadId} for key share)
    insert into thread_shares (id, thread_id, user_id) select ${id}, id, ${userId} from thread
    on conflict (thread_id) do update set thread_id = excluded.thread_id
    returning id, thread_id, created_at`.execute(database.sql);
  return rows[0] && shareOf(rows[0]);
}

export async function findShare(database: Database, threadId: string): Promise<Share | null> {
  const row = await database.sql
    .selectFrom("thread_shares")
    .select(["id", "thread_id", "created_at"])
    .where("thread_id", "=", threadId)
    .executeTakeFirst();
  return row ? shareOf(row) : null;
}

export async function withdrawShare(database: Database, threadId: string): Promise<void> {
  await database.sql.deleteFrom("thread_shares").where("thread_id", "=", threadId).execute();
}

/** What a link shows, and of which thread. */
export async function sharedThread(
  database: Database,
  shareId: string,
): Promise<{ threadId: string; shown: SharedThread } | undefined> {
  const row = await database.sql
    .selectFrom("thread_shares as h")
    .innerJoin("conversation_threads as t", "t.id", "h.thread_id")
    .select(["h.id as share_id", "t.original_prompt", "t.thread_status", "t.mode", "t.simulated"])
    .select(["t.created_at", "t.completed_at", "t.last_seq", "t.id as thread_id"])
    .where("h.id", "=", shareId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { thread_id: threadId, ...shown } = row;
  return { threadId, shown };
}

/** A thread's events as its link shows them: without its session, and without what the owner noted for themselves. */
export async function sharedEvents(
  database: Database,
  threadId: string,
  seq: number,
  limit: number,
): Promise<ThreadEvent[]> {
  const events = await eventsAfter(database, threadId, seq, limit);
  return events.map((event) => withoutOwner({ ...event, session_id: null }));
}

const withoutOwner = (event: ThreadEvent): ThreadEvent =>
  event.event_type === "thread_updated" ? { ...event, details: { ...event.details, user_comment: null } } : event;
