/** The extra object in answers of `/v1`: how the answer came to be. */
import { z } from "zod";
import { Id } from "./common.ts";
import { receipt } from "./story.ts";
import { Mode, StopReason } from "./words.ts";

export const Receipt = z
  .object({
    thread_id: Id,
    session_id: Id,
    mode: Mode,
    selected_model: z.string().nullable(),
    selection_reasoning: z.string().nullable(),
    evaluators: z.array(z.string()),
    iterations: z.int(),
    best_iteration: z.int().nullable(),
    stop_reason: StopReason.nullable(),
    final_quality_score: z.number().nullable(),
    total_cost: z.number(),
    cost_is_estimated: z.boolean(),
    simulated: z.boolean(),
    total_time_spent: z.number(),
    citations: z.array(z.object({ id: z.int(), chunk_id: Id, file_id: Id, file_name: z.string() })),
  })
  .meta({ id: "Receipt", example: receipt });
export type Receipt = z.infer<typeof Receipt>;
