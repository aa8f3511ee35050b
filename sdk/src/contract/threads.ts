/** Rows behind a thread, as the wire shows them. Field names are those of the nine collections. */
import { z } from "zod";
import { Id, Timestamp } from "./common.ts";
import { Evaluated } from "./model-output.ts";
import { analysis, candidates, criticism, evaluation, response, revision, selection, tokens } from "./story.ts";
import {
  Complexity,
  CostSource,
  Criterion,
  Domain,
  FinishReason,
  Need,
  ResponseStatus,
  ResponseType,
  Role,
  SelectionPhase,
  Severity,
  Strategy,
} from "./words.ts";

export const Analysis = z
  .object({
    domain: Domain,
    complexity_level: Complexity,
    estimated_difficulty: z.number().describe("1 to 10"),
    language: z.string().describe("ISO 639-1, or `und` when it cannot be told"),
    needs: z.array(Need).describe("what a good answer takes"),
    confidence: z.number().describe("1 to 10"),
    reasons: z.array(z.string()).describe("in words"),
  })
  .meta({ id: "Analysis", example: analysis });
export type Analysis = z.infer<typeof Analysis>;

export const Candidate = z
  .object({
    model_name: z.string(),
    domain_match_score: z.number(),
    historical_performance: z.number(),
    cost_efficiency: z.number(),
    availability_score: z.number(),
    response_time_score: z.number(),
    specialty_alignment: z.number(),
    final_score: z.number(),
    past_threads: z.int().describe("how many measured answers historical_performance rests on"),
    selection_reasoning: z.string(),
  })
  .meta({ id: "Candidate", example: candidates[0] });
export type Candidate = z.infer<typeof Candidate>;

export const Selection = z
  .object({
    id: Id,
    thread_id: Id,
    session_id: Id,
    iteration_number: z.int(),
    selection_phase: SelectionPhase,
    algorithm_version: z.string(),
    selection_strategy: Strategy,
    candidates_considered: z.array(Candidate),
    selected_model: z.string(),
    evaluators: z.array(z.string()),
    selection_confidence: z.number().nullable(),
    runner_up_model: z.string().nullable(),
    selection_margin: z.number().nullable(),
    primary_selection_factors: z.array(z.string()),
    reasoning: z.string(),
    override_reasons: z.string().nullable(),
    selection_success: z.boolean().nullable(),
    actual_performance: z.number().nullable(),
    selection_accuracy_score: z.number().nullable().describe("0 to 1"),
    timestamp: Timestamp,
    selection_time: z.number().nullable(),
  })
  .meta({ id: "Selection", example: selection });
export type Selection = z.infer<typeof Selection>;

export const TokensUsed = z
  .object({
    input_tokens: z.int(),
    output_tokens: z.int(),
    total_tokens: z.int(),
    cached_input_tokens: z.int().describe("part of input_tokens"),
    reasoning_tokens: z.int().describe("part of output_tokens"),
  })
  .meta({ id: "TokensUsed", example: tokens });
export type TokensUsed = z.infer<typeof TokensUsed>;

export const ModelResponse = z
  .object({
    id: Id,
    thread_id: Id,
    session_id: Id,
    iteration_number: z.int(),
    step: z.string(),
    attempt: z.int(),
    model_name: z.string(),
    role: Role,
    response_type: ResponseType,
    response_text: z.string().nullable(),
    prompt_sent: z.string(),
    context_provided: z.string().nullable(),
    parent_response_id: Id.nullable(),
    criticism_addressed: z.array(z.string()),
    response_time: z.number().nullable(),
    tokens_used: TokensUsed.nullable(),
    cost: z.number().nullable(),
    cost_source: CostSource.nullable(),
    reserved_cost: z.number().nullable(),
    confidence_score: z.number().nullable(),
    self_assessment: z.string().nullable(),
    is_selected_best: z.boolean(),
    selection_score: z.number().nullable(),
    status: ResponseStatus,
    outcome_unknown: z.boolean(),
    error_message: z.string().nullable(),
    finish_reason: FinishReason.nullable(),
    simulated: z.boolean(),
    timestamp: Timestamp,
    processing_duration: z.number().nullable(),
  })
  .meta({ id: "ModelResponse", example: response });
