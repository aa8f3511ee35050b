/** The settings of the algorithm as they come with these rules, and what a change makes of them. Pure. */
import {
  type AlgorithmSettings,
  type ChangeAlgorithmSettings,
  type CriteriaWeights,
  Criterion,
  PlainMode,
  type SelectionWeights,
} from "@orchestratex/sdk/contract";

/** The rules by which the engine works. Where they change, so does this; settings of theirs are `rules-1.1`, `rules-1.2` ... */
export const RULES = "rules-1";

/** A version, and what it says. A thread keeps the one it was selected with. */
export type Algorithm = { version: string; settings: AlgorithmSettings };

export const shipped: AlgorithmSettings = {
  selection_weights: {
    domain_match: factors(50, 10, 5, 5, 5, 25),
    performance: factors(20, 50, 5, 10, 5, 10),
    cost: factors(15, 10, 60, 5, 5, 5),
    hybrid: factors(35, 25, 15, 5, 5, 15),
  },
  criteria_weights: {
    coding: criteria(25, 15, 10, 15, 5, 15, 5, 10),
    creative: criteria(5, 20, 15, 10, 30, 5, 5, 10),
    factual: criteria(35, 15, 10, 15, 2, 5, 8, 10),
    math: criteria(40, 15, 10, 15, 2, 8, 2, 8),
    translation: criteria(35, 15, 20, 15, 5, 2, 3, 5),
    sentiment: criteria(30, 20, 15, 10, 5, 5, 5, 10),
    analysis: criteria(22, 15, 13, 20, 5, 5, 5, 15),
    general: criteria(20, 20, 15, 15, 8, 7, 8, 7),
  },
  quality_threshold: 8,
  plateau_gain: 0.2,
  modes: {
    quick: { evaluators: 0, max_iterations: 1 },
    checked: { evaluators: 2, max_iterations: 2 },
    thorough: { evaluators: 4, max_iterations: 3 },
  },
  max_iterations: null,
};

/** What is not named stays. */
export function changed(settings: AlgorithmSettings, change: ChangeAlgorithmSettings): AlgorithmSettings {
  const { modes } = settings;
  return {
    selection_weights: { ...settings.selection_weights, ...given(change.selection_weights) },
    criteria_weights: { ...settings.criteria_weights, ...given(change.criteria_weights) },
    quality_threshold: change.quality_threshold ?? settings.quality_threshold,
    plateau_gain: change.plateau_gain ?? settings.plateau_gain,
    modes: Object.fromEntries(
      PlainMode.options.map((mode) => [mode, { ...modes[mode], ...given(change.modes?.[mode]) }]),
    ) as AlgorithmSettings["modes"],
    max_iterations: change.max_iterations === undefined ? settings.max_iterations : change.max_iterations,
  };
}

const given = <T extends object>(fields: T | undefined) =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };

/** In percent. */
function factors(
  domain: number,
  history: number,
  cost: number,
  availability: number,
  time: number,
  specialty: number,
): SelectionWeights {
  return {
    domain_match_score: domain / 100,
    historical_performance: history / 100,
    cost_efficiency: cost / 100,
    availability_score: availability / 100,
    response_time_score: time / 100,
    specialty_alignment: specialty / 100,
  };
}

/** In percent, in the order of the contract. */
function criteria(...percents: number[]): CriteriaWeights {
  return Object.fromEntries(
    Criterion.options.map((name, index) => [name, (percents[index] ?? 0) / 100]),
  ) as CriteriaWeights;
}
