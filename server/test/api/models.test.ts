/** Models over HTTP: those that come with the server, models of one's own, and the names people know them by. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session, ShownProfile } from "@orchestratex/sdk/contract";
import { type Answer, openTestApp, type TestApp } from "../app.ts";

const mine = { model_name: "mine", provider: "ollama", model_version: "llama3.3:70b", max_context_length: 131_072 };

const prices = {
  ...{ cached_input: 0.000000000002, cache_write: null, per_request: 0.01, source: "the vendor", as_of: "2026-11-21" },
  tiers: [{ above_input_tokens: 5_000, input: 0.00000001, output: 0, cached_input: null, cache_write: null }],
};

const get = async ({ send }: TestApp, name: string): Promise<ShownProfile> =>
  ShownProfile.parse((await send("GET", `/api/models/${encodeURIComponent(name)}`)).body);

const list = async ({ send }: TestApp): Promise<ShownProfile[]> =>
  ((await send("GET", "/api/models/")).body["items"] as unknown[]).map((item) => ShownProfile.parse(item));

const fault = ({ status, body }: Answer) => [status, body["code"]];

const paths = ({ status, body }: Answer): string[] => {
  assert.equal(status, 422, JSON.stringify(body));
  return (body["errors"] as { path: string }[]).map(({ path }) => path);
};

test("the eight of the requirement are there among others, and say that they do not work yet", async (t) => {
  const app = await openTestApp(t);
  const all = await list(app);
  assert.ok(all.every(({ built_in }) => built_in));
  const real = all.filter(({ simulated }) => !simulated);
  const eight = ["gpt4", "gpt4-turbo", "claude", "grok", "qwen", "llama", "mistral", "gemini"];
  assert.deepEqual(
    real
      .filter(({ model_name }) => eight.includes(model_name))
      .map(({ model_name, provider, specialties }) => [model_name, provider, ...specialties]),
    [
      ["claude", "anthropic", "creative", "analysis", "safety"],
      ["gemini", "google", "factual", "multilingual", "analysis"],
      ["gpt4", "openai", "coding", "reasoning", "general"],
      ["gpt4-turbo", "openai", "coding", "analysis", "general"],
      ["grok", "xai", "humor", "current_events", "general"],
      ["llama", "together", "coding", "reasoning", "general"],
      ["mistral", "mistral", "coding", "reasoning", "efficiency"],
      ["qwen", "alibaba", "multilingual", "math", "coding"],
    ],
  );
  for (const profile of real) {
    assert.deepEqual([profile.is_active, profile.is_available, profile.last_health_check], [true, false, null]);
    assert.deepEqual([profile.performance_metrics.total_requests, profile.domain_performance], [0, {}]);
    assert.equal(profile.cost_per_input_token === null, profile.cost_per_output_token === null);
    for (const alias of profile.aliases)
      assert.equal((await get(app, alias.toUpperCase())).model_name, profile.model_name, alias);
  }
  const names = real.flatMap(({ model_name, aliases }) => [model_name, ...aliases.map((alias) => alias.toLowerCase())]);
  for (const name of ["gpt-4", "gpt-4 turbo", "claude 3.5", "llama 3"]) assert.ok(names.includes(name), name);
  assert.equal((await get(app, "GPT4")).model_name, "gpt4");
});

test("beside real profiles that nothing speaks for, simulated models answer, whatever is preferred", async (t) => {
  const app = await openTestApp(t);
  const state = await app.ask("Write a sonnet", { mode: "checked", preferred_models: ["Claude 3.5"] });
  const { responses, selections } = await app.thread(state.thread_id);
  assert.ok(state.simulated && responses.length > 1 && responses.every(({ simulated }) => simulated));
  const considered = selections.flatMap(({ candidates_considered }) => candidates_considered);
  assert.ok(considered.length >= 8 && considered.every(({ model_name }) => model_name.startsWith("simulated-")));
  assert.deepEqual(Object((await app.send("GET", "/api/health")).body["parts"]).models, {
    ...{ status: "ok", available: 8, simulated: true },
  });
  const named = await app.send("POST", "/api/orchestrate/prompt", { prompt: "x", model_name: "gpt-4" });
  assert.deepEqual(paths(named), ["model_name"]);
  assert.match(String(named.body["detail"]), /gpt4 is not available: there is no key of OpenAI: set OPENAI_API_KEY/);
  const off = await openTestApp(t, { ORCHESTRATEX_SIMULATED: "off" });
  assert.ok((await list(off)).length >= 8 && (await list(off)).every(({ simulated }) => !simulated));
  const { body } = await off.send("POST", "/api/orchestrate/preview", { prompt: "x" });
  assert.equal(body["code"], "model.none");
});

test("names people know are taken wherever models are named, and kept as model_names", async (t) => {
  const app = await openTestApp(t);
  const { send } = app;
  const aliased = await send("PUT", "/api/models/simulated-opal", { aliases: ["The Poet", "Ōpal"] });
  assert.equal(aliased.status, 200, JSON.stringify(aliased.body));

  await t.test("a prompt, a preview, a draft", async () => {
    const names = { model_name: " the poet ", excluded_models: ["GPT-4", "gpt4", "Claude 3.5"] };
    const state = await app.ask("Hello", { ...names, mode: "quick" });
    assert.equal(state.selected_model, "simulated-opal");
    const row = await app.store.sql
      .selectFrom("conversation_threads")
      .select("settings")
      .where("id", "=", state.thread_id)
      .executeTakeFirstOrThrow();
    const kept = row.settings as { model_name: string; excluded_models: string[] };
    assert.deepEqual([kept.model_name, kept.excluded_models], ["simulated-opal", ["gpt4", "claude"]]);
    const preview = await send("POST", "/api/orchestrate/preview", { prompt: "Hello", ...names });
    assert.equal(Object(preview.body["selection"]).selected_model, "simulated-opal");

    const draft = await send("POST", "/api/threads/", { prompt: "Later", model_name: "THE POET" });
    assert.equal(draft.status, 201, JSON.stringify(draft.body));
    await send("PUT", "/api/models/simulated-opal", { aliases: ["Ōpal"] });
    const body = { thread_id: draft.body["thread_id"] };
    const run = await send("POST", "/api/orchestrate/prompt", body, { prefer: "wait=60" });
    assert.equal(run.body["selected_model"], "simulated-opal", "the draft kept the model, not the word");
    assert.equal((await app.ask("Hello", { model_name: "Ōpal", mode: "quick" })).selected_model, "simulated-opal");
  });

  await t.test("a session, made or changed", async () => {
    const { id, settings } = await app.session({ preferred_models: ["Qwen", "qwen"], excluded_models: ["LLaMA 3"] });
    assert.deepEqual([settings.preferred_models, settings.excluded_models], [["qwen"], ["llama"]]);
    const put = (given: object) => send("PUT", `/api/sessions/${id}/settings`, { settings: given });
    const changed = Session.parse((await put({ excluded_models: ["simulated-onyx", "gpt-4 TURBO"] })).body);
    assert.deepEqual(changed.settings.excluded_models, ["simulated-onyx", "gpt4-turbo"]);
    assert.deepEqual(changed.settings.preferred_models, ["qwen"]);
    const typos = { preferred_models: ["gpt4", "GPT-44"], excluded_models: ["nobody"] };
    const both = ["settings.preferred_models.1", "settings.excluded_models.0"];
    assert.deepEqual(paths(await put(typos)), both);
    assert.deepEqual(paths(await send("POST", "/api/sessions/", { settings: typos })), both);
    assert.deepEqual(Session.parse((await send("GET", `/api/sessions/${id}`)).body), changed);
  });

  await t.test("what nobody goes by is told, every one of them", async () => {
    const body = { prompt: "x", model_name: "GPT-99", preferred_models: ["Grok", "grock"], excluded_models: ["'; --"] };
    for (const path of ["/api/orchestrate/prompt", "/api/orchestrate/preview", "/api/threads/"]) {
      const refused = await send("POST", path, body);
      assert.deepEqual(paths(refused), ["model_name", "preferred_models.1", "excluded_models.0"], path);
      assert.match(String(refused.body["detail"]), /GPT-99.*grock/);
    }
    for (const model_name of ["", "  ", "x".repeat(101), 7, "a\u0000b"])
      assert.deepEqual(paths(await send("POST", "/api/orchestrate/prompt", { prompt: "x", model_name })), [
        "model_name",
      ]);
  });
  assert.deepEqual(app.faults, []);
});

test("a model of one's own: made, found, changed, removed", async (t) => {
  const app = await openTestApp(t);
  const { send } = app;

  await t.test("it is made with little, and is not available", async () => {
    const made = await send("POST", "/api/models/", { ...mine, simulated: true, is_available: true, seeded: true });
    assert.deepEqual([made.status, made.headers["location"]], [201, "/api/models/mine"]);
    const profile = ShownProfile.parse(made.body);
    assert.deepEqual(profile, {
      ...mine,
      ...{ family: "ollama", aliases: [], specialties: [], supported_languages: [], strengths: "", weaknesses: "" },
      ...{ best_use_cases: [], api_endpoint: null, api_key_required: true, cost_per_input_token: null },
      ...{ cost_per_output_token: null, prices: null, max_output_tokens: null },
      ...{ rate_limits: { requests_per_minute: null, tokens_per_minute: null } },
      ...{ is_active: true, is_available: false, last_health_check: null, over_billed_at: null, retired: null },
      ...{ domain_performance: {}, simulated: false, built_in: false },
      performance_metrics: profile.performance_metrics,
    });
    assert.equal(profile.performance_metrics.total_requests, 0);
    assert.deepEqual(await get(app, "mine"), profile);
  });

  await t.test("every fact can be given, and changed alone", async () => {
    const facts = {
      ...{ provider: "openrouter", family: "meta", model_version: "x/y:z", aliases: ["Full One"] },
      ...{ specialties: ["coding", "math"], supported_languages: ["en"], max_context_length: 9_000 },
      ...{ strengths: "s", weaknesses: "w", best_use_cases: ["u"], api_endpoint: "http://127.0.0.1:11434/v1" },
      ...{ api_key_required: false, cost_per_input_token: 0.000000000001, cost_per_output_token: 0 },
      ...{ max_output_tokens: 4_096, prices },
      ...{ rate_limits: { requests_per_minute: 5, tokens_per_minute: null }, is_active: false },
    };
    const made = await send("POST", "/api/models/", { model_name: "full", ...facts });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const full = await get(app, "full one");
    assert.deepEqual({ ...full, ...facts, model_name: "full" }, full);
    const other = {
      ...{ provider: "ollama", family: "f", model_version: "2", aliases: ["Fuller"], specialties: ["creative"] },
      ...{ supported_languages: [], max_context_length: 10, strengths: "", weaknesses: "", best_use_cases: [] },
      ...{ api_endpoint: null, api_key_required: true, max_output_tokens: null, cost_per_input_token: null },
      ...{ cost_per_output_token: 0.01, prices: { ...prices, tiers: [], source: "my contract" } },
      ...{ rate_limits: { requests_per_minute: null, tokens_per_minute: 7 }, is_active: true },
    };
    let expected = full;
    for (const [field, value] of Object.entries(other)) {
      const changed = await send("PUT", "/api/models/full", { [field]: value });
      expected = { ...expected, [field]: value, ...(field.startsWith("cost_per_") && { prices: null }) };
      assert.deepEqual([changed.status, changed.body], [200, expected], field);
    }
    assert.deepEqual((await send("PUT", "/api/models/full", {})).body, expected, "nothing named, nothing changed");
    const whole = await send("PUT", "/api/models/FULLER", { ...expected, model_name: "other", simulated: true });
    assert.deepEqual(whole.body, expected, "what was read can be sent back; what is not ours to say is passed over");
  });

  await t.test("a name belongs to one model, in any case", async () => {
    const taken: [body: object, whose: string][] = [
      [mine, "mine"],
      [{ ...mine, model_name: "qwen" }, "qwen"],
      [{ ...mine, model_name: "new", aliases: ["gpt-4 turbo"] }, "gpt4-turbo"],
      [{ ...mine, model_name: "new", aliases: ["GROK"] }, "grok"],
    ];
    for (const [body, whose] of taken) {
      const refused = await send("POST", "/api/models/", body);
      assert.deepEqual(fault(refused), [409, "model.exists"]);
      assert.match(String(refused.body["detail"]), new RegExp(`is a name of ${whose}$`));
    }
    assert.deepEqual(fault(await send("PUT", "/api/models/mine", { aliases: ["Claude"] })), [409, "model.exists"]);
    const own = await send("PUT", "/api/models/mine", { aliases: ["Mine", "My Own"] });
    assert.equal(own.status, 200, "its own names are no conflict");
    const race = await Promise.all(
      [1, 2, 3].map((at) => send("POST", "/api/models/", { ...mine, model_name: `race-${at}`, aliases: ["The Race"] })),
    );
    assert.deepEqual(race.map(({ status }) => status).sort(), [201, 409, 409]);
    const twins = await Promise.all([1, 2].map(() => send("POST", "/api/models/", { ...mine, model_name: "twin" })));
    assert.deepEqual(twins.map(({ status }) => status).sort(), [201, 409]);
    assert.equal((await send("GET", "/api/models/new")).status, 404);
  });

  await t.test("what does not fit is 422, by its field", async () => {
    const bad: [change: object, path: string][] = [
      [{ model_name: "Mine" }, "model_name"],
      [{ model_name: "a/b" }, "model_name"],
      [{ model_name: "simulated-fake" }, "model_name"],
      [{ model_name: undefined }, "model_name"],
      [{ provider: undefined }, "provider"],
      [{ max_context_length: undefined }, "max_context_length"],
      [{ max_output_tokens: 0 }, "max_output_tokens"],
      [{ provider: "simulated" }, "provider"],
      [{ provider: "Open AI" }, "provider"],
      [{ model_version: " " }, "model_version"],
      [{ max_context_length: 0 }, "max_context_length"],
      [{ max_context_length: 2 ** 31 }, "max_context_length"],
      [{ aliases: ["ok", ""] }, "aliases.1"],
      [{ specialties: "coding" }, "specialties"],
      [{ cost_per_input_token: 2.5 }, "cost_per_input_token"],
      [{ cost_per_output_token: -1 }, "cost_per_output_token"],
      [{ api_endpoint: "file:///etc/passwd" }, "api_endpoint"],
      [{ api_endpoint: "https://me:secret@example.org" }, "api_endpoint"],
      [{ rate_limits: { requests_per_minute: 0 } }, "rate_limits.requests_per_minute"],
      [{ strengths: "a\u0000" }, "strengths"],
      [{ is_active: null }, "is_active"],
    ];
    for (const [change, path] of bad) {
      const refused = await send("POST", "/api/models/", { ...mine, model_name: "bad", ...change });
      assert.deepEqual(paths(refused), [path], JSON.stringify(change));
      assert.doesNotMatch(JSON.stringify(refused.body), /secret/);
      if (Object.values(change)[0] !== undefined && path !== "model_name")
        assert.deepEqual(paths(await send("PUT", "/api/models/mine", change)), [path], JSON.stringify(change));
    }
    assert.deepEqual(paths(await send("PUT", "/api/models/simulated-opal", { provider: "openai" })), ["provider"]);
    assert.deepEqual(fault(await send("PUT", "/api/models/nobody", { is_active: false })), [404, "model.not_found"]);
  });

  await t.test("it is removed, but what comes with the server is not", async () => {
    const gone = await send("DELETE", "/api/models/My%20Own");
    assert.deepEqual([gone.status, gone.body], [204, {}]);
    for (const method of ["GET", "DELETE"] as const)
      assert.deepEqual(fault(await send(method, "/api/models/mine")), [404, "model.not_found"]);
    for (const name of ["gpt4", "GPT-4", "simulated-opal"]) {
      const refused = await send("DELETE", `/api/models/${name}`);
      assert.deepEqual(fault(refused), [409, "model.built_in"]);
      assert.match(String(refused.body["detail"]), /is_active to false/);
    }
    await send("PUT", "/api/models/gpt4", { strengths: "edited" });
    assert.deepEqual(fault(await send("DELETE", "/api/models/gpt4")), [409, "model.built_in"]);
    assert.equal((await send("POST", "/api/models/", mine)).status, 201, "the name is free again");
  });
  assert.deepEqual(app.faults, []);
});

test("a model that is switched off takes no part from that moment on; what it did stays", async (t) => {
  const app = await openTestApp(t);
  const ask = () => app.ask("Write a sonnet", { mode: "thorough" });
  const before = await ask();
  const author = before.selected_model ?? "";
  assert.equal((await app.send("PUT", `/api/models/${author}`, { is_active: false })).status, 200);
  const after = await ask();
  const { responses, evaluations } = await app.thread(after.thread_id);
  const models = [
    ...responses.map(({ model_name }) => model_name),
    ...evaluations.map(({ evaluator_model }) => evaluator_model),
  ];
  assert.ok(after.final_response && models.length > 0 && !models.includes(author), models.join());
  const { body } = await app.send("POST", "/api/orchestrate/prompt", { prompt: "x", model_name: author });
  assert.match(String(body["detail"]), /switched off/);
  assert.equal((await app.thread(before.thread_id)).selected_model, author);
  await app.send("PUT", `/api/models/${author}`, { is_active: true });
  assert.equal((await app.ask("Hello", { mode: "quick", model_name: author })).selected_model, author);
});
