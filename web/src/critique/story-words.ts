/** Why it went on or ended, as phrases: made from what was decided, not from the server's English. Pure. */
import type { EnglishKey } from "../i18n/en/index.ts";
import type { Iteration, ThreadView } from "../thread/view.ts";

/** A phrase with what stands in its places: scores and gains are written by the language. */
export type Sentence = { key: EnglishKey; scores?: Readonly<Record<string, number>>; count?: number };

type Told = Pick<ThreadView, "start" | "feedback" | "choice">;

export function decisionSentence(view: Told, iteration: Iteration): Sentence | null {
  const { decision, score, number } = iteration;
  const goal = view.start?.quality_threshold;
  switch (decision) {
    case null:
      return null;
    case "refine":
      return refined(view, iteration);
    case "threshold_met":
      return score === null || goal === undefined
        ? { key: "critique.why.good" }
        : { key: "critique.why.threshold_met", scores: { score, goal } };
    case "plateau":
      return plateau(iteration);
    case "max_iterations":
      return { key: "critique.why.max_iterations", count: number };
    case "no_evaluators":
      return unjudged(view, iteration);
    default:
      return { key: `critique.why.${decision}` };
  }
}

function refined(view: Told, { number, score }: Iteration): Sentence {
  const goal = view.start?.quality_threshold;
  if (view.feedback.some(({ text, iteration }) => text !== null && iteration === number))
    return { key: "critique.why.feedback" };
  if (score !== null && goal !== undefined && score < goal)
    return { key: "critique.why.below", scores: { score, goal } };
  return { key: "critique.why.again" };
}

function plateau({ gain, points }: Iteration): Sentence {
  if (gain === null || (gain >= 0 && points.length === 0)) return { key: "critique.why.faultless" };
  return gain < 0
    ? { key: "critique.why.worse", scores: { gain: -gain } }
    : { key: "critique.why.plateau", scores: { gain } };
}

function unjudged({ choice }: Told, { version, judgements }: Iteration): Sentence {
  if (version?.finishReason === "tool_calls") return { key: "critique.why.tools" };
  if (judgements.length > 0) return { key: "critique.why.allFailed" };
  return { key: choice?.evaluators.length === 0 ? "critique.why.nobody" : "critique.why.no_evaluators" };
}
