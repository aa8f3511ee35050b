/**
 * Every way in which a vendor fails, as its user meets it: what becomes of the answer, what the events say, what is charged.
 * The vendor is an upstream on this machine that keeps a bill of its own.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { shippedProfiles } from "../../src/app/shipped.ts";
import { openOutsideApp } from "../outside.ts";
import { type FaultKind, openUpstream } from "../upstream/upstream.ts";

const KEY = "sk-proj-good0123456789abcdefWXYZ";

/** `again`: the same model answers at another attempt; `other`: the next one takes over; `stands`: what came is the answer. */
type Seen = { next: "again" | "other" | "stands"; code: string | null; hold: "spent" | "released" | "unconfirmed" };

const seen: Partial<Record<FaultKind, Seen>> = {
  rate_limited: { next: "again", code: "provider.rate_limited", hold: "released" },
  rate_limited_silent: { next: "again", code: "provider.rate_limited", hold: "released" },
  overloaded: { next: "again", code: "provider.failed", hold: "unconfirmed" },
  server_error: { next: "again", code: "provider.failed", hold: "unconfirmed" },
  html: { next: "again", code: "provider.unreadable", hold: "unconfirmed" },
  refused_connection: { next: "again", code: "provider.unreachable", hold: "unconfirmed" },
  cut: { next: "other", code: "provider.unreachable", hold: "unconfirmed" },
  garbled: { next: "other", code: "provider.unreadable", hold: "unconfirmed" },
  tool_call: { next: "other", code: "provider.empty", hold: "spent" },
  error_midway: { next: "other", code: "provider.failed", hold: "unconfirmed" },
  empty: { next: "other", code: "provider.empty", hold: "spent" },
  key_expired: { next: "other", code: "provider.key_rejected", hold: "released" },
  no_credit: { next: "other", code: "provider.no_credit", hold: "released" },
  model_unknown: { next: "other", code: "provider.model_unknown", hold: "released" },
  too_long: { next: "other", code: "provider.too_long", hold: "released" },
  slow: { next: "stands", code: null, hold: "spent" },
  overbilled: { next: "stands", code: null, hold: "spent" },
  absurd_usage: { next: "stands", code: null, hold: "spent" },
  trickle: { next: "stands", code: null, hold: "spent" },
  length: { next: "stands", code: null, hold: "spent" },
  refusal: { next: "stands", code: null, hold: "spent" },
  no_usage: { next: "stands", code: null, hold: "unconfirmed" },
  negative_usage: { next: "stands", code: null, hold: "unconfirmed" },
};

/** At the prices that we know of. */
const prices = new Map(
  shippedProfiles("off", new Date()).map((profile) => [
    profile.model_version,
    { input: profile.cost_per_input_token ?? 0, output: profile.cost_per_output_token ?? 0 },
  ]),
);

async function opened(t: TestContext) {
  const upstream = await openUpstream({ prices: (model) => prices.get(model) ?? assert.fail(model) });
  t.after(() => upstream.close());
  const outside = {
    variables: { OPENAI_API_KEY: `${KEY},${KEY}2`, ANTHROPIC_API_KEY: "sk-ant-good0123456789abcdefWXYZ" },
    options: { testing: { realSpeed: 0 } },
  };
  return openOutsideApp(t, outside, upstream);
}

