/** Keys in memory: whose win, whose turn it is, which of them rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openKeyring } from "../../src/providers/keyring.ts";

const none: Readonly<Record<string, readonly string[]>> = {};

function ringOf(environment = none) {
  let time = 1_000;
  const ring = openKeyring(
    (vendor) => environment[vendor] ?? [],
    () => time,
  );
  return {
    ring,
    pass(ms: number) {
      time += ms;
    },
    take: (times: number) => Array.from({ length: times }, () => ring.next("openai")),
  };
}

test("several keys take turns, and each has the same number of them", () => {
  const { ring, take } = ringOf();
  assert.deepEqual([ring.next("openai"), ring.has("openai"), ring.source("openai")], [null, false, "none"]);
  ring.store("openai", ["a", "b", "c"]);
  assert.deepEqual(take(6), ["a", "b", "c", "a", "b", "c"]);
  assert.deepEqual([ring.has("openai"), ring.source("openai"), ring.has("mistral")], [true, "stored", false]);
});

test("the environment's keys win, and stored ones come back into use when it has none", () => {
  const { ring, take } = ringOf({ openai: ["from-environment"] });
  ring.store("openai", ["stored"]);
  assert.deepEqual([take(2), ring.source("openai")], [["from-environment", "from-environment"], "environment"]);
  assert.deepEqual(ring.keys("openai"), ["from-environment"]);
  assert.deepEqual(ring.all(), ["from-environment", "stored"], "what must not be shown is more than what is in use");
});

test("a key that rests is passed over until its time is over; when all rest there is none to use, but there is one", () => {
  const { ring, pass, take } = ringOf({ openai: ["a", "b"] });
  ring.rest("openai", "a", 500);
  assert.deepEqual(take(3), ["b", "b", "b"]);
  ring.rest("mistral", "b", 5_000);
  ring.rest("openai", "b", 1_000);
  assert.deepEqual([ring.next("openai"), ring.has("openai")], [null, true]);
  pass(500);
  assert.deepEqual(take(2), ["a", "a"]);
  pass(500);
  assert.deepEqual(new Set(take(2)), new Set(["a", "b"]));
  ring.rest("openai", "a", 60_000);
  ring.rest("openai", "a", 0);
  assert.deepEqual(new Set(take(2)), new Set(["a", "b"]), "no rest ends one");
});

test("a stored key that is replaced is forgotten with its rest; one that stays goes on resting", () => {
  const { ring, take } = ringOf();
  ring.store("openai", ["a", "b"]);
  ring.rest("openai", "a", 1_000);
  ring.rest("openai", "b", 1_000);
  ring.store("openai", ["b"]);
  assert.equal(ring.next("openai"), null);
  ring.store("openai", ["a", "b"]);
  assert.deepEqual(take(2), ["a", "a"]);
  ring.store("openai", []);
  assert.deepEqual([ring.has("openai"), ring.all()], [false, []]);
});
