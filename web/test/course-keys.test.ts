/** Keys in the course of a thread: every cell can be reached, whichever row one comes from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { courseStep } from "../src/thread/course-keys.ts";

/** The author's row, a model that has nothing, and two critics. */
const there = [[1, 2, 4, 6], [], [3, 5], [3]];
const step = (key: string, row: number, column: number, far = false) => {
  const to = courseStep(key, far, { row, column }, there);
  return to && [to.row, to.column];
};

test("arrows go to the next cell of a row, and to the nearest one of the next row that has any", () => {
  assert.deepEqual(step("ArrowRight", 0, 2), [0, 4]);
  assert.deepEqual(step("ArrowLeft", 0, 2), [0, 1]);
  assert.deepEqual(step("ArrowDown", 0, 1), [2, 3]);
  assert.deepEqual(step("ArrowDown", 0, 6), [2, 5]);
  assert.deepEqual(step("ArrowDown", 2, 5), [3, 3]);
  assert.deepEqual(step("ArrowUp", 2, 5), [0, 4]);
});

test("at an edge one stays", () => {
  for (const [key, row, column] of [
    ["ArrowRight", 0, 6],
    ["ArrowLeft", 2, 3],
    ["ArrowUp", 0, 2],
    ["ArrowDown", 3, 3],
    ["a", 0, 1],
  ] as const)
    assert.equal(step(key, row, column), null);
});

test("Home and End go to the ends of a row, with Ctrl to those of all", () => {
  assert.deepEqual(step("Home", 0, 4), [0, 1]);
  assert.deepEqual(step("End", 2, 3), [2, 5]);
  assert.deepEqual(step("Home", 3, 3, true), [0, 1]);
  assert.deepEqual(step("End", 0, 1, true), [3, 3]);
  assert.deepEqual(step("ArrowDown", 0, 6, true), [3, 3]);
});
