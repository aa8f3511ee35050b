import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { openGate } from "../../src/providers/gate.ts";
import { type LimitedOptions, limited } from "../../src/providers/limited.ts";
import { type Provider, ProviderError } from "../../src/providers/provider.ts";
import { bookkeeper, codeOf, end, handTime, profileOf, read, requestOf, scripted, settled } from "./scripted.ts";

type Leases = LimitedOptions["leases"];
type Asked = Parameters<Leases>[0];

/** A process that has a limit for itself: so much a minute, from the first call on. */
function alone(clock: () => number, perMinute: { requests: number; tokens: number }) {
  const asked: Asked[] = [];
  let [minute, used] = [0, { requests: 0, tokens: 0 }];
  const leases: Leases = async (ask) => {
    asked.push(ask);
    if (Math.floor(clock() / 60_000) > minute)
      [minute, used] = [Math.floor(clock() / 60_000), { requests: 0, tokens: 0 }];
    for (const { requests, tokens } of ask.corrections) {
      used.requests += requests;
      used.tokens += tokens;
    }
    const free = { requests: perMinute.requests - used.requests, tokens: perMinute.tokens - used.tokens };
    if (free.requests < ask.least.requests || free.tokens < ask.least.tokens)
      return { id: null, requests: 0, tokens: 0, for_ms: (minute + 1) * 60_000 - clock() };
    const requests = Math.min(free.requests, ask.wanted.requests);
    const tokens = Math.min(free.tokens, ask.wanted.tokens);
    used = { requests: used.requests + requests, tokens: used.tokens + tokens };
    return { id: `b${asked.length}`, requests, tokens, for_ms: 3_000 };
  };
  return { leases, asked };
}

type Limits = { requests?: number | null; tokens?: number | null };

function limiting(inner: Provider, limits: Limits = {}, options: Partial<LimitedOptions> = {}) {
  const { requests = null, tokens = null } = limits;
  const time = handTime();
  const { leases, asked } = alone(time.clock, { requests: requests ?? 1e9, tokens: tokens ?? 1e9 });
  const provider = limited({ clock: time.clock, sleep: time.sleep.bind(time), leases, ...options })(inner);
  const profile = profileOf({ rate_limits: { requests_per_minute: requests, tokens_per_minute: tokens } });
  const ask = (values: Parameters<typeof requestOf>[0] = {}, signal?: AbortSignal) =>
    read(provider, requestOf({ profile, ...values }), signal);
  return { time, asked, ask };
}

test("so many requests pass in a minute, in the order they came; the others wait and are told for how long", async () => {
  const inner = scripted(["Yes.", end]);
  const { ask, time } = limiting(inner, { requests: 2 });
  const booking = bookkeeper();
  const calls = [0, 1, 2, 3, 4].map((n) => ask({ id: `c${n}`, booking: n === 4 ? booking : bookkeeper() }));
  const passed = () => inner.asked.map(({ id }) => id).join(" ");
  await time.advance(10_000);
  assert.deepEqual([passed(), booking.log], ["c0 c1", ["waits 60000"]]);
  await time.advance(50_000);
  assert.equal(passed(), "c0 c1 c2 c3");
  await time.advance(60_000);
  assert.deepEqual([passed(), booking.log], ["c0 c1 c2 c3 c4", ["waits 60000"]]);
  assert.deepEqual([...new Set((await Promise.all(calls)).map(({ text }) => text))], ["Yes."]);
});

test("a model without limits asks nobody and waits for nothing", async () => {
  const { ask, asked, time } = limiting(scripted(["Yes.", end]));
  const booking = bookkeeper();
  for (let n = 0; n < 50; n++) assert.equal((await ask({ booking })).text, "Yes.");
  assert.deepEqual([asked, time.slept, booking.log], [[], [], []]);
});

test("a busy process leases ever larger blocks, up to a tenth of its minute: few calls cost a look at the database", async () => {
  const { ask, asked, time } = limiting(scripted(["Yes.", end]), { requests: 1_000 });
  for (let n = 0; n < 500; n++) await ask();
  assert.deepEqual(
    asked.map(({ wanted }) => wanted.requests),
    [1, 2, 4, 8, 16, 32, 64, 100, 100, 100, 100],
  );
  await time.advance(3_000);
  await ask();
  const last = asked.at(-1);
  assert.deepEqual([last?.wanted.requests, last?.corrections], [73, [{ id: "b11", requests: -27, tokens: 0 }]]);
  await time.advance(6_000);
  await ask();
  assert.equal(asked.at(-1)?.wanted.requests, 1);
});

