/** Asking, and following what became of it. */
import { z } from "zod";
import { Id, ModelReference, Money, Score, Timestamp, userText } from "./common.ts";
import { DeadlineMs, MaxIterations } from "./sessions.ts";
import { analysis, candidates, chosen, state } from "./story.ts";
import { Analysis, Candidate } from "./threads.ts";
import {
  AskedMode,
  Complexity,
  ContextMode,
  Domain,
  Mode,
  SearchMode,
  StopReason,
  StopWhen,
  Strategy,
  ThreadStatus,
} from "./words.ts";

/** 1 to 100 000 characters once surrounding white space is gone. */
export const Prompt = userText(200_000)
  .trim()
  .min(1, "must not be empty")
  .max(100_000, "must be at most 100000 characters");

const asked = {
  session_id: Id.nullish(),
  context: userText(400_000).nullish().describe("what the models should also know; at most 400 000 characters"),
  mode: AskedMode.nullish(),
  max_iterations: MaxIterations.nullish(),
  evaluators: z.int().min(0).max(10).nullish().describe("how many models evaluate; overrides the mode"),
  quality_threshold: Score.nullish(),
  cost_limit: Money.nullish().describe("for this thread alone, beside the session's"),
  deadline_ms: DeadlineMs.nullish(),
  strategy: Strategy.nullish(),
  preferred_models: z.array(ModelReference).max(100).nullish(),
  excluded_models: z.array(ModelReference).max(100).nullish(),
  context_mode: ContextMode.nullish(),
  parent_thread_id: Id.nullish(),
  persona_id: Id.nullish(),
  file_ids: z.array(Id).max(1000).nullish(),
  collections: z.array(z.string().max(200)).max(100).nullish(),
  model_name: ModelReference.nullish().describe("the manual override: this model answers; its name, or one like GPT-4"),
  search_mode: SearchMode.nullish(),
};

/** Either a new `prompt`, or the `thread_id` of a draft made by `POST /api/threads/`. */
export const AskPrompt = z
  .object({ prompt: Prompt.optional(), thread_id: Id.optional(), ...asked })
  .refine((body) => (body.prompt === undefined) !== (body.thread_id === undefined), {
    path: ["prompt"],
    message: "give either a prompt or the thread_id of a draft, not both",
  })
  .meta({ id: "AskPrompt", example: { prompt: "Why is the sky blue?", mode: "checked", cost_limit: 0.2 } });
export type AskPrompt = z.infer<typeof AskPrompt>;

/** A prompt kept as a draft: nothing runs until it is asked. */
export const CreateThread = z
  .object({ prompt: Prompt, ...asked })
  .meta({ id: "CreateThread", example: { prompt: "Why is the sky blue?" } });
export type CreateThread = z.infer<typeof CreateThread>;

export const StopThread = z
  .object({ when: StopWhen.default("now") })
  .meta({ id: "StopThread", example: { when: "after_iteration" } });
export type StopThread = z.infer<typeof StopThread>;

export const NextIteration = z
  .object({
    thread_id: Id,
    feedback: userText(20_000).nullish().describe("what the user wants changed; without it, what can be improved is"),
  })
  .meta({ id: "NextIteration", example: { thread_id: state.thread_id, feedback: "Say more about the sunset." } });
export type NextIteration = z.infer<typeof NextIteration>;

/** The state of a thread in one object: the answer of `prompt`, `status` and `stop`. */
export const threadStatusFields = {
  thread_id: Id,
  session_id: Id,
  thread_status: ThreadStatus,
  stop_reason: StopReason.nullable(),
  failure_reason: z.string().nullable().describe("a fault code, when no answer exists or the user rejected it"),
  mode: Mode,
  simulated: z.boolean().describe("true: every model of this thread is a built-in simulation"),
  domain: Domain.nullable(),
  complexity_level: Complexity.nullable(),
  estimated_difficulty: z.number().nullable(),
  language: z.string().nullable(),
  current_iteration: z.int(),
  max_iterations: z.int(),
  best_iteration: z.int().nullable(),
  best_response_id: Id.nullable(),
  best_model_id: z.string().nullable(),
  selected_model: z.string().nullable(),
  evaluators: z.array(z.string()),
  draft_response: z.string().nullable().describe("the best so far, while the thread runs"),
  final_response: z.string().nullable().describe("null until the thread ends"),
  final_quality_score: z.number().nullable(),
  user_accepted: z.boolean().nullable(),
  user_rating: z.number().nullable().describe("1 to 10"),
  user_comment: z.string().nullable(),
  total_cost: z.number(),
  cost_limit: z.number().nullable(),
  cost_is_estimated: z.boolean(),
  total_tokens_used: z.int(),
  total_models_involved: z.int(),
  total_time_spent: z.number().describe("milliseconds"),
  last_seq: z.int(),
  links: z.object({ events: z.string(), thread: z.string(), stop: z.string() }),
  created_at: Timestamp,
  completed_at: Timestamp.nullable(),
} as const;

export const ThreadState = z.object(threadStatusFields).meta({ id: "ThreadState", example: state });
export type ThreadState = z.infer<typeof ThreadState>;

export const Range = z.object({ low: z.number(), high: z.number() });

/** A dry run: what would be chosen and what it might cost. Nothing is spent. */
export const Preview = z
  .object({
    algorithm_version: z.string().describe("of the settings it rests on"),
    mode: Mode.exclude(["auto"]).describe("the mode it would run in"),
    max_iterations: z.int(),
    analysis: Analysis,
    selection: z.object({
      selected_model: z.string(),
      evaluators: z.array(z.string()),
      runner_up_model: z.string().nullable(),
      selection_margin: z.number().nullable(),
      selection_confidence: z.number(),
      selection_strategy: Strategy,
      reasoning: z.string(),
      warnings: z.array(z.string()).describe("why models are no candidates, or fewer evaluate than asked"),
      candidates_considered: z.array(Candidate),
    }),
    cost_range: Range.describe(
      "US dollars. low: one iteration with texts as short as they may sensibly be; high: the most that the planned calls can reserve, " +
        "within the limits. A call that fails and is made again, or another model that takes over, comes on top, within the limits too",
    ),
    cost_usual: z
      .number()
      .describe(
        "US dollars: at most two iterations with texts of the usual length; between the two ends of cost_range. What is paid depends on what the models write",
      ),
    duration_ms_range: Range.describe(
      "milliseconds. low: one iteration, each model as fast as it was on average (3 s where it was never measured); high: all of them, and half as much again; " +
        "neither above the deadline. Waiting for a rate limit, and a call that is made again, are not in it",
    ),
    calls: Range.describe("calls of models"),
    fits_cost_limit: z.boolean().describe("whether the limits leave room for the cheapest run"),
  })
  .meta({
    id: "Preview",
    example: {
      ...{ algorithm_version: "rules-1.1", mode: "checked", max_iterations: 2, analysis },
      selection: { ...chosen, warnings: ["grok: not available now"], candidates_considered: candidates },
      ...{
        cost_range: { low: 0.0021, high: 0.1812 },
        cost_usual: 0.0113,
        duration_ms_range: { low: 5_280, high: 15_840 },
      },
      ...{ calls: { low: 3, high: 6 }, fits_cost_limit: true },
    },
  });
export type Preview = z.infer<typeof Preview>;
