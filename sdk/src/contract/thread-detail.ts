/** A thread with everything behind it, and the one-line answer of `ask --json`. */
import { z } from "zod";
import { Id } from "./common.ts";
import { ThreadState, threadStatusFields } from "./orchestrate.ts";
import { evaluation, prompt, response, revision, selection, state } from "./story.ts";
import { ModelEvaluation, ModelResponse, Revision, Selection } from "./threads.ts";

export const Thread = z
  .object({
    ...threadStatusFields,
    original_prompt: z.string(),
    processed_prompt: z.string().nullable(),
    context: z.string().nullable(),
    parent_thread_id: Id.nullable(),
    selections: z.array(Selection),
    responses: z.array(ModelResponse),
    evaluations: z.array(ModelEvaluation),
    revisions: z.array(Revision),
  })
  .meta({
    id: "Thread",
    example: {
      ...{ ...state, original_prompt: prompt, processed_prompt: prompt, context: null, parent_thread_id: null },
      ...{ selections: [selection], responses: [response], evaluations: [evaluation], revisions: [revision] },
    },
  });
export type Thread = z.infer<typeof Thread>;

export const AskReport = ThreadState.extend({
  iterations: z.int(),
  responses: z.array(
    ModelResponse.pick({
      id: true,
      iteration_number: true,
      role: true,
      model_name: true,
      response_text: true,
      selection_score: true,
      cost: true,
      status: true,
    }),
  ),
  evaluations: z.array(
    ModelEvaluation.pick({
      id: true,
      evaluated_response_id: true,
      evaluator_model: true,
      overall_score: true,
      evaluation_criteria: true,
      criticisms: true,
    }),
  ),
}).meta({ id: "AskReport" });
export type AskReport = z.infer<typeof AskReport>;
