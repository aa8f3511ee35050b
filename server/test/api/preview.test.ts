/** The dry run: what it says holds when the prompt is asked, and it leaves no trace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Preview } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "../../src/store/database.ts";
import { openTestApp, type TestApp } from "../app.ts";

const prompts = [
  "Why is the sky blue?",
  "What is 17 * 23? Only the number.",
  "Write a Python function that sorts a list of dates, and explain its running time.",
  "Übersetze ins Englische: «Morgen fahren wir mit dem Zug nach Zürich.»",
  "日本の四季について短い詩を書いてください。",
  `Summarise: ${"The committee met again and decided nothing of weight. ".repeat(80)}`,
];

const preview = async ({ send }: TestApp, body: object): Promise<Preview> => {
  const answer = await send("POST", "/api/orchestrate/preview", body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return Preview.parse(answer.body);
};

const rowCounts = async (database: Database) => {
  const { rows } = await sql<{ name: string; n: number }>`
    select table_name as name, (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || quote_ident(table_name),
      false, true, '')))[1]::text::int as n
    from information_schema.tables where table_schema = 'public' order by 1`.execute(database.sql);
  return rows;
};

test("what a prompt costs in the end lies within the range, in every mode, and the same models take part", async (t) => {
  const app = await openTestApp(t);
  for (const [at, prompt] of prompts.entries())
    for (const mode of at % 2 === 0 ? (["thorough"] as const) : (["quick", "checked", "auto"] as const)) {
      const wish = { prompt, mode, quality_threshold: 10, cost_limit: null };
      const said = await preview(app, wish);
      const { id: session_id } = await app.session({ cost_limit: null });
      const state = await app.ask(prompt, { ...wish, session_id });
      const { low, high } = said.cost_range;
      const told = `${mode} ${prompt.slice(0, 20)}: ${low} <= ${state.total_cost} <= ${high}`;
      assert.ok(low > 0 && low <= state.total_cost && state.total_cost <= high, told);
      const { responses } = await app.thread(state.thread_id);
      const [first] = responses;
      assert.equal(first?.model_name, said.selection.selected_model, told);
      assert.deepEqual([state.mode, state.max_iterations], [said.mode, said.max_iterations]);
      assert.deepEqual(state.evaluators, said.selection.evaluators);
      assert.ok(said.calls.low <= responses.length && responses.length <= said.calls.high, told);
      const reserved = responses.reduce((sum, row) => sum + (row.reserved_cost ?? 0), 0);
      assert.ok(reserved <= high, `${told}, reserved ${reserved}`);
    }
});

test("the usual cost is near what is paid, and between the two ends", async (t) => {
  const app = await openTestApp(t);
  const ratios: number[] = [];
  for (const [at, prompt] of prompts.entries())
    for (const mode of at % 2 === 0 ? (["quick", "thorough"] as const) : (["checked"] as const)) {
      const { cost_usual, cost_range } = await preview(app, { prompt, mode });
      assert.ok(cost_range.low <= cost_usual && cost_usual <= cost_range.high);
      const { total_cost } = await app.ask(prompt, { mode });
      ratios.push(cost_usual / total_cost);
    }
  const sorted = ratios.toSorted((a, b) => a - b);
  const [least = 0, middle = 0, most = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  assert.ok(least > 0.25 && most < 4 && middle > 0.6 && middle < 1.7, sorted.map((one) => one.toFixed(2)).join(" "));
});

test("once its models were measured, a run does not take much longer than is said", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_SPEED: "20" });
  const [first = "", , second = ""] = prompts;
  await app.ask(first, { mode: "thorough", quality_threshold: 10 });
  for (const [prompt, mode] of [
    [first, "quick"],
    [first, "thorough"],
    [second, "checked"],
    [second, "thorough"],
  ]) {
    const { duration_ms_range: said } = await preview(app, { prompt, mode, quality_threshold: 10 });
    const { total_time_spent: took } = await app.ask(prompt ?? "", { mode, quality_threshold: 10 });
    assert.ok(said.low > 0 && took <= 2 * said.high + 2_500, `${mode}: ${took} ms of ${said.low} to ${said.high}`);
  }
});

test("it counts what the conversation adds, for a session, a branch and a draft", async (t) => {
  const app = await openTestApp(t);
  const { id: session_id } = await app.session({ cost_limit: null });
  const [asked = "", other = ""] = [prompts[5], prompts[2]];
  const parent = await app.ask(asked, { session_id, mode: "quick" });
  await app.ask(other, { session_id, mode: "quick" });
  const wish = { prompt: "And why?", mode: "quick" };
  const high = async (more: object) => (await preview(app, { ...wish, ...more })).cost_range.high;

  const [alone, whole, branch] = [
    await high({ context_mode: "none", session_id }),
    await high({ session_id }),
    await high({ parent_thread_id: parent.thread_id }),
  ];
  assert.ok(alone < branch && branch < whole, `${alone} ${branch} ${whole}`);
  const draft = await app.send("POST", "/api/threads/", { ...wish, session_id });
  assert.equal((await preview(app, { thread_id: draft.body["thread_id"] })).cost_range.high, whole);
  const state = await app.send(
    "POST",
    "/api/orchestrate/prompt",
    { thread_id: draft.body["thread_id"] },
    { prefer: "wait=60" },
  );
  assert.ok(Number(state.body["total_cost"]) <= whole);
});

test("it goes by the named model, the excluded ones and the money that is left; when nothing fits it says so", async (t) => {
  const app = await openTestApp(t);
  const [prompt = ""] = prompts;
  const plain = await preview(app, { prompt, mode: "checked" });
  const first = plain.selection.selected_model;
  assert.equal(plain.fits_cost_limit, true);
  assert.notEqual((await preview(app, { prompt, excluded_models: [first] })).selection.selected_model, first);
  assert.equal(
    (await preview(app, { prompt, model_name: "simulated-coral" })).selection.selected_model,
    "simulated-coral",
  );

  const tight = await preview(app, { prompt, mode: "thorough", cost_limit: plain.cost_range.high / 2 });
  assert.ok(tight.cost_range.high <= plain.cost_range.high / 2);
  assert.equal(tight.calls.low, 1);
  const spent = await app.session({ cost_limit: 0.05 });
  const { total_cost } = await app.ask(prompt, { session_id: spent.id, mode: "checked" });
  const rest = await preview(app, { prompt, session_id: spent.id, mode: "thorough", max_iterations: 10 });
  assert.ok(rest.cost_range.high <= 0.05 - total_cost + 1e-9, JSON.stringify(rest.cost_range));

  for (const cost_limit of [0, 0.0000001]) {
    const none = await preview(app, { prompt, cost_limit });
    assert.deepEqual([none.fits_cost_limit, none.cost_range.low > cost_limit], [false, true]);
    const state = await app.ask(prompt, { cost_limit });
    assert.deepEqual([state.thread_status, state.total_cost], ["failed", 0]);
  }
  const profiles = plain.selection.candidates_considered.map(({ model_name }) => model_name);
  const nobody = await app.send("POST", "/api/orchestrate/preview", { prompt, excluded_models: profiles });
  assert.deepEqual([nobody.status, nobody.body["code"]], [409, "model.none"]);
});

test("it writes nothing at all", async (t) => {
  const app = await openTestApp(t);
  const session = await app.session();
  const draft = await app.send("POST", "/api/threads/", { prompt: prompts[0], session_id: session.id });
  const before = [await rowCounts(app.store), (await app.send("GET", `/api/sessions/${session.id}`)).body];
  for (const prompt of prompts)
    for (const more of [{}, { session_id: session.id }, { mode: "thorough", cost_limit: 0 }])
      await preview(app, { prompt, ...more });
  await preview(app, { thread_id: draft.body["thread_id"] });
  const after = [await rowCounts(app.store), (await app.send("GET", `/api/sessions/${session.id}`)).body];
  assert.deepEqual(after, before);
});
