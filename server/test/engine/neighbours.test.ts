/** Two servers over one database: each sees what the other does, and one goes on where the other left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestApp } from "../app.ts";
import { openTestStore, serverOnly } from "../store.ts";

const prompt = "Design a rate limiter for an API used by 10 000 clients; discuss the trade-offs.";
const strict = { mode: "thorough", quality_threshold: 10 };

test("a thread is followed and stopped at one server while the other works on it", serverOnly, async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const here = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" }, store);
  const there = await openTestApp(t, {}, store);
  await Promise.all([here.ready(), there.ready()]);
  const thread = await here.start(prompt, strict);
  await there.until(thread, "response_generated");
  const asked = await there.send("PUT", `/api/orchestrate/stop/${thread}`, { when: "now" });
  assert.equal(asked.status, 202);
  const began = performance.now();
  await there.until(thread, "orchestration_finished");
  assert.ok(performance.now() - began < 5_000, "the wake-up came by itself, not with the lease");
  const events = await there.events(thread);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, place) => place + 1),
  );
  assert.equal((await here.thread(thread)).thread_status, "completed");
});

test("a server that leaves hands its threads on: the other has them at once", serverOnly, async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const leaving = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" }, store);
  await leaving.ready();
  const thread = await leaving.start(prompt, strict);
  await leaving.until(thread, "response_generated");
  const staying = await openTestApp(t, {}, store);
  await staying.ready();
  const began = performance.now();
  await leaving.close();
  await staying.until(thread, "orchestration_finished");
  assert.ok(performance.now() - began < 15_000, "before any lease lapsed");
  const { responses, thread_status } = await staying.thread(thread);
  assert.equal(thread_status, "completed");
  const answers = responses.filter(({ step }) => step.startsWith("1.answer"));
  assert.equal(answers.length, 1);
});
