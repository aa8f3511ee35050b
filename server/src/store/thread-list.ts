/** Lists of threads, newest first, with filters. */
import type { ThreadItem, ThreadsQuery } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";
import { after, cursorOf, is, type Page, type PageOf, pageOf } from "./pages.ts";
import { stateOf, threadsToShow } from "./threads.ts";

/** Of one session, or of all sessions of a user. */
type Whose = { sessionId: string } | { userId: string };

type Filters = Omit<ThreadsQuery, "limit" | "cursor">;

/** So many threads one request looks at: where few fit the filters a page may be short, or empty, and its cursor goes on. */
const LOOKED_AT = 1_000;

export const listThreads = async (
  database: Database,
  whose: Whose,
  page: Page,
  filters: Filters = {},
): Promise<PageOf<ThreadItem>> => {
  const filtered = Object.values(filters).some((value) => value !== undefined && value !== "");
  const rows = await threadsToShow(database)
    .where(filtered ? sql<SqlBool>`t.id in (${looked(whose, page, 0, LOOKED_AT)})` : mine(whose, page))
    .where(fits(filters))
    .orderBy(sql`t.created_at desc nulls last`)
    .orderBy("t.id", "desc")
    .limit(page.limit + 1)
    .execute();
  const found = pageOf(rows, page.limit, placeOf, (row) => ({
    ...stateOf(row),
    prompt_start: startOf(row.original_prompt),
  }));
  if (!filtered || found.next_cursor !== null) return found;
  const last = await sql<Place>`${looked(whose, page, LOOKED_AT - 1, 1, ", t.created_at")}`.execute(database.sql);
  return { ...found, next_cursor: last.rows[0] ? cursorOf(placeOf(last.rows[0])) : null };
};

const START = 200;

/** Whole characters: half of a surrogate pair is none. */
const startOf = (prompt: string): string => [...prompt.slice(0, 2 * START)].slice(0, START).join("");

type Place = { id: string; created_at: string };

const placeOf = ({ id, created_at }: Place) => ({ at: created_at, id });

const mine = (whose: Whose, { cursor }: Page) => {
  const theirs =
    "sessionId" in whose
      ? sql`t.session_id = ${whose.sessionId}`
      : sql`t.session_id in (select id from user_sessions where user_id = ${whose.userId})`;
  return sql<SqlBool>`${theirs} and ${after("t.created_at", "t.id", cursor)}`;
};

const looked = (whose: Whose, page: Page, offset: number, limit: number, more = "") => sql`
  select t.id${sql.raw(more)} from conversation_threads t where ${mine(whose, page)}
  order by t.created_at desc nulls last, t.id desc offset ${offset} limit ${limit}`;

/** A draft is nobody's work yet: it is not running. */
const fits = ({ status, domain, mode, simulated, stop_reason, q }: Filters) =>
  sql<SqlBool>`${status === "running" ? RUNNING : is("t.thread_status", status)} and ${is("t.domain", domain)}
    and ${is("t.mode", mode)} and ${is("t.simulated", simulated)} and ${is("t.stop_reason", stop_reason)}
    and ${q ? sql`t.original_prompt ilike ${`%${q.replace(/[\\%_]/g, "\\$&")}%`}` : sql`true`}`;

const RUNNING = sql<SqlBool>`t.queued_at is not null and t.thread_status not in ('completed', 'failed')`;
