/** What ends a thread early: money, a stop, a deadline, the server leaving. The best answer so far stands, and the books are right. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openTestApp, type TestApp } from "../app.ts";
import { openTestStore } from "../store.ts";

const prompt = "Design a rate limiter for an API used by 10 000 clients; discuss the trade-offs.";
const strict = { mode: "thorough", quality_threshold: 10 };

const moneyOf = async (app: TestApp, sessionId: string) => {
  const { body } = await app.send("GET", `/api/sessions/${sessionId}`);
  const [spent, held, unconfirmed, overrun] = ["total_cost", "held", "unconfirmed", "overrun"].map((name) =>
    Number(body[name]),
  );
  return { spent: spent ?? 0, held: held ?? 0, unconfirmed: unconfirmed ?? 0, overrun: overrun ?? 0 };
};

test("money", async (t) => {
  const app = await openTestApp(t);
  await t.test("a limit of 0 refuses everything that costs, and says so", async () => {
    const state = await app.ask(prompt, { ...strict, cost_limit: 0 });
    assert.deepEqual([state.thread_status, state.failure_reason, state.total_cost], ["failed", "budget.exceeded", 0]);
  });

  await t.test(
    "no limit is passed at any size of it, and what fits is done: fewer evaluators, cheaper models, fewer rounds",
    async () => {
      const seen = new Set<string | null>();
      for (const cost_limit of [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.5]) {
        const { id } = await app.session({ cost_limit });
        const state = await app.ask(prompt, { ...strict, session_id: id });
        const { spent, held, unconfirmed, overrun } = await moneyOf(app, id);
        assert.ok(spent + unconfirmed <= cost_limit, `${spent} of ${cost_limit}`);
        assert.deepEqual([held, overrun], [0, 0]);
        assert.equal(state.thread_status === "completed", state.final_response !== null);
        seen.add(state.stop_reason ?? state.failure_reason);
      }
      assert.ok(seen.has("cost_limit"), [...seen].join());
    },
  );

  await t.test("the prompt's own limit holds beside the session's", async () => {
    const { id } = await app.session({ cost_limit: null });
    const state = await app.ask(prompt, { ...strict, session_id: id, cost_limit: 0.03 });
    assert.ok(state.total_cost <= 0.03);
    assert.equal(state.stop_reason, "cost_limit");
    const events = await app.events(state.thread_id);
    const last = events.findLast((event) => event.event_type === "iteration_completed");
    assert.equal(last?.details.decision, "cost_limit");
  });

  await t.test("the event of the start says how much may be spent, and whose limit that is", async () => {
    const told = async (ofSession: number | null, cost_limit?: number) => {
      const { id } = await app.session({ cost_limit: ofSession });
      const { thread_id } = await app.ask("Why is the sky blue?", { mode: "quick", session_id: id, cost_limit });
      const [begun] = (await app.events(thread_id)).filter((one) => one.event_type === "orchestration_started");
      return [begun?.details.cost_limit, begun?.details.cost_limit_of];
    };
    assert.deepEqual(await told(null), [null, null]);
    assert.deepEqual(await told(1), [1, "session"]);
    assert.deepEqual(await told(1, 2), [1, "session"]);
    assert.deepEqual(await told(1, 0.5), [0.5, "thread"]);
    assert.deepEqual(await told(1, 1), [1, "thread"]);
    assert.deepEqual(await told(null, 0.5), [0.5, "thread"]);
  });

  await t.test("a warning comes once, when four fifths are gone", async () => {
    const { id } = await app.session({ cost_limit: 0.05, mode: "thorough", quality_threshold: 10 });
    const shares: number[] = [];
    for (let round = 0; round < 6; round++) {
      const { thread_id } = await app.ask(`${prompt} Round ${round}.`, { session_id: id });
      for (const event of await app.events(thread_id))
        if (event.event_type === "cost_limit_warning") shares.push(event.details.share);
      const warnings = (await app.events(thread_id)).filter(({ event_type }) => event_type === "cost_limit_warning");
      assert.ok(warnings.length <= 1);
    }
    assert.ok(shares.length > 0 && shares.every((share) => share >= 0.8 && share <= 1), shares.join());
  });

  await t.test(
    "threads side by side in one session stay within its limit together, and wait for room rather than give up",
    async () => {
      const { id } = await app.session({ cost_limit: 0.12 });
      const states = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          app.ask(`Who was Ada Lovelace? (${index})`, { session_id: id, mode: "checked", max_iterations: 1 }),
        ),
      );
      const { spent, held, unconfirmed } = await moneyOf(app, id);
      assert.ok(spent + unconfirmed <= 0.12 && held === 0);
      assert.deepEqual([...new Set(states.map(({ thread_status }) => thread_status))], ["completed"]);
    },
  );
});

describe("a stop", () => {
  const hanging = { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" };

  test("now: calls in flight are cut, their money stays unconfirmed, the best answer stands", async (t) => {
    const app = await openTestApp(t, hanging);
    const { id } = await app.session();
    const thread = await app.start(prompt, { ...strict, session_id: id });
    await app.until(thread, "response_generated");
    const { status, body } = await app.send("PUT", `/api/orchestrate/stop/${thread}`, { when: "now" });
    assert.equal(status, 202, JSON.stringify(body));
    await app.until(thread, "orchestration_finished");
    const detail = await app.thread(thread);
    assert.deepEqual([detail.thread_status, detail.stop_reason], ["completed", "stopped"]);
    assert.ok(detail.final_response);
    const cut = detail.responses.filter(({ error_message }) => error_message === "aborted");
    assert.ok(
      cut.length > 0 && cut.every(({ status: word, cost_source }) => word === "failed" && cost_source === "estimated"),
    );
    const { held, unconfirmed } = await moneyOf(app, id);
    assert.equal(held, 0);
    assert.equal(
      unconfirmed,
      Math.round(cut.reduce((sum, { reserved_cost }) => sum + (reserved_cost ?? 0), 0) * 1e9) / 1e9,
    );
    assert.equal((await app.send("PUT", `/api/orchestrate/stop/${thread}`, {})).status, 409);
  });

  test("before there is an answer: the thread has failed, and asking twice is asking once", async (t) => {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:hang" });
    const thread = await app.start(prompt, strict);
    await app.until(thread, "model_selected");
    const answers = await Promise.all([1, 2, 3].map(() => app.send("PUT", `/api/orchestrate/stop/${thread}`, {})));
    assert.ok(answers.every(({ status }) => status === 202 || status === 409));
    await app.until(thread, "orchestration_finished");
    const events = await app.events(thread);
    assert.equal(events.filter(({ event_type }) => event_type === "stop_requested").length, 1);
    const { body } = await app.send("GET", `/api/orchestrate/status/${thread}`);
    assert.deepEqual([body["thread_status"], body["failure_reason"]], ["failed", "thread.stopped"]);
  });

  test("after this iteration: it is finished and scored, and no further one begins", async (t) => {
    const app = await openTestApp(t, {
      ORCHESTRATEX_THREADS_AT_ONCE: "1",
      ORCHESTRATEX_SIMULATED_FAULTS: "opal.primary:hang",
    });
    const first = await app.start(prompt, { ...strict, model_name: "simulated-opal" });
    await app.until(first, "model_selected");
    const second = await app.start(prompt, { ...strict, model_name: "simulated-quartz" });
    assert.equal((await app.send("PUT", `/api/orchestrate/stop/${second}`, { when: "after_iteration" })).status, 202);
    await app.send("PUT", `/api/orchestrate/stop/${first}`, {});
    await app.until(second, "orchestration_finished");
    const state = await app.thread(second);
    assert.deepEqual([state.stop_reason, state.current_iteration], ["stopped", 1]);
    assert.ok(state.final_quality_score !== null && state.evaluations.length === 4);
  });

  test("ending a session stops its running threads and refuses new ones", async (t) => {
    const app = await openTestApp(t, hanging);
    const { id } = await app.session();
    const thread = await app.start(prompt, { ...strict, session_id: id });
    await app.until(thread, "response_generated");
    const { body } = await app.send("DELETE", `/api/sessions/${id}`);
    assert.equal(body["status"], "terminated");
    await app.until(thread, "orchestration_finished");
    assert.equal(
      (await app.send("POST", "/api/orchestrate/prompt", { prompt, session_id: id })).body["code"],
      "session.ended",
    );
  });
});

test("a deadline cuts what hangs and keeps the best answer", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" });
  const state = await app.ask(prompt, { ...strict, deadline_ms: 1_000 });
  assert.deepEqual([state.thread_status, state.stop_reason], ["completed", "deadline"]);
  assert.ok(state.total_time_spent >= 1_000 && state.total_time_spent < 10_000);
});

test("a server that leaves takes its threads up again, and makes no finished call twice", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" }, store);
  const thread = await before.start(prompt, strict);
  await before.until(thread, "response_generated");
  const [answer] = (await before.thread(thread)).responses;
  await before.close();

  const after = await openTestApp(t, {}, store);
  await after.until(thread, "orchestration_finished");
  const detail = await after.thread(thread);
  assert.equal(detail.thread_status, "completed");
  const answers = detail.responses.filter(({ role, iteration_number }) => role === "primary" && iteration_number === 1);
  assert.deepEqual(
    answers.map(({ id }) => id),
    [answer?.id],
  );
  const steps = detail.responses.filter(({ status }) => status === "completed").map(({ step }) => step);
  assert.equal(new Set(steps).size, steps.length);
  const events = await after.events(thread);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  assert.ok(events.some((event) => event.event_type === "orchestration_started" && event.details.resumed));
  assert.equal(events.filter(({ event_type }) => event_type === "model_selected").length, 1);
});

test("a thread that never gets anywhere is given up with the answer it has, so that it cannot bring the server down for ever", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang, opal.primary:hang" }, store);
  const answered = await before.start(prompt, strict);
  const empty = await before.start(prompt, { ...strict, model_name: "simulated-opal" });
  await Promise.all([before.until(answered, "response_generated"), before.until(empty, "model_selected")]);
  await before.close();
  await store.sql.updateTable("conversation_threads").set({ takes_without_progress: 5 }).execute();

  const after = await openTestApp(t, {}, store);
  await Promise.all([answered, empty].map((id) => after.until(id, "orchestration_finished")));
  const [first, second] = [await after.thread(answered), await after.thread(empty)];
  assert.deepEqual(
    [first.thread_status, first.stop_reason, second.failure_reason],
    ["completed", "stopped", "thread.parked"],
  );
  assert.equal(first.final_response, first.responses[0]?.response_text);
});

test("a preview shows the choice and a price range, stores nothing and spends nothing", async (t) => {
  const app = await openTestApp(t);
  const { status, body } = await app.send("POST", "/api/orchestrate/preview", { prompt, ...strict });
  assert.equal(status, 200, JSON.stringify(body));
  const state = await app.ask(prompt, strict);
  const range = body["cost_range"] as { low: number; high: number };
  assert.equal((body["selection"] as { selected_model: string }).selected_model, state.selected_model);
  assert.ok(range.low > 0 && state.total_cost <= range.high, `${state.total_cost} of ${JSON.stringify(range)}`);
  const { body: sessions } = await app.send("GET", "/api/sessions/");
  assert.equal((sessions["items"] as unknown[]).length, 1);
});
