/** The server's own test: the real loop, free, and nothing left behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SelfTest } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Provider } from "../../src/providers/provider.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { eventually } from "./by-hand.ts";

const run = async (app: TestApp): Promise<SelfTest> => {
  const { status, body } = await app.send("POST", "/api/orchestrate/test");
  assert.equal(status, 200, JSON.stringify(body));
  return SelfTest.parse(body);
};

const failed = ({ steps }: SelfTest) => steps.filter(({ ok }) => !ok).map(({ step }) => step);

/** How many rows of anything a test might leave; and what models have learned. */
const traces = async ({ store }: TestApp) => {
  const { rows } = await sql<Record<string, unknown>>`select
    (select count(*) from user_sessions) as sessions, (select count(*) from conversation_threads) as threads,
    (select count(*) from model_responses) as responses, (select count(*) from orchestration_logs) as logs,
    (select count(*) from algorithm_metrics) as metrics,
    (select jsonb_agg(performance_metrics || domain_performance order by model_name) from ai_model_profiles) as learned
  `.execute(store.sql);
  return rows[0];
};

const never: Provider = {
  id: "simulated",
  async *call(_request, signal) {
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    yield { type: "text-delta", text: "" };
  },
};

test("every step passes and shows its time; nothing is left, nothing is learned, whatever the policy", async (t) => {
  for (const policy of ["off", "auto"]) {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED: policy, ORCHESTRATEX_DEFAULT_COST_LIMIT: "0" });
    const before = await traces(app);
    const result = await run(app);
    assert.deepEqual(failed(result), [], JSON.stringify(result, null, 1));
    assert.ok(result.ok && result.cost === 0 && result.total_time < 10_000);
    assert.equal(result.steps.length, 10);
    const times = result.steps.map(({ at }) => at ?? -1);
    assert.ok(
      times.every((at) => at >= 0 && at <= result.total_time + 5),
      JSON.stringify(times),
    );
    assert.deepEqual(await traces(app), before);
    assert.deepEqual((await app.send("GET", "/api/threads/")).body["items"], []);
  }
});

test("asked ten times at once, it passes ten times, also beside prompts at work", async (t) => {
  const app = await openTestApp(t);
  const asked = [1, 2, 3].map((n) => app.ask(`Why is the sky blue? ${n}`, { mode: "checked" }));
  const results = await Promise.all(Array.from({ length: 10 }, () => run(app)));
  assert.ok(
    results.every(({ ok }) => ok),
    JSON.stringify(results.find(({ ok }) => !ok)),
  );
  assert.ok((await Promise.all(asked)).every(({ thread_status }) => thread_status === "completed"));
  assert.equal((await traces(app))?.["sessions"], 3);
  assert.ok((await run(app)).ok, "and again");
});

test("a step that fails is told, with those after it that were not reached", async (t) => {
  const broken: Provider = {
    id: "simulated",
    call: () => {
      throw new TypeError("no model speaks");
    },
  };
  const app = await openTestApp(t, {}, undefined, { testing: { speaker: broken } });
  const result = await run(app);
  assert.equal(result.ok, false);
  assert.deepEqual(failed(result), ["answered", "evaluated", "revised", "finished", "money"]);
  assert.equal((await traces(app))?.["sessions"], 0);
});

test("models that hang do not hold it: in its time the missing steps fail, and what ran is erased", async (t) => {
  const app = await openTestApp(t, {}, undefined, { testing: { speaker: never, selfMs: 900 } });
  const result = await run(app);
  assert.ok(result.total_time < 5_000);
  assert.deepEqual(failed(result), ["answered", "evaluated", "revised", "finished", "events", "money"]);
  let sessions: unknown = null;
  void (async () => {
    while (sessions !== 0) sessions = (await traces(app))?.["sessions"];
  })();
  await eventually(() => sessions === 0);
});

test("while no worker slot is free it says so", async (t) => {
  const options = { providers: new Map([["simulated", never]]), testing: { selfMs: 900 } };
  const app = await openTestApp(t, { ORCHESTRATEX_THREADS_AT_ONCE: "1" }, undefined, options);
  const busy = await app.start("Why?");
  await app.until(busy, "model_selected");
  const { ok, steps } = await run(app);
  const taken = steps.find(({ step }) => step === "taken");
  assert.equal(ok, false);
  assert.deepEqual([taken?.ok, taken?.at], [false, null]);
  assert.match(String(taken?.detail), /no worker slot was free: all 1 of this process are at work/);
  assert.equal(steps[0]?.ok, true);
});