for (const [fault, { next, code, hold }] of Object.entries(seen))
  test(`${fault}: ${next === "stands" ? "the answer stands" : next === "again" ? "the model is asked again" : "another model answers"}, and it is told and charged so`, async (t) => {
    const app = await opened(t);
    app.upstream.add({
      fault: fault as FaultKind,
      times: next === "other" && hold === "released" ? 2 : 1,
      wire: "openai",
      retryAfterMs: 10,
    });
    const state = await app.ask("Name three uses of a clock.", { mode: "quick", model_name: "gpt4" });
    const { responses } = await app.thread(state.thread_id);
    const [first] = responses.toSorted((a, b) => a.id.localeCompare(b.id));
    const last = responses.find(({ id }) => id === state.best_response_id);
    assert.equal(state.thread_status, "completed", JSON.stringify(state.failure_reason));
    assert.ok((state.final_response ?? "").length > 0);
    assert.equal(last?.model_name === "gpt4", next !== "other");
    assert.equal(first === last, next === "stands");
    const events = await app.events(state.thread_id);
    const told = events.flatMap((event) => {
      if (event.event_type === "error_occurred") return [["again", event.details.code]];
      return event.event_type === "model_fallback" ? [["other", event.details.code]] : [];
    });
    assert.deepEqual(
      told.find(([what]) => what === next),
      code === null ? undefined : [next, code],
    );
    const { body: money } = await app.send("GET", `/api/sessions/${state.session_id}`);
    const kept = {
      spent: first?.cost_source === "provider" && (first.cost ?? 0) > 0,
      unconfirmed: Number(money["unconfirmed"]) > 0,
    };
    assert.deepEqual(kept, { spent: hold === "spent", unconfirmed: hold === "unconfirmed" });
    const covered = Number(money["total_cost"]) + Number(money["unconfirmed"]) + Number(money["overrun"]);
    assert.ok(Number(app.upstream.bill()) / 1e12 <= covered + 1e-9, `${app.upstream.bill()} above ${covered}`);
    assert.equal(money["held"], 0);
  });

test("a provider that lets nobody in is left after one of its models: another provider answers, however many models it has", async (t) => {
  const app = await opened(t);
  for (const fault of ["key_expired", "no_credit"] as const) {
    app.upstream.add({ fault, wire: "openai" });
    const state = await app.ask("Name three uses of a clock.", { mode: "quick", model_name: "gpt4" });
    assert.deepEqual([state.thread_status, state.failure_reason], ["completed", null]);
    const fallbacks = (await app.events(state.thread_id)).filter((event) => event.event_type === "model_fallback");
    const providers = new Map(
      shippedProfiles("off", new Date()).map(({ model_name, provider }) => [model_name, provider]),
    );
    assert.deepEqual(
      fallbacks.map(({ details }) => [providers.get(details.from), providers.get(details.to ?? "")]),
      [["openai", "anthropic"]],
    );
  }
});

test("hang: the deadline ends the thread, what may be billed stays held back, and it is told so", async (t) => {
  const app = await opened(t);
  app.upstream.add({ fault: "hang" });
  const state = await app.ask("Name three uses of a clock.", { mode: "quick", model_name: "gpt4", deadline_ms: 1_000 });
  assert.deepEqual([state.thread_status, state.failure_reason], ["failed", "deadline.passed"]);
  const { body: money } = await app.send("GET", `/api/sessions/${state.session_id}`);
  const { responses } = await app.thread(state.thread_id);
  assert.deepEqual([money["unconfirmed"], money["held"]], [responses[0]?.reserved_cost, 0]);
  assert.ok(Number(app.upstream.bill()) / 1e12 <= Number(money["unconfirmed"]));
});

for (const fault of ["bad_json", "wrong_schema", "schema_refused", "json_refused"] as const)
  test(`${fault}: a judge is asked once more, or more loosely, and its judgement counts`, async (t) => {
    const app = await opened(t);
    app.upstream.add({ fault, wire: "openai", times: 1 });
    const ask = { mode: "checked", max_iterations: 1, model_name: "claude", quality_threshold: 10 };
    const state = await app.ask("Name three uses of a clock.", ask);
    const { evaluations } = await app.thread(state.thread_id);
    assert.deepEqual(evaluations.map((one) => one.evaluator_model).toSorted(), state.evaluators.toSorted());
    const failed = (await app.events(state.thread_id)).filter((event) => event.event_type === "evaluation_failed");
    const code = fault.endsWith("refused") ? "provider.form_refused" : "model.output_invalid";
    // JSON mode is asked for only where a schema was refused.
    const expected = fault === "json_refused" ? [] : [[code, true]];
    assert.deepEqual(
      failed.map(({ details }) => [details.code, details.will_retry]),
      expected,
    );
    const { body: money } = await app.send("GET", `/api/sessions/${state.session_id}`);
    assert.equal(money["unconfirmed"], 0);
    assert.ok(Number(app.upstream.bill()) / 1e12 <= Number(money["total_cost"]) + 1e-9);
  });
