/** The critique's tables, points and keys: what is computed from a thread's view. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepped } from "../src/critique/grid-keys.ts";
import { noFilter, passes, saidBy, saidByAll } from "../src/critique/said.ts";
import { byCriterion, byVersion, criticsOf, shownIteration } from "../src/critique/scores.ts";
import { decisionSentence } from "../src/critique/story-words.ts";
import { emptyView } from "../src/thread/view.ts";
import { iteration, judgement, point, viewWith } from "./critique-views.ts";

const two = viewWith([
  iteration(1, {
    score: 6,
    judgements: [
      judgement("ada", 1, { score: 5, accuracy: 4 }),
      judgement("bob", 1, { score: 7, accuracy: 8 }),
      judgement("cy", 1, { state: "failed" }),
    ],
  }),
  iteration(2, {
    ...{ score: 8, gain: 2, best: true },
    judgements: [judgement("ada", 2, { score: 7.5, accuracy: 6 }), judgement("bob", 2, { score: 8.5, accuracy: 9 })],
  }),
]);

test("versions across: medians, gains and who is kinder than the others", () => {
  const { columns, lines } = byVersion(two, "overall");
  assert.deepEqual(
    columns.map(({ iteration: number, median, spread, gain, best }) => ({ number, median, spread, gain, best })),
    [
      { number: 1, median: 6, spread: 2, gain: null, best: false },
      { number: 2, median: 8, spread: 1, gain: 2, best: true },
    ],
  );
  const ada = lines.find(({ model }) => model === "ada");
  assert.deepEqual([ada?.mean, ada?.spread, ada?.lean], [6.25, 2.5, -1.5]);
  const cy = lines.find(({ model }) => model === "cy");
  assert.deepEqual(
    cy?.cells.map(({ state, value }) => [state, value]),
    [
      ["failed", null],
      ["none", null],
    ],
  );
  assert.deepEqual([cy?.mean, cy?.lean], [null, null]);
});

test("who took over as the author does not judge itself", () => {
  const view = viewWith([iteration(1, { judgements: [judgement("ada", 1, { score: 7 })] })], {
    evaluators: ["author", "ada"],
  });
  const states = byVersion(view, "overall").lines.map(({ cells }) => cells[0]?.state);
  assert.deepEqual(states, ["author", "done"]);
});

test("a criterion's gain is over the best version before", () => {
  const { columns } = byVersion(two, "accuracy");
  assert.deepEqual(
    columns.map(({ median, gain }) => [median, gain]),
    [
      [6, null],
      [7.5, 1.5],
    ],
  );
});

test("criteria across: nine columns of one version, with their weights", () => {
  const { columns, lines } = byCriterion(two, 2);
  assert.equal(columns.length, 9);
  assert.deepEqual([columns[0]?.measure, columns[0]?.weight], ["overall", null]);
  assert.deepEqual([columns[1]?.measure, columns[1]?.weight], ["accuracy", 0.25]);
  assert.equal(lines.find(({ model }) => model === "bob")?.lean, 1);
});

test("before the first answer every critic waits", () => {
  const view = viewWith([iteration(1, { version: null })], { phase: "answering", evaluators: ["ada", "bob"] });
  assert.deepEqual(criticsOf(view), ["ada", "bob"]);
  assert.deepEqual(
    byVersion(view, "overall").lines.map(({ cells }) => cells.map(({ state }) => state)),
    [["waiting"], ["waiting"]],
  );
  assert.equal(shownIteration(view, null), null);
});

test("of what is over the newest is shown that was criticised, of what runs the newest, and the wished one where it is there", () => {
  const praised = viewWith([iteration(1, { points: [point({})] }), iteration(2, { best: true })]);
  assert.equal(shownIteration(praised, null), 1);
  assert.equal(shownIteration(praised, 2), 2);
  assert.equal(shownIteration(praised, 7), 1);
  assert.equal(shownIteration({ ...praised, phase: "judging" }, null), 2);
  assert.equal(shownIteration(viewWith([iteration(1), iteration(2)]), null), 2);
});

test("all gains of a version are over one and the same: the best before, whatever was worked on", () => {
  const judgedBy = (number: number, score: number, accuracy: number) => [judgement("ada", number, { score, accuracy })];
  const view = viewWith([
    iteration(1, { score: 7.5, judgements: judgedBy(1, 7.5, 9) }),
    iteration(2, { score: 8.8, judgements: judgedBy(2, 8.8, 8) }),
    iteration(3, { score: 8.8, gain: 0, gainOver: 2, judgements: judgedBy(3, 8.8, 8.5) }),
  ]);
  const [overall, accuracy] = byCriterion(view, 3).columns;
  assert.deepEqual([overall?.gain, overall?.gainOver], [0, 2]);
  assert.deepEqual([accuracy?.gain, accuracy?.gainOver], [0.5, 2]);
});

test("an iteration that never got its answer is no column once it is over", () => {
  const view = viewWith([iteration(1), iteration(2, { version: null })]);
  assert.equal(byVersion(view, "overall").columns.length, 1);
  assert.equal(byVersion({ ...view, phase: "refining" }, "overall").columns.length, 2);
});

test("a critic's own words are shown with what became of the point they were merged into", () => {
  const own = point({ point: "The date is wrong here.", quote: "in 1989" });
  const merged = point({ id: "c1", point: "Wrong date.", quote: "fell in 1989", state: "disputed", reason: "It is." });
  const ada = judgement("ada", 1, { score: 5, criticisms: [own, point({ point: "Too long by far." })] });
  const judged = iteration(1, { judgements: [ada], points: [merged] });
  const said = saidBy(judged, ada, true);
  assert.deepEqual(
    said.map(({ point: text, fate, reason }) => [text, fate, reason]),
    [
      ["The date is wrong here.", "disputed", "It is."],
      ["Too long by far.", "open", null],
    ],
  );
  assert.deepEqual(
    saidBy(judged, ada, false).map(({ fate }) => fate),
    ["disputed", "unread"],
  );
  assert.deepEqual(
    saidByAll(judged, true).map(({ key, fate }) => [key, fate]),
    [["c1", "disputed"]],
  );
  const bob = judgement("bob", 1, { criticisms: [own] });
  assert.deepEqual(
    saidByAll(iteration(1, { judgements: [ada, bob] }), false).map(({ by, fate }) => [by, fate]),
    [
      [["ada", "bob"], "unread"],
      [["ada"], "unread"],
    ],
  );
  assert.equal(said.filter((one) => passes(one, { ...noFilter, fate: "open" })).length, 1);
  assert.equal(said.filter((one) => passes(one, { severity: "minor", fate: "all" })).length, 0);
});

test("arrow keys go through the grid and stay within it", () => {
  const size = { rows: 3, columns: 4 };
  const from = { row: 1, column: 2 };
  assert.deepEqual(stepped("ArrowLeft", false, from, size), { row: 1, column: 1 });
  assert.deepEqual(stepped("ArrowDown", false, { row: 2, column: 2 }, size), { row: 2, column: 2 });
  assert.deepEqual(stepped("Home", false, from, size), { row: 1, column: 0 });
  assert.deepEqual(stepped("End", true, from, size), { row: 2, column: 3 });
  assert.equal(stepped("a", false, from, size), null);
});

test("why it went on or ended is said from what was decided", () => {
  const view = { ...emptyView, start: { ...startOf, quality_threshold: 8 } };
  const key = (change: Parameters<typeof iteration>[1]) => decisionSentence(view, iteration(1, change))?.key;
  assert.deepEqual(decisionSentence(view, iteration(1, { decision: "refine", score: 7 })), {
    key: "critique.why.below",
    scores: { score: 7, goal: 8 },
  });
  const asked = { ...view, feedback: [{ seq: 9, id: "f1", text: "shorter", iteration: 1, at: "" }] };
  assert.equal(decisionSentence(asked, iteration(1, { decision: "refine", score: 9 }))?.key, "critique.why.feedback");
  assert.equal(key({ decision: "plateau", gain: -0.4, points: [point({})] }), "critique.why.worse");
  assert.equal(key({ decision: "plateau", gain: 0.1, points: [point({})] }), "critique.why.plateau");
  assert.equal(key({ decision: "plateau", gain: 0.9 }), "critique.why.faultless");
  assert.equal(key({ decision: "stopped" }), "critique.why.stopped");
  assert.equal(
    key({ decision: "no_evaluators", judgements: [judgement("a", 1, { state: "failed" })] }),
    "critique.why.allFailed",
  );
  assert.equal(key({ decision: null }), undefined);
});

const startOf = {
  ...{ mode: "thorough" as const, max_iterations: 3, quality_threshold: 8, cost_limit: null },
  ...{ deadline_at: null, at: "2026-01-01T00:00:00.000Z" },
};
