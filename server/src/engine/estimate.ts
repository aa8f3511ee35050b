/** What a thread may cost, before any money is spent. Pure. */
import type { Profile } from "@orchestratex/sdk/contract";
import { addMoney, costOf } from "./cost.ts";
import type { Plan } from "./plan.ts";
import type { Limits } from "./thread.ts";

/** Tokens of a usual answer and of a usual evaluation; the low end of the range. */
const USUAL_ANSWER = 400;
const USUAL_EVALUATION = 250;
/** What our own words around the material take. */
const FORM_TOKENS = 350;

type Range = { low: number; high: number };

/**
 * Low: one iteration of usual length. High: every iteration, every answer at its cap.
 * A profile without a known price counts as nothing; the caller says so.
 */
export function estimate(
  promptTokens: number,
  plan: Plan,
  author: Profile,
  evaluators: readonly Profile[],
  limits: Limits,
): { cost: Range; calls: Range } {
  const input = promptTokens + FORM_TOKENS;
  const iteration = (answerTokens: number, evaluationTokens: number, first: boolean): number =>
    addMoney(
      costOf(
        { input: input + (first ? 0 : answerTokens + evaluationTokens * evaluators.length), output: answerTokens },
        author,
      ) ?? 0,
      ...evaluators.map(
        (evaluator) => costOf({ input: input + answerTokens, output: evaluationTokens }, evaluator) ?? 0,
      ),
    );
  const [answerTokens] = limits.answerTokens;
  const full = iteration(answerTokens, limits.evaluationTokens, false);
  return {
    cost: {
      low: iteration(USUAL_ANSWER, USUAL_EVALUATION, true),
      high: addMoney(
        iteration(answerTokens, limits.evaluationTokens, true),
        ...Array(plan.maxIterations - 1).fill(full),
      ),
    },
    calls: { low: 1 + evaluators.length, high: plan.maxIterations * (1 + evaluators.length) },
  };
}
