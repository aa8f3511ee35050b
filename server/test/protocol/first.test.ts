/** The explorer and the first model, held against what the Python they come from counted (`model.out` of the design). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, firstCases } from "./first-cases.ts";

for (const { name, policy, counts, broken, large } of firstCases)
  test(`the first model, ${name}`, { skip: large && "explore.ts has it" }, () => {
    const found = count(policy);
    assert.deepEqual(found.counts, counts);
    assert.deepEqual(found.broken, broken);
  });
