/** Sessions over HTTP, on the whole server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { openTestApp } from "../app.ts";
import { addSession } from "../store/rows.ts";

test("sessions over HTTP", { timeout: 60_000 }, async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_SPEED: "1" });
  const { send } = app;

  await t.test("one is made with the defaults, and found where Location says", async () => {
    const made = await send("POST", "/api/sessions/", {});
    assert.equal(made.status, 201);
    const session = Session.parse(made.body);
    assert.equal(made.headers["location"], `/api/sessions/${session.id}`);
    assert.deepEqual(session.settings, {
      ...{ preferred_models: [], excluded_models: [], cost_limit: 1, quality_threshold: 8 },
      ...{ mode: "auto", selection_strategy: "hybrid", deadline_ms: 300_000 },
    });
    assert.deepEqual([session.user_id, session.status, session.max_iterations], ["local", "active", 3]);
    assert.deepEqual((await send("GET", `/api/sessions/${session.id}`)).body, made.body);
    assert.ok(!("given_max_iterations" in made.body), "what is not in the contract is not shown");
  });

  await t.test("what is asked for is kept; unknown fields are passed over", async () => {
    const session = await app.session({ cost_limit: null, mode: "quick", colour: "red" }, { max_iterations: 7, x: 1 });
    assert.deepEqual([session.settings.cost_limit, session.settings.mode, session.max_iterations], [null, "quick", 7]);
    assert.equal((await app.session({ cost_limit: 0 })).settings.cost_limit, 0);
  });

  await t.test("settings change one by one; the limit never falls below what is spent", async () => {
    const { id } = await app.session({ cost_limit: 2, mode: "quick" }, { max_iterations: 2 });
    const put = (body: object) => send("PUT", `/api/sessions/${id}/settings`, body);
    const changed = Session.parse((await put({ max_iterations: 5, settings: { quality_threshold: 9 } })).body);
    assert.deepEqual(
      [changed.max_iterations, changed.settings.quality_threshold, changed.settings.cost_limit, changed.settings.mode],
      [5, 9, 2, "quick"],
    );
    assert.equal(Session.parse((await put({ settings: { cost_limit: null } })).body).settings.cost_limit, null);
    assert.equal(Session.parse((await put({})).body).max_iterations, 5);
    await app.store.sql.updateTable("user_sessions").set({ total_cost: 0.3 }).where("id", "=", id).execute();
    const low = await put({ settings: { cost_limit: 0.2 } });
    assert.deepEqual([low.status, low.body["code"]], [409, "session.cost_limit_too_low"]);
    assert.match(String(low.body["detail"]), /0\.3/);
    assert.equal((await put({ settings: { cost_limit: 0.3 } })).status, 200);
  });

  await t.test("satisfaction is 1 to 10", async () => {
    const { id } = await app.session();
    const rate = (body: object) => send("POST", `/api/sessions/${id}/feedback`, body);
    assert.equal(Session.parse((await rate({ user_satisfaction: 9.5 })).body).user_satisfaction, 9.5);
    for (const user_satisfaction of [0, 11, "9", null]) assert.equal((await rate({ user_satisfaction })).status, 422);
  });

  await t.test("lists come in pages, newest first; a user sees only what is theirs", async () => {
    const ids = [];
    for (let made = 0; made < 5; made++) ids.unshift((await app.session()).id);
    await addSession(app.store, "someone else");
    const seen: string[] = [];
    for (let query = "?limit=2"; query !== ""; ) {
      const { body } = await send("GET", `/api/sessions/${query}`);
      seen.push(...(body["items"] as Session[]).map(({ id }) => id));
      query = body["next_cursor"] === null ? "" : `?limit=2&cursor=${body["next_cursor"]}`;
    }
    assert.deepEqual(seen.slice(0, 5), ids);
    assert.equal(new Set(seen).size, seen.length);
    const own = await send("GET", "/api/sessions/user/local?limit=100");
    assert.deepEqual(
      (own.body["items"] as Session[]).map(({ id }) => id),
      seen,
    );
    for (const other of ["someone%20else", "nobody", "%00", "x".repeat(400)])
      assert.deepEqual((await send("GET", `/api/sessions/user/${other}`)).body, { items: [], next_cursor: null });
  });

  await t.test("what is another user's does not exist", async () => {
    const id = await addSession(app.store, "someone else");
    for (const [method, path, body] of [
      ["GET", ""],
      ["DELETE", ""],
      ["DELETE", "?purge=true"],
      ["PUT", "/settings", {}],
      ["POST", "/feedback", { user_satisfaction: 5 }],
    ] as const)
      assert.equal((await send(method, `/api/sessions/${id}${path}`, body)).body["code"], "session.not_found");
    assert.equal((await send("GET", `/api/threads/session/${id}`)).body["code"], "session.not_found");
    const asked = await send("POST", "/api/orchestrate/prompt", { prompt: "x", session_id: id });
    assert.equal(asked.body["code"], "session.not_found");
  });

  await t.test("an ended session takes nothing new; ending twice is ending once", async () => {
    const { id } = await app.session();
    const ended = await send("DELETE", `/api/sessions/${id}`);
    assert.equal(ended.status, 200);
    assert.equal(Session.parse(ended.body).status, "completed");
    assert.ok(Session.parse(ended.body).session_end);
    assert.deepEqual((await send("DELETE", `/api/sessions/${id}`)).body, ended.body);
    for (const [path, body] of [
      ["/api/orchestrate/prompt", { prompt: "x", session_id: id }],
      ["/api/threads/", { prompt: "x", session_id: id.toUpperCase() }],
    ] as const)
      assert.equal((await send("POST", path, body)).body["code"], "session.ended", path);
    assert.equal((await send("PUT", `/api/sessions/${id}/settings`, {})).body["code"], "session.ended");
    assert.equal((await send("POST", `/api/sessions/${id}/feedback`, { user_satisfaction: 3 })).status, 200);
  });

  await t.test("ending stops what runs; erasing waits for that, and leaves nothing", async () => {
    const { id } = await app.session();
    const threadId = await app.start("Write a long story about the sea", { session_id: id, mode: "thorough" });
    await app.until(threadId, "response_delta");
    const early = await send("DELETE", `/api/sessions/${id}?purge=true`);
    assert.deepEqual([early.status, early.body["code"], early.body["retry"]], [409, "thread.running", true]);
    assert.equal(Session.parse((await send("GET", `/api/sessions/${id}`)).body).status, "active");

    assert.equal(Session.parse((await send("DELETE", `/api/sessions/${id}`)).body).status, "terminated");
    await app.until(threadId, "orchestration_finished");
    const erased = await send("DELETE", `/api/sessions/${id}?purge=true`);
    assert.deepEqual([erased.status, erased.body], [204, {}]);
    for (const path of [`/api/sessions/${id}`, `/api/threads/${threadId}`, `/api/threads/${threadId}/events`])
      assert.equal((await send("GET", path)).status, 404);
    for (const table of ["conversation_threads", "model_responses", "orchestration_logs"] as const) {
      const left = await app.store.sql.selectFrom(table).select("id").where("session_id", "=", id).execute();
      assert.deepEqual(left, [], table);
    }
    assert.equal((await send("DELETE", `/api/sessions/${id}?purge=true`)).status, 404);
  });

  await t.test("a session with drafts alone can be erased", async () => {
    const { id } = await app.session();
    assert.equal((await send("POST", "/api/threads/", { prompt: "later", session_id: id })).status, 201);
    assert.equal((await send("DELETE", `/api/sessions/${id}?purge=true`)).status, 204);
    assert.equal((await send("DELETE", `/api/sessions/${uuidv7()}?purge=true`)).status, 404);
  });
  assert.deepEqual(app.faults, []);
});
