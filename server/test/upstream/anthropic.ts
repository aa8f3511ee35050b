/** Anthropic's Messages. */
import { piecesOf } from "../../src/providers/simulated/tokens.ts";
import { halves } from "./openai.ts";
import {
  type Asked,
  type Count,
  type Failure,
  type Finish,
  type Format,
  type Frame,
  type Json,
  listOf,
  numberOf,
  objectOf,
  type Refusal,
  Refused,
  type Reply,
  secondsOf,
  sse,
  stringOf,
  textOf,
} from "./wire.ts";

export const anthropic: Format = {
  contentType: "text/event-stream; charset=utf-8",
  read(body, _path, headers) {
    if (headers["anthropic-version"] === undefined) throw invalid("anthropic-version: header is required");
    if (numberOf(body["max_tokens"]) === null) throw invalid("max_tokens: Field required");
    if (listOf(body["messages"]).length === 0) throw invalid("messages: at least one message is required");
    const system = textOf(body["system"]);
    const choice = objectOf(body["tool_choice"]);
    const format = objectOf(objectOf(body["output_config"])["format"] ?? body["output_format"]);
    return {
      model: stringOf(body["model"]),
      streamed: body["stream"] === true,
      messages: [
        ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
        ...listOf(body["messages"]).map(messageOf),
      ],
      cap: numberOf(body["max_tokens"]),
      tools: listOf(body["tools"]).map((tool) => {
        const { name, input_schema } = objectOf(tool);
        return { name: stringOf(name), parameters: input_schema };
      }),
      forcedTool: choice["type"] === "any" ? "" : choice["type"] === "tool" ? stringOf(choice["name"]) : null,
      json: format["type"] === "json_schema" ? { schema: format["schema"] } : null,
      usageIn: "last",
    };
  },
  whole: (reply) => ({
    ...head(reply),
    content: [
      ...(reply.text === "" ? [] : [{ type: "text", text: reply.text }]),
      ...(reply.tool
        ? [{ type: "tool_use", id: callId(reply), name: reply.tool.name, input: JSON.parse(reply.tool.arguments) }]
        : []),
    ],
    stop_reason: finishes[reply.finish],
    stop_sequence: null,
    ...(reply.usage && {
      usage: { ...inputOf(reply.usage), ...outputOf(reply.usage), service_tier: "standard" },
    }),
  }),
  frames,
  brokenOff: sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "error"),
  garbled: 'event: content_block_delta\ndata: {"type":"content_bl\n\n',
  headers: (number) => ({ "request-id": `req_${number.toString(36).padStart(22, "0")}` }),
  refusal,
  listed: (models) => ({
    data: models.map((id) => ({ type: "model", id, display_name: id, created_at: "2025-09-29T00:00:00Z" })),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }),
};

/** Tools' calls and results are told as JSON, so that they count as what they are long. */
function messageOf(value: unknown): Asked["messages"][number] {
  const { role, content } = objectOf(value);
  const others = listOf(content).filter((part) => objectOf(part)["type"] !== "text");
  return {
    role: role === "assistant" ? "assistant" : "user",
    content: textOf(content) + (others.length === 0 ? "" : JSON.stringify(others)),
  };
}

const finishes: Readonly<Record<Finish, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool: "tool_use",
  refusal: "refusal",
};

const head = ({ number, asked }: Reply): Json => ({
  id: `msg_${number.toString(36).padStart(24, "0")}`,
  type: "message",
  role: "assistant",
  model: asked.model,
});

const callId = ({ number }: Reply): string => `toolu_${number.toString(36).padStart(22, "0")}`;

/** Here, and nowhere else, `input_tokens` are only those that the cache had no part in. */
const inputOf = ({ input, cached, cacheWrite }: Count) => ({
  input_tokens: input - cached - cacheWrite,
  cache_creation_input_tokens: cacheWrite,
  cache_read_input_tokens: cached,
});

const outputOf = ({ output, reasoning }: Count) => ({
  output_tokens: output,
  ...(reasoning > 0 && { output_tokens_details: { thinking_tokens: reasoning } }),
});

function frames(reply: Reply): Frame[] {
  const { text, tool, finish, usage } = reply;
  const event = (type: string, rest: Json) => sse({ type, ...rest }, type);
  const start = {
    message: {
      ...head(reply),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(usage && { usage: { ...inputOf(usage), output_tokens: 1, service_tier: "standard" } }),
    },
  };
  const block = (index: number, content_block: Json) => event("content_block_start", { index, content_block });
  const delta = (index: number, part: Json) => event("content_block_delta", { index, delta: part });
  const pieces = piecesOf(text);
  const at = pieces.length === 0 ? 0 : 1;
  const stop = event("message_delta", {
    delta: { stop_reason: finishes[finish], stop_sequence: null },
    ...(usage && { usage: outputOf(usage) }),
  });
  return [
    { bytes: event("message_start", start) + event("ping", {}), share: 0 },
    ...pieces.map((piece, index) => ({
      bytes: (index === 0 ? block(0, { type: "text", text: "" }) : "") + delta(0, { type: "text_delta", text: piece }),
      share: (index + 1) / pieces.length,
    })),
    ...(at === 0 ? [] : [{ bytes: event("content_block_stop", { index: 0 }), share: 1 }]),
    ...(tool
      ? [
          { bytes: block(at, { type: "tool_use", id: callId(reply), name: tool.name, input: {} }), share: 0.1 },
          ...halves(tool.arguments).map((part, index) => ({
            bytes: delta(at, { type: "input_json_delta", partial_json: part }),
            share: 0.5 + index / 2,
          })),
          { bytes: event("content_block_stop", { index: at }), share: 1 },
        ]
      : []),
    { bytes: stop + event("message_stop", {}), share: 1 },
  ];
}

const error = (status: number, type: string, message: string): Refusal => ({
  status,
  body: { type: "error", error: { type, message }, request_id: "req_upstream" },
});

const invalid = (message: string): Refused => new Refused(error(400, "invalid_request_error", message));

/** Types and status: docs.claude.com/en/api/errors. */
function refusal({ fault, model, retryAfterMs }: Failure): Refusal {
  switch (fault) {
    case "rate_limited":
    case "rate_limited_silent":
      return {
        ...error(
          429,
          "rate_limit_error",
          "This request would exceed your organization's rate limit of 5 requests per minute.",
        ),
        headers: {
          "anthropic-ratelimit-requests-limit": "5",
          "anthropic-ratelimit-requests-remaining": "0",
          ...(fault === "rate_limited" && { "retry-after": secondsOf(retryAfterMs) }),
        },
      };
    case "overloaded":
      return error(529, "overloaded_error", "Overloaded");
    case "model_unknown":
      return error(404, "not_found_error", `model: ${model}`);
    case "key_expired":
      return error(401, "authentication_error", "invalid x-api-key");
    case "no_credit": {
      const message =
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.";
      return error(400, "invalid_request_error", message);
    }
    case "too_long":
      return error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum");
    case "schema_refused":
    case "json_refused":
      return error(400, "invalid_request_error", `'${model}' does not support output format.`);
    default:
      return error(500, "api_error", "Internal server error");
  }
}
