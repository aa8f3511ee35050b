/** Session, then thread: whoever of the door waits for the session holds nothing yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { readDatabaseUrl } from "../../src/store/database-url.ts";
import { connect } from "../../src/store/postgres-client.ts";
import { openTestApp } from "../app.ts";
import { openTestStore, serverOnly } from "../store.ts";

test("control locks a thread's session before the thread", serverOnly, async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const app = await openTestApp(t, {}, store);
  const state = await app.ask("Why is the sky blue?", { mode: "quick" });
  const { thread_id, session_id, best_response_id: response_id } = state;
  await app.send("POST", "/api/orchestrate/iteration", { thread_id }, { prefer: "wait=60" });
  const { client } = await connect(readDatabaseUrl(store.url ?? ""));
  t.after(() => client.end());

  const asks: [fn: string, more: object][] = [
    ["journal_rate", { rating: 5 }],
    ["journal_restore", { response_id }],
    ["journal_set_status", { status: "failed" }],
    ["journal_set_status", { status: "completed" }],
    ["journal_iterate", {}],
  ];
  for (const [fn, more] of asks) {
    await client.query("begin");
    await client.query("select from user_sessions where id = $1 for update", [session_id]);
    const asked = store.call<{ code: string }>(fn, { thread_id, ...more });
    const waiting = async () => {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(store.sql);
      return rows[0]?.count === 1;
    };
    while (!(await waiting()));
    await client.query("select from conversation_threads where id = $1 for update nowait", [thread_id]);
    await client.query("commit");
    assert.equal((await asked).code, "asked", fn);
  }
});
