/** The settings of the algorithm: changed at the door, at once, in versions that stay. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@orchestratex/sdk";
import { Criterion, type VersionedSettings } from "@orchestratex/sdk/contract";
import { openTestApp, type TestApp } from "../app.ts";
import { openTestStore } from "../store.ts";

const url = "/api/orchestrate/settings";
const prompt = "Design a rate limiter for an API used by 10 000 clients; discuss the trade-offs.";

const read = async ({ send }: TestApp, version = ""): Promise<VersionedSettings> => {
  const { status, body, headers } = await send("GET", version ? `${url}?version=${version}` : url);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(headers["etag"], `"${body["algorithm_version"]}"`);
  return body as VersionedSettings;
};

const change = async ({ send }: TestApp, body: object, headers = {}): Promise<VersionedSettings> => {
  const answer = await send("PUT", url, body, headers);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as VersionedSettings;
};

const onlyAccuracy = Object.fromEntries(Criterion.options.map((name) => [name, name === "accuracy" ? 1 : 0]));

test("what is named changes, the rest stays; every version can be read and restored", async (t) => {
  const app = await openTestApp(t);
  const shipped = await read(app);
  assert.deepEqual([shipped.algorithm_version, shipped.changed_by, shipped.plateau_gain], ["rules-1", null, 0.2]);

  const first = await change(app, { plateau_gain: 0.5, modes: { quick: { evaluators: 1 } }, comment: "try" });
  assert.deepEqual([first.algorithm_version, first.changed_by, first.comment], ["rules-1.1", "local", "try"]);
  assert.deepEqual(first.modes, { ...shipped.modes, quick: { evaluators: 1, max_iterations: 1 } });
  assert.deepEqual(first.selection_weights, shipped.selection_weights);
  const { criteria_weights } = await change(app, { criteria_weights: { math: onlyAccuracy } });
  assert.deepEqual(criteria_weights, { ...shipped.criteria_weights, math: onlyAccuracy });

  const restored = await change(app, { restore: "rules-1", max_iterations: 2 });
  assert.deepEqual(
    [restored.algorithm_version, restored.restored_from, restored.max_iterations],
    ["rules-1.3", "rules-1", 2],
  );
  assert.deepEqual(restored.criteria_weights, shipped.criteria_weights);
  assert.deepEqual(await read(app, "rules-1.1"), first);
  assert.equal((await read(app)).algorithm_version, "rules-1.3");

  const page = await app.send("GET", `${url}/versions?limit=2`);
  const rest = await app.send("GET", `${url}/versions/?limit=2&cursor=${page.body["next_cursor"]}`);
  const names = [page, rest].flatMap(({ body }) =>
    (body["items"] as VersionedSettings[]).map((one) => one.algorithm_version),
  );
  assert.deepEqual([names, rest.body["next_cursor"]], [["rules-1.3", "rules-1.2", "rules-1.1", "rules-1"], null]);

  for (const [path, status, code] of [
    [`${url}?version=rules-9`, 404, "settings.not_found"],
    [`${url}?version=No%20Name`, 422, "request.invalid"],
    [`${url}/versions?cursor=x`, 422, "request.invalid"],
  ] as const) {
    const { status: got, body } = await app.send("GET", path);
    assert.deepEqual([got, body["code"]], [status, code], path);
  }
});

test("what does not fit is refused by its path, with the sum; what changes nothing makes no version", async (t) => {
  const app = await openTestApp(t);
  const { selection_weights: weights } = await read(app);
  const cases: [body: object, path: string, problem: RegExp][] = [
    [
      { selection_weights: { cost: { ...weights.cost, cost_efficiency: 0.7 } } },
      "selection_weights.cost",
      /not to 1\.1$/,
    ],
    [{ selection_weights: { cost: { cost_efficiency: 1 } } }, "selection_weights.cost.domain_match_score", /missing/],
    [{ selection_weights: { dear: weights.cost } }, "selection_weights", /dear/],
    [{ criteria_weights: { math: { ...onlyAccuracy, safety: 0.0011 } } }, "criteria_weights.math", /1\.0011/],
    [
      { criteria_weights: { math: { ...onlyAccuracy, accuracy: 2, safety: -1 } } },
      "criteria_weights.math.accuracy",
      /1/,
    ],
    [{ quality_threshold: 11 }, "quality_threshold", /10/],
    [{ plateau_gain: -0.1 }, "plateau_gain", /0/],
    [{ modes: { auto: { evaluators: 1 } } }, "modes", /auto/],
    [{ modes: { quick: { evaluators: 11 } } }, "modes.quick.evaluators", /10/],
    [{ max_iterations: 0 }, "max_iterations", /1/],
    [{ restore: "rules-9" }, "restore", /no version rules-9/],
  ];
  for (const [body, path, problem] of cases) {
    const answer = await app.send("PUT", url, body);
    const errors = answer.body["errors"] as { path: string; problem: string }[];
    assert.deepEqual([answer.status, errors?.[0]?.path], [422, path], JSON.stringify(answer.body));
    assert.match(errors[0]?.problem ?? "", problem);
  }
  for (const body of [{}, { quality_threshold: 8 }, await read(app), { restore: "rules-1" }])
    assert.equal((await change(app, body)).algorithm_version, "rules-1");
  const nearlyOne = { ...onlyAccuracy, safety: 0.001 };
  assert.equal((await change(app, { criteria_weights: { math: nearlyOne } })).algorithm_version, "rules-1.1");
});

test("changes that come at once are all kept; one that expects another version is refused", async (t) => {
  const app = await openTestApp(t);
  const gains = [1, 2, 3, 4, 5];
  const made = await Promise.all([
    ...gains.map((plateau_gain) => change(app, { plateau_gain })),
    change(app, { quality_threshold: 9 }),
  ]);
  const names = made.map((one) => one.algorithm_version).sort();
  assert.deepEqual(
    names,
    [1, 2, 3, 4, 5, 6].map((n) => `rules-1.${n}`),
  );
  const newest = await read(app);
  assert.equal(newest.quality_threshold, 9);
  assert.ok(gains.includes(newest.plateau_gain));

  for (const [body, headers] of [
    [{ expected_version: "rules-1" }, {}],
    [{}, { "if-match": '"rules-1.5"' }],
    [{}, { "if-match": "rules-1" }],
  ] as const) {
    const { status, body: problem } = await app.send("PUT", url, { plateau_gain: 0, ...body }, { ...headers });
    assert.deepEqual([status, problem["code"]], [409, "settings.changed"]);
  }
  await change(app, { plateau_gain: 0.1 }, { "if-match": '"rules-1.6"' });
  await change(app, { plateau_gain: 0.2 }, { "if-match": "*" });
  const twins = [{ plateau_gain: 7 }, { plateau_gain: 8 }].map((body) =>
    app.send("PUT", url, { ...body, expected_version: "rules-1.8" }),
  );
  assert.deepEqual((await Promise.all(twins)).map(({ status }) => status).sort(), [200, 409]);
});

test("they hold at once for selection, scores, rounds and new sessions, and every selection keeps its version", async (t) => {
  const app = await openTestApp(t);
  const old = await app.session();
  const before = await app.thread((await app.ask(prompt, { mode: "thorough", quality_threshold: 10 })).thread_id);
  assert.ok(before.selections.every((row) => row.algorithm_version === "rules-1"));

  const onlyCost = {
    ...{ domain_match_score: 0, historical_performance: 0, cost_efficiency: 1 },
    ...{ availability_score: 0, response_time_score: 0, specialty_alignment: 0 },
  };
  await change(app, {
    selection_weights: { hybrid: onlyCost },
    criteria_weights: Object.fromEntries(["coding", "analysis", "general"].map((domain) => [domain, onlyAccuracy])),
    modes: { thorough: { evaluators: 1, max_iterations: 2 } },
    ...{ quality_threshold: 9.5, plateau_gain: 0, max_iterations: 4 },
  });
  const preview = (await app.send("POST", "/api/orchestrate/preview", { prompt, mode: "thorough" })).body;
  assert.equal(preview["algorithm_version"], "rules-1.1");
  const id = await app.start(prompt, { mode: "thorough", quality_threshold: 10, session_id: old.id });
  await app.until(id, "orchestration_finished");
  const thread = await app.thread(id);
  assert.ok(thread.selections.length >= 2);
  assert.ok(thread.selections.every((row) => row.algorithm_version === "rules-1.1"));
  const [cheapest] = thread.selections[0]?.candidates_considered ?? [];
  assert.equal(cheapest?.cost_efficiency, cheapest?.final_score);
  assert.deepEqual([thread.evaluators.length, thread.max_iterations], [1, 2]);
  for (const evaluation of thread.evaluations)
    assert.equal(evaluation.overall_score, evaluation.evaluation_criteria.accuracy);

  const fresh = await app.session();
  assert.deepEqual([fresh.max_iterations, fresh.settings.quality_threshold], [4, 9.5]);
  assert.deepEqual([old.max_iterations, old.settings.quality_threshold], [3, 8]);
  const long = await app.ask(prompt, { session_id: fresh.id, mode: "quick" });
  assert.equal(long.max_iterations, 4);
});

test("a thread that is taken up again keeps the version it was selected with", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, { ORCHESTRATEX_SIMULATED_SPEED: "10", ORCHESTRATEX_DRAIN_SECONDS: "60" }, store);
  const id = await before.start(prompt, { mode: "thorough", quality_threshold: 10 });
  await before.until(id, "response_delta");
  await change(before, {
    criteria_weights: Object.fromEntries(["coding", "analysis", "general"].map((domain) => [domain, onlyAccuracy])),
    modes: { thorough: { evaluators: 1, max_iterations: 1 } },
  });
  await before.close();

  const after = await openTestApp(t, {}, store);
  await after.until(id, "orchestration_finished");
  const { selections, evaluations, evaluators } = await after.thread(id);
  assert.equal(evaluators.length, 4);
  assert.deepEqual([...new Set(selections.map((row) => row.algorithm_version))], ["rules-1"]);
  assert.ok(evaluations.every(({ scoring_weights }) => scoring_weights.accuracy < 1));
});

test("the sdk reads and changes them, and tells a refusal", async (t) => {
  const app = await openTestApp(t);
  const client = createClient({ baseUrl: await app.listen() });
  const made = await client.updateSettings({ plateau_gain: 0.4, expected_version: "rules-1" });
  assert.deepEqual(await client.settings(), made);
  assert.equal((await client.settings("rules-1")).plateau_gain, 0.2);
  await assert.rejects(client.updateSettings({ plateau_gain: 1, expected_version: "rules-1" }), {
    code: "settings.changed",
  });
  await assert.rejects(client.settings("rules-7"), { code: "settings.not_found" });
});
