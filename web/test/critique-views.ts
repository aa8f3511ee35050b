/** Views of threads for the tests of the critique: only what they say is set. */

import { criteria } from "@orchestratex/sdk/lists";
import type { CriterionName } from "../src/critique/scores.ts";
import type { Iteration, Judgement, Phase, Point, ThreadView } from "../src/thread/view.ts";
import { emptyView } from "../src/thread/view.ts";

/** Seconds after the thread began. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();

type Options = { phase?: Phase; evaluators?: string[] };

export const viewWith = (
  iterations: Iteration[],
  { phase = "completed", evaluators = [] }: Options = {},
): ThreadView => ({
  ...{ ...emptyView, phase, iterations },
  choice: {
    ...{ selection_id: "s", selected_model: "author", evaluators, runner_up_model: null, selection_margin: null },
    ...{ selection_confidence: null, selection_strategy: "hybrid", reasoning: "", warnings: [], at: at(1) },
    ...{ candidates_considered: [], cost_range: { low: 0, high: 1 }, total_cost: 0 },
  },
});

/** Ten seconds each, from `number * 10`. */
export const iteration = (number: number, change: Partial<Iteration> = {}): Iteration => ({
  ...{
    number,
    author: "author",
    startedAt: at(number * 10),
    judgements: [],
    points: [],
    reply: null,
    gainOver: null,
    score: null,
    gain: null,
  },
  version: {
    ...{ responseId: `r${number}`, iteration: number, model: "author", role: number === 1 ? "primary" : "refiner" },
    ...{ text: `text ${number}`, confidence: null, tokens: null, cost: null, costSource: "unknown", time: 1 },
    ...{ finishReason: "stop", at: at(number * 10 + 1) },
  },
  ...{ decision: null, decisionReason: null, best: false },
  ...change,
});

type Scores = Partial<Judgement> & Partial<Record<CriterionName, number>>;

export function judgement(model: string, number: number, { accuracy = 7, ...change }: Scores = {}): Judgement {
  const scores = Object.fromEntries(criteria.map((name) => [name, 7])) as Record<CriterionName, number>;
  const weights = Object.fromEntries(criteria.map((name) => [name, 0.1])) as Record<CriterionName, number>;
  return {
    ...{ model, iteration: number, state: "done", startedAt: at(number * 10 + 1), endedAt: at(number * 10 + 5) },
    ...{ responseId: `r${number}`, score: null, criteria: { ...scores, accuracy }, criticisms: [], praise: "" },
    ...{
      weights: { ...weights, accuracy: 0.25 },
      confidence: null,
      tokens: null,
      cost: null,
      time: null,
      trouble: null,
    },
    ...change,
  };
}

export const point = (change: Partial<Point>): Point => ({
  ...{ id: "c1", point: "It is wrong.", criterion: "accuracy", severity: "major", quote: "", suggestion: "" },
  ...{ by: [], state: "open", reason: null, improvement: null, justification: null },
  ...change,
});
