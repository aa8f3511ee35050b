/** Sessions: their settings, their limit. Money moves in the journal only. */
import type { Session, SessionSettings, SessionStatus } from "@orchestratex/sdk/contract";
import { type Selectable, sql } from "kysely";
import { AppError } from "../errors.ts";
import { type Database, json } from "./database.ts";
import { dollars } from "./money.ts";
import { after, is, type Page, type PageOf, pageOf } from "./pages.ts";
import { keyReused, type Repeat } from "./repeats.ts";
import type { UserSessionsTable } from "./tables-threads.ts";
import { jsonText } from "./text-format.ts";

/** `given_max_iterations`: what the user chose, null when the mode of each thread decides. */
export type StoredSession = Session & { given_max_iterations: number | null };

export type NewSession = { id: string; userId: string; maxIterations: number | null; settings: SessionSettings };

/**
 * With `repeat`, the session that the same request has brought already, in one statement with its making: of two at once, one makes it.
 * Throws `request.key_reused` when the key came with another body.
 */
export const createSession = async (
  database: Database,
  session: NewSession,
  repeat?: Repeat,
): Promise<StoredSession> => {
  if (repeat) return makeOnce(database, session, repeat);
  const row = await database.sql
    .insertInto("user_sessions")
    .values(valuesOf(session))
    .returningAll()
    .executeTakeFirstOrThrow();
  return sessionOf(row);
};

const valuesOf = ({ id, userId, maxIterations, settings }: NewSession) => ({
  id,
  user_id: userId,
  settings: json(settings),
  iterations_given: maxIterations !== null,
  ...(maxIterations !== null && { max_iterations: maxIterations }),
});

async function makeOnce(database: Database, session: NewSession, repeat: Repeat): Promise<StoredSession> {
  const { user_id, route, key, body_hash } = repeat;
  const { id, userId, maxIterations, settings } = session;
  for (;;) {
    const { rows } = await sql<Selectable<UserSessionsTable>>`
      with claimed as (
        insert into idempotency_keys (user_id, route, key, body_hash, session_id)
        values (${user_id}, ${route}, ${key}, ${body_hash}, ${id}) on conflict (user_id, route, key) do nothing returning key
      )
      insert into user_sessions (id, user_id, settings, iterations_given, max_iterations)
      select ${id}::uuid, ${userId}, ${json(settings)}, ${maxIterations !== null}, ${maxIterations ?? 3}::int from claimed
      returning *
    `.execute(database.sql);
    if (rows[0]) return sessionOf(rows[0]);
    const first = await database.sql
      .selectFrom("idempotency_keys as k")
      .innerJoin("user_sessions as s", "s.id", "k.session_id")
      .selectAll("s")
      .select("k.body_hash")
      .where("k.user_id", "=", user_id)
      .where("k.route", "=", route)
      .where("k.key", "=", key)
      .executeTakeFirst();
    if (first && first.body_hash !== body_hash) throw keyReused();
    // Neither made nor found: it was erased in between, and its key with it.
    if (first) return sessionOf(first);
  }
}

/**
 * The id of the session of someone who names none, one a UTC day (`2026-11-21`): of several that ask at once, one makes it.
 * One that was ended is followed by another.
 */
