import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, type FaultCode } from "../../src/errors.ts";
import { type BreakingOptions, breaking } from "../../src/providers/breaking.ts";
import { type Provider, ProviderError } from "../../src/providers/provider.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { codeOf, end, handTime, profileOf, read, requestOf, scripted } from "./scripted.ts";

const model = profileOf().model_name;
const fault = (code: FaultCode = "provider.failed") => new ProviderError(code, "no", { free: false });

function guarding(inner: Provider, options: Partial<BreakingOptions> = {}) {
  const time = handTime();
  const breaker = breaking({ clock: time.clock, ...options });
  const provider = breaker(inner);
  const ask = async (request = requestOf()) => codeOf((await read(provider, request)).error);
  return { time, provider, ask, state: (name = model) => breaker.states().get(name) };
}

const times = async (count: number, ask: () => Promise<string>) => {
  const codes = [];
  for (let n = 0; n < count; n++) codes.push(await ask());
  return codes;
};

test("a model that fails five times in a row is left alone: its calls fail at once, free, and say for how long", async () => {
  const inner = scripted([fault()]);
  const { ask, provider, state, time } = guarding(inner);
  assert.deepEqual(await times(6, ask), [...Array(5).fill("provider.failed"), "provider.paused"]);
  assert.equal(inner.asked.length, 5);
  await time.advance(4_000);
  const { error } = await read(provider);
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([error.free, error.retryAfterMs], [true, 6_000]);
  assert.deepEqual(state(), { state: "open", since: 0, failures: 5, retryAt: 10_000 });
});

test("an answer in between begins the count anew", async () => {
  const inner = scripted(...Array(4).fill([fault()]), ["Yes.", end], [fault()]);
  const { ask, state } = guarding(inner);
  await times(8, ask);
  assert.deepEqual([state()?.state, state()?.failures], ["closed", 3]);
});

test("half of the calls of a minute failing is too much, whatever their order", async () => {
  const inner = scripted(
    ...Array(20)
      .fill([["Yes.", end], [fault()]])
      .flat(),
  );
  const { ask, state } = guarding(inner);
  await times(9, ask);
  assert.equal(state()?.state, "closed");
  await ask();
  assert.equal(state()?.state, "open");
});

test("it opens with a call that fails, not with one that succeeds", async () => {
  const inner = scripted(
    ...Array(5)
      .fill([[fault()], ["Yes.", end]])
      .flat(),
    [fault()],
  );
  const { ask, state } = guarding(inner);
  await times(10, ask);
  assert.equal(state()?.state, "closed");
  await ask();
  assert.equal(state()?.state, "open");
});

test("what failed more than a minute ago is forgotten", async () => {
  const inner = scripted(
    ...Array(20)
      .fill([["Yes.", end], [fault()]])
      .flat(),
  );
  const { ask, state, time } = guarding(inner);
  await times(9, ask);
  await time.advance(60_000);
  await times(9, ask);
  assert.equal(state()?.state, "closed");
});

test("after the pause one trial is made and the others wait no longer for it than for the pause; its success closes", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = scripted(...Array(5).fill([fault()]), [() => promise, "Yes.", end], ["Again.", end]);
  const { ask, provider, state, time } = guarding(inner);
  await times(5, ask);
  await time.advance(10_000);
  const trial = read(provider);
  assert.deepEqual([await ask(), state()?.state], ["provider.paused", "half_open"]);
  resolve();
  assert.equal((await trial).text, "Yes.");
  assert.deepEqual(state(), { state: "closed", since: 10_000, failures: 0, retryAt: null });
  assert.equal(await ask(), "null");
});

test("a trial that does not come to an end lets another be made after a while", async () => {
  const hung = Promise.withResolvers<void>();
  const inner = scripted(...Array(5).fill([fault()]), [() => hung.promise, fault()], ["Yes.", end]);
  const { ask, provider, state, time } = guarding(inner);
  await times(5, ask);
  await time.advance(10_000);
  const trial = read(provider);
  await time.advance(10_000);
  assert.deepEqual([await ask(), state()?.state], ["null", "closed"]);
  hung.resolve();
  assert.deepEqual([codeOf((await trial).error), state()?.failures], ["provider.failed", 0]);
});

test("each failed trial doubles the pause, up to five minutes", async () => {
  const { ask, state, time } = guarding(scripted([fault()]));
  await times(5, ask);
  const pauses = [];
  for (let n = 0; n < 7; n++) {
    const { retryAt } = state() ?? assert.fail();
    pauses.push((retryAt ?? 0) - time.clock());
    await time.advance(pauses.at(-1) ?? 0);
    await ask();
  }
  assert.deepEqual(pauses, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test("a trial that says nothing of the provider leaves the next one free to try", async () => {
  const inner = scripted(...Array(5).fill([fault()]), [fault("provider.rate_limited")], ["Yes.", end]);
  const { ask, state, time } = guarding(inner);
  await times(5, ask);
  await time.advance(10_000);
  assert.deepEqual([await ask(), state()?.state], ["provider.rate_limited", "half_open"]);
  assert.deepEqual([await ask(), state()?.state], ["null", "closed"]);
});

test("refusals, rate limits, money and stops are not the provider's fault", async () => {
  const codes: FaultCode[] = ["provider.rate_limited", "provider.rejected", "provider.key_rejected", "budget.exceeded"];
  for (const code of codes) {
    const { ask, state } = guarding(scripted([new AppError(code, "no")]));
    await times(12, ask);
    assert.equal(state()?.state, "closed", code);
  }
  const { provider, state } = guarding(scripted([fault()]));
  for (let n = 0; n < 12; n++) await read(provider, requestOf(), AbortSignal.abort());
  assert.equal(state()?.state, "closed");
});

test("a reader who leaves before the end says nothing of the provider", async () => {
  const { provider, state } = guarding(scripted(["Yes", "and", end]));
  for await (const event of provider.call(requestOf(), new AbortController().signal)) {
    assert.equal(event.type, "text-delta");
    break;
  }
  assert.deepEqual([state()?.state, state()?.failures], ["closed", 0]);
});

test("calls from before it opened do not lengthen the pause, nor do they close it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const failing = [() => promise, fault()];
  const inner = scripted(failing, [() => promise, "Late.", end], ...Array(6).fill([fault()]));
  const { ask, provider, state } = guarding(inner);
  const early = [read(provider), read(provider)];
  await times(5, ask);
  const before = state();
  resolve();
  await Promise.all(early);
  assert.deepEqual(state(), before);
});

test("one model's failures are not another's", async () => {
  const inner = simulated({ speed: 0, faults: "quartz:unreachable" });
  const { ask, state } = guarding(inner);
  await times(5, () => ask());
  assert.equal(await ask(), "provider.paused");
  const other = requestOf({ profile: profileOf({ model_name: "simulated-opal" }) });
  assert.equal(await ask(other), "null");
  assert.deepEqual([state()?.state, state("simulated-opal")?.state], ["open", "closed"]);
});
