/** What a thread may cost, before any money is spent. Pure. */
import type { Complexity, Profile } from "@orchestratex/sdk/contract";
import { addMoney, capFor, costOf, inputBound, reserveFor } from "./cost.ts";
import type { Plan } from "./plan.ts";
import { answerMessages, evaluationMessages, revisionMessages, type Task } from "./prompts.ts";
import type { Choice } from "./select.ts";
import { type Limits, noWishes } from "./thread.ts";

/** Tokens of an answer in a sentence, and of an evaluation that finds no fault. */
const SHORT_ANSWER = 20;
const SHORT_EVALUATION = 60;

/**
 * Tokens of an answer as models write them, by what the prompt takes, and of an evaluation with its points.
 * Most threads are good enough, or no better, after their second iteration.
 */
const USUAL_ANSWER: Record<Complexity, number> = { simple: 300, moderate: 500, complex: 800, expert: 1_100 };
const USUAL_EVALUATION = 300;
const USUAL_ITERATIONS = 2;

/** No common language needs more bytes a token than this in a whole prompt; and an answer at its cap has about this many. */
const MOST_BYTES_A_TOKEN = 6;
const BYTES_A_TOKEN = 4;

type Range = { low: number; high: number };

/**
 * Low: one iteration whose texts are as short as they sensibly can be; the answer alone, where the money may not reach for more.
 * High: every iteration of the plan, each call at what is reserved for it when its texts are at their caps; never more than
 * `roomUsd`, what the limits leave (null: no limit). A call that failed and is made again, or another model that takes over, comes
 * on top. Usual: of two iterations at most, with texts of the usual length. A profile without a known price counts as nothing; the
 * caller says so.
 */
export function estimate(
  task: Task,
  plan: Plan,
  { selected, evaluators }: Pick<Choice, "selected" | "evaluators">,
  limits: Limits,
  roomUsd: number | null,
): { cost: Range & { usual: number }; calls: Range } {
  const most = addMoney(...mostCosts(task, plan, selected, evaluators, limits));
  const tight = roomUsd !== null && most > roomUsd;
  const judges = tight ? [] : evaluators;
  const judging = evaluationMessages(task, { answer: "x".repeat(SHORT_ANSWER), previous: null, wishes: noWishes });
  const low = addMoney(
    least(inputBound(answerMessages(task)), SHORT_ANSWER, selected),
    ...judges.map((judge) => least(inputBound(judging), SHORT_EVALUATION, judge)),
  );
  const high = tight ? Math.max(low, roomUsd) : most;
  const usual = Math.min(high, Math.max(low, addMoney(...usualCosts(task, plan, selected, evaluators))));
  return {
    cost: { low, usual, high },
    calls: { low: 1 + judges.length, high: plan.maxIterations * (1 + evaluators.length) },
  };
}

/** Milliseconds of a call by a model that nobody has measured. */
const UNMEASURED_MS = 3_000;

/** So much longer than usual the calls of a run may take, and what comes between them. */
const SLOWER = 1.5;

/**
 * Milliseconds. Low: one iteration as each model usually takes, its judges side by side. High: every iteration of the plan, and
 * half as much again. Neither is longer than the deadline.
 */
export function timeOf(
  { maxIterations }: Plan,
  { selected, evaluators }: Pick<Choice, "selected" | "evaluators">,
  deadlineMs: number,
): Range {
  const usual = ({ performance_metrics: { average_response_time } }: Profile) => average_response_time ?? UNMEASURED_MS;
  const writing = usual(selected);
  const judging = Math.max(0, ...evaluators.map(usual));
  return {
    low: Math.min(deadlineMs, Math.round(writing + judging)),
    high: Math.min(deadlineMs, Math.round((writing + judging) * maxIterations * SLOWER)),
  };
}

/** Of each call of a usual run. */
function usualCosts(task: Task, { maxIterations }: Plan, author: Profile, evaluators: readonly Profile[]): number[] {
  const answerTokens = USUAL_ANSWER[task.analysis.complexity_level];
  const answer = "x".repeat(answerTokens * BYTES_A_TOKEN);
  const judging = evaluationMessages(task, { answer, previous: null, wishes: noWishes });
  const call = (messages: Parameters<typeof inputBound>[0], output: number, profile: Profile) =>
    costOf({ input: Math.round(inputBound(messages) / BYTES_A_TOKEN), output }, profile) ?? 0;
  const rounds = evaluators.length === 0 ? 1 : Math.min(maxIterations, USUAL_ITERATIONS);
  return Array.from({ length: rounds }, (_, at) => [
    call(at === 0 ? answerMessages(task) : judging, answerTokens, author),
    ...evaluators.map((evaluator) => call(judging, USUAL_EVALUATION, evaluator)),
  ]).flat();
}

const least = (inputBytes: number, output: number, profile: Profile): number =>
  costOf({ input: inputBytes / MOST_BYTES_A_TOKEN, output }, profile) ?? 0;

/** Of each call of the plan. */
function mostCosts(
  task: Task,
  { maxIterations }: Plan,
  author: Profile,
  evaluators: readonly Profile[],
  { answerTokens: [answerTokens], evaluationTokens }: Limits,
): number[] {
  const answer = "x".repeat(answerTokens * BYTES_A_TOKEN);
  const point = "x".repeat(evaluationTokens * BYTES_A_TOKEN);
  const open = evaluators.map((_, index) => ({
    ...({ id: `c${index + 1}`, point, criterion: "accuracy", severity: "major", quote: "", suggestion: "" } as const),
  }));
  const iteration = (first: boolean): number[] => {
    const writing = first
      ? answerMessages(task)
      : revisionMessages(task, { answer, criticisms: open, wishes: noWishes });
    const judging = evaluationMessages(task, { answer, previous: first ? null : { answer, open }, wishes: noWishes });
    return [
      reserveFor(writing, capFor(answerTokens, author), author) ?? 0,
      ...evaluators.map((evaluator) => reserveFor(judging, capFor(evaluationTokens, evaluator), evaluator) ?? 0),
    ];
  };
  const later = maxIterations > 1 ? iteration(false) : [];
  return [
    ...iteration(true),
    ...Array(maxIterations - 1)
      .fill(later)
      .flat(),
  ];
}
