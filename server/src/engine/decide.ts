/** After each iteration: go on, or stop and why. Pure; the cost limit alone is asked elsewhere, by trying the reservation. */
import type { Decision, StopWhen } from "@orchestratex/sdk/contract";
import { round2 } from "./evaluate.ts";

export type Standing = {
  iteration: number;
  maxIterations: number;
  /** Evaluations that came in for this iteration. */
  judged: number;
  /** The answer calls tools of the client's. */
  callsTools: boolean;
  /** An evaluator was not asked, for want of money. */
  moneyRefused: boolean;
  /** This iteration's score; null without evaluations. */
  score: number | null;
  /** The best score of earlier iterations; null in the first. */
  bestBefore: number | null;
  qualityThreshold: number;
  /** Points of criticism to work on. */
  points: number;
  /** A gain below this is a plateau. */
  plateauGain: number;
  stop: StopWhen | null;
  /** What the user has asked that no iteration has worked in. */
  unread: number;
  /** Milliseconds until the deadline; null: none. */
  msLeft: number | null;
};

export type Verdict = { decision: Decision; reason: string; gain: number | null };

/** Of a thread, whoever asks for more. */
const MOST_ITERATIONS = 10;

/**
 * When several hold, the order is: stopped, deadline, the user's feedback, no_evaluators, threshold_met, max_iterations, plateau.
 * `cost_limit` comes last of all, from the caller, when the next round's reservation is refused; here only when it
 * refused all the evaluations of this one.
 */
export function decide(at: Standing): Verdict {
  const gain = at.score === null || at.bestBefore === null ? null : round2(at.score - at.bestBefore);
  const verdict = (decision: Decision, reason: string): Verdict => ({ decision, reason, gain });

  if (at.stop !== null) return verdict("stopped", "a stop was asked for");
  if (at.msLeft !== null && at.msLeft <= 0) return verdict("deadline", "the deadline has passed");
  if (at.unread > 0 && at.iteration >= MOST_ITERATIONS)
    return verdict("max_iterations", `iteration ${at.iteration}: feedback cannot be worked in any more`);
  if (at.unread > 0) return verdict("refine", "the user's feedback is worked in");
  if (at.judged === 0 && at.moneyRefused)
    return verdict("cost_limit", "the cost limit leaves no room for an evaluation");
  if (at.callsTools) return verdict("no_evaluators", "it calls tools of the client: there is no answer to judge yet");
  if (at.judged === 0 || at.score === null)
    return verdict("no_evaluators", "no model judged this answer, so a revision would be blind");
  if (at.score >= at.qualityThreshold)
    return verdict("threshold_met", `score ${at.score} reaches the threshold ${at.qualityThreshold}`);
  if (at.iteration >= at.maxIterations)
    return verdict("max_iterations", `iteration ${at.iteration} of at most ${at.maxIterations}`);
  if (gain !== null && gain < at.plateauGain)
    return verdict(
      "plateau",
      gain < 0 ? `worse than the best by ${-gain}` : `gained ${gain}, less than ${at.plateauGain}`,
    );
  if (at.points === 0) return verdict("plateau", "nobody named a fault that could be mended");
  return verdict("refine", `score ${at.score} is below the threshold ${at.qualityThreshold}`);
}
