/** The protocol keeps its promises in every state it can get into; with a rule left out, it is seen not to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { losingCases, protocolCases, run } from "./cases.ts";

for (const one of protocolCases)
  test(`the protocol holds: ${one.name}`, { skip: one.large && "explore.ts has it" }, () => {
    assert.deepEqual(run(one).broken, new Map());
  });

for (const one of losingCases)
  test(`the protocol loses when ${one.name}`, () => {
    assert.deepEqual([...run(one).broken.keys()].sort(), one.breaks);
  });
