/** The fields that every event has, whatever happened: those of `orchestration_logs`. */
import { z } from "zod";
import { Id, Timestamp } from "./common.ts";

/** What is around the details of every event. */
export const Envelope = z.object({
  id: Id,
  seq: z
    .int()
    .nullable()
    .describe("the event's number in its thread, or its file: from 1, without gaps; null: live only, not in the log"),
  thread_id: Id.nullable().describe("null: of no thread"),
  session_id: Id.nullable(),
  iteration_number: z.int().nullable().describe("0 before the first answer; null: of no iteration"),
  model_involved: z.string().nullable().describe("a model_name; null: of no model"),
  message: z.string().describe("in a sentence, for people"),
  simulated: z.boolean().describe("true: built-in simulated models are at work, not real ones"),
  timestamp: Timestamp.describe("when it was written"),
});
export type Envelope = z.infer<typeof Envelope>;
