/** A thread's course: which cell stands where, and in what state. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, type CourseSource, courseOf, progressOf } from "../src/thread/lanes.ts";
import { emptyView, type Iteration, type Judgement, type Trouble, type Version } from "../src/thread/view.ts";

const choice = { selected_model: "flint", evaluators: ["quartz", "coral"] } as unknown as CourseSource["choice"];
const version = (model: string): Version => ({ model, time: 1_600, cost: 0.001 }) as Version;
const judgement = (model: string, rest: Partial<Judgement> = {}): Judgement =>
  ({
    model,
    state: "running",
    startedAt: "2026-01-01T00:00:00Z",
    time: null,
    score: null,
    cost: null,
    ...rest,
  }) as Judgement;
const iteration = (number: number, rest: Partial<Iteration> = {}): Iteration => ({
  ...{
    number,
    author: "flint",
    startedAt: "2026-01-01T00:00:00Z",
    version: null,
    judgements: [],
    points: [],
    reply: null,
    gainOver: null,
  },
  ...{ score: null, gain: null, decision: null, decisionReason: null, best: false },
  ...rest,
});
const sourceOf = (rest: Partial<CourseSource>): CourseSource => ({ ...emptyView, ...rest });
const statesOf = (cells: readonly (Cell | null)[]) => cells.map((cell) => cell?.state ?? "");

test("before anything is known there are steps and no lanes", () => {
  const course = courseOf(sourceOf({}));
  assert.deepEqual(
    course.columns.map(({ step }) => step),
    ["choose", "answer", "judge", "done"],
  );
  assert.deepEqual(course.lanes, []);
  assert.deepEqual(progressOf(course, "analyzing"), { done: 0, all: 4 });
});

test("while the author writes, its judges are to come", () => {
  const course = courseOf(sourceOf({ choice, phase: "answering", iterations: [iteration(1)] }));
  assert.deepEqual(
    course.lanes.map(({ model, author, cells }) => [model, author, statesOf(cells)]),
    [
      ["flint", true, ["done", "running", "", "queued"]],
      ["quartz", false, ["", "", "queued", ""]],
      ["coral", false, ["", "", "queued", ""]],
    ],
  );
  assert.deepEqual(progressOf(course, "answering"), { done: 1, all: 4 });
});

test("judgements bring scores, and a second iteration two more columns", () => {
  const judgements = [
    judgement("quartz", { state: "done", score: 7.2, time: 400 }),
    judgement("coral", { state: "failed" }),
  ];
  const iterations = [iteration(1, { version: version("flint"), judgements, score: 7.2, best: true }), iteration(2)];
  const course = courseOf(sourceOf({ choice, phase: "refining", iterations }));
  assert.deepEqual(
    course.columns.map(({ step, iteration: number }) => `${step} ${number}`),
    ["choose 0", "answer 1", "judge 1", "refine 2", "judge 2", "done 0"],
  );
  assert.deepEqual(course.heads[0], { number: 1, span: 2, score: 7.2, gain: null, gainOver: null, best: true });
  assert.deepEqual(statesOf(course.lanes[0]?.cells ?? []), ["done", "done", "", "running", "", "queued"]);
  assert.equal(course.lanes[1]?.cells[2]?.score, 7.2);
  assert.deepEqual(statesOf(course.lanes[2]?.cells ?? []), ["", "", "failed", "", "queued", ""]);
});

test("an author that gave up keeps its lane, and who took over does not wait to judge itself", () => {
  const gaveUp = { kind: "fallback", iteration: 1, model: "flint", to: "quartz" } as Trouble;
  const iterations = [iteration(1, { author: "quartz" })];
  const course = courseOf(sourceOf({ choice, phase: "answering", iterations, troubles: [gaveUp] }));
  assert.deepEqual(
    course.lanes.map(({ model, cells }) => [model, statesOf(cells)]),
    [
      ["flint", ["done", "failed", "", "queued"]],
      ["quartz", ["", "running", "", ""]],
      ["coral", ["", "", "queued", ""]],
    ],
  );
});

test("a quick thread has no column for judges, and a failed end is one", () => {
  const quick = { selected_model: "flint", evaluators: [] } as unknown as CourseSource["choice"];
  const finish = { thread_status: "failed", best_model_id: null, final_quality_score: null, total_time_spent: 900 };
  const course = courseOf(
    sourceOf({
      ...{ choice: quick, phase: "failed", iterations: [iteration(1)] },
      finish: finish as unknown as CourseSource["finish"],
    }),
  );
  assert.deepEqual(statesOf(course.lanes[0]?.cells ?? []), ["done", "failed", "failed"]);
  assert.deepEqual(progressOf(course, "failed"), { done: 3, all: 3 });
});
