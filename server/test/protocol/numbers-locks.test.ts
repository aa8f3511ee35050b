/** Two lessons of the protocol, small enough to be worlds of their own: the numbers of events, and the order of locks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { locksWorld } from "./locks.ts";
import { numbersWorld } from "./numbers.ts";
import { explore } from "./search.ts";

test("numbers from a counter in the locked row reach every reader; a sequence's do not", () => {
  const row = explore(numbersWorld("row"));
  assert.deepEqual([row.broken, row.stuck.count], [new Map(), 0]);
  const sequence = explore(numbersWorld("sequence"));
  const trace = ["number:0", "number:1", "commit:1", "read", "commit:0"];
  assert.deepEqual(sequence.broken, new Map([["a reader gets every event", trace]]));
});

/** What 022_journal.sql and its successors lock, of one session with two threads. */
const settles = ["session", "thread 1", "row 1"];
const finishes = ["session", "thread 2", "profile a", "profile b"];
const ends = ["session", "thread 1", "thread 2"];
const stops = ["thread 2"];

test("transactions that lock in one order never wait for each other in a ring", () => {
  const { deadEnds, stuck } = explore(locksWorld([settles, finishes, ends, stops]));
  assert.deepEqual([deadEnds, stuck.count], [[], 0]);
});

test("one transaction that locks thread before session can stop all", () => {
  const { deadEnds, stuck } = explore(locksWorld([settles, ["thread 1", "session"]]));
  assert.deepEqual(deadEnds, [[1, 1]]);
  assert.deepEqual(stuck.trace, ["0:session", "1:thread 1"]);
});
