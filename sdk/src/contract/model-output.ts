/**
 * What we ask models to write, and how it is checked: a model's output is untrusted.
 *
 * Answer (primary, refiner): plain text, a line `===NOTES===`, one JSON object (the notes).
 * Evaluation: one JSON object, `Evaluated`.
 */
import { z } from "zod";
import { Criterion, Severity } from "./words.ts";

const Score10 = z.number().min(1).max(10);
const Text = z.string().max(20_000);

export const NOTES_MARK = "===NOTES===";

export const PrimaryNotes = z.object({ confidence: Score10.nullish(), self_assessment: Text.nullish() });
export type PrimaryNotes = z.infer<typeof PrimaryNotes>;

export const RefinerNotes = z.object({
  accepted: z.array(z.string().max(40)).max(50).default([]),
  disputed: z
    .array(z.object({ id: z.string().max(40), reason: Text.default("") }))
    .max(50)
    .default([]),
  clarifications: Text.nullish(),
  specific_improvements: z
    .array(z.object({ criticism_point: Text, improvement_made: Text, justification: Text.default("") }))
    .max(50)
    .default([]),
  explanation_of_changes: Text.nullish(),
  confidence_in_revision: Score10.nullish(),
});
export type RefinerNotes = z.infer<typeof RefinerNotes>;

const criteria = Object.fromEntries(Criterion.options.map((name) => [name, Score10])) as Record<
  Criterion,
  typeof Score10
>;

/** One model's judgement of one answer. The overall score is computed by us, never asked. */
export const Evaluated = z.object({
  evaluation_criteria: z.object(criteria),
  criticisms: z
    .array(
      z.object({
        point: z.string().min(1).max(4_000),
        criterion: Criterion,
        severity: Severity,
        quote: z.string().max(4_000).default(""),
        suggestion: z.string().max(4_000).default(""),
      }),
    )
    .max(8),
  positive_aspects: Text.default(""),
  alternative_approaches: Text.default(""),
  evaluator_confidence: Score10,
});
export type Evaluated = z.infer<typeof Evaluated>;
