/** What a thread survives: a server that drains, a machine that stands still, a client that asks twice, a bill above its reservation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadState } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { AppError } from "../../src/errors.ts";
import type { Database } from "../../src/store/database.ts";
import { openTestApp } from "../app.ts";
import { openTestStore, type TestStore } from "../store.ts";

const prompt = "Design a rate limiter for an API used by 10 000 clients; discuss the trade-offs.";
const strict = { mode: "thorough", quality_threshold: 10 };

const rowOf = (database: Database, id: string) =>
  database.sql.selectFrom("conversation_threads").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

test("asked to leave, it lets the calls under way end, makes no new one, and lets go of the thread", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const slowly = { ORCHESTRATEX_SIMULATED_SPEED: "10", ORCHESTRATEX_DRAIN_SECONDS: "60" };
  const before = await openTestApp(t, slowly, store);
  const thread = await before.start(prompt, strict);
  await before.until(thread, "response_delta");
  await before.close();

  const row = await rowOf(store, thread);
  assert.deepEqual([row.lease_until, row.takes_without_progress], [null, 0]);
  const left = await store.sql.selectFrom("model_responses").select(["step", "status", "outcome_unknown"]).execute();
  assert.deepEqual(
    left.map(({ status, outcome_unknown }) => [status, outcome_unknown]),
    [["completed", false]],
  );

  const after = await openTestApp(t, {}, store);
  await after.until(thread, "orchestration_finished");
  const { responses } = await after.thread(thread);
  assert.equal(responses.filter(({ step }) => step === left[0]?.step).length, 1);
});

test("a call that could not be sent within ten seconds of its reservation is not sent: it is reserved anew", async (t) => {
  const store = await openTestStore();
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  let frozen = 0;
  const freezing: TestStore = {
    ...store,
    async call<T>(fn: string, argument: unknown) {
      const answer = await store.call<T>(fn, argument);
      if (fn === "journal_reserve" && frozen++ < 1) t.mock.timers.tick(11_000);
      return answer;
    },
  };
  t.after(() => store.close());
  const app = await openTestApp(t, {}, freezing);
  const state = await app.ask(prompt, { mode: "quick" });
  const { responses } = await app.thread(state.thread_id);
  assert.deepEqual(
    responses.map(({ attempt, status, error_message, cost }) => [attempt, status, error_message, cost === 0]),
    [
      [1, "failed", "call.not_sent", true],
      [2, "completed", null, false],
    ],
  );
  assert.equal(new Set(responses.map(({ step }) => step)).size, 1);
  assert.equal(
    (await app.events(state.thread_id)).filter(({ event_type }) => event_type === "model_fallback").length,
    0,
  );
});

test("the same Idempotency-Key brings the same thread, however often and at once; another body is refused", async (t) => {
  const app = await openTestApp(t);
  const ask = (body: object, key = "k-1") =>
    app.send("POST", "/api/orchestrate/prompt", body, { "idempotency-key": key, prefer: "wait=60" });
  const { id } = await app.session();
  const body = { prompt: "Why is the sky blue?", mode: "quick", session_id: id };
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(body)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const threads = new Set(answers.map((answer) => ThreadState.parse(answer.body).thread_id));
  assert.equal(threads.size, 1);
  assert.ok(threads.has(String((await ask(body)).body["thread_id"])));

  const other = await ask({ ...body, prompt: "Why is the sea blue?" });
  assert.deepEqual([other.status, other.body["code"]], [422, "request.key_reused"]);
  assert.ok(!threads.has(String((await ask(body, "k-2")).body["thread_id"])));
  assert.equal((await ask(body, "two words")).status, 422);
  const unknown = await ask({ ...body, session_id: "0193a000-0000-7000-8000-000000000000" }, "k-3");
  assert.equal(unknown.status, 404);
  assert.equal((await ask(body, "k-3")).status, 200, "a refused request leaves its key free");
});

test("a bill above its reservation is kept in full, told, and the model takes no part under a limit until it is put back", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "opal:overcharge" });
  const { id } = await app.session({ cost_limit: 50 });
  const opal = { mode: "quick", model_name: "simulated-opal", session_id: id };
  const first = await app.ask("Who was Ada Lovelace?", opal);
  const told = (await app.events(first.thread_id)).find((event) => event.event_type === "bill_exceeded");
  assert.ok(told?.event_type === "bill_exceeded" && told.details.cost > told.details.reserved_cost);
  const { body: session } = await app.send("GET", `/api/sessions/${id}`);
  assert.ok(Number(session["overrun"]) > 0 && Number(session["held"]) === 0);
  assert.ok(Math.abs(Number(session["total_cost"]) + Number(session["overrun"]) - told.details.cost) < 1e-9);

  const refused = await app.ask("Who was Grace Hopper?", opal);
  assert.equal(refused.thread_status, "failed");
  const { id: free } = await app.session({ cost_limit: null });
  assert.equal((await app.ask("Who was Grace Hopper?", { ...opal, session_id: free })).thread_status, "completed");

  await app.send("PUT", "/api/models/simulated-opal", { is_active: true });
  assert.equal((await app.send("GET", "/api/models/simulated-opal")).body["over_billed_at"], null);
});

test("threads that are left lying are found by a sweep, wherever they came from", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:hang" }, store);
  const thread = await before.start(prompt, { mode: "quick" });
  await before.until(thread, "model_selected");
  assert.deepEqual(await store.call("journal_sweep", {}), { code: "swept", threads: [] });
  await before.close();
  assert.deepEqual(await store.call("journal_sweep", {}), { code: "swept", threads: [thread] });
  const other = await store.call("journal_take", { thread_id: thread });
  const again = await store.call("journal_take", { thread_id: thread });
  assert.deepEqual([other, again], [{ code: "taken", takes: 1, epoch: 2 }, { code: "leased" }]);
  // As if the database's clock had been set back by an hour since.
  await sql`update conversation_threads set lease_until = lease_until + interval '1 hour'`.execute(store.sql);
  assert.deepEqual(await store.call("journal_sweep", {}), { code: "swept", threads: [thread] });
  assert.deepEqual(await store.call("journal_take", { thread_id: thread }), { code: "taken", takes: 2, epoch: 3 });
});

test("a thread that waits for money holds none, and goes on when the session's limit is raised", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "opal:hang" });
  const { id } = await app.session({ cost_limit: 1 });
  const ask = (model: string) => app.start(prompt, { mode: "quick", session_id: id, model_name: `simulated-${model}` });
  const money = async () => (await app.send("GET", `/api/sessions/${id}`)).body as { held: number };
  await app.until(await ask("opal"), "model_selected");
  let { held } = await money();
  while (held === 0) ({ held } = await money());
  await app.send("PUT", `/api/sessions/${id}/settings`, { settings: { cost_limit: held + 0.0001 } });

  const waiting = await ask("onyx");
  await app.until(waiting, "model_selected");
  assert.deepEqual([(await app.thread(waiting)).responses.length, (await money()).held], [0, held]);
  await app.send("PUT", `/api/sessions/${id}/settings`, { settings: { cost_limit: 2 } });
  await app.until(waiting, "orchestration_finished");
  assert.equal((await app.thread(waiting)).thread_status, "completed");
});

test("a bill is written when the database is back, and once, also where only the answer was lost", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  let settles = 0;
  const away = () => new AppError("store.failed", "the database is away");
  const unsteady: TestStore = {
    ...store,
    async call<T>(fn: string, argument: unknown) {
      const attempt = fn === "journal_settle" ? ++settles : 0;
      if (attempt === 1) throw away();
      const answer = await store.call<T>(fn, argument);
      if (attempt === 2) throw away();
      return answer;
    },
  };
  const app = await openTestApp(t, {}, unsteady);
  const state = await app.ask(prompt, { mode: "quick" });
  const { responses } = await app.thread(state.thread_id);
  assert.deepEqual([state.thread_status, settles, responses.length], ["completed", 3, 1]);
  assert.deepEqual([responses[0]?.status, state.total_cost], ["completed", responses[0]?.cost]);
  const answers = (await app.events(state.thread_id)).filter(({ event_type }) => event_type === "response_generated");
  assert.equal(answers.length, 1);
});
