/** What a user says is worked in, once, whenever it comes and whatever breaks meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ThreadEvent, ThreadState } from "@orchestratex/sdk/contract";
import { openTestApp, type TestApp } from "../app.ts";
import { openTestStore, type TestStore } from "../store.ts";

const prompt = "Why is the sky blue?";
const wish = 'Mention the word "periwinkle".';
const iterate = (app: TestApp, thread_id: string, feedback?: string) =>
  app.send("POST", "/api/orchestrate/iteration", { thread_id, feedback }, { prefer: "wait=60" });

const decisionsOf = (events: readonly ThreadEvent[]) =>
  events.flatMap((event) =>
    event.event_type === "iteration_completed" ? [`${event.iteration_number} ${event.details.decision}`] : [],
  );

const assertWhole = (events: readonly ThreadEvent[]) =>
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, place) => place + 1),
  );

test("a finished thread goes on by exactly one iteration, whose first point is the user's", async (t) => {
  const app = await openTestApp(t);
  const first = await app.ask(prompt, { mode: "quick" });
  const { status, body } = await iterate(app, first.thread_id, wish);
  assert.equal(status, 200, JSON.stringify(body));
  const state = ThreadState.parse(body);
  assert.deepEqual(
    [state.thread_status, state.stop_reason, state.current_iteration, state.max_iterations, state.best_iteration],
    ["completed", "no_evaluators", 2, 2, 2],
  );
  assert.match(state.final_response ?? "", /periwinkle/);
  assert.notEqual(state.final_response, first.final_response);
  assert.ok(state.total_cost > first.total_cost && state.total_time_spent >= first.total_time_spent);

  const { responses, revisions } = await app.thread(first.thread_id);
  assert.deepEqual(
    responses.map(({ role, iteration_number, status: word }) => [role, iteration_number, word]),
    [
      ["primary", 1, "superseded"],
      ["refiner", 2, "completed"],
    ],
  );
  assert.match(responses[1]?.prompt_sent ?? "", /<feedback id="f1" status="new" severity="critical"/);
  assert.match(revisions[0]?.acknowledgment ?? "", /f1: Mention the word/);
  const events = await app.events(first.thread_id);
  assertWhole(events);
  assert.deepEqual(decisionsOf(events), ["1 no_evaluators", "2 no_evaluators"]);
  assert.equal(events.filter(({ event_type }) => event_type === "orchestration_finished").length, 2);
  const { body: session } = await app.send("GET", `/api/sessions/${first.session_id}`);
  assert.deepEqual([session["total_cost"], session["held"]], [state.total_cost, 0]);
});

test("feedback that comes as the thread would end is worked in, over the threshold and the limit of iterations", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const words = ["Shorter.", wish];
  const late: TestStore = {
    ...store,
    async call<T>(fn: string, argument: unknown) {
      const comment = fn === "journal_finish" ? words.shift() : undefined;
      if (comment !== undefined) {
        const { thread_id } = argument as { thread_id: string };
        const { status } = await app.send("POST", `/api/threads/${thread_id}/feedback`, { comment });
        assert.equal(status, 200);
      }
      return store.call<T>(fn, argument);
    },
  };
  const app = await openTestApp(t, {}, late);
  const state = await app.ask(prompt, { mode: "checked", quality_threshold: 1, max_iterations: 1 });
  assert.deepEqual([state.current_iteration, state.max_iterations, state.thread_status], [3, 3, "completed"]);
  const events = await app.events(state.thread_id);
  assertWhole(events);
  assert.deepEqual(decisionsOf(events), ["1 refine", "2 refine", "3 threshold_met"]);
  assert.equal(events.filter(({ event_type }) => event_type === "orchestration_finished").length, 1);
  const requests = await store.sql.selectFrom("thread_requests").select(["kind", "iteration_number"]).execute();
  assert.deepEqual(
    requests.map(({ iteration_number }) => iteration_number),
    [2, 3],
  );
  const { responses } = await app.thread(state.thread_id);
  const judged = responses.filter(({ role, iteration_number }) => role === "evaluator" && iteration_number === 3);
  assert.ok(judged.length > 0);
  for (const { prompt_sent } of judged)
    assert.match(prompt_sent, /<feedback id="f1">\nShorter\.[\s\S]*<feedback id="f2">/);
  const last = responses.find(({ role, iteration_number }) => role === "refiner" && iteration_number === 3);
  assert.match(last?.prompt_sent ?? "", /id="f1" status="worked in"[\s\S]*id="f2" status="new"/);
});

for (const broken of ["journal_take", "journal_record", "journal_reserve", "journal_settle", "journal_finish"])
  test(`a server that goes away at ${broken} of another iteration neither drops nor repeats feedback`, async (t) => {
    const store = await openTestStore();
    t.after(() => store.close());
    let state: "whole" | "armed" | "gone" = "whole";
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const breaking: TestStore = {
      ...store,
      async call<T>(fn: string, argument: unknown) {
        if (state === "armed" && fn === broken) {
          state = "gone";
          resolve();
        }
        if (state === "gone") throw new Error("the process is gone");
        return store.call<T>(fn, argument);
      },
    };
    const before = await openTestApp(t, {}, breaking);
    const { thread_id } = await before.ask(prompt, { mode: "checked", quality_threshold: 1 });
    state = "armed";
    const ask = (app: TestApp, prefer: string) =>
      app.send("POST", "/api/orchestrate/iteration", { thread_id, feedback: wish }, { "idempotency-key": "k", prefer });
    assert.equal((await ask(before, "")).status, 202);
    await reached;
    await before.close();
    // On a server that others share, its lease has to lapse first.
    await store.sql.updateTable("conversation_threads").set({ lease_until: null }).execute();

    const after = await openTestApp(t, {}, store);
    const done = ThreadState.parse((await ask(after, "wait=60")).body);
    assert.deepEqual([done.thread_status, done.current_iteration, done.max_iterations], ["completed", 2, 2]);
    const { responses, revisions } = await after.thread(thread_id);
    const written = responses.filter(({ role, status }) => role !== "evaluator" && status !== "failed");
    assert.deepEqual(
      written.map(({ iteration_number }) => iteration_number),
      [1, 2],
    );
    assert.equal(revisions.length, 1);
    assert.match(written[1]?.prompt_sent ?? "", /<feedback id="f1" status="new"/);
    const events = await after.events(thread_id);
    assertWhole(events);
    assert.deepEqual(decisionsOf(events).slice(0, 1), ["1 threshold_met"]);
    assert.equal(decisionsOf(events).length, 2);
    assert.equal(events.filter(({ event_type }) => event_type === "orchestration_finished").length, 2);
  });

test("the points of criticism keep their names in a later run, whoever named them first", async (t) => {
  const body = { prompt: "Design a rate limiter for an API; discuss the trade-offs.", mode: "thorough" };
  const weak = { ...body, quality_threshold: 1, model_name: "simulated-coral" };
  const store = await openTestStore();
  t.after(() => store.close());
  const looking = await openTestApp(t, {}, store);
  const { selection } = (await looking.send("POST", "/api/orchestrate/preview", weak)).body as {
    selection: { evaluators: string[] };
  };
  await looking.close();
  // The first of them takes a second attempt, and so comes last.
  const late = `${selection.evaluators[0]}.evaluator:bad_json_once`;
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: late }, store);
  const { thread_id } = await app.ask(weak.prompt, weak);
  const told = (await app.events(thread_id)).find((event) => event.event_type === "criticism_merged");
  assert.ok(told?.event_type === "criticism_merged");
  assert.ok(told.details.criticisms.length > 2, `${told.details.criticisms.length}`);
  await iterate(app, thread_id);
  const { responses } = await app.thread(thread_id);
  const { prompt_sent } = responses.find(({ role }) => role === "refiner") ?? assert.fail();
  for (const { id, point } of told.details.criticisms)
    assert.match(prompt_sent, new RegExp(`<criticism id="${id}"[^>]*>\n${RegExp.escape(point)}`));
});

test("an iteration that came to nothing is made good by the next ask, with all that was asked", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.refiner:rejected" }, store);
  const { thread_id, final_response } = await before.ask(prompt, { mode: "quick" });
  const failed = ThreadState.parse((await iterate(before, thread_id, 'Mention "storks".')).body);
  assert.deepEqual(
    [failed.thread_status, failed.stop_reason, failed.current_iteration, failed.final_response],
    ["completed", "plateau", 1, final_response],
  );
  await before.close();
  const after = await openTestApp(t, {}, store);
  const state = ThreadState.parse((await iterate(after, thread_id, wish)).body);
  assert.deepEqual([state.current_iteration, state.max_iterations, state.best_iteration], [2, 2, 2]);
  assert.match(state.final_response ?? "", /storks[\s\S]*periwinkle/);
  assert.deepEqual(await store.sql.selectFrom("thread_requests").select("iteration_number").execute(), [
    { iteration_number: 2 },
    { iteration_number: 2 },
  ]);
});

test("a model that is no longer there takes no answer with it", async (t) => {
  const app = await openTestApp(t);
  const first = await app.ask(prompt, { mode: "quick" });
  await app.store.sql.deleteFrom("ai_model_profiles").execute();
  const state = ThreadState.parse((await iterate(app, first.thread_id, wish)).body);
  assert.deepEqual([state.thread_status, state.final_response], ["completed", first.final_response]);
});

test("what was learnt of a model is learnt once", async (t) => {
  const app = await openTestApp(t);
  const { thread_id, best_model_id } = await app.ask(prompt, { mode: "checked", quality_threshold: 1 });
  await iterate(app, thread_id);
  const { responses } = await app.thread(thread_id);
  for (const model of new Set(responses.map(({ model_name }) => model_name))) {
    const { body } = await app.send("GET", `/api/models/${model}`);
    const { total_requests } = body["performance_metrics"] as { total_requests: number };
    assert.equal(total_requests, responses.filter(({ model_name }) => model_name === model).length, model);
  }
  assert.ok(best_model_id);
});
