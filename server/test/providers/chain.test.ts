import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { type ChainOptions, chain } from "../../src/providers/chain.ts";
import { type Provider, ProviderError } from "../../src/providers/provider.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { bookkeeper, codeOf, end, handTime, profileOf, quickTime, read, requestOf, scripted } from "./scripted.ts";

const down = new ProviderError("provider.unreachable", "nobody there", { free: false });
const noLeases: ChainOptions["leases"] = () => assert.fail("a model without limits leases nothing");

const chained = (wire: Provider, values: Partial<ChainOptions> = {}) => {
  const time = quickTime();
  const wrapper = chain({ ...time, random: () => 0.5, leases: noLeases, ...values });
  return { provider: wrapper(wire), wrapper, time };
};

test("waiting for a limit comes before the reservation, and the wire after it", async () => {
  const time = handTime();
  const log: string[] = [];
  const wire = scripted([() => log.push("wire"), "Yes.", end]);
  let free = 0;
  const { provider } = chained(wire, {
    ...{ clock: time.clock, sleep: time.sleep.bind(time) },
    leases: async () =>
      free++ === 0
        ? { id: null, requests: 0, tokens: 0, for_ms: 9_000 }
        : { id: "b", requests: 1, tokens: 0, for_ms: 3_000 },
  });
  const booking = bookkeeper({
    reserve: async () => {
      log.push("reserved");
      return requestOf();
    },
  });
  const profile = profileOf({ rate_limits: { requests_per_minute: 1, tokens_per_minute: null } });
  const reading = read(provider, requestOf({ profile, booking }));
  await time.advance(8_999);
  assert.deepEqual([booking.log, log], [["waits 9000"], []]);
  await time.advance(1);
  assert.equal((await reading).text, "Yes.");
  assert.deepEqual(log, ["reserved", "wire"]);
});

test("a retry passes all of it again: the limit, the reservation, the wire", async () => {
  const wire = scripted([down], ["Yes.", end]);
  let leased = 0;
  const { provider, wrapper, time } = chained(wire, {
    leases: async () => ({ id: `b${++leased}`, requests: 1, tokens: 0, for_ms: 3_000 }),
  });
  const booking = bookkeeper();
  const profile = profileOf({ rate_limits: { requests_per_minute: 60, tokens_per_minute: null } });
  assert.equal((await read(provider, requestOf({ profile, booking }))).text, "Yes.");
  assert.deepEqual(booking.log, ["reserve 0", "failed r0 provider.unreachable 250", "reserve 1"]);
  assert.deepEqual([leased, wire.asked.length, time.slept], [2, 2, [250]]);
  assert.equal(wrapper.totals().get(profile.model_name)?.calls, 2);
});

test("a model that is left alone waits for no limit, reserves nothing and is not repeated", async () => {
  const wire = scripted([down]);
  let leased = 0;
  const { provider, wrapper } = chained(wire, {
    leases: async () => ({ id: `b${++leased}`, requests: 1, tokens: 0, for_ms: 3_000 }),
  });
  const profile = profileOf({ rate_limits: { requests_per_minute: 60, tokens_per_minute: null } });
  await read(provider, requestOf({ profile, booking: bookkeeper() }));
  await read(provider, requestOf({ profile, booking: bookkeeper() }));
  const booking = bookkeeper();
  const { error } = await read(provider, requestOf({ profile, booking }));
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([error.code, error.free, booking.log], ["provider.paused", true, []]);
  assert.deepEqual([leased, wire.asked.length], [5, 5]);
  assert.equal(wrapper.states().get(profile.model_name)?.state, "open");
});

test("where the money is refused the wire is not reached, nothing is repeated, and the model is not to blame", async () => {
  const wire = scripted(["Yes.", end]);
  const { provider, wrapper } = chained(wire);
  const noMoney = new AppError("budget.exceeded", "no room");
  for (let n = 0; n < 12; n++) {
    const booking = bookkeeper({ reserve: () => Promise.reject(noMoney) });
    assert.equal((await read(provider, requestOf({ booking }))).error, noMoney);
    assert.deepEqual(booking.log, ["reserve 0"]);
  }
  assert.equal(wire.asked.length, 0);
  assert.equal(wrapper.states().get(profileOf().model_name)?.state, "closed");
  assert.deepEqual([...wrapper.totals()], []);
});

test("a wire that breaks off before it said anything is asked again, as often as one that says so", async () => {
  const wire = scripted([], ["Yes.", end]);
  const { provider } = chained(wire);
  const booking = bookkeeper();
  assert.equal((await read(provider, requestOf({ booking }))).text, "Yes.");
  assert.equal(booking.log[1], "failed r0 provider.unreachable 250");
});

test("a vendor's pause is waited for once, and before the reservation of the next attempt", async () => {
  const slow = new ProviderError("provider.rate_limited", "slow down", { free: true, retryAfterMs: 4_000 });
  const wire = scripted([slow], ["Yes.", end]);
  const { provider, time } = chained(wire);
  const booking = bookkeeper();
  assert.equal((await read(provider, requestOf({ booking }))).text, "Yes.");
  assert.deepEqual(booking.log, ["reserve 0", "failed r0 provider.rate_limited 4250", "reserve 1"]);
  assert.deepEqual(time.slept, [4_250]);
});

test("what is known of a model is known to all that one chain is put around", async () => {
  const { provider, wrapper } = chained(scripted([down]));
  for (let n = 0; n < 5; n++) await read(provider);
  assert.equal(codeOf((await read(wrapper(scripted(["Yes.", end])))).error), "provider.paused");
});

test("the simulated models answer through the chain as they do alone", async () => {
  const alone = await read(simulated({ speed: 0 }));
  const { provider } = chained(simulated({ speed: 0 }));
  const booking = bookkeeper({ reserve: async () => requestOf({ id: "r" }) });
  assert.deepEqual(await read(provider, requestOf({ booking })), alone);
  assert.ok(alone.text.length > 0);
});
