/**
 * What happens in a thread, in order: rows of `orchestration_logs` as the wire shows them.
 *
 * `seq` counts from 1 per thread without gaps. Live-only events (deltas, snapshots, the greeting) have `seq: null`.
 * The details of every logged event also carry the thread's `total_cost` at that moment.
 */
import { z } from "zod";
import { Id, Timestamp } from "./common.ts";
import { Envelope } from "./envelope.ts";
import { fileEvents } from "./file-events.ts";
import { Range } from "./orchestrate.ts";
import { eventExample } from "./story-events.ts";
import { Analysis, Candidate, Criticism, ModelEvaluation, ModelResponse, Revision, TokensUsed } from "./threads.ts";
import { CostSource, Decision, FinishReason, Mode, Role, StopReason, Strategy, ThreadStatus } from "./words.ts";

const total_cost = z.number().describe("US dollars the thread has cost so far");
const UsDollars = z.number().describe("US dollars");
const Points = z.number().describe("1 to 10");
const ModelOf = z.string().describe("a model_name");
const AnswerRole = Role.extract(["primary", "refiner"]);

/** Event type -> its details. */
export const EventDetails = {
  connection_established: z
    .object({
      server_time: Timestamp,
      session_id: Id.optional().describe("of a connection that follows a session"),
      thread_id: Id.optional().describe("of a connection that follows a thread"),
      last_seq: z.int().describe("of the thread, when you came; 0 for a session"),
      heartbeat_ms: z.int().describe("milliseconds between signs of life: after three without any the line is dead"),
    })
    .describe("The greeting: first on every connection, and again after each reconnection."),
  orchestration_started: z
    .object({
      mode: Mode,
      max_iterations: z.int().describe("1 to 10"),
      quality_threshold: Points.describe("1 to 10: the score that ends the thread"),
      cost_limit: UsDollars.nullable().describe(
        "US dollars; the tighter of the thread's and the session's; null: none",
      ),
      cost_limit_of: z
        .enum(["thread", "session"])
        .nullable()
        .optional()
        .describe("whose limit that is; null: there is none; missing: written by an older version"),
      deadline_at: Timestamp.nullable().describe("no call begins after it; null: none"),
      resumed: z.boolean().describe("true: taken up again, after a crash or for another iteration"),
      total_cost,
    })
    .describe("A worker has taken the thread up. Comes again, with `resumed` true, each time that happens."),
  prompt_analyzed: Analysis.extend({ total_cost }).describe(
    "What kind of prompt it is. Once a thread, before any model is called.",
  ),
  model_selected: z
    .object({
      selection_id: Id.describe("the id of the selection's row"),
      selected_model: ModelOf.describe("who answers"),
      evaluators: z.array(z.string()).describe("who judges: model_names, in order of fitness; empty in mode quick"),
      runner_up_model: ModelOf.nullable().describe("null: no other could have answered"),
      selection_margin: z.number().nullable().describe("points between the two; null without a runner-up"),
      selection_confidence: Points.nullable(),
      selection_strategy: Strategy,
      reasoning: z.string().describe("in words, for people"),
      warnings: z.array(z.string()).describe("why models are no candidates, or fewer evaluate than asked"),
      candidates_considered: z.array(Candidate).describe("best first; all scores 1 to 10"),
      cost_range: Range.describe("US dollars this run may cost, as in the preview"),
      total_cost,
    })
    .describe(
      "Who answers and who judges, with reasons. Once a thread: who revises, and the choice of the final version, are told by what follows, and stand in the thread's selections.",
    ),
  response_delta: z
    .object({
      response_id: Id,
      role: AnswerRole,
      offset: z.int().describe("where `text` begins in the whole, in UTF-16 units (a JavaScript string's index)"),
      text: z.string(),
    })
    .describe(
      "A piece of an answer that is being written, several times a second: a draft. Cut your text at `offset` and add `text`. Live only.",
    ),
  response_snapshot: z
    .object({ response_id: Id, role: AnswerRole, text: z.string().describe("all of it so far") })
    .describe(
      "The whole text so far in place of the pieces: on connecting while an answer is written, and for a reader who was slow. Live only.",
    ),
  response_generated: z
    .object({
      response_id: Id,
      role: AnswerRole,
      response_text: z.string().describe("the whole text; still a draft until orchestration_finished"),
      confidence_score: ModelResponse.shape.confidence_score.describe("1 to 10, the author's own; null: it gave none"),
      tokens_used: TokensUsed.nullable().describe("as the provider counted; null: it did not say"),
      cost: UsDollars.nullable().describe("US dollars; null: the model's price is unknown"),
      cost_source: CostSource.describe("whose figure the cost is"),
      response_time: z.number().describe("milliseconds from sending to the last character"),
      finish_reason: FinishReason.describe("`length`: it was cut at its cap"),
      total_cost,
    })
    .describe("An answer (`primary`) or a revision (`refiner`) is complete."),
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
  })
    .extend({
      evaluation_id: Id,
      tokens_used: TokensUsed.nullable()
        .optional()
        .describe(
          "of its own call, as the provider counted; null: it did not say; missing: written by an older version",
        ),
      total_cost,
    })
    .describe(
      "One model has judged an answer, `evaluated_response_id`; `response_id` is its own call. Once for each evaluator and iteration, in any order.",
    ),
  evaluation_failed: z
    .object({
      evaluator_model: ModelOf,
      code: z.string().describe("a fault code: see /docs/errors"),
      detail: z.string(),
      will_retry: z.boolean().describe("true: it is asked once more"),
      total_cost,
    })
    .describe(
      "An evaluator failed, or was not asked: with code `budget.exceeded` the cost limit leaves less than it might cost. The others go on without it; nothing for you to do.",
    ),
  model_fallback: z
    .object({
      from: ModelOf,
      to: ModelOf.nullable().describe("null: nobody is left to take over"),
      code: z.string().describe("a fault code: why the first one gave up"),
      detail: z.string().optional().describe("in the provider's own words"),
      partial_kept: z
        .boolean()
        .describe("true: what it had written is kept in its row; the next one writes its own text"),
      total_cost,
    })
    .describe("An author failed for good and another model takes over, with a response of its own."),
  criticism_merged: z
    .object({
      criticisms: z
        .array(Criticism)
        .describe("each point once, the worst first; ids c1, c2 ... hold within this iteration"),
      total_cost,
    })
    .describe(
      "The evaluators' points as one list: what the author is asked to answer. Once an iteration that was judged.",
    ),
  criticism_addressed: z
    .object({
      revision_id: Id,
      response_id: Id.describe("the revision's text is in the response_generated of this id"),
      accepted: z.array(z.string()).describe("ids of criticism_merged"),
      disputed: z
        .array(z.object({ id: z.string(), reason: z.string() }))
        .describe("what the author holds to be wrong, and why"),
      specific_improvements: Revision.shape.specific_improvements,
      total_cost,
    })
    .describe("The author has answered its critics. Together with the revision's response_generated."),
  iteration_completed: z
    .object({
      score: Points.nullable().describe("1 to 10: the median of `scores`; null: nobody judged"),
      scores: z.array(z.number()).describe("one overall score, 1 to 10, for each evaluation"),
      best_response_id: Id.describe("the best version so far, which need not be the last"),
      best_iteration: z.int(),
      gain: z.number().nullable().describe("points over the best before; null in the first iteration"),
      decision: Decision.describe("`refine`: another round begins; else why it ends"),
      decision_reason: z.string().describe("in words, for people"),
      total_cost,
    })
    .describe(
      "A round is over and decided on. `refine` is told together with the next round's start, all else with the thread's end.",
    ),
  quality_threshold_met: z
    .object({ score: Points, quality_threshold: Points, total_cost })
    .describe("The score of this version reaches the threshold: the thread ends, with the best of its versions."),
  cost_limit_warning: z
    .object({
      total_cost,
      held: UsDollars.describe("US dollars reserved for calls under way"),
      unconfirmed: UsDollars.describe("US dollars of calls whose bill will never be seen"),
      cost_limit: UsDollars,
      share: z.number().describe("of the limit, 0.8 or more"),
    })
    .describe("Four fifths of the cost limit are spent or held. Once a thread."),
  bill_exceeded: z
    .object({ response_id: Id, reserved_cost: UsDollars, cost: UsDollars, total_cost })
    .describe(
      "A provider charged more than had been reserved. Its model takes no part where there is a limit until it is put back.",
    ),
  feedback_received: z
    .object({
      kind: z.enum(["feedback", "iteration"]).describe("`iteration`: and another round was asked for"),
      feedback: z.string().nullable().describe("the user's words; null: none were given"),
      feedback_id: z.string().optional().describe("the id of this point in criticism_addressed"),
      total_cost,
    })
    .describe(
      "A user said something that the next round is to work in, or asked for another iteration: that comes after orchestration_finished, the thread goes on, and its user_accepted and final_response are null again until it ends.",
    ),
  stop_requested: z
    .object({ when: z.enum(["now", "after_iteration"]), total_cost })
    .describe("A stop was asked for: `now` cuts the calls under way, `after_iteration` lets the round end."),
  orchestration_finished: z
    .object({
      thread_status: ThreadStatus.extract(["completed", "failed"]),
      stop_reason: StopReason.nullable(),
      failure_reason: z
        .string()
        .nullable()
        .describe("a fault code, when there is no answer or the user rejected it; else null"),
      final_response: z.string().nullable().describe("the answer; null when there is none"),
      final_quality_score: Points.nullable().describe("1 to 10; null: nobody judged, or no answer"),
      best_iteration: z.int().nullable(),
      best_response_id: Id.nullable(),
      best_model_id: z.string().nullable().describe("the model_name of the author"),
      iterations: z.int().describe("how many there were"),
      total_cost,
      cost_is_estimated: z.boolean().describe("true: some call's bill was never seen and counts at its upper bound"),
      total_tokens_used: z.int(),
      total_time_spent: z.number().describe("milliseconds from acceptance"),
    })
    .describe(
      "The last event of a run, whatever its end. A thread that has ended may go on: then there is another one later.",
    ),
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
    .describe(
      "What the user did to a thread beside its run: a rating, a status, an earlier version made final. The fields are as they are now. It may come after orchestration_finished.",
    ),
  system_notice: z
    .object({ level: z.enum(["info", "warning"]) })
    .describe("From the operator to everyone who follows anything; the envelope's `message` is the notice. Live only."),
  error_occurred: z
    .object({
      code: z.string().describe("a fault code: see /docs/errors"),
      detail: z.string(),
      component: z.string().describe("where: orchestrator, provider ..."),
      recoverable: z.boolean().describe("true: the thread goes on"),
      retry_after_ms: z
        .number()
        .nullable()
        .describe("milliseconds until it is tried again; null: it is not, or at once"),
      total_cost: total_cost.optional(),
    })
    .describe("Something failed. When `recoverable` is false, orchestration_finished follows."),
  ...fileEvents,
} as const;

export type EventType = keyof typeof EventDetails;
export type DetailsOf<Type extends EventType> = z.infer<(typeof EventDetails)[Type]>;

type EnvelopeOf<Type extends EventType> = Envelope & {
  event_type: Type;
  details: DetailsOf<Type>;
};

/** Any event, told apart by `event_type`. */
export type ThreadEvent = { [Type in EventType]: EnvelopeOf<Type> }[EventType];

const variants = Object.entries(EventDetails).map(([type, details]) =>
  z.object({ event_type: z.literal(type), ...Envelope.shape, details }).meta({ id: `Event_${type}` }),
);

export const ThreadEvent = z
  .union(variants as [(typeof variants)[0], ...typeof variants])
  .meta({ id: "ThreadEvent", example: eventExample }) as unknown as z.ZodType<ThreadEvent>;
