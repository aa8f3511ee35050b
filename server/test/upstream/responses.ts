/** The Responses API, as xAI speaks it (docs.x.ai, REST API reference, Inference, Responses); its refusals are xAI's. */
import { piecesOf } from "../../src/providers/simulated/tokens.ts";
import { halves, openai } from "./openai.ts";
import {
  type Asked,
  type Count,
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

export const responses: Format = {
  contentType: "text/event-stream; charset=utf-8",
  read(body) {
    const model = stringOf(body["model"]);
    if (model === "")
      throw new Refused({ status: 400, body: { code: "invalid_argument", error: "No model specified" } });
    const format = objectOf(objectOf(body["text"])["format"]);
    const choice = body["tool_choice"];
    return {
      model,
      streamed: body["stream"] === true,
      messages: listOf(body["input"]).map(messageOf),
      cap: numberOf(body["max_output_tokens"]),
      tools: listOf(body["tools"]).map((tool) => {
        const { name, parameters } = objectOf(tool);
        return { name: stringOf(name), parameters };
      }),
      forcedTool: choice === "required" ? "" : stringOf(objectOf(choice)["name"]) || null,
      json:
        format["type"] === "json_schema"
          ? { schema: format["schema"] }
          : format["type"] === "json_object"
            ? true
            : null,
      usageIn: "last",
    };
  },
  whole: (reply) => ({ ...head(reply), ...endOf(reply), output: itemsOf(reply) }),
  frames,
  brokenOff: sse({ type: "error", code: "server_error", message: "Internal server error", param: null }, "error"),
  garbled: 'event: response.output_text.delta\ndata: {"type":"response.out\n\n',
  headers: (number) => ({ "x-request-id": `req_${number.toString(16).padStart(32, "0")}` }),
  refusal: (failure) => openai.refusal(failure, "/xai/"),
  listed: (models) => openai.listed(models),
};

function messageOf(value: unknown): Asked["messages"][number] {
  const { role, type, content, output } = objectOf(value);
  if (type === "function_call_output") return { role: "tool", content: stringOf(output) };
  if (type === "function_call") return { role: "assistant", content: JSON.stringify(value) };
  return {
    role: role === "system" || role === "developer" ? "system" : role === "assistant" ? role : "user",
    content: textOf(content),
  };
}

const head = ({ number, asked }: Reply): Json => ({
  id: `resp_${number.toString(36).padStart(24, "0")}`,
  object: "response",
  created_at: nowSeconds(),
  model: asked.model,
  output: [],
  status: "in_progress",
});

const reasons: Readonly<Record<string, string>> = { length: "max_output_tokens", refusal: "content_filter" };

const endOf = ({ finish, usage }: Reply): Json => ({
  status: finish in reasons ? "incomplete" : "completed",
  incomplete_details: finish in reasons ? { reason: reasons[finish] } : null,
  ...(usage && { usage: usageOf(usage) }),
});

const usageOf = ({ input, cached, output, reasoning }: Count): Json => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  input_tokens_details: { cached_tokens: cached },
  output_tokens_details: { reasoning_tokens: reasoning },
});

const messageItem = ({ number }: Reply, text: string, status: string): Json => ({
  type: "message",
  id: `msg_${number}`,
  role: "assistant",
  status,
  content: text === "" ? [] : [{ type: "output_text", text, annotations: [], logprobs: [] }],
});

const callItem = ({ number, tool }: Reply, written: string, status: string): Json => ({
  type: "function_call",
  id: `fc_${number}`,
  call_id: `call_${number}`,
  name: tool?.name,
  arguments: written,
  status,
});

const itemsOf = (reply: Reply): Json[] => [
  ...(reply.text === "" ? [] : [messageItem(reply, reply.text, "completed")]),
  ...(reply.tool ? [callItem(reply, reply.tool.arguments, "completed")] : []),
];

function frames(reply: Reply): Frame[] {
  const { text, tool, number } = reply;
  const event = (type: string, rest: Json) => sse({ type, ...rest }, type);
  const pieces = piecesOf(text);
  const inText = { item_id: `msg_${number}`, output_index: 0, content_index: 0 };
  const at = pieces.length === 0 ? 0 : 1;
  const inCall = { item_id: `fc_${number}`, output_index: at };
  const end = endOf(reply);
  return [
    { bytes: event("response.created", { response: head(reply) }), share: 0 },
    ...pieces.map((delta, index) => ({
      bytes:
        (index === 0
          ? event("response.output_item.added", { item: messageItem(reply, "", "in_progress"), output_index: 0 })
          : "") + event("response.output_text.delta", { ...inText, delta }),
      share: (index + 1) / pieces.length,
    })),
    ...(at === 0
      ? []
      : [
          {
            bytes:
              event("response.output_text.done", { ...inText, text }) +
              event("response.output_item.done", { item: messageItem(reply, text, "completed"), output_index: 0 }),
            share: 1,
          },
        ]),
    ...(tool
      ? [
          {
            bytes: event("response.output_item.added", { item: callItem(reply, "", "in_progress"), output_index: at }),
            share: 0.1,
          },
          ...halves(tool.arguments).map((delta, index) => ({
            bytes: event("response.function_call_arguments.delta", { ...inCall, delta }),
            share: 0.5 + index / 2,
          })),
          {
            bytes:
              event("response.function_call_arguments.done", { ...inCall, arguments: tool.arguments }) +
              event("response.output_item.done", {
                item: callItem(reply, tool.arguments, "completed"),
                output_index: at,
              }),
            share: 1,
          },
        ]
      : []),
    {
      bytes: event(end["status"] === "completed" ? "response.completed" : "response.incomplete", {
        response: { ...head(reply), ...end, output: itemsOf(reply) },
      }),
      share: 1,
    },
  ];
}
