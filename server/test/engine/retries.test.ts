/** Attempts at one step: each a row with its own reservation, told as it happens; and what is not worth another attempt. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type ModelRequest, type Provider, ProviderError } from "../../src/providers/provider.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { openTestApp } from "../app.ts";

const prompt = "Write a Python function that merges two sorted lists.";
const acting = simulated({ speed: 0 });

/** Simulated models, in whose way `first` stands: what it throws is thrown before, or with `after` in the middle of, a reply. */
const failing = (first: (request: ModelRequest) => Error | null, after = 0): ReadonlyMap<string, Provider> =>
  new Map([
    [
      "simulated",
      {
        id: "simulated",
        async *call(request, signal) {
          const error = first(request);
          let said = 0;
          for await (const event of acting.call(request, signal)) {
            if (error && said++ >= after) throw error;
            yield event;
          }
        },
      },
    ],
  ]);

const overloaded = (free = true) =>
  new ProviderError("provider.failed", "the vendor says: overloaded_error", { free, httpStatus: 529 });

const opened = (t: TestContext, first: (request: ModelRequest) => Error | null, after?: number) =>
  openTestApp(t, {}, undefined, { providers: failing(first, after) });

test("an author that fails in passing is asked again: another row, another reservation, and an event", async (t) => {
  let left = 2;
  const app = await opened(t, ({ role }) => (role === "primary" && left-- > 0 ? overloaded() : null));
  const state = await app.ask(prompt, { mode: "quick" });
  const { responses } = await app.thread(state.thread_id);
  const rows = responses.filter(({ role }) => role === "primary").toSorted((a, b) => a.attempt - b.attempt);
  assert.deepEqual(
    rows.map(({ attempt, status, cost }) => [attempt, status, cost === 0]),
    [
      [1, "failed", true],
      [2, "failed", true],
      [3, "completed", false],
    ],
  );
  assert.equal(new Set(rows.map(({ id }) => id)).size, 3);
  const events = await app.events(state.thread_id);
  assert.equal(events.filter(({ event_type }) => event_type === "model_fallback").length, 0);
  const told = events.filter((event) => event.event_type === "error_occurred");
  assert.deepEqual(
    told.map(({ details }) => [details.code, details.recoverable, details.detail]),
    Array(2).fill(["provider.failed", true, "the vendor says: overloaded_error"]),
  );
  const { body } = await app.send("GET", `/api/sessions/${state.session_id}`);
  assert.deepEqual([body["held"], body["unconfirmed"], body["total_cost"]], [0, 0, state.total_cost]);
});

test("three attempts are the most; then another model takes over, and the provider's words are told", async (t) => {
  let author = "";
  const app = await opened(t, ({ role, profile }) => {
    author ||= profile.model_name;
    return role === "primary" && profile.model_name === author ? overloaded(false) : null;
  });
  const state = await app.ask(prompt, { mode: "quick" });
  const { responses } = await app.thread(state.thread_id);
  assert.equal(responses.filter(({ model_name }) => model_name === author).length, 3);
  const fallback = (await app.events(state.thread_id)).find((event) => event.event_type === "model_fallback");
  assert.deepEqual(
    [fallback?.details.from, fallback?.details.detail, fallback?.details.partial_kept],
    [author, "the vendor says: overloaded_error", false],
  );
  assert.notEqual(state.best_model_id, author);
});

test("a stream that dies is not begun again: its text stays in its row, its money unconfirmed, another model answers", async (t) => {
  let left = 1;
  const cut = new ProviderError("provider.unreachable", "the line broke", { free: false });
  const app = await opened(t, ({ role }) => (role === "primary" && left-- > 0 ? cut : null), 3);
  const state = await app.ask(prompt, { mode: "quick" });
  const { responses } = await app.thread(state.thread_id);
  const [dead, whole] = responses.toSorted((a, b) => a.id.localeCompare(b.id));
  assert.equal(responses.length, 2);
  assert.equal(dead?.status, "failed");
  assert.ok((dead?.response_text ?? "").length > 0);
  assert.equal(whole?.status, "completed");
  assert.notEqual(whole?.model_name, dead?.model_name);
  const fallback = (await app.events(state.thread_id)).find((event) => event.event_type === "model_fallback");
  assert.equal(fallback?.details.partial_kept, true);
  const { body } = await app.send("GET", `/api/sessions/${state.session_id}`);
  assert.equal(body["unconfirmed"], dead?.reserved_cost);
});

test("what a second attempt cannot mend is not tried again", async (t) => {
  for (const code of [
    "provider.key_rejected",
    "provider.no_credit",
    "provider.too_long",
    "provider.rejected",
  ] as const) {
    let author = "";
    const app = await opened(t, ({ role, profile }) => {
      author ||= profile.model_name;
      if (role !== "primary" || profile.model_name !== author) return null;
      return new ProviderError(code, "no", { free: true });
    });
    const state = await app.ask(prompt, { mode: "quick" });
    const { responses } = await app.thread(state.thread_id);
    assert.equal(responses.filter(({ model_name }) => model_name === author).length, 1, code);
    assert.equal(state.thread_status, "completed");
  }
});

test("a model that fails again and again is left alone: nothing is reserved for it, and the next one answers", async (t) => {
  let author = "";
  const app = await opened(t, ({ profile }) => {
    author ||= profile.model_name;
    return profile.model_name === author ? overloaded() : null;
  });
  for (let round = 0; round < 2; round++) await app.ask(prompt, { mode: "quick", context_mode: "none" });
  const state = await app.ask(prompt, { mode: "quick", model_name: author, context_mode: "none" });
  const { responses } = await app.thread(state.thread_id);
  assert.deepEqual(
    responses.filter(({ model_name }) => model_name === author),
    [],
  );
  const told = (await app.events(state.thread_id)).find((event) => event.event_type === "model_fallback");
  assert.equal(told?.details.code ?? state.failure_reason, "provider.paused");
});

test("an evaluator whose rate limit leaves no time is told as failed, holds no money, and the others judge", async (t) => {
  const app = await openTestApp(t);
  const ask = { mode: "checked", max_iterations: 1, deadline_ms: 20_000, context_mode: "none" };
  const first = await app.ask(prompt, ask);
  const [slow = ""] = first.evaluators;
  const { status } = await app.send("PUT", `/api/models/${slow}`, { rate_limits: { requests_per_minute: 1 } });
  assert.equal(status, 200);
  await app.ask(prompt, ask);
  const state = await app.ask(prompt, ask);
  assert.deepEqual(state.evaluators, first.evaluators);
  const { responses, evaluations } = await app.thread(state.thread_id);
  assert.deepEqual(
    evaluations.map(({ evaluator_model }) => evaluator_model),
    first.evaluators.filter((name) => name !== slow),
  );
  assert.deepEqual(
    responses.filter(({ model_name }) => model_name === slow),
    [],
  );
  const failed = (await app.events(state.thread_id)).find((event) => event.event_type === "evaluation_failed");
  assert.deepEqual([failed?.details.evaluator_model, failed?.details.code], [slow, "provider.rate_limited"]);
});
