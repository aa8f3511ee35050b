/** What speaks for the model that was chosen, from the scores of all candidates. Pure. */
import { factors } from "@orchestratex/sdk/lists";
import type { Choice } from "./view.ts";

type Factor = (typeof factors)[number];

type ChoiceSource = Pick<Choice, "candidates_considered" | "selected_model" | "warnings">;

/** A factor speaks for a model from this many points. */
const STRONG = 7;
/** What each candidate has is no reason for one of them, unless there are no others. */
const AHEAD = 0.5;
const MOST = 3;

/** The strongest first. What it did before counts only where it did something. */
export function reasonsOf({ candidates_considered: candidates, selected_model }: ChoiceSource): Factor[] {
  const chosen = candidates.find(({ model_name }) => model_name === selected_model);
  if (!chosen) return [];
  const mean = (factor: Factor) =>
    candidates.reduce((sum, candidate) => sum + candidate[factor], 0) / Math.max(1, candidates.length);
  const own = factors
    .filter((factor) => factor !== "historical_performance" || chosen.past_threads > 0)
    .map((factor) => ({ factor, points: chosen[factor], ahead: chosen[factor] - mean(factor) }))
    .filter(({ points, ahead }) => points >= STRONG && (ahead >= AHEAD || candidates.length === 1));
  return own
    .sort((one, other) => other.ahead - one.ahead)
    .slice(0, MOST)
    .map(({ factor }) => factor);
}

const NAMED = " was named by the user";

/** The user said who answers: the server tells it among the warnings. */
export const isForced = ({ warnings, selected_model }: ChoiceSource): boolean =>
  warnings.some((warning) => warning.includes(selected_model + NAMED));

/** Without what is said in our own words already. */
export const warningsOf = ({ warnings, selected_model }: ChoiceSource): string[] =>
  warnings.filter((warning) => warning !== selected_model + NAMED);
