import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, type FaultCode } from "../../src/errors.ts";
import { budgeted } from "../../src/providers/budgeted.ts";
import { type Provider, ProviderError } from "../../src/providers/provider.ts";
import { retrying } from "../../src/providers/retrying.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { bookkeeper, codeOf, end, quickTime, read, requestOf, scripted } from "./scripted.ts";

const fault = (code: FaultCode, retryAfterMs: number | null = null) =>
  new ProviderError(code, "no", { free: false, retryAfterMs });

/** As in the chain: what is repeated is reserved again. */
const repeating = (inner: Provider, random = 0.999, time = quickTime()) =>
  Object.assign(retrying({ random: () => random, sleep: time.sleep })(budgeted()(inner)), { time });

test("a call that failed for what may pass is made again, up to three times, each attempt reserved and its end written", async () => {
  const inner = scripted([fault("provider.failed")], [fault("provider.unreachable")], ["Yes.", end]);
  const provider = repeating(inner);
  const booking = bookkeeper();
  const { text, error } = await read(provider, requestOf({ booking }));
  assert.deepEqual([text, error], ["Yes.", null]);
  assert.deepEqual(booking.log, [
    "reserve 0",
    "failed r0 provider.failed 499",
    "reserve 1",
    "failed r1 provider.unreachable 1998",
    "reserve 2",
  ]);
  assert.deepEqual(provider.time.slept, [499, 1998]);
  assert.deepEqual(
    inner.asked.map(({ id }) => id),
    ["r0", "r1", "r2"],
  );
});

test("the last attempt's failure is the call's, and its end is left to whoever made the call", async () => {
  const inner = scripted([fault("provider.unreadable")]);
  const booking = bookkeeper();
  const { error } = await read(repeating(inner, 0), requestOf({ booking }));
  assert.equal(codeOf(error), "provider.unreadable");
  assert.deepEqual(
    booking.log.filter((line) => line.startsWith("failed")),
    ["failed r0 provider.unreadable 0", "failed r1 provider.unreadable 0"],
  );
  assert.equal(inner.asked.length, 3);
});

test("what another attempt cannot mend is not tried again", async () => {
  const lasting: FaultCode[] = [
    ...(["key_rejected", "no_credit", "rejected", "model_unknown", "too_long", "paused"] as const).map(
      (code) => `provider.${code}` as const,
    ),
    ...(["budget.exceeded", "store.failed", "thread.stopped"] as const),
  ];
  for (const code of lasting) {
    const inner = scripted([fault(code)]);
    const { error } = await read(repeating(inner), requestOf({ booking: bookkeeper() }));
    assert.deepEqual([codeOf(error), inner.asked.length], [code, 1]);
  }
});

test("what is different now is tried at once: another key, another form", async () => {
  const inner = scripted([fault("provider.key_rejected", 0)], [fault("provider.rejected", 0)], ["Yes.", end]);
  const provider = repeating(inner);
  assert.equal((await read(provider, requestOf({ booking: bookkeeper() }))).text, "Yes.");
  assert.deepEqual(provider.time.slept, []);
});

test("nothing is repeated once a text or a tool's call was passed on: what was said stays", async () => {
  const call = { type: "tool-call", id: "1", name: "look", arguments: "{}" } as const;
  for (const said of ["Half of", call]) {
    const inner = scripted([said, fault("provider.unreachable")]);
    const { events, error } = await read(repeating(inner), requestOf({ booking: bookkeeper() }));
    assert.deepEqual([events.length, codeOf(error), inner.asked.length], [1, "provider.unreachable", 1]);
  }
});

test("the vendor's own pause is kept; one of more than 20 seconds is not begun, so that another model can be asked", async () => {
  const inner = scripted([fault("provider.rate_limited", 7_000)], ["Yes.", end]);
  const provider = repeating(inner, 0.5);
  assert.equal((await read(provider, requestOf({ booking: bookkeeper() }))).text, "Yes.");
  assert.deepEqual(provider.time.slept, [7_250]);
  const busy = scripted([fault("provider.rate_limited", 20_001)]);
  const refused = repeating(busy);
  assert.equal(codeOf((await read(refused, requestOf({ booking: bookkeeper() }))).error), "provider.rate_limited");
  assert.deepEqual([refused.time.slept, busy.asked.length], [[], 1]);
});

test("a pause that would pass the call's deadline is not begun", async () => {
  const inner = scripted([fault("provider.rate_limited", 7_000)]);
  const booking = bookkeeper({ remainingMs: () => 7_000 });
  const provider = repeating(inner, 0);
  assert.equal(codeOf((await read(provider, requestOf({ booking }))).error), "provider.rate_limited");
  assert.deepEqual([booking.log, provider.time.slept], [["reserve 0"], []]);
});

