/** How a thread stands, and what its critics say of it, as data for sentences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { agreementOf, answeredOf, dissentOf, isEstimated, runStartOf, standingOf } from "../src/thread/progress.ts";
import { isForced, reasonsOf } from "../src/thread/reasons.ts";
import {
  emptyView,
  type Finish,
  type Iteration,
  type Judgement,
  type Point,
  type Version,
} from "../src/thread/view.ts";

const version = (responseId: string): Version => ({ responseId, model: "flint", costSource: "provider" }) as Version;
const iteration = (number: number, rest: Partial<Iteration> = {}): Iteration => ({
  ...{
    number,
    author: "flint",
    startedAt: null,
    version: version(`r${number}`),
    judgements: [],
    points: [],
    reply: null,
    gainOver: null,
  },
  ...{ score: null, gain: null, decision: null, decisionReason: null, best: false },
  ...rest,
});
const judge = (model: string, score: number | null, clarity = 8): Judgement =>
  ({
    model,
    score,
    state: score === null ? "running" : "done",
    criteria: { clarity, accuracy: 8 },
  }) as unknown as Judgement;

test("phases are told by who is at it and how far", () => {
  const judging = iteration(2, { judgements: [judge("a", 8), judge("b", null)] });
  const view = { ...emptyView, phase: "judging" as const, iterations: [iteration(1), judging] };
  assert.deepEqual(standingOf(view), { key: "judging", iteration: 2, done: 1, all: 2 });
  assert.deepEqual(standingOf({ ...view, phase: "refining" }), { key: "refining", model: "flint", iteration: 2 });
  const finish = { final_quality_score: 8.7 } as Finish;
  assert.deepEqual(standingOf({ ...view, phase: "completed", finish }), { key: "done", score: 8.7 });
  assert.deepEqual(standingOf(emptyView), { key: "waiting" });
});

test("a run that was asked for later has its own beginning", () => {
  const event = (event_type: string, timestamp: string) => ({ event_type, timestamp }) as ThreadEvent;
  const first = [event("orchestration_started", "1"), event("orchestration_started", "2")];
  assert.equal(runStartOf([]), null);
  assert.equal(runStartOf(first), "1");
  const over = [...first, event("orchestration_finished", "3")];
  assert.equal(runStartOf(over), "1");
  assert.equal(runStartOf([...over, event("orchestration_started", "4")]), "4");
});

test("the version that counts is the final one; while it goes on, what is judged, or what the next is made from", () => {
  const iterations = [iteration(1), iteration(2), iteration(3, { version: null })];
  const shown = (running: readonly Iteration[], leading: number | null) =>
    answeredOf({ finish: null, iterations: running, leading })?.version.responseId;
  assert.equal(shown(iterations, 2), "r2");
  assert.equal(shown(iterations, 1), "r1", "the third is made from the first");
  assert.equal(shown(iterations.slice(0, 2), 1), "r2", "the second is being judged");
  const answered = answeredOf({ finish: {} as Finish, iterations, leading: 1 });
  assert.deepEqual([answered?.version.responseId, answered?.versions], ["r1", 2]);
  assert.equal(answeredOf({ finish: null, iterations: [], leading: null }), null);
});

test("critics agree, or one stands apart and on what", () => {
  assert.equal(agreementOf(iteration(1, { judgements: [judge("a", 8)] })), null);
  const close = agreementOf(iteration(1, { judgements: [judge("a", 8), judge("b", 8.5), judge("c", null)] }));
  assert.deepEqual(close, { judges: 2, spread: 0.5, dissenters: [] });
  const apart = agreementOf(iteration(1, { judgements: [judge("a", 8), judge("b", 8.5), judge("c", 4, 2)] }));
  assert.deepEqual(apart?.dissenters, [{ model: "c", criterion: "clarity" }]);
});

test("the strongest point that was not worked in is the dissent", () => {
  const point = (id: string, rest: Partial<Point>) =>
    ({ id, by: ["a"], severity: "minor", state: "open", ...rest }) as Point;
  const points = [
    point("c1", { severity: "critical", state: "accepted" }),
    point("c2", {}),
    point("c3", { severity: "major" }),
  ];
  assert.equal(dissentOf(iteration(1, { points }))?.id, "c3");
  assert.equal(dissentOf(iteration(1)), null);
});

test("a sum is estimated where one call's bill is not the provider's", () => {
  assert.equal(isEstimated({ finish: null, iterations: [iteration(1)] }), false);
  const guessed = iteration(1, { version: { ...version("r1"), costSource: "estimated" } });
  assert.equal(isEstimated({ finish: null, iterations: [guessed] }), true);
});

test("reasons are what the chosen one has and others have not", () => {
  const scores = { historical_performance: 9, availability_score: 9, response_time_score: 5, specialty_alignment: 6 };
  const candidate = (model_name: string, domain_match_score: number, cost_efficiency: number) => ({
    ...{ ...scores, model_name, domain_match_score, cost_efficiency, past_threads: 0, final_score: 7 },
    selection_reasoning: "",
  });
  const choice = {
    ...{ selected_model: "flint", warnings: [] as string[] },
    candidates_considered: [candidate("flint", 10, 8.9), candidate("onyx", 6, 8.8)],
  };
  assert.deepEqual(reasonsOf(choice), ["domain_match_score"]);
  assert.equal(isForced(choice), false);
  assert.equal(isForced({ ...choice, warnings: ["flint was named by the user"] }), true);
});
