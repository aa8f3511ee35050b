/** Pure: how long a run may take, by what is known of its models. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "@orchestratex/sdk/contract";
import { timeOf } from "../../src/engine/estimate.ts";
import { simulatedProfiles } from "../../src/providers/simulated/profiles.ts";

const [author, ...others] = simulatedProfiles;
const taking = (profile: Profile | undefined, average_response_time: number | null): Profile => {
  assert.ok(profile);
  return { ...profile, performance_metrics: { ...profile.performance_metrics, average_response_time } };
};
const deadlineMs = 300_000;
const plan = { mode: "thorough", evaluators: 2, maxIterations: 3 } as const;

test("an iteration is its author and then the slowest of its judges, who judge side by side", () => {
  const cast = { selected: taking(author, 2_000), evaluators: [taking(others[0], 700), taking(others[1], 5_000.4)] };
  assert.deepEqual(timeOf(plan, cast, deadlineMs), { low: 7_000, high: 31_502 });
});

test("alone, an author takes its own time; who was never measured counts as three seconds", () => {
  const quick = { mode: "quick", evaluators: 0, maxIterations: 1 } as const;
  assert.deepEqual(timeOf(quick, { selected: taking(author, 2_000), evaluators: [] }, deadlineMs), {
    low: 2_000,
    high: 3_000,
  });
  const unknown = { selected: taking(author, null), evaluators: [taking(others[0], 1_000), taking(others[1], null)] };
  assert.deepEqual(timeOf(plan, unknown, deadlineMs), { low: 6_000, high: 27_000 });
});

test("nothing takes longer than the deadline", () => {
  const cast = { selected: taking(author, 60_000), evaluators: [taking(others[0], 50_000)] };
  assert.deepEqual(timeOf(plan, cast, 120_000), { low: 110_000, high: 120_000 });
});
