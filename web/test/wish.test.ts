/** Where the user's own words are when they are not in the answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Iteration, Point, ThreadView } from "../src/thread/view.ts";
import { lostWish } from "../src/thread/wish.ts";
import { iteration, point, viewWith } from "./critique-views.ts";

const wish = (state: Point["state"]) => point({ id: "f1", state });
const asked = [{ seq: 4, id: "f1", text: "Mention owls.", iteration: 1, at: "" }];
const over = (iterations: Iteration[], change: Partial<ThreadView>): ThreadView => ({
  ...{ ...viewWith(iterations), feedback: asked },
  ...change,
});
const [first, second] = [
  iteration(1, { score: 8 }),
  iteration(2, { score: 7.7, reply: { base: 1, points: [wish("accepted")] } }),
];

test("a version with a wish that lost is named, with the answer that it lost to", () => {
  const lost = lostWish(over([first, second], { leading: 1 }));
  assert.deepEqual(lost, { kind: "elsewhere", wished: second, answer: first });
});

test("a wish that is in the answer, or in what the answer was made from, is not lost", () => {
  assert.equal(lostWish(over([first, second], { leading: 2 })), null);
  const third = iteration(3, { score: 9, reply: { base: 2, points: [] } });
  assert.equal(lostWish(over([first, second, third], { leading: 3 })), null);
});

test("nothing is said before the end, to whoever chose the answer, or of what the author has refused", () => {
  assert.equal(lostWish(over([first, second], { leading: 1, phase: "refining" })), null);
  assert.equal(lostWish(over([first, second], { leading: 1, restored: 1 })), null);
  const refused = iteration(2, { score: 7.7, reply: { base: 1, points: [wish("disputed")] } });
  assert.equal(lostWish(over([first, refused], { leading: 1 })), null);
  const better = iteration(2, { score: 8.2, reply: { base: 1, points: [wish("accepted")] } });
  assert.equal(lostWish(over([first, better], { leading: 1 })), null);
});

test("a wish that nobody came to is said to be so", () => {
  assert.deepEqual(lostWish(over([first], { leading: 1 })), { kind: "unheard" });
});
