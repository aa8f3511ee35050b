/** The sessions of the server's own test: nobody's, and never kept. */
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";

/** As in `journal_learn`, which passes over its threads. No account can have this name. */
export const SELF_TEST_USER = "system:self-test";

/** A worker that is still at one finds itself without a thread, and lets go. */
export const eraseTest = async (database: Database, sessionId: string): Promise<void> => {
  await database.sql
    .deleteFrom("user_sessions")
    .where("id", "=", sessionId)
    .where("user_id", "=", SELF_TEST_USER)
    .execute();
};

/** What a process left that died in the middle of one. */
export const eraseOldTests = async (database: Database): Promise<void> => {
  await database.sql
    .deleteFrom("user_sessions")
    .where("user_id", "=", SELF_TEST_USER)
    .where(sql<SqlBool>`session_start < now() - interval '10 minutes'`)
    .execute();
};