test("a process that sends as fast as its limit lets it asks for a block in every three seconds", async () => {
  const { ask, asked, time } = limiting(scripted(["Yes.", end]), { requests: 600 });
  for (let n = 0; n < 600; n++) {
    await ask();
    await time.advance(100);
  }
  assert.deepEqual([asked.length < 30, time.slept], [true, []], `${asked.length}`);
});

test("tokens are counted as they are likely to be, and corrected by what they were", async () => {
  const messages = [{ role: "user" as const, content: "é".repeat(350) }];
  const { ask, asked, time } = limiting(scripted(["Yes.", end]), { tokens: 1_000 });
  const first = await ask({ messages, max_output_tokens: 400 });
  assert.equal(first.text, "Yes.");
  assert.deepEqual(asked[0]?.least, { requests: 1, tokens: 300 });
  for (let n = 0; n < 6; n++) await ask({ messages, max_output_tokens: 400 });
  assert.deepEqual(asked[1]?.corrections, [{ id: "b1", requests: 0, tokens: 15 - 300 }]);
  assert.deepEqual(time.slept, []);
});

test("a call that turns out smaller than thought lets the next one pass at once", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = scripted([() => promise, "Yes.", end], ["Yes.", end]);
  const { ask } = limiting(inner, { tokens: 1_000 });
  const calls = [ask({ max_output_tokens: 3_000 }), ask({ max_output_tokens: 3_000 })];
  await settled();
  assert.equal(inner.asked.length, 1);
  resolve();
  assert.deepEqual(
    (await Promise.all(calls)).map(({ text }) => text),
    ["Yes.", "Yes."],
  );
});

test("the largest call passes too, alone in its minute", async () => {
  const { ask, asked } = limiting(scripted(["Yes.", end]), { tokens: 100 });
  assert.equal((await ask({ max_output_tokens: 1_000_000 })).text, "Yes.");
  assert.equal(asked[0]?.least.tokens, 100);
});

test("what a call did not use because it was refused for free goes back", async () => {
  const free = new ProviderError("provider.rejected", "no", { free: true });
  const { ask, asked } = limiting(scripted([free], ["Yes.", end]), { tokens: 1_000 });
  await ask({ max_output_tokens: 3_996 });
  assert.equal((await ask({ max_output_tokens: 3_996 })).text, "Yes.");
  assert.deepEqual(asked[1]?.corrections, [{ id: "b1", requests: 0, tokens: -1_000 }]);
});

test("a vendor that asks for a pause gets it, also for a model without limits, and then all pass", async () => {
  const slow = new ProviderError("provider.rate_limited", "slow down", {
    free: true,
    httpStatus: 429,
    retryAfterMs: 8_000,
  });
  const inner = scripted([slow], ["Yes.", end]);
  const { ask, time } = limiting(inner);
  assert.equal(codeOf((await ask()).error), "provider.rate_limited");
  const booking = bookkeeper();
  const calls = [ask({ booking }), ask()];
  await time.advance(7_999);
  assert.deepEqual([inner.asked.length, booking.log], [1, ["waits 8000"]]);
  await time.advance(1);
  assert.deepEqual(
    (await Promise.all(calls)).map(({ text }) => text),
    ["Yes.", "Yes."],
  );
});

test("a call that has not the time to wait fails at once and for free, so that another model can be asked", async () => {
  const hour = new ProviderError("provider.rate_limited", "no more today", { free: true, retryAfterMs: 3_600_000 });
  const closed = limiting(scripted([hour], ["Yes.", end]));
  await closed.ask();
  const { error } = await closed.ask();
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([error.code, error.free, error.retryAfterMs], ["provider.rate_limited", true, 3_600_000]);
  const { ask } = limiting(scripted(["Yes.", end]), { requests: 1 });
  await ask();
  const hurried = await ask({ booking: bookkeeper({ remainingMs: () => 30_000 }) });
  assert.equal(codeOf(hurried.error), "provider.rate_limited");
});

