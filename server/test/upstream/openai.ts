/** OpenAI's Chat Completions, and the dialects of those who followed it (the first word of the path: `/mistral/v1/...`). */
import { piecesOf } from "../../src/providers/simulated/tokens.ts";
import { inDialect, refusal, vendorIn } from "./openai-refusals.ts";
import {
  type Asked,
  type Count,
  type Finish,
  type Format,
  type Frame,
  type Json,
  listOf,
  nowSeconds,
  numberOf,
  objectOf,
  Refused,
  type Reply,
  sse,
  stringOf,
  textOf,
} from "./wire.ts";

/** These tell the usage of a stream unasked. */
const telling = new Set(["xai", "openrouter"]);

export const openai: Format = {
  contentType: "text/event-stream; charset=utf-8",
  read(body, path) {
    const model = stringOf(body["model"]);
    if (model === "") throw refused("you must provide a model parameter");
    if (listOf(body["messages"]).length === 0)
      throw refused("Invalid 'messages': empty array. Expected an array with minimum length 1.", "messages");
    const format = objectOf(body["response_format"]);
    const choice = body["tool_choice"];
    const asked: Asked = {
      model,
      streamed: body["stream"] === true,
      messages: listOf(body["messages"]).map(messageOf),
      cap: numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]),
      tools: listOf(body["tools"]).map((tool) => {
        const told = objectOf(objectOf(tool)["function"]);
        return { name: stringOf(told["name"]), parameters: told["parameters"] };
      }),
      forcedTool:
        choice === "required" || choice === "any"
          ? ""
          : stringOf(objectOf(objectOf(choice)["function"])["name"]) || null,
      json: jsonOf(format),
      usageIn:
        vendorIn(path) === "mistral"
          ? "last"
          : telling.has(vendorIn(path)) || objectOf(body["stream_options"])["include_usage"] === true
            ? "own"
            : null,
    };
    checkFormat(asked, format, vendorIn(path));
    return asked;
  },
  whole: (reply) => ({
    ...head(reply, "chat.completion"),
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          ...said(reply),
          ...(reply.tool && { tool_calls: [{ id: callId(reply), type: "function", function: reply.tool }] }),
          annotations: [],
        },
        logprobs: null,
        finish_reason: finishes[reply.finish],
      },
    ],
    ...(reply.usage && { usage: usageOf(reply.usage) }),
  }),
  frames,
  brokenOff: sse({
    error: {
      message: "The server had an error while processing your request.",
      type: "server_error",
      param: null,
      code: null,
    },
  }),
  garbled: 'data: {"id":"chatcmpl-1","choices":[{"del\n\n',
  headers: (number) => headersOf(number),
  refusal: (failure, path) => inDialect(vendorIn(path), refusal(failure)),
  listed: (models) => ({
    object: "list",
    data: models.map((id) => ({ id, object: "model", created: 1_715_367_049, owned_by: "system" })),
  }),
};

function messageOf(value: unknown): Asked["messages"][number] {
  const message = objectOf(value);
  const role = message["role"];
  return {
    role:
      role === "developer" || role === "system" ? "system" : role === "assistant" || role === "tool" ? role : "user",
    content:
      textOf(message["content"]) + (message["tool_calls"] === undefined ? "" : JSON.stringify(message["tool_calls"])),
  };
}

const jsonOf = (format: Json): Asked["json"] =>
  format["type"] === "json_schema"
    ? { schema: objectOf(format["json_schema"])["schema"] }
    : format["type"] === "json_object"
      ? true
      : null;

/** What OpenAI refuses, in its words; the dialects are laxer. */
function checkFormat({ json, messages }: Asked, format: Json, vendor: string): void {
  if (vendor !== "openai") return;
  if (json === true && !messages.some(({ content }) => /json/i.test(content)))
    throw refused(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      "messages",
    );
  const told = objectOf(format["json_schema"]);
  if (json === null || json === true || told["strict"] !== true) return;
  const wrong = looseness(json.schema, []);
  if (wrong)
    throw refused(`Invalid schema for response_format '${stringOf(told["name"])}': ${wrong}`, "response_format");
}

