/** Providers over HTTP: keys come in, hold at once, and never go out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Integration } from "@orchestratex/sdk/contract";
import { openOutsideApp } from "../outside.ts";
import { openTestStore, serverOnly } from "../store.ts";

const GOOD = "sk-proj-good0123456789abcdefWXYZ";
const WRONG = "sk-proj-wrong123456789abcdefQRST";

test("without a key every provider is listed with what it lacks, and simulated models answer", async (t) => {
  const app = await openOutsideApp(t);
  const items = ((await app.send("GET", "/api/integrations/")).body["items"] as unknown[]).map((one) =>
    Integration.parse(one),
  );
  const status = Object.fromEntries(items.map((one) => [one.name, one.status]));
  assert.deepEqual(status, {
    ...{ openai: "no_key", anthropic: "no_key", google: "no_key", mistral: "no_key", xai: "no_key", alibaba: "no_key" },
    ...{ groq: "no_key", together: "no_key", openrouter: "no_key", portkey: "no_key" },
    ...{ ollama: "no_address", "openai-compatible": "no_address" },
  });
  const openai = items.find(({ name }) => name === "openai");
  assert.deepEqual([openai?.source, openai?.key_variable, openai?.available_models], ["none", "OPENAI_API_KEY", 0]);
  assert.ok(openai?.models.includes("gpt4"));
  const health = await app.health("gpt4");
  assert.deepEqual(
    [health.status, health.detail],
    ["no_key", "there is no key of OpenAI: set OPENAI_API_KEY, or `orchestratex keys set openai`"],
  );
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, true);
  assert.deepEqual(app.upstream.calls, []);
});

test("a key that is put makes the provider's models available at once, and real ones answer; taken away, they are not", async (t) => {
  const app = await openOutsideApp(t);
  app.upstream.keys = new Set([GOOD]);
  const put = await app.put("openai", { key: ` ${GOOD}\n` });
  assert.deepEqual(
    [put.source, put.keys, put.available_models],
    ["stored", [{ last4: "WXYZ", fingerprint: put.keys[0]?.fingerprint }], put.models.length],
  );
  assert.deepEqual([(await app.model("gpt4")).is_available, (await app.model("claude")).is_available], [true, false]);
  const state = await app.ask("Hello", { mode: "quick" });
  assert.deepEqual([state.simulated, state.thread_status], [false, "completed"]);
  assert.deepEqual(new Set(app.upstream.calls.map(({ key }) => key)), new Set([GOOD]));
  const tested = await app.test("openai");
  assert.deepEqual(
    [tested.ok, tested.models_found, tested.keys.map(({ ok }) => ok)],
    [true, app.upstream.models.length, [true]],
  );
  const after = await app.integration("openai");
  assert.deepEqual(
    [after.status, after.last_check?.models, after.last_check?.ok],
    ["ready", app.upstream.models.length, true],
  );

  assert.equal((await app.send("DELETE", "/api/integrations/openai")).status, 204);
  const gone = await app.integration("openai");
  assert.deepEqual([gone.status, gone.source, gone.keys, gone.available_models], ["no_key", "none", [], 0]);
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, true);
  assert.equal((await app.send("DELETE", "/api/integrations/openai")).status, 204, "again");
  assert.deepEqual(app.faults, []);
});

test("a key that the provider refuses is told in its words, without the key, and its models are not available", async (t) => {
  const app = await openOutsideApp(t);
  app.upstream.keys = new Set([GOOD]);
  const tried = await app.test("openai", { key: WRONG });
  assert.deepEqual([tried.ok, tried.code, tried.models_found], [false, "provider.key_rejected", null]);
  assert.match(tried.detail ?? "", /^OpenAI answered 401: Incorrect API key provided: \[key\]/);
  assert.equal((await app.integration("openai")).last_check, null, "a key that was only tried leaves nothing");

  await app.put("openai", { keys: [WRONG] });
  await app.test("openai");
  const refused = await app.integration("openai");
  assert.deepEqual(
    [refused.status, refused.available_models, refused.last_check?.code],
    ["key_rejected", 0, "provider.key_rejected"],
  );
  assert.deepEqual(
    [(await app.health("gpt4")).status, (await app.model("gpt4")).is_available],
    ["key_rejected", false],
  );
  const named = await app.send("POST", "/api/orchestrate/prompt", { prompt: "x", model_name: "gpt4" });
  assert.match(String(named.body["detail"]), /gpt4 is not available/);

  const both = await app.put("openai", { keys: [WRONG, GOOD] });
  // On a server a look that was under way may still write what it saw of the old keys: it is put right at once.
  let shown = both;
  for (let look = 0; look < 300 && shown.available_models === 0; look++) shown = await app.integration("openai");
  assert.equal(shown.available_models, both.models.length, "new keys: what the last check said holds no longer");
  const tested = await app.test("openai");
  assert.deepEqual([tested.ok, tested.keys.map(({ code }) => code)], [true, ["provider.key_rejected", null]]);
  await app.ask("Hello", { mode: "quick" });
  assert.deepEqual(new Set(app.upstream.calls.map(({ key }) => key)), new Set([GOOD]), "the refused one rests");
  assert.deepEqual(app.faults, []);
});

test("the environment's keys and addresses win, are shown as such, and cannot be set over HTTP", async (t) => {
  const app = await openOutsideApp(t, { variables: { OPENAI_API_KEY: `${GOOD},${WRONG}` } });
  const shown = await app.integration("openai");
  assert.deepEqual(
    [shown.source, shown.base_url_source, shown.keys.map(({ last4 }) => last4)],
    ["environment", "environment", ["WXYZ", "QRST"]],
  );
  for (const body of [{ key: WRONG }, { keys: [WRONG] }, { base_url: "http://127.0.0.1:1/v1" }]) {
    const refused = await app.send("PUT", "/api/integrations/openai", body);
    assert.deepEqual([refused.status, refused.body["code"]], [409, "integration.from_environment"]);
    assert.match(
      String(refused.body["detail"]),
      "key" in body || "keys" in body ? /OPENAI_API_KEY/ : /OPENAI_BASE_URL/,
    );
  }
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, false);
  const off = await app.put("openai", { is_active: false });
  assert.deepEqual([off.status, off.source, off.keys, off.available_models], ["off", "environment", [], 0]);
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, true);
  const on = await app.put("openai", { is_active: true });
  assert.equal(on.available_models, on.models.length);
  await app.send("DELETE", "/api/integrations/openai");
  assert.equal((await app.integration("openai")).source, "environment");
});

test("an OpenAI-compatible address of one's own is an integration under a name of its own", async (t) => {
  const app = await openOutsideApp(t);
  app.upstream.keys = new Set([GOOD]);
  const model = {
    model_name: "house",
    provider: "house",
    model_version: app.upstream.models[0],
    max_context_length: 32_000,
  };
  const price = { cost_per_input_token: 0, cost_per_output_token: 0 };
  const made = await app.send("POST", "/api/models/", { ...model, ...price });
  assert.deepEqual([made.status, made.body["is_available"]], [201, false]);
  assert.equal((await app.health("house")).status, "no_provider");
  assert.equal((await app.send("PUT", "/api/integrations/house", { key: GOOD })).body["code"], "integration.not_found");
  const put = await app.put("house", { key: GOOD, base_url: `${app.upstream.baseUrl("openai")}/` });
  assert.deepEqual([put.title, put.base_url, put.models], ["house", app.upstream.baseUrl("openai"), ["house"]]);
  assert.equal((await app.test("house")).ok, true);
  const state = await app.ask("Hello", { mode: "quick", model_name: "house" });
  assert.deepEqual([state.simulated, state.selected_model], [false, "house"]);
  await app.send("DELETE", "/api/integrations/house");
  assert.equal((await app.send("GET", "/api/integrations/house")).status, 404);
  for (const name of ["simulated", "A", "..%2f"])
    assert.equal(
      (await app.send("PUT", `/api/integrations/${name}`, { base_url: "http://127.0.0.1:1" })).status,
      404,
      name,
    );
  assert.deepEqual(app.faults, []);
});

test("what does not fit is refused by its field, and no answer repeats what was sent", async (t) => {
  const app = await openOutsideApp(t);
  const bad: [body: object, path: string][] = [
    [{ key: "short" }, "key"],
    [{ key: `planted ${GOOD}` }, "key"],
    [{ keys: [GOOD, `${GOOD}\u00e4`] }, "keys.1"],
    [{ key: GOOD, keys: [GOOD] }, "keys"],
    [{ base_url: `https://me:${GOOD}@example.org` }, "base_url"],
    [{ base_url: `https://example.org/?key=${GOOD}` }, "base_url"],
    [{ base_url: "file:///etc/passwd" }, "base_url"],
    [{ headers: { Host: GOOD } }, "headers"],
    [{ headers: { "x-planted": `${GOOD}\r\nx-more: 1` } }, "headers.x-planted"],
  ];
  for (const [body, path] of bad) {
    const { status, body: answer } = await app.send("PUT", "/api/integrations/openai", body);
    const paths = ((answer["errors"] ?? []) as { path: string }[]).map((one) => one.path);
    assert.equal(status, 422, JSON.stringify(answer));
    assert.ok(paths.every((one) => one.startsWith(path)) && paths.length > 0, `${path}: ${paths}`);
    assert.ok(!JSON.stringify(answer).includes(GOOD), path);
  }
  for (const path of ["/api/integrations/nobody", "/api/integrations/nobody/test"]) {
    const refused = await app.send(path.endsWith("test") ? "POST" : "GET", path);
    assert.deepEqual([refused.status, refused.body["code"]], [404, "integration.not_found"]);
  }
  assert.equal((await app.send("POST", "/api/integrations/openai/test")).body["code"], "integration.no_key");
  assert.equal(
    (await app.send("POST", "/api/integrations/openai-compatible/test")).body["code"],
    "integration.no_address",
  );
});

test("a key is recognised by how it looks", async (t) => {
  const app = await openOutsideApp(t);
  const whose = async (key: string) => (await app.send("POST", "/api/integrations/keys/recognize", { key })).body;
  const tail = "abcdefghijABCDEFGHIJ0123456789-_abcd";
  const known = {
    ...{ [`sk-proj-${tail}`]: "openai", [`sk-${tail}`]: "openai", [`sk-ant-api03-${tail}`]: "anthropic" },
    ...{ [`sk-or-v1-${"0".repeat(64)}`]: "openrouter", [`AIza${tail}`]: "google", [`xai-${"a".repeat(80)}`]: "xai" },
    [`gsk_${"a".repeat(52)}`]: "groq",
  };
  for (const [key, name] of Object.entries(known)) assert.equal((await whose(key))["name"], name, key.slice(0, 8));
  const unknown = await whose("0123456789abcdef0123456789abcdef");
  assert.equal(unknown["name"], null);
  assert.ok((unknown["candidates"] as string[]).includes("mistral"));
});

test(
  "over a database server keys hold in every process at once, and none are kept without an ENCRYPTION_KEY",
  serverOnly,
  async (t) => {
    const database = await openTestStore();
    t.after(() => database.close());
    const variables = { ENCRYPTION_KEY: "the same passphrase for all" };
    const here = await openOutsideApp(t, { variables, database });
    const there = await openOutsideApp(t, { variables, database }, here.upstream);
    const without = await openOutsideApp(t, { variables: { ENCRYPTION_KEY: "" }, database }, here.upstream);
    const refused = await without.send("PUT", "/api/integrations/openai", { key: GOOD });
    assert.deepEqual([refused.status, refused.body["code"]], [409, "integration.no_encryption_key"]);

    await here.put("openai", { key: GOOD });
    while ((await there.integration("openai")).source !== "stored");
    const state = await there.ask("Hello", { mode: "quick", model_name: "gpt4" });
    assert.equal(state.simulated, false);
    while ((await without.integration("openai")).status !== "unreadable");
    await there.send("DELETE", "/api/integrations/openai");
    while ((await here.integration("openai")).source !== "none");
    assert.equal((await here.model("gpt4")).is_available, false);
  },
);

test("a thread stays of its kind when keys come and go: another iteration of it is simulated, or real, as it was", async (t) => {
  const app = await openOutsideApp(t);
  const iterate = async (thread_id: string) => {
    const { body } = await app.send(
      "POST",
      "/api/orchestrate/iteration",
      { thread_id, feedback: "Shorter" },
      { prefer: "wait=60" },
    );
    const { responses } = await app.thread(thread_id);
    const kinds = responses.filter(({ status }) => status !== "failed").map((one) => one.simulated);
    return [body["thread_status"], body["simulated"], kinds];
  };
  const simulated = await app.ask("Why is the sky blue?", { mode: "quick" });
  await app.put("openai", { key: GOOD });
  const real = await app.ask("Why is the sky blue?", { mode: "quick" });
  assert.deepEqual([simulated.simulated, real.simulated], [true, false]);
  assert.deepEqual(await iterate(simulated.thread_id), ["completed", true, [true, true]]);
  assert.deepEqual(await iterate(real.thread_id), ["completed", false, [false, false]]);
  await app.send("DELETE", "/api/integrations/openai");
  assert.deepEqual(
    await iterate(real.thread_id),
    ["completed", false, [false, false]],
    "its best answer so far stands",
  );
});
