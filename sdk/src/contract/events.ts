/**
 * What happens in a thread, in order: rows of `orchestration_logs` as the wire shows them.
 *
 * `seq` counts from 1 per thread without gaps. Live-only events (deltas, snapshots, the greeting) have `seq: null`.
 * The details of every logged event also carry the thread's `total_cost` at that moment.
 */
import { z } from "zod";
import { Id, Timestamp } from "./common.ts";
import { Range } from "./orchestrate.ts";
import { eventExample } from "./story-events.ts";
import { Analysis, Candidate, Criticism, ModelEvaluation, ModelResponse, Revision, TokensUsed } from "./threads.ts";
import { CostSource, Decision, FinishReason, Mode, Role, StopReason, Strategy, ThreadStatus } from "./words.ts";

const total_cost = z.number();
const AnswerRole = Role.extract(["primary", "refiner"]);

/** Event type -> its details. */
export const EventDetails = {
  connection_established: z.object({
    server_time: Timestamp,
    session_id: Id.optional(),
    thread_id: Id.optional(),
    last_seq: z.int(),
    heartbeat_ms: z.int(),
  }),
  orchestration_started: z.object({
    mode: Mode,
    max_iterations: z.int(),
    quality_threshold: z.number(),
    cost_limit: z.number().nullable(),
    deadline_at: Timestamp.nullable(),
    resumed: z.boolean(),
    total_cost,
  }),
  prompt_analyzed: Analysis.extend({ total_cost }),
  model_selected: z.object({
    selection_id: Id,
    selected_model: z.string(),
    evaluators: z.array(z.string()),
    runner_up_model: z.string().nullable(),
    selection_margin: z.number().nullable(),
    selection_confidence: z.number().nullable(),
    selection_strategy: Strategy,
    reasoning: z.string(),
    warnings: z.array(z.string()),
    candidates_considered: z.array(Candidate),
    cost_range: Range,
    total_cost,
  }),
  response_delta: z.object({
    response_id: Id,
    role: AnswerRole,
    offset: z.int().describe("UTF-16 units"),
    text: z.string(),
  }),
  response_snapshot: z.object({ response_id: Id, role: AnswerRole, text: z.string() }),
  response_generated: z.object({
    response_id: Id,
    role: AnswerRole,
    response_text: z.string(),
    confidence_score: ModelResponse.shape.confidence_score,
    tokens_used: TokensUsed.nullable(),
    cost: z.number().nullable(),
    cost_source: CostSource,
    response_time: z.number(),
    finish_reason: FinishReason,
    total_cost,
  }),
  evaluation_completed: ModelEvaluation.pick({
    response_id: true,
    evaluated_response_id: true,
    evaluation_criteria: true,
    overall_score: true,
    scoring_weights: true,
    criticisms: true,
    positive_aspects: true,
    evaluator_confidence: true,
    cost: true,
    evaluation_time: true,
  }).extend({ evaluation_id: Id, total_cost }),
  evaluation_failed: z.object({
    evaluator_model: z.string(),
    code: z.string(),
    detail: z.string(),
    will_retry: z.boolean(),
    total_cost,
  }),
  model_fallback: z.object({
    from: z.string(),
    to: z.string().nullable(),
    code: z.string(),
    partial_kept: z.boolean(),
    total_cost,
  }),
  criticism_merged: z.object({ criticisms: z.array(Criticism), total_cost }),
  criticism_addressed: z.object({
    revision_id: Id,
    response_id: Id,
    accepted: z.array(z.string()),
    disputed: z.array(z.object({ id: z.string(), reason: z.string() })),
    specific_improvements: Revision.shape.specific_improvements,
    total_cost,
  }),
  iteration_completed: z.object({
    score: z.number().nullable(),
    scores: z.array(z.number()),
    best_response_id: Id,
    best_iteration: z.int(),
    gain: z.number().nullable(),
    decision: Decision,
    decision_reason: z.string(),
    total_cost,
  }),
  quality_threshold_met: z.object({ score: z.number(), quality_threshold: z.number(), total_cost }),
  cost_limit_warning: z.object({
    total_cost,
    held: z.number(),
    unconfirmed: z.number(),
    cost_limit: z.number(),
    share: z.number(),
  }),
  bill_exceeded: z.object({ response_id: Id, reserved_cost: z.number(), cost: z.number(), total_cost }),
  feedback_received: z.object({
    kind: z.enum(["feedback", "iteration"]),
    feedback: z.string().nullable(),
    feedback_id: z.string().optional().describe("the id of this point in criticism_addressed"),
    total_cost,
  }),
  stop_requested: z.object({ when: z.enum(["now", "after_iteration"]), total_cost }),
  orchestration_finished: z.object({
    thread_status: ThreadStatus.extract(["completed", "failed"]),
    stop_reason: StopReason.nullable(),
    failure_reason: z.string().nullable(),
    final_response: z.string().nullable(),
    final_quality_score: z.number().nullable(),
    best_iteration: z.int().nullable(),
    best_response_id: Id.nullable(),
    best_model_id: z.string().nullable(),
    iterations: z.int(),
    total_cost,
    cost_is_estimated: z.boolean(),
    total_tokens_used: z.int(),
    total_time_spent: z.number(),
  }),
  thread_updated: z
    .object({
      change: z.enum(["rated", "status_set", "final_restored"]),
      thread_status: ThreadStatus,
      stop_reason: StopReason.nullable(),
      failure_reason: z.string().nullable(),
      user_accepted: z.boolean().nullable(),
      user_rating: z.number().nullable(),
      user_comment: z.string().nullable(),
      final_response: z.string().nullable(),
      final_quality_score: z.number().nullable(),
      best_iteration: z.int().nullable(),
      best_response_id: Id.nullable(),
      best_model_id: z.string().nullable(),
      total_cost,
    })
    .describe("what the user did to a thread beside its run; it may come after orchestration_finished"),
  system_notice: z.object({ level: z.enum(["info", "warning"]) }).describe("to everyone; the message is the notice"),
  error_occurred: z.object({
    code: z.string(),
    detail: z.string(),
    component: z.string(),
    recoverable: z.boolean(),
    retry_after_ms: z.number().nullable(),
    total_cost: z.number().optional(),
  }),
  upload_progress: z.object({ file_id: Id, received: z.int(), size: z.int() }),
  processing_progress: z.object({
    file_id: Id,
    stage: z.string(),
    done: z.int(),
    total: z.int(),
    elapsed_ms: z.number(),
  }),
  processing_finished: z.object({
    file_id: Id,
    status: z.string(),
    error: z.string().nullable(),
    chunks: z.int(),
    elapsed_ms: z.number(),
  }),
} as const;

export type EventType = keyof typeof EventDetails;
export type DetailsOf<Type extends EventType> = z.infer<(typeof EventDetails)[Type]>;

const envelope = {
  id: Id,
  seq: z.int().nullable(),
  thread_id: Id.nullable(),
  session_id: Id.nullable(),
  iteration_number: z.int().nullable(),
  model_involved: z.string().nullable(),
  message: z.string().describe("for people"),
  simulated: z.boolean(),
  timestamp: Timestamp,
};

type EnvelopeOf<Type extends EventType> = z.infer<z.ZodObject<typeof envelope>> & {
  event_type: Type;
  details: DetailsOf<Type>;
};

/** Any event, told apart by `event_type`. */
export type ThreadEvent = { [Type in EventType]: EnvelopeOf<Type> }[EventType];

const variants = Object.entries(EventDetails).map(([type, details]) =>
  z.object({ event_type: z.literal(type), ...envelope, details }).meta({ id: `Event_${type}` }),
);

export const ThreadEvent = z
  .union(variants as [(typeof variants)[0], ...typeof variants])
  .meta({ id: "ThreadEvent", example: eventExample }) as unknown as z.ZodType<ThreadEvent>;