export type ModelResponse = z.infer<typeof ModelResponse>;

/** One point of criticism as stored: `id` is given when the evaluations of an iteration are merged. */
export const Criticism = z
  .object({
    id: z
      .string()
      .nullable()
      .describe(
        "c1, c2 ...; given when the lists are merged: null in evaluation_completed, and for points that were left out",
      ),
    point: z.string().describe("what is wrong"),
    criterion: Criterion,
    severity: Severity,
    quote: z.string().describe("exact words of the answer; may be empty"),
    suggestion: z.string().describe("how to mend it; may be empty"),
  })
  .meta({ id: "Criticism", example: criticism });
export type Criticism = z.infer<typeof Criticism>;

export const CriteriaScores = Evaluated.shape.evaluation_criteria;
export type CriteriaScores = z.infer<typeof CriteriaScores>;

export const ModelEvaluation = z
  .object({
    id: Id,
    thread_id: Id,
    session_id: Id,
    response_id: Id.nullable().describe("the evaluator's own call"),
    evaluated_response_id: Id,
    evaluator_model: z.string(),
    iteration_number: z.int(),
    status: ResponseStatus,
    evaluation_criteria: CriteriaScores,
    overall_score: z.number().describe("1 to 10: the mean of the criteria by their weights"),
    scoring_weights: z.record(Criterion, z.number()).describe("0 to 1, by the prompt's domain"),
    criticisms: z.array(Criticism),
    criticism_text: z.string(),
    positive_aspects: z.string(),
    suggested_improvements: z.string(),
    alternative_approaches: z.string(),
    evaluator_confidence: z.number().describe("1 to 10, its own"),
    evaluator_speciality_match: z.number(),
    evaluation_prompt_used: z.string(),
    evaluation_time: z.number().describe("milliseconds"),
    tokens_used: z.int().nullable(),
    cost: z.number().nullable().describe("US dollars; null: the model's price is unknown"),
    timestamp: Timestamp,
  })
  .meta({ id: "ModelEvaluation", example: evaluation });
export type ModelEvaluation = z.infer<typeof ModelEvaluation>;

/** A row of `criticism_responses`: how the author answered its critics. */
export const Revision = z
  .object({
    id: Id,
    thread_id: Id,
    session_id: Id,
    original_response_id: Id,
    response_id: Id.nullable().describe("the call that wrote the revision"),
    criticism_evaluation_ids: z.array(Id),
    responding_model: z.string(),
    iteration_number: z.int(),
    acknowledgment: z.string().nullable(),
    disagreement: z.string().nullable(),
    clarifications: z.string().nullable(),
    specific_improvements: z.array(
      z.object({ criticism_point: z.string(), improvement_made: z.string(), justification: z.string() }),
    ),
    revised_answer: z.string(),
    explanation_of_changes: z.string().nullable(),
    confidence_in_revision: z.number().nullable(),
    rebuttal_points: z.string().nullable(),
    accepted: z.array(z.string()).describe("ids of the points that the author accepted"),
    disputed: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .describe("points that the author disputed, and why"),
    alternative_interpretations: z.string().nullable(),
    criticism_processing_time: z.number().nullable(),
    response_generation_time: z.number().nullable(),
    total_tokens_used: z.int().nullable(),
    cost: z.number().nullable(),
    improvement_score: z.number().nullable().describe("5: as good as the original; plus the gain in overall score"),
    addresses_criticism: z.boolean().nullable(),
    maintains_strengths: z.boolean().nullable(),
    timestamp: Timestamp,
  })
  .meta({ id: "Revision", example: revision });
export type Revision = z.infer<typeof Revision>;
