import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { budgeted } from "../../src/providers/budgeted.ts";
import { ProviderError } from "../../src/providers/provider.ts";
import { bookkeeper, end, read, requestOf, scripted } from "./scripted.ts";

test("what is sent is what was reserved, not what was asked", async () => {
  const inner = scripted(["Yes.", end]);
  const { text } = await read(budgeted()(inner), requestOf({ booking: bookkeeper() }));
  assert.equal(text, "Yes.");
  assert.deepEqual(
    inner.asked.map(({ id, max_output_tokens }) => [id, max_output_tokens]),
    [["r0", 50]],
  );
});

test("nothing is sent before the reservation is there, and nothing where it is refused", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const inner = scripted(["Yes.", end]);
  const booking = bookkeeper({
    reserve: async () => {
      await promise;
      assert.equal(inner.asked.length, 0);
      return requestOf({ id: "late" });
    },
  });
  const reading = read(budgeted()(inner), requestOf({ booking }));
  assert.equal(inner.asked.length, 0);
  resolve();
  assert.equal((await reading).text, "Yes.");
  const noMoney = new AppError("budget.exceeded", "no room");
  const poor = bookkeeper({ reserve: () => Promise.reject(noMoney) });
  assert.equal((await read(budgeted()(inner), requestOf({ booking: poor }))).error, noMoney);
  assert.equal(inner.asked.length, 1);
});

test("each attempt of a call has its own number; those of another call count anew", async () => {
  const provider = budgeted()(scripted(["Yes.", end]));
  const [one, other] = [bookkeeper(), bookkeeper()];
  for (const booking of [one, one, other, one]) await read(provider, requestOf({ booking }));
  assert.deepEqual(one.log, ["reserve 0", "reserve 1", "reserve 2"]);
  assert.deepEqual(other.log, ["reserve 0"]);
});

test("what was reserved too long ago is not sent, costs nothing, and may be reserved anew at once", async () => {
  const inner = scripted(["Yes.", end]);
  const { error } = await read(budgeted()(inner), requestOf({ booking: bookkeeper({ fresh: () => false }) }));
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([error.code, error.free, error.retryAfterMs, inner.asked.length], ["call.not_sent", true, 0, 0]);
});

test("what was stopped while it was reserved is not sent and costs nothing", async () => {
  const leaving = new AbortController();
  const stop = new AppError("thread.stopped", "stopped");
  const inner = scripted(["Yes.", end]);
  const booking = bookkeeper({
    reserve: async () => {
      leaving.abort(stop);
      return requestOf({ id: "stopped" });
    },
  });
  const { error } = await read(budgeted()(inner), requestOf({ booking }), leaving.signal);
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([error.code, error.free, error.cause, inner.asked.length], ["call.not_sent", true, stop, 0]);
});

test("without a booking the request passes as it is", async () => {
  const inner = scripted(["Yes.", end]);
  const request = requestOf();
  assert.equal((await read(budgeted()(inner), request)).text, "Yes.");
  assert.equal(inner.asked[0], request);
});
