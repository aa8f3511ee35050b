/** The settings of the algorithm: how models are chosen, answers scored and rounds ended. Each change is a version, kept for good. */
import { z } from "zod";
import { Score, Timestamp, userText } from "./common.ts";
import { MaxIterations } from "./sessions.ts";
import { AskedMode, Criterion, Domain, Strategy } from "./words.ts";

/** How far a sum of weights may be from 1. */
const TOLERANCE = 0.001;

const weight = (what: string) => z.number().min(0).max(1).describe(`0 to 1: the share of ${what}`);

const sumOf = (weights: Record<string, number>) => Object.values(weights).reduce((sum, one) => sum + one, 0);

const addUpToOne = (weights: Record<string, number>, context: z.core.$RefinementCtx) => {
  const sum = Math.round(sumOf(weights) * 1e6) / 1e6;
  if (Math.abs(sum - 1) > TOLERANCE)
    context.addIssue({ code: "custom", message: `must add up to 1, not to ${sum}`, input: weights });
};

/** The six factors by which a candidate is scored. */
export const SelectionWeights = z
  .object({
    domain_match_score: weight("how well it knows the domain"),
    historical_performance: weight("its measured quality"),
    cost_efficiency: weight("how cheap it is for the prompt"),
    availability_score: weight("how reliably it answers"),
    response_time_score: weight("how fast it answers"),
    specialty_alignment: weight("how well it fits what the prompt needs"),
  })
  .superRefine(addUpToOne)
  .meta({
    id: "SelectionWeights",
    example: {
      ...{ domain_match_score: 0.35, historical_performance: 0.25, cost_efficiency: 0.15 },
      ...{ availability_score: 0.05, response_time_score: 0.05, specialty_alignment: 0.15 },
    },
  });
export type SelectionWeights = z.infer<typeof SelectionWeights>;

/** The eight criteria by which an answer is scored. */
export const CriteriaWeights = z
  .record(Criterion, weight("this criterion in an answer's score"))
  .superRefine(addUpToOne)
  .meta({
    id: "CriteriaWeights",
    example: {
      ...{ accuracy: 0.4, relevance: 0.15, clarity: 0.1, completeness: 0.15 },
      ...{ creativity: 0.02, efficiency: 0.08, safety: 0.02, domain_expertise: 0.08 },
    },
  });
export type CriteriaWeights = z.infer<typeof CriteriaWeights>;

/** The modes that say who evaluates and how many iterations there are; `auto` is one of them by the prompt's complexity. */
export const PlainMode = AskedMode.exclude(["auto"]);
export type PlainMode = z.infer<typeof PlainMode>;

const ModePlan = z.object({
  evaluators: z.int().min(0).max(10).describe("how many models evaluate each answer"),
  max_iterations: MaxIterations,
});

const threshold = Score.describe("1 to 10: the score that ends a thread; what a new session starts with");
const plateau = z.number().min(0).max(9).describe("points: a revision that gains less ends the thread");
const iterations = MaxIterations.nullable().describe(
  "given to each new session that names none, and holds there over the mode; null: the mode of each thread decides",
);

/** All settings of the algorithm. */
export const AlgorithmSettings = z.object({
  selection_weights: z.record(Strategy, SelectionWeights).describe("by strategy"),
  criteria_weights: z.record(Domain, CriteriaWeights).describe("by domain"),
  quality_threshold: threshold,
  plateau_gain: plateau,
  modes: z.record(PlainMode, ModePlan),
  max_iterations: iterations,
});
export type AlgorithmSettings = z.infer<typeof AlgorithmSettings>;

export const VersionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, "must be the name of a version, such as rules-1.2")
  .describe("the version of the rules, then of their settings");

const Comment = userText(500);

/** What is not named stays. The weights of one strategy or domain are given whole. */
export const ChangeAlgorithmSettings = z
  .object({
    selection_weights: z.partialRecord(Strategy, SelectionWeights).optional(),
    criteria_weights: z.partialRecord(Domain, CriteriaWeights).optional(),
    quality_threshold: threshold.optional(),
    plateau_gain: plateau.optional(),
    modes: z.partialRecord(PlainMode, ModePlan.partial()).optional(),
    max_iterations: iterations.optional(),
    restore: VersionName.optional().describe(
      "start from the settings of this version; what else is named changes them",
    ),
    expected_version: VersionName.optional().describe(
      "409 when another version holds; the header If-Match says the same",
    ),
    comment: Comment.nullish().describe("why, for those who come later"),
  })
  .meta({
    id: "ChangeAlgorithmSettings",
    example: {
      ...{ plateau_gain: 0.3, modes: { thorough: { evaluators: 3 } } },
      comment: "the fourth evaluator hardly ever moves the median",
    },
  });
export type ChangeAlgorithmSettings = z.infer<typeof ChangeAlgorithmSettings>;

/** A version without its settings. */
export const AlgorithmVersion = z
  .object({
    algorithm_version: VersionName,
    changed_by: z.string().nullable().describe("the user who made it; null: it came with the server"),
    comment: z.string().nullable(),
    restored_from: z.string().nullable().describe("the version whose settings it started from"),
    created_at: Timestamp,
  })
  .meta({
    id: "AlgorithmVersion",
    example: {
      ...{ algorithm_version: "rules-1.1", changed_by: "local", restored_from: null },
      comment: "the fourth evaluator hardly ever moves the median",
      created_at: "2026-11-21T09:58:00.000Z",
    },
  });
export type AlgorithmVersion = z.infer<typeof AlgorithmVersion>;

/** A version and all its settings. */
export const VersionedSettings = z.object({ ...AlgorithmVersion.shape, ...AlgorithmSettings.shape });
export type VersionedSettings = z.infer<typeof VersionedSettings>;