test("one that is stopped while it waits leaves at once; the one behind it takes its place", async () => {
  const inner = scripted(["Yes.", end]);
  const { ask, time } = limiting(inner, { requests: 1 });
  const leaving = new AbortController();
  await ask();
  const stopped = ask({ id: "stopped" }, leaving.signal);
  const behind = ask({ id: "behind" });
  await time.advance(1_000);
  const stop = new AppError("thread.stopped", "stopped");
  leaving.abort(stop);
  assert.equal((await stopped).error, stop);
  assert.equal((await ask({}, AbortSignal.abort(stop))).error, stop);
  await time.advance(59_000);
  assert.equal((await behind).text, "Yes.");
  assert.deepEqual(
    inner.asked.map(({ id }) => id),
    ["asked", "behind"],
  );
});

test("one that comes while others wait goes behind them, is told at once for how long, or fails at once", async () => {
  const inner = scripted(["Yes.", end]);
  const { ask, time } = limiting(inner, { requests: 1 });
  await ask();
  const waits = ask({ id: "waits" });
  await time.advance(20_000);
  const booking = bookkeeper();
  const comes = ask({ id: "comes", booking });
  assert.deepEqual(booking.log, ["waits 40000"]);
  const hurried = await ask({ booking: bookkeeper({ remainingMs: () => 40_000 }) });
  assert.deepEqual([codeOf(hurried.error), inner.asked.length], ["provider.rate_limited", 1]);
  await time.advance(100_000);
  assert.deepEqual(
    inner.asked.map(({ id }) => id),
    ["asked", "waits", "comes"],
  );
  for (const { text } of [await waits, await comes]) assert.equal(text, "Yes.");
});

test("one that comes when all may pass again does not overtake those that are still to be woken", async () => {
  let now = 0;
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
  const leases: Leases = () => assert.fail("a model without limits leases nothing");
  const gate = openGate({ clock: () => now, sleep: () => woken, leases, longestWaitMs: 60_000 });
  const order: string[] = [];
  const enter = async (name: string) => {
    await gate.enter(requestOf(), 0, new AbortController().signal);
    order.push(name);
  };
  gate.close(8_000);
  const waits = enter("waits");
  now = 8_000;
  const comes = enter("comes");
  await settled();
  assert.deepEqual(order, []);
  wake();
  await Promise.all([waits, comes]);
  assert.deepEqual(order, ["waits", "comes"]);
});

test("where a large call that waits is stopped, a small one behind it need not wait as long", async () => {
  const inner = scripted([() => new Promise(() => {})], ["Yes.", end]);
  const { ask } = limiting(inner, { tokens: 1_000 });
  const leaving = new AbortController();
  ask({ max_output_tokens: 2_000 });
  const large = ask({ max_output_tokens: 4_000 }, leaving.signal);
  const small = ask({ max_output_tokens: 400 });
  await settled();
  assert.equal(inner.asked.length, 1);
  leaving.abort("stopped");
  assert.deepEqual([(await large).error, (await small).text], ["stopped", "Yes."]);
});

test("a large call that has not the time to wait keeps nobody else waiting", async () => {
  const inner = scripted([() => new Promise(() => {})], ["Yes.", end]);
  const { ask, time } = limiting(inner, { tokens: 1_000 });
  ask({ max_output_tokens: 2_000 });
  const large = await ask({ max_output_tokens: 4_000, booking: bookkeeper({ remainingMs: () => 10 }) });
  assert.equal(codeOf(large.error), "provider.rate_limited");
  assert.equal((await ask({ max_output_tokens: 400 })).text, "Yes.");
  assert.deepEqual(time.slept, []);
});

test("where nobody can say what is free, the calls that wait fail with that, and the next one asks again", async () => {
  const lost = new AppError("store.failed", "the database is away");
  const answers = [() => Promise.reject(lost), async () => ({ id: "b", requests: 1, tokens: 0, for_ms: 3_000 })];
  const { ask } = limiting(
    scripted(["Yes.", end]),
    { requests: 5 },
    { leases: () => (answers.shift() ?? assert.fail)() },
  );
  const [one, two] = await Promise.all([ask(), ask()]);
  assert.deepEqual([one.error, two.error], [lost, lost]);
  assert.equal((await ask()).text, "Yes.");
});
