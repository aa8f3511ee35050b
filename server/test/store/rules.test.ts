import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { type Database, json, SqlError } from "../../src/store/database.ts";
import { openTestStore } from "../store.ts";
import { addResponse, addSession, addThread, addWhatFollows, settings } from "./rows.ts";

let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

const tables = async (column: string): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = ${column} order by 1`.execute(database.sql);
  return rows.map(({ name }) => name);
};

const breaks = (constraint: string) => (error: unknown) => error instanceof SqlError && error.constraint === constraint;

test("a session takes all that belongs to it along when it is deleted, and nothing else", async () => {
  const [gone, kept] = [await addSession(database), await addSession(database)];
  for (const session of [gone, kept]) {
    const thread = await addThread(database, session);
    const response = await addResponse(database, session, thread);
    await addWhatFollows(database, session, thread, response);
    await database.sql
      .updateTable("conversation_threads")
      .set({ best_response_id: response })
      .where("id", "=", thread)
      .execute();
    const line = { session_id: session, component: "api", event_type: "settings_changed" };
    await database.sql.insertInto("orchestration_logs").values(line).execute();
  }
  const count = async () => {
    const counts: Record<string, number> = {};
    for (const table of await tables("session_id")) {
      const { rows } = await sql<{ session_id: string; n: number }>`
        select session_id, count(*) as n from ${sql.table(table)} group by 1`.execute(database.sql);
      for (const { session_id, n } of rows) counts[`${table} ${session_id === gone ? "gone" : "kept"}`] = n;
    }
    return counts;
  };
  const before = await count();
  assert.equal(Object.keys(before).length, 2 * (await tables("session_id")).length);
  await database.sql.deleteFrom("user_sessions").where("id", "=", gone).execute();
  assert.deepEqual(await count(), Object.fromEntries(Object.entries(before).filter(([name]) => name.endsWith("kept"))));
  await database.sql.deleteFrom("user_sessions").where("id", "=", kept).execute();
});

test("a response that goes leaves its thread without a best one", async () => {
  const session = await addSession(database);
  const thread = await addThread(database, session);
  const response = await addResponse(database, session, thread);
  const byId = database.sql.updateTable("conversation_threads").where("id", "=", thread);
  await byId.set({ best_response_id: response }).execute();
  await database.sql.deleteFrom("model_responses").where("id", "=", response).execute();
  const row = await database.sql
    .selectFrom("conversation_threads")
    .selectAll()
    .where("id", "=", thread)
    .executeTakeFirst();
  assert.equal(row?.best_response_id, null);
});

test("what belongs to a thread belongs to that thread's session", async () => {
  const [session, other] = [await addSession(database), await addSession(database)];
  const thread = await addThread(database, session);
  await assert.rejects(addResponse(database, other, thread), breaks("model_responses_thread_id_session_id_fkey"));
});

test("at most one attempt of a step is pending or completed, and no attempt comes twice", async () => {
  const session = await addSession(database);
  const thread = await addThread(database, session);
  await addResponse(database, session, thread, { attempt: 1, status: "failed" });
  await addResponse(database, session, thread, { attempt: 2, status: "pending" });
  const live = breaks("model_responses_one_live_attempt_key");
  await assert.rejects(addResponse(database, session, thread, { attempt: 3, status: "completed" }), live);
  await assert.rejects(
    addResponse(database, session, thread, { attempt: 1, status: "failed" }),
    breaks("model_responses_thread_id_step_attempt_key"),
  );
});

test("an event's number comes once in its stream", async () => {
  const session = await addSession(database);
  const thread = await addThread(database, session);
  await addWhatFollows(database, session, thread, await addResponse(database, session, thread));
  const again = {
    thread_id: thread,
    session_id: session,
    stream_id: thread,
    component: "api",
    event_type: "stop_requested",
  };
  await assert.rejects(
    database.sql
      .insertInto("orchestration_logs")
      .values({ ...again, seq: 2 })
      .execute(),
    breaks("orchestration_logs_stream_id_seq_key"),
  );
  await assert.rejects(
    database.sql
      .insertInto("orchestration_logs")
      .values({ ...again, stream_id: null, seq: 3 })
      .execute(),
    SqlError,
  );
});

test("a session's money never passes its limit, whoever writes it; overrun alone may", async () => {
  const id = await addSession(database, "local", 1);
  const set = (values: { total_cost?: number; held?: number; unconfirmed?: number; overrun?: number }) =>
    database.sql.updateTable("user_sessions").set(values).where("id", "=", id).execute();
  await set({ total_cost: 0.4, unconfirmed: 0.3, held: 0.3, overrun: 5 });
  await assert.rejects(set({ held: 0.3000000001 }), breaks("user_sessions_within_limit"));
  await assert.rejects(set({ held: -1 }), breaks("user_sessions_held_check"));
  const lower = database.sql.updateTable("user_sessions").set({ settings: json({ ...settings, cost_limit: 0.9 }) });
  await assert.rejects(lower.where("id", "=", id).execute(), breaks("user_sessions_within_limit"));
  const free = await addSession(database, "local", null);
  await database.sql.updateTable("user_sessions").set({ held: 1_000_000 }).where("id", "=", free).execute();
});

test("a session has 1 to 10 iterations", async () => {
  const id = await addSession(database);
  for (const max_iterations of [0, 11]) {
    await assert.rejects(
      database.sql.updateTable("user_sessions").set({ max_iterations }).where("id", "=", id).execute(),
      breaks("user_sessions_max_iterations_check"),
    );
  }
});

test("every table with updated_at sets it by itself", async () => {
  const withTrigger = await sql<{ name: string }>`
    select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where p.proname = 'touch_updated_at' order by 1`.execute(database.sql);
  const names = await tables("updated_at");
  assert.deepEqual(
    withTrigger.rows.map(({ name }) => name),
    names,
  );
  assert.ok(names.length >= 10);
  const id = await addSession(database);
  const before = await database.sql
    .selectFrom("user_sessions")
    .select("updated_at")
    .where("id", "=", id)
    .executeTakeFirst();
  const change = { user_satisfaction: 9, updated_at: "2000-01-01T00:00:00.000Z" };
  await database.sql.updateTable("user_sessions").set(change).where("id", "=", id).execute();
  const after = await database.sql
    .selectFrom("user_sessions")
    .select("updated_at")
    .where("id", "=", id)
    .executeTakeFirst();
  assert.ok(before && after && after.updated_at >= before.updated_at);
});

test("updates of hot rows stay on their page", async () => {
  const id = await addSession(database);
  for (let cent = 1; cent <= 20; cent++) {
    await database.sql
      .updateTable("user_sessions")
      .set({ held: cent / 100 })
      .where("id", "=", id)
      .execute();
  }
  const { rows } = await sql<{ updated: number; hot: number }>`
    select pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_tuples_updated(c.oid) as updated,
      pg_stat_get_xact_tuples_hot_updated(c.oid) + pg_stat_get_tuples_hot_updated(c.oid) as hot
    from (select 'user_sessions'::regclass::oid as oid, pg_stat_force_next_flush()) c`.execute(database.sql);
  const row = rows[0];
  assert.ok(row && row.updated >= 20 && row.hot / row.updated > 0.9, JSON.stringify(row));
});
