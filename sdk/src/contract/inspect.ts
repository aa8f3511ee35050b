/** Looking behind answers: filters of the lists, a thread to take away, and the server testing its models and itself. */
import { z } from "zod";
import { Id, Milliseconds, ModelName, PageQuery, Timestamp, userText } from "./common.ts";
import { EventDetails, type EventType, ThreadEvent } from "./events.ts";
import { modelsHealth, modelTest, selfTest, threadExport, threadItem } from "./inspect-examples.ts";
import { Profile } from "./models.ts";
import { ThreadState, threadStatusFields } from "./orchestrate.ts";
import { Session } from "./sessions.ts";
import { Analysis, ModelEvaluation, ModelResponse, Revision, Selection, TokensUsed } from "./threads.ts";
import {
  Domain,
  Mode,
  ResponseStatus,
  Role,
  SelectionPhase,
  SessionStatus,
  StopReason,
  ThreadStatus,
} from "./words.ts";

const Iteration = z.coerce.number().int().min(1).max(1_000).optional().describe("only of this iteration");

export const ResponsesQuery = PageQuery.extend({
  iteration: Iteration,
  role: Role.optional().describe("only calls of this role"),
  status: ResponseStatus.optional().describe("only calls that stand so"),
  model_name: ModelName.optional().describe("only calls of this model"),
});
export type ResponsesQuery = z.infer<typeof ResponsesQuery>;

export const EvaluationsQuery = PageQuery.extend({
  iteration: Iteration,
  evaluator_model: ModelName.optional().describe("only by this model"),
  evaluated_response_id: Id.optional().describe("only of this answer"),
});
export type EvaluationsQuery = z.infer<typeof EvaluationsQuery>;

export const SelectionsQuery = PageQuery.extend({
  iteration: Iteration,
  phase: SelectionPhase.optional().describe("only of this phase"),
});
export type SelectionsQuery = z.infer<typeof SelectionsQuery>;

export const RevisionsQuery = PageQuery.extend({ iteration: Iteration });
export type RevisionsQuery = z.infer<typeof RevisionsQuery>;

const EventTypeName = z.enum(Object.keys(EventDetails) as [EventType, ...EventType[]]);

/** For pages of events; a stream takes none. */
export const EventFilters = z.object({
  event_type: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(",").map((name) => name.trim())))
    .pipe(z.array(EventTypeName))
    .optional()
    .describe("only events of these types: repeated, or separated by commas"),
  iteration: Iteration,
});
export type EventFilters = z.infer<typeof EventFilters>;

export const SessionsQuery = PageQuery.extend({
  status: SessionStatus.optional().describe("only sessions that stand so"),
});
export type SessionsQuery = z.infer<typeof SessionsQuery>;

const threadFilters = {
  status: z
    .enum([...ThreadStatus.options, "running"])
    .optional()
    .describe("a thread_status, or `running`: asked and not at its end"),
  domain: Domain.optional().describe("what they are about"),
  mode: Mode.optional().describe("how careful they were"),
  simulated: z.stringbool().optional().describe("whether simulated models answered"),
  stop_reason: StopReason.optional().describe("why they ended"),
};

export const ThreadsOfSessionQuery = PageQuery.extend(threadFilters);
export type ThreadsOfSessionQuery = z.infer<typeof ThreadsOfSessionQuery>;

export const ThreadsQuery = PageQuery.extend({
  ...threadFilters,
  q: userText(200).trim().optional().describe("a piece of the prompt, in any case"),
});
export type ThreadsQuery = z.infer<typeof ThreadsQuery>;

/** A thread in a list: its state, and the start of its prompt to know it by. */
export const ThreadItem = ThreadState.extend({
  prompt_start: z.string().describe("the first 200 characters of the prompt"),
}).meta({ id: "ThreadItem", example: threadItem });
export type ThreadItem = z.infer<typeof ThreadItem>;

export const ModelsQuery = z.object({
  provider: userText(64).optional().describe("who serves them, such as openai"),
  specialty: userText(100).trim().toLowerCase().optional().describe("a domain or a need, in any case"),
  active: z.stringbool().optional().describe("whether they are switched on"),
  available: z.stringbool().optional().describe("whether they answer"),
  simulated: z.stringbool().optional().describe("whether they only play a model"),
});
export type ModelsQuery = z.infer<typeof ModelsQuery>;