export const implicitSession = async (
  database: Database,
  { id, userId, settings, day }: Omit<NewSession, "maxIterations"> & { day: string },
): Promise<string> => {
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      with made as (
        insert into user_sessions (id, user_id, settings, implicit_day) values (${id}, ${userId}, ${json(settings)}, ${day})
        on conflict (user_id, implicit_day) where implicit_day is not null and status = 'active' do nothing returning id
      )
      select id from made
      union all
      select id from user_sessions where user_id = ${userId} and implicit_day = ${day} and status = 'active'
    `.execute(database.sql);
    // Neither: another made it after this statement began, or it ended in between.
    if (rows[0]) return rows[0].id;
  }
};

export const getSession = async (database: Database, id: string): Promise<StoredSession | undefined> => {
  const row = await database.sql.selectFrom("user_sessions").selectAll().where("id", "=", id).executeTakeFirst();
  return row && sessionOf(row);
};

/** Newest first. */
export const listSessions = async (
  database: Database,
  userId: string,
  page: Page & { status?: SessionStatus | undefined },
): Promise<PageOf<StoredSession>> => {
  const rows = await database.sql
    .selectFrom("user_sessions")
    .selectAll()
    .where("user_id", "=", userId)
    .where(is("status", page.status))
    .where(after("session_start", "id", page.cursor))
    .orderBy(sql`session_start desc nulls last`)
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (row) => ({ at: row.session_start, id: row.id }), sessionOf);
};

export type SettingsChange = { maxIterations?: number | undefined; settings?: Partial<SessionSettings> | undefined };

/**
 * Merges the change into the settings, in one statement: the limit is compared with the money of that very moment.
 * Throws `session.not_found`, and `session.cost_limit_too_low` with the least limit that would do.
 */
export const updateSettings = async (
  database: Database,
  id: string,
  { maxIterations, settings = {} }: SettingsChange,
): Promise<StoredSession> => {
  const { rows } = await sql<Selectable<UserSessionsTable> & { found: string; least: number }>`
    with change as (select ${jsonText(settings)}::jsonb as settings, ${maxIterations ?? null}::int as max_iterations),
    old as (
      select id, total_cost + unconfirmed + overrun + held as least from user_sessions where id = ${id} for no key update
    ),
    updated as (
      update user_sessions s
      set settings = s.settings || change.settings,
        max_iterations = coalesce(change.max_iterations, s.max_iterations),
        iterations_given = s.iterations_given or change.max_iterations is not null
      from old, change
      where s.id = old.id and coalesce((change.settings ->> 'cost_limit')::numeric >= old.least, true)
      returning s.*
    )
    select old.id as found, old.least, updated.* from old left join updated on true
  `.execute(database.sql);
  const row = rows[0];
  if (!row) throw new AppError("session.not_found", `There is no session ${id}`);
  if (row.id === null) throw tooLow(row.least);
  return sessionOf(row);
};

/** The user's rating of the whole session, 1 to 10. */
export const setSatisfaction = async (database: Database, id: string, rating: number): Promise<StoredSession> => {
  const row = await database.sql
    .updateTable("user_sessions")
    .set({ user_satisfaction: rating })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new AppError("session.not_found", `There is no session ${id}`);
  return sessionOf(row);
};

/** With all under it. Throws `thread.running` while a thread is at work; none can be accepted in between. */
export const eraseSession = async (database: Database, id: string): Promise<void> => {
  const { code } = await database.call<{ code: "erased" | "running" }>("journal_erase", { session_id: id });
  if (code === "running")
    throw new AppError("thread.running", `A thread of session ${id} still runs: end the session first, then erase it`);
};

/** Rounded up, so that the value named is one that is taken. */
const tooLow = (least: number) => {
  const enough = Math.ceil(least * 1e9 - 1e-3) / 1e9;
  const problem = `must be at least ${enough}, or null for none`;
  return new AppError(
    "session.cost_limit_too_low",
    `${enough} dollars of this session are spent or held: cost_limit ${problem}`,
    { errors: [{ path: "settings.cost_limit", problem }] },
  );
};

const sessionOf = (row: Selectable<UserSessionsTable>): StoredSession => ({
  id: row.id,
  user_id: row.user_id,
  status: row.status,
  max_iterations: row.max_iterations,
  given_max_iterations: row.iterations_given ? row.max_iterations : null,
  settings: row.settings,
  total_cost: dollars(row.total_cost),
  held: dollars(row.held),
  unconfirmed: dollars(row.unconfirmed),
  overrun: dollars(row.overrun),
  user_satisfaction: row.user_satisfaction,
  session_start: row.session_start,
  session_end: row.session_end,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
