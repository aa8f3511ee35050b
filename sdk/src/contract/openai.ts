/** What `/v1` answers: OpenAI's own shapes, and one extra object, the receipt. */
import { z } from "zod";
import { Receipt } from "./receipt.ts";
import { finalAnswer, receipt } from "./story.ts";

/** OpenAI's error, in the answer to a request or as the last event of a stream. */
export const OpenAiError = z
  .object({
    error: z.object({
      message: z.string().describe("what, where, what to do"),
      type: z.string().describe("invalid_request_error, rate_limit_error, insufficient_quota or server_error"),
      param: z.string().nullable().describe("the field that does not fit"),
      code: z.string().nullable().describe("OpenAI's, where it has one, else ours: see /docs/errors"),
    }),
  })
  .meta({
    id: "OpenAiError",
    example: {
      error: {
        message: "There is no model gpt-9: GET /v1/models lists them",
        ...{ type: "invalid_request_error", param: "model", code: "model_not_found" },
      },
    },
  });
export type OpenAiError = z.infer<typeof OpenAiError>;

const UnixTime = z.int().describe("seconds since 1970");

export const OpenAiModel = z
  .object({
    id: z.string().describe("a model's name, or `orchestratex/…`"),
    object: z.literal("model"),
    created: UnixTime,
    owned_by: z.string().describe("who serves it; `orchestratex`: the whole loop"),
  })
  .meta({
    id: "OpenAiModel",
    example: { id: "orchestratex/checked", object: "model", created: 1_795_219_200, owned_by: "orchestratex" },
  });
export type OpenAiModel = z.infer<typeof OpenAiModel>;

export const OpenAiModels = z.object({ object: z.literal("list"), data: z.array(OpenAiModel) }).meta({
  id: "OpenAiModels",
  example: {
    object: "list",
    data: [{ id: "claude", object: "model", created: 1_795_219_200, owned_by: "anthropic" }],
  },
});
export type OpenAiModels = z.infer<typeof OpenAiModels>;

export const CompletionUsage = z
  .object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int() }),
    completion_tokens_details: z.object({ reasoning_tokens: z.int() }),
  })
  .describe("tokens as the providers counted them, of all calls of the thread together")
  .meta({ id: "CompletionUsage" });
export type CompletionUsage = z.infer<typeof CompletionUsage>;

const FinishReason = z.enum(["stop", "length", "tool_calls", "content_filter"]);
export type OpenAiFinishReason = z.infer<typeof FinishReason>;

const CalledTool = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string().describe("JSON, as the model wrote it") }),
});
export type CalledTool = z.infer<typeof CalledTool>;

const usage = {
  ...{ prompt_tokens: 4210, completion_tokens: 910, total_tokens: 5120 },
  ...{ prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } },
};
const head = { id: `chatcmpl-${receipt.thread_id}`, created: 1_795_255_200, model: "orchestratex/checked" };
const SystemFingerprint = z.string().optional().describe("`simulated`: built-in simulated models have answered");

export const ChatCompletion = z
  .object({
    id: z.string().describe("`chatcmpl-` and the id of the thread"),
    object: z.literal("chat.completion"),
    created: UnixTime,
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal("assistant"),
          content: z.string().nullable(),
          refusal: z.null(),
          tool_calls: z.array(CalledTool).optional(),
        }),
        logprobs: z.null(),
        finish_reason: FinishReason,
      }),
    ),
    usage: CompletionUsage.optional().describe("missing: no provider has told"),
    system_fingerprint: SystemFingerprint,
    orchestratex: Receipt,
  })
  .meta({
    id: "ChatCompletion",
    example: {
      ...{ ...head, object: "chat.completion" },
      choices: [
        {
          ...{ index: 0, message: { role: "assistant", content: finalAnswer, refusal: null } },
          ...{ logprobs: null, finish_reason: "stop" },
        },
      ],
      ...{ usage, orchestratex: receipt },
    },
  });
export type ChatCompletion = z.infer<typeof ChatCompletion>;

export const ChatCompletionChunk = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion.chunk"),
    created: UnixTime,
    model: z.string(),
    choices: z
      .array(
        z.object({
          index: z.int(),
          delta: z.object({
            role: z.literal("assistant").optional(),
            content: z.string().optional(),
            tool_calls: z.array(CalledTool.extend({ index: z.int() })).optional(),
          }),
          logprobs: z.null(),
          finish_reason: FinishReason.nullable(),
        }),
      )
      .describe("empty in the chunk that has the usage"),
    usage: CompletionUsage.nullish().describe("only with `include_usage`; null but in the last chunk"),
    system_fingerprint: SystemFingerprint,
    orchestratex: Receipt.optional().describe("on the chunk with the finish_reason"),
  })
  .meta({ id: "ChatCompletionChunk" });
export type ChatCompletionChunk = z.infer<typeof ChatCompletionChunk>;
