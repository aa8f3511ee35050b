/** What is the caller's own. Anything else does not exist, as far as the answer tells. */
import { Id, type ThreadState } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { getSession, type StoredSession } from "../store/sessions.ts";
import { getThread, getThreadRow } from "../store/threads.ts";

/** Lower case as the database shows them: wake-ups go by them. */
const PathId = Id.toLowerCase();

export const SessionPath = z.object({ session_id: PathId });
export const ThreadPath = z.object({ thread_id: PathId });

export async function ownSession(database: Database, userId: string, id: string): Promise<StoredSession> {
  const session = await getSession(database, id);
  if (!session || session.user_id !== userId) throw new AppError("session.not_found", `There is no session ${id}`);
  return session;
}

export async function requireOwnThread(database: Database, userId: string, id: string): Promise<void> {
  const row = await getThreadRow(database, id);
  if (row?.user_id !== userId) throw noThread(id);
}

export async function threadState(database: Database, id: string): Promise<ThreadState> {
  const state = await getThread(database, id);
  if (!state) throw noThread(id);
  return state;
}

export const noThread = (id: string): AppError => new AppError("thread.not_found", `There is no thread ${id}`);
