import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { viewOf } from "../src/thread/reduce.ts";
import { basesOf, pointsBetween } from "../src/versions/lineage.ts";

let seq = 0;
const event = (event_type: string, iteration_number: number, details: object): ThreadEvent =>
  ({
    ...{
      id: `e${++seq}`,
      seq,
      thread_id: "t",
      session_id: "s",
      iteration_number,
      model_involved: "flint",
      message: "",
    },
    ...{ simulated: true, timestamp: "2026-11-21T10:00:00.000Z", event_type, details: { total_cost: 0, ...details } },
  }) as unknown as ThreadEvent;

const written = (number: number) =>
  event("response_generated", number, {
    ...{ response_id: `r${number}`, role: number === 1 ? "primary" : "refiner", response_text: `text ${number}` },
  });
const merged = (number: number, ...ids: string[]) =>
  event("criticism_merged", number, {
    criticisms: ids.map((id) => ({
      ...{ id, point: `${id} of ${number}`, criterion: "clarity", severity: "minor", quote: "", suggestion: "" },
    })),
  });
const done = (number: number, best_iteration: number) =>
  event("iteration_completed", number, { best_iteration, decision: "refine", scores: [] });
const replied = (number: number, accepted: string[], disputed: { id: string; reason: string }[] = []) =>
  event("criticism_addressed", number, {
    ...{ response_id: `r${number}`, accepted, disputed },
    specific_improvements: accepted.map((id) => ({ criticism_point: id, improvement_made: `made ${number}` })),
  });

// The second version was worse than the first: the third revises the first again.
const events = [
  ...[written(1), merged(1, "c1", "c2"), done(1, 1)],
  ...[written(2), replied(2, ["c1"]), merged(2, "c1"), done(2, 1)],
  ...[written(3), replied(3, ["c2"], [{ id: "c1", reason: "no" }]), merged(3), done(3, 3)],
  ...[written(4), replied(4, [])],
];
const view = viewOf(events);
const told = (from: number, to: number) =>
  pointsBetween(view, events, from, to)?.map(({ id, state, improvement }) => [id, state, improvement]);

describe("the lineage of versions", () => {
  it("goes back to the best version of its time", () => {
    assert.deepEqual(
      [...basesOf(events)],
      [
        [2, 1],
        [3, 1],
        [4, 3],
      ],
    );
  });

  it("tells the points of the version that was revised, with the answers of this revision", () => {
    assert.deepEqual(told(1, 2), [
      ["c1", "accepted", "made 2"],
      ["c2", "open", null],
    ]);
    assert.deepEqual(told(1, 3), [
      ["c1", "disputed", null],
      ["c2", "accepted", "made 3"],
    ]);
  });

  it("goes over several revisions, and knows where there is none between", () => {
    assert.deepEqual(told(1, 4), told(1, 3));
    assert.equal(told(2, 3), undefined);
    assert.equal(told(3, 1), undefined);
  });
});
