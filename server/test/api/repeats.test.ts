/** Requests sent again with their Idempotency-Key: what was made once is not made twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { openTestApp } from "../app.ts";

test("a session or draft asked for again by the same key is the same, also when both come at once", async (t) => {
  const app = await openTestApp(t);
  const cases: [
    url: string,
    id: string,
    table: "user_sessions" | "conversation_threads",
    body: object,
    other: object,
  ][] = [
    ["/api/sessions/", "id", "user_sessions", { settings: { mode: "quick" } }, { settings: { mode: "checked" } }],
    ["/api/threads/", "thread_id", "conversation_threads", { prompt: "Why?" }, { prompt: "Why not?" }],
  ];
  const { id: session_id } = await app.session();
  for (const [url, id, table, given, other] of cases) {
    const extra = url === "/api/threads/" ? { session_id } : {};
    const send = (body: object, key: string) =>
      app.send("POST", url, { ...body, ...extra }, { "idempotency-key": key });
    const count = async () => (await app.store.sql.selectFrom(table).select("id").execute()).length;
    const before = await count();
    const twins = await Promise.all(Array.from({ length: 6 }, () => send(given, "k-1")));
    assert.deepEqual([...new Set(twins.map(({ status }) => status))], [201], JSON.stringify(twins[0]?.body));
    const ids = new Set(twins.map(({ body }) => String(body[id])));
    assert.equal(ids.size, 1);
    const [first] = twins;
    const again = await send({ unknown: 1, ...given }, "k-1");
    assert.deepEqual([again.status, again.headers["location"]], [201, first?.headers["location"]]);
    assert.ok(ids.has(String(again.body[id])));

    const reused = await send(other, "k-1");
    assert.deepEqual([reused.status, reused.body["code"]], [422, "request.key_reused"]);
    assert.ok(!ids.has(String((await send(given, "k-2")).body[id])));
    assert.equal(await count(), before + 2);
    for (const key of ["two words", "", "x".repeat(201)]) assert.equal((await send(given, key)).status, 422, key);
    const unknown = "simulated-nobody";
    const refused = await send(
      { ...given, preferred_models: [unknown], settings: { preferred_models: [unknown] } },
      "k-3",
    );
    assert.equal(refused.status, 422);
    assert.equal((await send(given, "k-3")).status, 201, "a refused request leaves its key free");
  }
});

test("a key names one thing by route, until it has expired or the thing is erased", async (t) => {
  const app = await openTestApp(t);
  const key = { "idempotency-key": "one" };
  const make = async () => String((await app.send("POST", "/api/sessions/", {}, key)).body["id"]);
  const first = await make();
  const draft = await app.send("POST", "/api/threads/", { prompt: "Why?", session_id: first }, key);
  assert.equal(draft.status, 201);

  await app.send("DELETE", `/api/sessions/${first}?purge=true`);
  const second = await make();
  assert.notEqual(second, first);
  await sql`update idempotency_keys set expires_at = now() - interval '1 second'`.execute(app.store.sql);
  await app.store.call("journal_sweep", {});
  assert.deepEqual(await app.store.sql.selectFrom("idempotency_keys").selectAll().execute(), []);
  assert.notEqual(await make(), second);
});