export const ExportFormat = z.enum(["json", "markdown"]);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** A thread as it is taken away. A later version may add fields; one that changes their meaning has another number. */
export const ThreadExport = z
  .object({
    format: z.literal("orchestratex.thread"),
    version: z.literal(1),
    exported_at: Timestamp,
    running: z.boolean().describe("true: it was not at its end when it was exported, so there may be more by now"),
    thread: z.object({
      ...threadStatusFields,
      original_prompt: z.string(),
      processed_prompt: z.string().nullable(),
      context: z.string().nullable(),
      parent_thread_id: Id.nullable(),
      analysis: Analysis.nullable(),
      quality_threshold: z.number(),
      deadline_at: Timestamp.nullable(),
      settings: z.record(z.string(), z.unknown()).describe("what was asked for, and the settings that held"),
    }),
    session: Session.pick({ id: true, status: true, max_iterations: true, settings: true, created_at: true }),
    selections: z.array(Selection),
    responses: z.array(ModelResponse),
    evaluations: z.array(ModelEvaluation),
    revisions: z.array(Revision),
    events: z.array(ThreadEvent),
  })
  .meta({ id: "ThreadExport", example: threadExport });
export type ThreadExport = z.infer<typeof ThreadExport>;

export const ModelStatus = z
  .object({
    is_active: z.boolean().optional().describe("false: it takes no part in anything"),
    is_available: z.boolean().optional().describe("false: it does not answer now"),
  })
  .refine((body) => body.is_active !== undefined || body.is_available !== undefined, {
    message: "name is_active, is_available or both",
  })
  .meta({ id: "ModelStatus", example: { is_active: false } });
export type ModelStatus = z.infer<typeof ModelStatus>;

export const ModelTest = z
  .object({
    model_name: ModelName,
    ok: z.boolean(),
    response_time: Milliseconds,
    output: z.string().nullable().describe("what the model wrote; the start of it where it is long"),
    usage: TokensUsed.nullable(),
    cost: z.number().nullable().describe("US dollars; null: unknown. No session pays for it"),
    code: z.string().nullable().describe("the fault code, when it failed"),
    detail: z.string().nullable(),
    simulated: z.boolean(),
    tested_at: Timestamp,
  })
  .meta({ id: "ModelTest", example: modelTest });
export type ModelTest = z.infer<typeof ModelTest>;

export const HealthWord = z.enum([
  "ok",
  "degraded",
  "unavailable",
  "inactive",
  "no_provider",
  "untested",
  "no_key",
  "key_rejected",
  "retired",
  "paused",
]);
export type HealthWord = z.infer<typeof HealthWord>;

const ModelHealth = z.object({
  model_name: ModelName,
  provider: z.string(),
  simulated: z.boolean(),
  status: HealthWord.describe(
    "`no_provider`: its provider is not set up; `no_key`: there is no key for it; `key_rejected`: the provider refused the key, or its account has no credit; `retired`: the provider's list lacks it; `paused`: it failed so often that it is left alone for a while; `degraded`: many of its calls fail, or it charged more than was reserved; `untested`: never asked",
  ),
  detail: z.string().nullable().describe("why it cannot be asked, and what to do"),
  retired: Profile.shape.retired,
  last_health_check: Timestamp.nullable(),
  total_requests: z.int(),
  success_rate: z.number().nullable().describe("0 to 1, of its calls in finished threads"),
  average_response_time: z.number().nullable().describe("milliseconds"),
  uptime_percentage: z
    .number()
    .nullable()
    .describe(
      "0 to 100: of the time between checks in the last 30 days, the share in which it could be asked; null: not measured",
    ),
  over_billed_at: Timestamp.nullable(),
});

export const ModelsHealth = z
  .object({
    items: z.array(ModelHealth),
    summary: z.object({
      total: z.int(),
      usable: z.int().describe("active, available, and spoken for"),
      ...Object.fromEntries(HealthWord.options.map((word) => [word, z.int()])),
    } as { total: z.ZodInt; usable: z.ZodInt } & Record<HealthWord, z.ZodInt>),
  })
  .meta({ id: "ModelsHealth", example: modelsHealth });
export type ModelsHealth = z.infer<typeof ModelsHealth>;

export const SelfTestStep = z.enum([
  "accepted",
  "taken",
  "analyzed",
  "selected",
  "answered",
  "evaluated",
  "revised",
  "finished",
  "events",
  "money",
]);
export type SelfTestStep = z.infer<typeof SelfTestStep>;

export const SelfTest = z
  .object({
    ok: z.boolean(),
    simulated: z.literal(true).describe("only simulated models take part: it costs nothing"),
    cost: z.literal(0),
    total_time: Milliseconds,
    steps: z.array(
      z.object({
        step: SelfTestStep,
        ok: z.boolean(),
        at: Milliseconds.nullable().describe("milliseconds after the start; null: not reached"),
        detail: z.string(),
      }),
    ),
    tested_at: Timestamp,
  })
  .meta({ id: "SelfTest", example: selfTest });
export type SelfTest = z.infer<typeof SelfTest>;
