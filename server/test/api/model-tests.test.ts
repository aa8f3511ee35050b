/** Models looked at, switched and tested. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ModelsHealth, ModelTest, Profile } from "@orchestratex/sdk/contract";
import type { Provider } from "../../src/providers/provider.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { openTestApp, type TestApp } from "../app.ts";

const modelTest = async (app: TestApp, name: string): Promise<ModelTest> => {
  const { status, body } = await app.send("POST", `/api/models/${name}/test`);
  assert.equal(status, 200, JSON.stringify(body));
  return ModelTest.parse(body);
};

const profile = async (app: TestApp, name: string) =>
  Profile.parse((await app.send("GET", `/api/models/${name}`)).body);

const names = async (app: TestApp, url: string) =>
  ((await app.send("GET", url)).body["items"] as { model_name: string }[]).map(({ model_name }) => model_name);

test("models are listed by provider, specialty and state; unknown words are refused", async (t) => {
  const app = await openTestApp(t);
  await app.send("PUT", "/api/models/simulated-coral/status", { is_active: false });
  assert.equal((await names(app, "/api/models/?simulated=true")).length, 8);
  assert.deepEqual(await names(app, "/api/models/?provider=xai"), ["grok", "grok-4.3", "grok-build"]);
  assert.deepEqual(await names(app, "/api/models/?active=false&simulated=1"), ["simulated-coral"]);
  assert.ok((await names(app, "/api/models/?available=false")).includes("gpt4"));
  const humorous = await names(app, "/api/models/?specialty=Humor");
  assert.deepEqual(humorous, ["grok", "grok-4.3", "simulated-coral", "simulated-opal"]);
  assert.deepEqual(await names(app, "/api/models/?specialty=cooking"), []);
  for (const query of ["active=perhaps", "available=2", "simulated=x"])
    assert.equal((await app.send("GET", `/api/models/?${query}`)).status, 422, query);
});

test("who knows a subject comes best first: usable, then by what was measured, then by its own word", async (t) => {
  const app = await openTestApp(t);
  const before = await names(app, "/api/models/specialties/CODING");
  assert.deepEqual(before.slice(0, 3).sort(), ["simulated-flint", "simulated-onyx", "simulated-quartz"]);
  assert.ok(before.includes("gpt4") && !before.includes("simulated-opal"));
  const measured = { coding: { threads: 40, average_score: 9.9 } };
  await app.store.sql
    .updateTable("ai_model_profiles")
    .set({ domain_performance: JSON.stringify(measured) as never })
    .where("model_name", "=", "simulated-onyx")
    .execute();
  assert.equal((await names(app, "/api/models/specialties/coding"))[0], "simulated-onyx");
  await app.send("PUT", "/api/models/simulated-onyx/status", { is_active: false });
  assert.ok((await names(app, "/api/models/specialties/coding")).indexOf("simulated-onyx") >= 2);
  for (const word of ["cooking", "%00", "..%2f", "1"])
    assert.deepEqual(await names(app, `/api/models/specialties/${word}`), []);
});

test("a model is switched on and off; available it cannot be while nobody speaks for it", async (t) => {
  const app = await openTestApp(t);
  const put = (name: string, body: object) => app.send("PUT", `/api/models/${name}/status`, body);
  await app.store.exec("update ai_model_profiles set over_billed_at = now() where model_name = 'simulated-opal'");
  const on = await put("simulated-opal", { is_active: true, is_available: false });
  assert.deepEqual([on.body["is_active"], on.body["is_available"], on.body["over_billed_at"]], [true, false, null]);
  const refused = await put("GPT-4", { is_available: true });
  assert.deepEqual([refused.status, refused.body["code"]], [409, "model.no_provider"]);
  assert.equal((await put("gpt4", { is_active: false, is_available: false })).body["is_active"], false);
  for (const body of [{}, { is_active: "yes" }, { colour: 1 }]) assert.equal((await put("gpt4", body)).status, 422);
  assert.equal((await put("nobody", { is_active: true })).status, 404);
});

test("a test asks the model itself, says what it took, and keeps what it learned of it", async (t) => {
  const app = await openTestApp(t);
  await app.send("PUT", "/api/models/simulated-jade/status", { is_available: false });
  const result = await modelTest(app, "simulated-jade");
  assert.ok(result.ok && result.simulated && (result.output ?? "").length > 3, JSON.stringify(result));
  assert.ok(!result.output?.includes("===") && (result.usage?.output_tokens ?? 99) <= 64);
  assert.ok((result.cost ?? 0) > 0 && result.code === null);
  const jade = await profile(app, "simulated-jade");
  assert.ok(jade.is_available && jade.last_health_check !== null);
  assert.equal(jade.performance_metrics.total_requests, 0, "a test teaches nothing");
  const nobody = await modelTest(app, "GPT-4");
  assert.deepEqual([nobody.ok, nobody.code, nobody.cost], [false, "model.no_provider", 0]);
  assert.equal((await profile(app, "gpt4")).last_health_check, null);
  assert.equal((await app.send("POST", "/api/models/nobody/test")).status, 404);
});

test("a model that fails fails its test only: by its fault's code, and away only when nothing was heard", async (t) => {
  const app = await openTestApp(t, {
    ORCHESTRATEX_SIMULATED_FAULTS: "onyx:rate_limited,opal:unreachable,pearl:cut,flint:empty",
  });
  for (const [name, code, available] of [
    ["simulated-onyx", "provider.rate_limited", true],
    ["simulated-opal", "provider.unreachable", false],
    ["simulated-pearl", "provider.unreachable", true],
    ["simulated-flint", "provider.empty", true],
  ] as const) {
    const result = await modelTest(app, name);
    assert.deepEqual([result.ok, result.code], [false, code], name);
    const { is_available, last_health_check } = await profile(app, name);
    assert.deepEqual([is_available, last_health_check !== null], [available, true], name);
  }
});

test("a provider that never lets go is given up in time, and asked once for all who wait", async (t) => {
  let calls = 0;
  const deaf: Provider = {
    id: "simulated",
    async *call() {
      calls++;
      await new Promise(() => {});
      yield { type: "text-delta", text: "" };
    },
  };
  const options = { providers: new Map([["simulated", deaf]]), testing: { modelMs: 30 } };
  const app = await openTestApp(t, {}, undefined, options);
  const results = await Promise.all([1, 2, 3].map(() => modelTest(app, "simulated-opal")));
  assert.equal(calls, 1);
  for (const { ok, code, detail } of results) {
    assert.deepEqual([ok, code], [false, "provider.unreachable"]);
    assert.match(String(detail), /within 0\.03 seconds/);
  }
});

test("a provider with a fault of its own is our fault, and only said", async (t) => {
  const broken: Provider = {
    ...simulated(),
    call: () => {
      throw new TypeError("oops");
    },
  };
  const app = await openTestApp(t, {}, undefined, { providers: new Map([["simulated", broken]]) });
  const result = await modelTest(app, "simulated-opal");
  assert.deepEqual([result.ok, result.code], [false, "internal"]);
  assert.ok(!result.detail?.includes("oops") && app.faults.length === 1);
});

test("the health of the models is told in one word each, and counted", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "amber:unreachable" });
  await app.send("PUT", "/api/models/simulated-coral/status", { is_active: false });
  await modelTest(app, "simulated-amber");
  await modelTest(app, "simulated-jade");
  await app.store.exec(`update ai_model_profiles set performance_metrics = performance_metrics
    || '{"total_requests": 20, "success_rate": 0.5, "average_response_time": 900}' where model_name = 'simulated-flint'`);
  const { body } = await app.send("GET", "/api/orchestrate/models/health");
  const { items, summary } = ModelsHealth.parse(body);
  const word = (name: string) => items.find(({ model_name }) => model_name === name)?.status;
  assert.deepEqual(
    ["simulated-coral", "simulated-amber", "simulated-jade", "simulated-flint", "simulated-opal", "gpt4"].map(word),
    ["inactive", "unavailable", "ok", "degraded", "untested", "no_key"],
  );
  const real = items.filter(({ model_name }) => !model_name.startsWith("simulated-")).length;
  assert.deepEqual(summary, {
    ...{ total: real + 8, usable: 6, ok: 1, degraded: 1, unavailable: 1, inactive: 1, untested: 4 },
    ...{ no_key: real, no_provider: 0, key_rejected: 0, retired: 0, paused: 0 },
  });
});