test("the pauses are spread over their whole length, and no longer than 20 seconds", async () => {
  const time = quickTime();
  const always = scripted([fault("provider.failed")]);
  const options = { random: () => 0.999, sleep: time.sleep, maxAttempts: 6 };
  await read(retrying(options)(always), requestOf({ booking: bookkeeper() }));
  assert.deepEqual(time.slept, [499, 1_998, 7_992, 19_980, 19_980]);
  const soon = repeating(always, 0);
  await read(soon, requestOf({ booking: bookkeeper() }));
  assert.deepEqual(soon.time.slept, []);
});

test("a call that was not sent in time is reserved anew at once, three times at most, beside its attempts", async () => {
  const stale = scripted([fault("provider.failed")], ["Yes.", end]);
  let fresh = 0;
  const booking = bookkeeper({ fresh: () => ++fresh > 3 });
  assert.equal((await read(repeating(stale, 0), requestOf({ booking }))).text, "Yes.");
  assert.equal(booking.log.filter((line) => line.includes("call.not_sent 0")).length, 3);
  const never = scripted(["Yes.", end]);
  const { error } = await read(repeating(never, 0), requestOf({ booking: bookkeeper({ fresh: () => false }) }));
  assert.deepEqual([codeOf(error), never.asked.length], ["call.not_sent", 0]);
});

test("an attempt that reserved nothing leaves nothing to end, also after one that did", async () => {
  const attempts = [["reserves"], [], []];
  const inner: Provider = {
    id: "refusing",
    async *call({ booking }, signal) {
      if (attempts.shift()?.length) await booking?.reserve(0);
      if (attempts.length > 0) throw fault("provider.rate_limited");
      yield* scripted(["Yes.", end]).call(requestOf(), signal);
    },
  };
  const booking = bookkeeper();
  const provider = retrying({ random: () => 0, sleep: quickTime().sleep })(inner);
  assert.equal((await read(provider, requestOf({ booking }))).text, "Yes.");
  assert.deepEqual(booking.log, ["reserve 0", "failed r0 provider.rate_limited 0"]);
});

test("a stop ends the pause, and what was stopped is not tried again", async () => {
  const leaving = new AbortController();
  const stop = new AppError("thread.stopped", "stopped");
  const pausing = async (_: number, signal: AbortSignal) => {
    leaving.abort(stop);
    signal.throwIfAborted();
  };
  const inner = scripted([fault("provider.failed")]);
  const paused = retrying({ random: () => 0.9, sleep: pausing })(inner);
  assert.equal((await read(paused, requestOf({ booking: bookkeeper() }), leaving.signal)).error, stop);
  const stopped = await read(repeating(inner), requestOf({ booking: bookkeeper() }), AbortSignal.abort(stop));
  assert.deepEqual([codeOf(stopped.error), inner.asked.length], ["call.not_sent", 1]);
});

test("what is stopped while an attempt's end is written is not tried again, even without a pause", async () => {
  const leaving = new AbortController();
  const inner = scripted([fault("provider.failed")]);
  const booking = bookkeeper({ failed: async () => leaving.abort("stopped") });
  const provider = retrying({ random: () => 0, sleep: quickTime().sleep })(budgeted()(inner));
  assert.equal((await read(provider, requestOf({ booking }), leaving.signal)).error, "stopped");
  assert.deepEqual(booking.log, ["reserve 0"]);
});

test("a failure that cannot be written down ends the call", async () => {
  const fenced = new Error("another worker has the thread");
  const inner = scripted([fault("provider.failed")], ["Yes.", end]);
  const booking = bookkeeper({ failed: () => Promise.reject(fenced) });
  assert.equal((await read(repeating(inner, 0), requestOf({ booking }))).error, fenced);
  assert.equal(inner.asked.length, 1);
});

test("without a booking nothing is repeated", async () => {
  const inner = scripted([fault("provider.failed")], ["Yes.", end]);
  assert.equal(codeOf((await read(repeating(inner))).error), "provider.failed");
});

test("a simulated model that asks to slow down answers the second time", async () => {
  const once = simulated({ speed: 0, faults: "*:rate_limited_once" });
  const request = requestOf();
  const booking = bookkeeper({ reserve: async (attempt) => ({ ...request, id: `r${attempt}` }) });
  const { text, error } = await read(repeating(once, 0), { ...request, booking });
  assert.deepEqual([text.length > 0, error, booking.log.length], [true, null, 3]);
});