/** Strict mode: every object is closed and requires all it has. */
function looseness(schema: unknown, path: readonly string[]): string | null {
  const { type, properties, required, additionalProperties, items, anyOf, $defs } = objectOf(schema);
  const context = `In context=(${path.map((step) => `'${step}'`).join(", ")})`;
  if (type === "object") {
    if (additionalProperties !== false)
      return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(objectOf(properties)).find((name) => !listOf(required).includes(name));
    if (missing !== undefined)
      return `${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  const inner: [string[], unknown][] = [
    ...Object.entries(objectOf(properties)).map(([name, value]): [string[], unknown] => [["properties", name], value]),
    ...Object.entries(objectOf($defs)).map(([name, value]): [string[], unknown] => [["$defs", name], value]),
    ...listOf(anyOf).map((value, index): [string[], unknown] => [["anyOf", String(index)], value]),
    ...(items === undefined ? [] : [[["items"], items] as [string[], unknown]]),
  ];
  return inner.reduce<string | null>((found, [steps, value]) => found ?? looseness(value, [...path, ...steps]), null);
}

const finishes: Readonly<Record<Finish, string>> = {
  stop: "stop",
  length: "length",
  tool: "tool_calls",
  refusal: "content_filter",
};

const head = ({ number, asked }: Reply, object: string) => ({
  id: `chatcmpl-${number.toString(36).padStart(12, "0")}`,
  object,
  created: nowSeconds(),
  model: asked.model,
  service_tier: "default",
  system_fingerprint: "fp_upstream",
});

const headersOf = (number: number): Record<string, string> => ({
  "x-request-id": `req_${number.toString(16).padStart(32, "0")}`,
  "openai-version": "2020-10-01",
  "x-ratelimit-limit-requests": "10000",
  "x-ratelimit-remaining-requests": "9999",
  "x-ratelimit-reset-requests": "6ms",
  "x-ratelimit-limit-tokens": "30000000",
  "x-ratelimit-remaining-tokens": "29999000",
  "x-ratelimit-reset-tokens": "2ms",
});

const callId = ({ number }: Reply): string => `call_${number.toString(36).padStart(9, "0")}`;

/** Where a schema was asked for, a refusal comes in its own field and the content is null. */
const said = ({ text, tool, finish, asked }: Reply) => {
  const apology = finish === "refusal" && asked.json !== null;
  return { content: apology || (tool && text === "") ? null : text, refusal: apology ? text : null };
};

const usageOf = ({ input, cached, cacheWrite, output, reasoning }: Count) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: {
    cached_tokens: cached,
    audio_tokens: 0,
    ...(cacheWrite > 0 && { cache_write_tokens: cacheWrite }),
  },
  completion_tokens_details: {
    reasoning_tokens: reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

function frames(reply: Reply): Frame[] {
  const { asked, tool, finish, usage } = reply;
  const shared = head(reply, "chat.completion.chunk");
  const chunk = (
    delta: unknown,
    finish_reason: string | null = null,
    rest: object | null = asked.usageIn && { usage: null },
  ) => sse({ ...shared, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...rest });
  const { content, refusal } = said(reply);
  const pieces = piecesOf(content ?? refusal ?? "");
  const written = pieces.map((piece, index) => ({
    bytes: chunk(content === null ? { refusal: piece } : { content: piece }),
    share: (index + 1) / pieces.length,
  }));
  const called = { index: 0, id: callId(reply), type: "function", function: { name: tool?.name, arguments: "" } };
  const told = usage && { usage: usageOf(usage) };
  const end = chunk({}, finishes[finish], asked.usageIn === "last" ? told : undefined);
  const last = asked.usageIn === "own" && told ? sse({ ...shared, choices: [], ...told }) : "";
  return [
    { bytes: chunk({ role: "assistant", content: tool ? null : "", refusal: null }), share: 0 },
    ...written,
    ...(tool
      ? [
          { bytes: chunk({ tool_calls: [called] }), share: 0.1 },
          ...halves(tool.arguments).map((part, index) => ({
            bytes: chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }),
            share: 0.5 + index / 2,
          })),
        ]
      : []),
    { bytes: `${end}${last}data: [DONE]\n\n`, share: 1 },
  ];
}

export const halves = (text: string): [string, string] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
};

const refused = (message: string, param: string | null = null): Refused =>
  new Refused({ status: 400, body: { error: { message, type: "invalid_request_error", param, code: null } } });
