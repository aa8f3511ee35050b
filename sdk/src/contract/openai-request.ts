/** What `POST /v1/chat/completions` takes: OpenAI's request. Fields that are not named here are passed over. */
import { z } from "zod";
import { Id, Money } from "./common.ts";
import { DeadlineMs } from "./sessions.ts";

/** 1 to 64 letters, digits, `_` and `-`: what every vendor takes as the name of a function. */
const FunctionName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1-64 of a-z A-Z 0-9 _ -");
const JsonSchema = z.record(z.string(), z.unknown());

const ContentPart = z
  .object({
    type: z
      .string()
      .describe("`text`, or in a message of the assistant `refusal`; images, audio and files are refused"),
    text: z.string().optional(),
    refusal: z.string().optional(),
  })
  .superRefine(({ type, text, refusal }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: "custom", message, path: [path] });
    if (type === "text" && text === undefined) complain("text", "is missing");
    else if (type === "refusal" && refusal === undefined) complain("refusal", "is missing");
    else if (type !== "text" && type !== "refusal")
      complain("type", `${type.slice(0, 40)} is not supported yet: send parts of type text`);
  });

const CalledFunction = z.object({ name: z.string(), arguments: z.string().describe("JSON, as the model wrote it") });

export const ChatMessage = z
  .object({
    role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
    content: z
      .union([z.string(), z.array(ContentPart)], { error: "must be a string or an array of parts of type text" })
      .nullish(),
    name: z.string().nullish().describe("of a function: which one has answered"),
    tool_calls: z
      .array(z.object({ id: z.string(), type: z.literal("function").optional(), function: CalledFunction }))
      .nullish(),
    tool_call_id: z.string().nullish().describe("of a tool: which call it answers"),
    function_call: CalledFunction.nullish().describe("the old form of tool_calls"),
  })
  .superRefine(({ role, content, tool_calls, tool_call_id, function_call, name }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: "custom", message, path: [path] });
    const called = tool_calls?.length || function_call;
    if (content === undefined && !called) complain("content", "is missing");
    if (content === null && role !== "assistant" && role !== "function") complain("content", "must not be null");
    if (role === "tool" && !tool_call_id) complain("tool_call_id", "is missing: the id of the call that this answers");
    if (role === "function" && !name) complain("name", "is missing: the function that has answered");
  });
export type ChatMessage = z.infer<typeof ChatMessage>;

const ChatTool = z.object({
  type: z.literal("function", { error: "must be function: other kinds of tools are not supported" }),
  function: z.object({
    name: FunctionName,
    description: z.string().nullish(),
    parameters: JsonSchema.nullish().describe("JSON schema; without it the function takes none"),
    strict: z.boolean().nullish(),
  }),
});

const ResponseFormat = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json_object") }),
    z.object({
      type: z.literal("json_schema"),
      json_schema: z.object({
        name: FunctionName,
        description: z.string().nullish(),
        schema: JsonSchema,
        strict: z.boolean().nullish(),
      }),
    }),
  ],
  { error: "must be text, json_object or json_schema" },
);

/** A number, or one written as text: values of OpenAI's `metadata` are strings. */
const numeric = <Kind extends z.ZodType<number, number>>(kind: Kind) =>
  z
    .union([z.number(), z.string().trim().min(1)])
    .transform(Number)
    .pipe(kind);

const Metadata = z
  .looseObject({
    session_id: Id.optional().describe("the session that pays; without it, yours of this UTC day"),
    cost_limit: numeric(Money).optional().describe("US dollars, for this thread alone; of `orchestratex/*`"),
    deadline_ms: numeric(DeadlineMs).optional().describe("milliseconds; of `orchestratex/*`"),
  })
  .describe("any names; these have a meaning here");

/** Asking for it must not be passed over in silence: the answer would be another. */
const unsupported = (what: string) => z.null({ error: `${what} not supported: leave it out` }).optional();

const penalty = z.number().min(-2).max(2).nullish();

export const ChatCompletionRequest = z
  .object({
    model: z.string().min(1).max(200).describe("an id of `GET /v1/models`"),
    messages: z.array(ChatMessage).min(1, "must not be empty"),
    stream: z.boolean().nullish(),
    stream_options: z
      .object({ include_usage: z.boolean().nullish() })
      .nullish()
      .describe("`include_usage`: one chunk more at the end, with the usage"),
    max_completion_tokens: z.int().min(1).nullish().describe("most tokens of the answer"),
    max_tokens: z.int().min(1).nullish().describe("the old name of max_completion_tokens"),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    stop: z
      .union([z.string(), z.array(z.string()).max(4)], { error: "must be a string or at most 4 of them" })
      .nullish(),
    seed: z.int().nullish(),
    presence_penalty: penalty,
    frequency_penalty: penalty,
    n: z.literal(1, { error: "must be 1: ask again for another answer" }).nullish(),
    response_format: ResponseFormat.nullish(),
    tools: z.array(ChatTool).max(128).nullish(),
    tool_choice: z
      .union(
        [
          z.enum(["auto", "none", "required"]),
          z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) }),
        ],
        { error: "must be auto, none, required or one function by its name" },
      )
      .nullish(),
    parallel_tool_calls: z.boolean().nullish().describe("false: at most one call of a tool"),
    user: z.string().nullish().describe("passed over: you are who signs in"),
    metadata: Metadata.nullish(),
    logprobs: z.literal(false, { error: "are not supported: leave it out" }).nullish(),
    logit_bias: z
      .record(z.string(), z.number())
      .refine((bias) => Object.keys(bias).length === 0, "is not supported: leave it out")
      .nullish(),
    modalities: z.array(z.literal("text", { error: "must be text" })).nullish(),
    functions: unsupported("is the old form of tools, and"),
    function_call: unsupported("is the old form of tool_choice, and"),
    web_search_options: unsupported("is"),
  })
  .superRefine(({ tools, tool_choice }, context) => {
    if (!tool_choice || tool_choice === "none" || tool_choice === "auto") return;
    const named = typeof tool_choice === "string" ? null : tool_choice.function.name;
    if (tools?.some((tool) => named === null || tool.function.name === named)) return;
    const message = named === null ? "needs tools" : `names a function that is not among the tools`;
    context.addIssue({ code: "custom", message, path: ["tool_choice"] });
  })
  .meta({
    id: "ChatCompletionRequest",
    example: { model: "orchestratex/checked", messages: [{ role: "user", content: "Why is the sky blue?" }] },
  });
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>;
