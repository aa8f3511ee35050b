/** A session: a user's sitting, with its settings, its cost limit and its money. */
import { z } from "zod";
import { Id, ModelReference, Money, Score, Timestamp, userText } from "./common.ts";
import { session, settings } from "./story.ts";
import { AskedMode, SessionStatus, Strategy } from "./words.ts";

const ModelNames = z.array(ModelReference).max(100);

export const MaxIterations = z.int().min(1).max(10);
export const DeadlineMs = z
  .int()
  .min(1_000)
  .max(3_600_000)
  .describe("milliseconds from acceptance to the last call's end");

/** As a client may send them: every field optional. */
export const SessionSettingsInput = z.object({
  preferred_models: ModelNames.optional(),
  excluded_models: ModelNames.optional(),
  cost_limit: Money.nullable().optional().describe("null: no limit; absent: the server's default"),
  quality_threshold: Score.optional(),
  mode: AskedMode.optional(),
  selection_strategy: Strategy.optional(),
  deadline_ms: DeadlineMs.optional(),
});
export type SessionSettingsInput = z.infer<typeof SessionSettingsInput>;

/** As they are stored and shown: every field present. */
export const SessionSettings = z
  .object({
    preferred_models: z.array(z.string()),
    excluded_models: z.array(z.string()),
    cost_limit: z.number().nullable(),
    quality_threshold: z.number(),
    mode: AskedMode,
    selection_strategy: Strategy,
    deadline_ms: z.number(),
  })
  .meta({ id: "SessionSettings", example: settings });
export type SessionSettings = z.infer<typeof SessionSettings>;

export const CreateSession = z
  .object({
    user_id: userText(200).min(1).optional(),
    max_iterations: MaxIterations.optional(),
    settings: SessionSettingsInput.optional(),
  })
  .meta({ id: "CreateSession", example: { max_iterations: 3, settings: { cost_limit: 1, mode: "auto" } } });
export type CreateSession = z.infer<typeof CreateSession>;

export const UpdateSessionSettings = z
  .object({ max_iterations: MaxIterations.optional(), settings: SessionSettingsInput.optional() })
  .meta({ id: "UpdateSessionSettings", example: { settings: { cost_limit: 2.5, quality_threshold: 8.5 } } });
export type UpdateSessionSettings = z.infer<typeof UpdateSessionSettings>;

export const SessionFeedback = z
  .object({ user_satisfaction: Score })
  .meta({ id: "SessionFeedback", example: { user_satisfaction: 9 } });
export type SessionFeedback = z.infer<typeof SessionFeedback>;

export const Session = z
  .object({
    id: Id,
    user_id: z.string(),
    status: SessionStatus,
    max_iterations: z.int(),
    settings: SessionSettings,
    total_cost: z.number().describe("spent: settled by the providers' own figures, at most what was reserved"),
    held: z.number().describe("reserved for calls in flight"),
    unconfirmed: z.number().describe("calls whose bill we will never see, counted at their upper bound"),
    overrun: z.number().describe("what bills exceeded their reservations by"),
    user_satisfaction: z.number().nullable(),
    session_start: Timestamp,
    session_end: Timestamp.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "Session", example: session });
export type Session = z.infer<typeof Session>;
