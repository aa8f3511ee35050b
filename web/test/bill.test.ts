import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emptyView, type Iteration, type Judgement, type ThreadView, type Version } from "../src/thread/view.ts";
import { billOf, inColumn, unconfirmedOf } from "../src/versions/bill.ts";
import { rangeOf, roundsOf } from "../src/versions/scores.ts";

const tokens = {
  ...{ input_tokens: 10, output_tokens: 20, total_tokens: 30, cached_input_tokens: 0, reasoning_tokens: 0 },
};

const version = (iteration: number, cost: number | null): Version => ({
  ...{ responseId: `r${iteration}`, iteration, model: "flint", role: iteration === 1 ? "primary" : "refiner" },
  ...{ text: "", confidence: null, tokens, cost, costSource: cost === null ? "unknown" : "provider", time: 5 },
  ...{ finishReason: "stop", at: "" },
});

const judgement = (model: string, score: number | null, cost: number | null): Judgement => ({
  ...{ model, iteration: 1, state: score === null ? "failed" : "done", startedAt: "", endedAt: "", responseId: null },
  ...{ score, criteria: null, weights: null, criticisms: [], praise: "", confidence: null, tokens, cost, time: 7 },
  trouble: null,
});

const iteration = (number: number, change: Partial<Iteration>): Iteration => ({
  ...{
    number,
    author: "flint",
    startedAt: null,
    version: null,
    judgements: [],
    points: [],
    reply: null,
    gainOver: null,
    score: null,
    gain: null,
  },
  ...{ decision: null, decisionReason: null, best: false },
  ...change,
});

const view = (change: Partial<ThreadView>): ThreadView => ({ ...emptyView, ...change });

const thread = view({
  totalCost: 0.7,
  start: { mode: "checked", max_iterations: 3, quality_threshold: 8, cost_limit: 1, deadline_at: null, at: "" },
  iterations: [
    iteration(1, {
      version: version(1, 0.1),
      judgements: [judgement("coral", 6, 0.2), judgement("onyx", null, null)],
      score: 6,
    }),
    iteration(2, { version: version(2, 0.3), score: 7.3, best: true }),
  ],
});

describe("the bill of a thread", () => {
  it("tells each finished call, by phase and model, and what no call explains", () => {
    const bill = billOf(thread);
    assert.deepEqual(
      bill.lines.map(({ phase, model, cost }) => [phase, model, cost]),
      [
        ["answer", "flint", 0.1],
        ["critique", "coral", 0.2],
        ["revision", "flint", 0.3],
      ],
    );
    assert.equal(bill.rest, 0.1);
    assert.equal(bill.limitShare, 0.7);
    assert.deepEqual(
      bill.models.map(({ model, cost }) => [model, cost]),
      [
        ["flint", 0.4],
        ["coral", 0.2],
      ],
    );
  });

  it("says what judging and revising added, in money and in points", () => {
    const { critique } = billOf(thread);
    assert.equal(critique?.cost, 0.5);
    assert.equal(critique?.gain, 1.3);
    assert.equal(Math.round((critique?.share ?? 0) * 100), 71);
  });

  it("is never negative, and adds nothing where nobody judged", () => {
    const late = view({ totalCost: 0.05, iterations: [iteration(1, { version: version(1, 0.1) })] });
    const bill = billOf(late);
    assert.equal(bill.rest, 0);
    assert.equal(bill.total, 0.1);
    assert.equal(bill.critique, null);
    assert.equal(bill.limitShare, null);
  });

  it("writes a column with the digits of its smallest sum", () => {
    const money = inColumn([0.5, null, 0, 0.00042], "en");
    assert.deepEqual([0.5, 0.00042, 1].map(money), ["$0.50000", "$0.00042", "$1.00000"]);
    assert.equal(inColumn([], "en")(0), "$0.00");
  });

  it("is empty before anything was called, and knows no price where there is none", () => {
    assert.deepEqual(billOf(emptyView).lines, []);
    const bill = billOf(view({ iterations: [iteration(1, { version: version(1, null) })] }));
    assert.equal(bill.lines[0]?.source, "unknown");
    assert.equal(bill.total, 0);
    assert.equal(bill.models[0]?.share, 0);
  });
});

describe("the scores of a thread", () => {
  it("are a dot for each critic and the score of the iteration", () => {
    assert.deepEqual(roundsOf(thread.iterations, "overall"), [
      { iteration: 1, score: 6, dots: [{ model: "coral", score: 6 }] },
      { iteration: 2, score: 7.3, dots: [] },
    ]);
    assert.equal(roundsOf(thread.iterations, "clarity")[0]?.score, null);
  });

  it("are drawn with room around them, within 1 to 10", () => {
    assert.deepEqual(rangeOf([7.1, 8.7]), { low: 6, high: 10 });
    assert.deepEqual(rangeOf([1, 10]), { low: 1, high: 10 });
    assert.deepEqual(rangeOf([]), { low: 1, high: 10 });
    const { low, high } = rangeOf([5, 5]);
    assert.ok(high - low >= 2);
  });
});

it("calls whose bill was never seen are told from those that are known, free or under way", () => {
  const calls = [
    { id: "cut", outcome_unknown: false, status: "failed", cost_source: "estimated" },
    { id: "died", outcome_unknown: true, status: "failed", cost_source: null },
    { id: "no usage", outcome_unknown: false, status: "completed", cost_source: "unknown" },
    { id: "refused", outcome_unknown: false, status: "failed", cost_source: "provider" },
    { id: "whole", outcome_unknown: false, status: "completed", cost_source: "provider" },
    { id: "under way", outcome_unknown: false, status: "pending", cost_source: "estimated" },
  ] as const;
  assert.deepEqual(
    unconfirmedOf(calls).map(({ id }) => id),
    ["cut", "died", "no usage"],
  );
});
