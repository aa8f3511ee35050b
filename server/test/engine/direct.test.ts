/** One model asked directly: its thread, its money, its end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ProviderError } from "../../src/providers/provider.ts";
import { openTestStore } from "../store.ts";
import { codeOf, drained, openTestDirect, silence, twoPieces } from "./direct.ts";

test("an answer is told in pieces, with a receipt, and its thread is there for every way of looking", async (t) => {
  const { whole, app, money } = await openTestDirect(t, twoPieces);
  const { seen, end, thread_id, session_id } = await whole({ context: "[system]\nBe brief." });
  assert.deepEqual(
    seen.slice(0, 2).map((event) => event.type === "text-delta" && event.text),
    ["Forty", "-two"],
  );
  const { total_time_spent, ...receipt } = end.receipt;
  assert.deepEqual(receipt, {
    ...{ thread_id, session_id, mode: "direct", selected_model: end.receipt.selected_model, selection_reasoning: null },
    ...{ evaluators: [], iterations: 1, best_iteration: 1, stop_reason: "no_evaluators", final_quality_score: null },
    ...{ total_cost: 0.02, cost_is_estimated: false, simulated: true, citations: [] },
  });
  assert.ok(total_time_spent >= 0);
  const thread = await app.thread(thread_id);
  assert.equal(thread.thread_status, "completed");
  assert.equal(thread.final_response, "Forty-two");
  assert.deepEqual([thread.mode, thread.current_iteration, thread.total_cost], ["direct", 1, 0.02]);
  assert.equal(thread.context, "[system]\nBe brief.");
  const [response, ...others] = thread.responses;
  assert.equal(others.length, 0);
  assert.deepEqual(
    [response?.role, response?.response_type, response?.attempt, response?.cost_source, response?.is_selected_best],
    ["primary", "initial", 1, "provider", true],
  );
  const events = await app.events(thread_id);
  assert.deepEqual(
    events.map(({ seq, event_type }) => [seq, event_type]),
    [
      [1, "orchestration_started"],
      [2, "response_generated"],
      [3, "orchestration_finished"],
    ],
  );
  assert.deepEqual(await money(session_id), [0.02, 0, 0, 0]);
});

describe("limits", () => {
  test("many at once on one session never hold more than its limit, and all that fit one after another are answered", async (t) => {
    let mostAtOnce = 0;
    let atOnce = 0;
    const { whole, money, app } = await openTestDirect(t, async function* () {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await Promise.resolve();
      atOnce--;
      yield* twoPieces();
    });
    // Each holds 0.1 and costs 0.02: ten at a time, and room for 46 in all.
    const { id } = await app.session({ cost_limit: 1 });
    const codes = await Promise.all(Array.from({ length: 60 }, () => codeOf(whole({ session_id: id }))));
    const answered = codes.filter((code) => code === "answered").length;
    assert.deepEqual([...new Set(codes)].sort(), ["answered", "budget.exceeded"]);
    assert.equal(answered, 46);
    assert.ok(mostAtOnce <= 10, `${mostAtOnce} at once`);
    assert.deepEqual(await money(id), [0.92, 0, 0, 0]);
  });

  test("two processes over one store keep one limit together", async (t) => {
    const store = await openTestStore();
    t.after(() => store.close());
    const [first, second] = [
      await openTestDirect(t, twoPieces, { store }),
      await openTestDirect(t, twoPieces, { store }),
    ];
    // Each holds 0.1 and costs 0.02; neither hears when the other frees money, so none of them has to wait for it.
    const { id } = await first.app.session({ cost_limit: 2 });
    const ask = (place: number) => codeOf((place % 2 === 0 ? first : second).whole({ session_id: id }));
    const codes = await Promise.all(Array.from({ length: 20 }, (_, place) => ask(place)));
    assert.deepEqual([...new Set(codes)], ["answered"]);
    assert.deepEqual(await first.money(id), [0.4, 0, 0, 0]);
  });

  test("under a limit an unknown price is refused, and without one it is answered at no known cost", async (t) => {
    const { whole, app, profile } = await openTestDirect(t, twoPieces);
    const unpriced = { ...profile, cost_per_output_token: null };
    assert.equal(await codeOf(whole({ profile: unpriced })), "model.unknown_price");
    const { id } = await app.session({ cost_limit: null });
    const { end } = await whole({ profile: unpriced, session_id: id });
    assert.deepEqual([end.receipt.total_cost, end.receipt.cost_is_estimated], [0, true]);
  });

  test("a model that once charged too much, is off, or cannot be reached is not asked", async (t) => {
    const { whole, profile } = await openTestDirect(t, twoPieces);
    for (const over of [{ over_billed_at: "2026-01-01T00:00:00.000Z" }, { is_active: false }, { is_available: false }])
      assert.equal(await codeOf(whole({ profile: { ...profile, ...over } })), "model.none");
  });

  test("where nobody says how long the answer may be, it is as long as the money reaches", async (t) => {
    const caps: number[] = [];
    const { whole, app } = await openTestDirect(t, async function* (request) {
      caps.push(request.max_output_tokens);
      yield* twoPieces();
    });
    const { id } = await app.session({ cost_limit: 1.1 });
    await whole({ session_id: id, max_output_tokens: null });
    assert.deepEqual(caps, [1024]);
    assert.equal(await codeOf(whole({ session_id: id, max_output_tokens: 2_000 })), "budget.exceeded");
  });
});

describe("ends", () => {
  test("a caller who hangs up ends the call: what it held is unconfirmed, and the words so far are kept", async (t) => {
    const { ask, app, money } = await openTestDirect(t, silence);
    const gone = new AbortController();
    const { events, thread_id, session_id } = await ask({}, gone.signal);
    const reading = async () => {
      for await (const _event of events) gone.abort();
    };
    assert.equal(await codeOf(reading()), "thread.stopped");
    const thread = await app.thread(thread_id);
    assert.deepEqual([thread.thread_status, thread.failure_reason], ["failed", "thread.stopped"]);
    assert.equal(thread.responses[0]?.error_message, "aborted");
    assert.deepEqual(await money(session_id), [0, 0, 0.1, 0]);
  });

  test("a reader who leaves early ends it too", async (t) => {
    const { ask, direct, app } = await openTestDirect(t, silence);
    const { events, thread_id } = await ask();
    for await (const event of events) {
      assert.equal(event.type, "text-delta");
      break;
    }
    await direct.drain();
    assert.equal((await app.thread(thread_id)).responses[0]?.response_text, "Well");
  });

  test("a refusal that costs nothing gives the money back, any other failure keeps it; the story has the reason", async (t) => {
    let free = true;
    const { whole, app, money } = await openTestDirect(t, async function* () {
      yield* [];
      throw new ProviderError("provider.rejected", "not such a question", { free, httpStatus: 400 });
    });
    const { id } = await app.session({ cost_limit: 1 });
    assert.equal(await codeOf(whole({ session_id: id })), "provider.rejected");
    assert.deepEqual(await money(id), [0, 0, 0, 0]);
    free = false;
    assert.equal(await codeOf(whole({ session_id: id })), "provider.rejected");
    assert.deepEqual(await money(id), [0, 0, 0.1, 0]);
    const { body } = await app.send("GET", `/api/threads/session/${id}`);
    const [thread] = body["items"] as { thread_id: string; failure_reason: string }[];
    assert.equal(thread?.failure_reason, "provider.rejected");
    const events = await app.events(thread?.thread_id ?? "");
    assert.deepEqual(
      events.map(({ event_type }) => event_type),
      ["orchestration_started", "error_occurred", "orchestration_finished"],
    );
  });

  test("a failure that may pass is tried again, each attempt with a row and money of its own", async (t) => {
    let calls = 0;
    const { whole, app, money } = await openTestDirect(t, async function* () {
      if (++calls < 3) throw new ProviderError("provider.failed", "overloaded", { free: calls === 1, httpStatus: 503 });
      yield* twoPieces();
    });
    const { id } = await app.session({ cost_limit: 1 });
    const { thread_id, end } = await whole({ session_id: id });
    assert.deepEqual([end.receipt.total_cost, end.receipt.cost_is_estimated], [0.02, true]);
    assert.deepEqual(await money(id), [0.02, 0, 0.1, 0]);
    const { responses, final_response } = await app.thread(thread_id);
    assert.equal(final_response, "Forty-two");
    assert.deepEqual(
      responses.map(({ attempt, status, cost_source }) => [attempt, status, cost_source]),
      [
        [1, "failed", "provider"],
        [2, "failed", "estimated"],
        [3, "completed", "provider"],
      ],
    );
    const events = await app.events(thread_id);
    assert.deepEqual(
      events.map((event) => (event.event_type === "error_occurred" ? event.details.recoverable : event.event_type)),
      ["orchestration_started", true, true, "response_generated", "orchestration_finished"],
    );
  });

  test("where the money is gone before another attempt, the call has failed for that", async (t) => {
    const { whole, app, money } = await openTestDirect(t, async function* () {
      yield* [];
      throw new ProviderError("provider.failed", "overloaded", { free: false, httpStatus: 500 });
    });
    const { id } = await app.session({ cost_limit: 0.15 });
    assert.equal(await codeOf(whole({ session_id: id })), "budget.exceeded");
    assert.deepEqual(await money(id), [0, 0, 0.1, 0]);
    const { body } = await app.send("GET", `/api/threads/session/${id}`);
    const [thread] = body["items"] as { thread_status: string; failure_reason: string }[];
    assert.deepEqual([thread?.thread_status, thread?.failure_reason], ["failed", "budget.exceeded"]);
  });

  test("a bill above what was held is written down in full, and the model leaves sessions with a limit", async (t) => {
    const { whole, app, money } = await openTestDirect(t, async function* () {
      yield { type: "end", finish_reason: "stop", usage: { input: 1, output: 150, cached_input: 0, reasoning: 0 } };
    });
    const { id } = await app.session({ cost_limit: 1 });
    const { end, thread_id } = await whole({ session_id: id });
    assert.equal(end.receipt.total_cost, 0.15);
    assert.deepEqual(await money(id), [0.1, 0, 0, 0.05]);
    const events = await app.events(thread_id);
    assert.ok(events.some(({ event_type }) => event_type === "bill_exceeded"));
    assert.equal(events.at(-1)?.event_type, "orchestration_finished");
  });

  test("a stop asked of a running thread ends it", async (t) => {
    const { ask, books, app } = await openTestDirect(t, silence);
    const { events, thread_id } = await ask();
    const reading = codeOf(drained(events));
    await books.stop(thread_id, "now");
    assert.equal(await reading, "thread.stopped");
    const thread = await app.thread(thread_id);
    assert.deepEqual([thread.thread_status, thread.failure_reason], ["failed", "thread.stopped"]);
  });

  test("a thread whose process died has failed at the next start, and is not asked again", async (t) => {
    const store = await openTestStore();
    t.after(() => store.close());
    const first = await openTestDirect(t, silence, { store });
    const { thread_id, session_id, events } = await first.ask();
    const reading = codeOf(drained(events));
    await first.app.close();
    await store.sql
      .updateTable("conversation_threads")
      .set({ lease_until: "2026-01-01T00:00:00Z" })
      .where("id", "=", thread_id)
      .execute();
    // A new server over the same store knows nothing of the call under way.
    const second = await openTestDirect(t, twoPieces, { store });
    await second.app.until(thread_id, "orchestration_finished");
    const thread = await second.app.thread(thread_id);
    assert.deepEqual([thread.thread_status, thread.failure_reason], ["failed", "call.lost"]);
    assert.deepEqual([thread.responses.length, thread.responses[0]?.outcome_unknown], [1, true]);
    assert.deepEqual(await second.money(session_id), [0, 0, 0.1, 0]);
    await first.direct.drain();
    assert.equal(await reading, "call.lost");
  });
});

test("who names no session has one a day, however many ask at once, and another once it has ended", async (t) => {
  const { whole, app } = await openTestDirect(t, twoPieces);
  const sessions = new Set((await Promise.all(Array.from({ length: 8 }, () => whole()))).map((one) => one.session_id));
  assert.equal(sessions.size, 1);
  const [first] = sessions;
  await app.send("DELETE", `/api/sessions/${first}`);
  assert.notEqual((await whole()).session_id, first);
});
