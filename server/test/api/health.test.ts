/** What checks of providers tell of their models, through the door. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openOutsideApp } from "../outside.ts";
import { openTestStore, temporaryFolder } from "../store.ts";

const KEY = "sk-proj-good0123456789abcdefWXYZ";
const environment = { variables: { OPENAI_API_KEY: KEY } };

test("a model that the provider's list lacks is shown as retired and not asked, until it is back or it answers", async (t) => {
  const app = await openOutsideApp(t, environment);
  assert.equal((await app.test("openai")).ok, true);
  const [turbo, luna] = await Promise.all([app.model("gpt4-turbo"), app.model("gpt-6-luna")]);
  assert.deepEqual([turbo.retired, (await app.health("gpt4-turbo")).status], [null, "ok"]);

  const all = app.upstream.models;
  app.upstream.models = [`${luna.model_version}-2026-05-01`, "some-other"];
  await app.test("openai");
  const gone = await app.model("gpt4-turbo");
  assert.ok(gone.retired && !gone.is_available);
  assert.equal((await app.model("gpt-6-luna")).is_available, true, "a dated id is the same model");
  const health = await app.health("gpt4-turbo");
  assert.deepEqual([health.status, health.retired], ["retired", gone.retired]);
  assert.ok(health.detail?.startsWith(`its provider no longer lists ${turbo.model_version}`));
  const named = await app.send("POST", "/api/orchestrate/prompt", { prompt: "x", model_name: "gpt4-turbo" });
  const said = `gpt4-turbo is not available: openai no longer lists ${turbo.model_version}`;
  assert.ok(String(named.body["detail"]).includes(said), String(named.body["detail"]));
  assert.equal((await app.ask("Hello", { mode: "quick" })).selected_model, "gpt-6-luna");

  const answers = await app.send("POST", "/api/models/gpt4-turbo/test");
  assert.equal(answers.body["ok"], true, JSON.stringify(answers.body));
  await app.test("openai");
  const there = await app.model("gpt4-turbo");
  assert.deepEqual([there.retired, there.is_available], [null, true], "it answers, listed or not");

  await app.send("PUT", "/api/models/gpt4-turbo", { model_version: "gpt-3.5-turbo-0613" });
  await app.test("openai");
  const other = await app.model("gpt4-turbo");
  assert.ok(
    other.retired?.substitute,
    "another id has to answer for itself; of this one OpenAI has said what takes its place",
  );
  app.upstream.models = [...all, "gpt-3.5-turbo-0613"];
  await app.test("openai");
  const back = await app.model("gpt4-turbo");
  assert.deepEqual([back.retired, back.is_available], [null, true]);
  assert.deepEqual(app.faults, []);
});

test("a provider that fails, or hangs up, makes its models unavailable; one that only asks to slow down does not", async (t) => {
  const app = await openOutsideApp(t, environment);
  await app.test("openai");
  const after = async (fault: "server_error" | "refused_connection" | "html" | "rate_limited") => {
    app.upstream.clear();
    app.upstream.add({ fault, on: "models" });
    const { ok, code } = await app.test("openai");
    return [ok, code, (await app.integration("openai")).status, (await app.health("gpt4")).status];
  };
  assert.deepEqual(await after("rate_limited"), [false, "provider.rate_limited", "failing", "ok"]);
  assert.deepEqual(await after("server_error"), [false, "provider.failed", "failing", "unavailable"]);
  assert.deepEqual(await after("refused_connection"), [false, "provider.unreachable", "unreachable", "unavailable"]);
  assert.deepEqual(await after("html"), [false, "provider.unreadable", "failing", "unavailable"]);
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, true, "nothing real can answer");
  app.upstream.clear();
  assert.equal((await app.test("openai")).ok, true);
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, false);
});

test("stored keys hold after a restart; with another ENCRYPTION_KEY the server starts and says which it cannot read", async (t) => {
  const database = await openTestStore();
  t.after(() => database.close());
  const open = (ENCRYPTION_KEY: string) =>
    openOutsideApp(t, { variables: { ENCRYPTION_KEY, ORCHESTRATEX_DATA: temporaryFolder() }, database });
  const first = await open("the first passphrase");
  await first.put("openai", { key: KEY });
  await first.put("mistral", { is_active: false });
  await first.close();

  const second = await open("the first passphrase");
  const kept = await second.integration("openai");
  assert.deepEqual([kept.source, kept.keys[0]?.last4, kept.available_models > 1], ["stored", "WXYZ", true]);
  assert.equal((await second.integration("mistral")).status, "off");
  await second.close();

  const third = await open("another passphrase");
  const lost = await third.integration("openai");
  assert.deepEqual([lost.status, lost.source, lost.available_models, lost.stored_keys], ["unreadable", "none", 0, []]);
  assert.equal(
    (await third.put("openai", { is_active: true })).status,
    "unreadable",
    "what cannot be read is left as it is",
  );
  assert.equal((await third.put("openai", { key: KEY })).source, "stored", "set again");
  assert.deepEqual(third.faults, []);
});

test("two who change one integration at the same time both get through", async (t) => {
  const app = await openOutsideApp(t);
  await Promise.all([
    ...[1, 2, 3].map((one) => app.put("openai", { key: `${KEY}-${one}` })),
    app.put("openai", { headers: { "x-team": "planted" } }),
  ]);
  const { keys, headers } = await app.integration("openai");
  assert.deepEqual([keys.length, headers], [1, ["x-team"]]);
  await app.put("openai", { headers: null });
  assert.deepEqual([(await app.integration("openai")).headers, (await app.integration("openai")).keys.length], [[], 1]);
});

test("calls are counted and the last fault is kept, in the provider's words; what is waiting is written at the end", async (t) => {
  const database = await openTestStore();
  t.after(() => database.close());
  const app = await openOutsideApp(t, { ...environment, database });
  await app.ask("Hello", { mode: "quick" });
  app.upstream.add({ fault: "server_error", times: 1, on: "call" });
  await app.send("POST", "/api/models/gpt4/test");
  await app.close();
  const after = await openOutsideApp(t, { ...environment, database });
  const { calls, last_error, last_contact_at, last_error_at } = await after.integration("openai");
  assert.deepEqual([calls, last_contact_at === null, last_error_at === null], [2, false, false]);
  assert.match(last_error ?? "", /^OpenAI answered 500: The server had an error/);
});

test("a model that needs no key can be asked as soon as it is made, if its address answers", async (t) => {
  const app = await openOutsideApp(t);
  const facts = {
    provider: "openai-compatible",
    max_context_length: 32_000,
    cost_per_input_token: 0,
    cost_per_output_token: 0,
  };
  const make = async (model_name: string, api_endpoint: string) => {
    const model_version = app.upstream.models[0];
    return (await app.send("POST", "/api/models/", { ...facts, model_name, model_version, api_endpoint })).body[
      "is_available"
    ];
  };
  assert.equal(await make("near", app.upstream.baseUrl("openai")), true);
  assert.equal(await make("nowhere", "http://127.0.0.1:1/v1"), false);
  assert.equal((await app.ask("Hello", { mode: "quick" })).selected_model, "near");
  assert.deepEqual(app.faults, []);
});
