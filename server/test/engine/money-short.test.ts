/** Evaluators and a limit that does not hold all their reservations at once: asked in turns, and told where even that is too much. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addMoney } from "../../src/engine/cost.ts";
import { openTestApp, type TestApp } from "../app.ts";

const prompt = "Why do bridges have expansion joints, and what happens without them? Explain step by step.";

type Call = { step: string; reserved_cost: number };

/** For each iteration: how many judged, and who was not asked. */
async function judgedIn(app: TestApp, cost_limit: number) {
  const wishes = { mode: "thorough", strategy: "cost", quality_threshold: 10, cost_limit };
  const state = await app.ask(prompt, wishes);
  const events = await app.events(state.thread_id);
  const evaluators = events.flatMap((one) => (one.event_type === "model_selected" ? one.details.evaluators : []));
  const rounds = events.filter(({ event_type }) => event_type === "iteration_completed").length;
  const iterations = Array.from({ length: rounds }, (_, at) => {
    const own = events.filter(({ iteration_number }) => iteration_number === at + 1);
    const judged = own.flatMap((one) => (one.event_type === "evaluation_completed" ? [one.model_involved ?? ""] : []));
    const failed = own.flatMap((one) => (one.event_type === "evaluation_failed" ? [one] : []));
    return { judged, failed };
  });
  return { state, evaluators, iterations };
}

test("evaluators who do not fit at once have their turn when the money of the others has come free", async (t) => {
  const app = await openTestApp(t);
  const { state, evaluators, iterations } = await judgedIn(app, 0.08);
  assert.equal(evaluators.length, 4);
  assert.deepEqual(iterations[0] && [iterations[0].judged.toSorted(), iterations[0].failed], [
    evaluators.toSorted(),
    [],
  ]);
  const calls = (await app.send("GET", `/api/threads/${state.thread_id}/responses`)).body["items"] as Call[];
  const reserved = calls.filter(({ step }) => step.startsWith("1.evaluate.")).map((call) => call.reserved_cost);
  assert.ok(addMoney(...reserved) > 0.08, "they would not have fitted at once");
  assert.ok(state.total_cost <= 0.08);
});

test("the dearest is left out first: as many judge as the money reaches for", async (t) => {
  const app = await openTestApp(t);
  const { iterations } = await judgedIn(app, 0.05);
  for (const { judged, failed } of iterations) {
    assert.equal(judged.length, 3);
    assert.deepEqual(
      failed.map(({ model_involved }) => model_involved),
      ["simulated-onyx"],
    );
  }
});

test("who does not fit even then is not asked: one event each, with the reason and the figure", async (t) => {
  const app = await openTestApp(t);
  let told = 0;
  for (const limit of [0.004, 0.008, 0.012, 0.016, 0.02, 0.03]) {
    const { state, evaluators, iterations } = await judgedIn(app, limit);
    assert.ok(state.total_cost <= limit);
    for (const { judged, failed } of iterations) {
      const names = [...judged, ...failed.map(({ model_involved }) => model_involved)];
      assert.deepEqual(names.toSorted(), evaluators.toSorted(), `${limit}`);
      for (const { details, message } of failed) {
        assert.deepEqual([details.code, details.will_retry], ["budget.exceeded", false]);
        assert.match(details.detail, /^not asked: it might cost up to \$0\.0\d+, more than the cost limit leaves$/);
        assert.match(message, /is not asked to evaluate/);
      }
      told += failed.length;
    }
  }
  assert.ok(told > 0);
});
