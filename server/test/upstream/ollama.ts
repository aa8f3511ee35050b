/** Ollama's own API: `/api/chat`, lines of JSON. */
import { piecesOf } from "../../src/providers/simulated/tokens.ts";
import {
  type Asked,
  type Count,
  type Failure,
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
  stringOf,
} from "./wire.ts";

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

export const ollama: Format = {
  contentType: "application/x-ndjson",
  read(body) {
    const model = stringOf(body["model"]);
    if (model === "") throw new Refused({ status: 400, body: { error: "model is required" } });
    const format = body["format"];
    return {
      model,
      // Unlike elsewhere a stream is what one gets unasked.
      streamed: body["stream"] !== false,
      messages: listOf(body["messages"]).map(messageOf),
      // A `max_tokens` beside it is ignored, as Ollama ignores it.
      cap: numberOf(objectOf(body["options"])["num_predict"]),
      tools: listOf(body["tools"]).map((tool) => {
        const { name, parameters } = objectOf(objectOf(tool)["function"]);
        return { name: stringOf(name), parameters };
      }),
      forcedTool: null,
      json: format === "json" ? true : typeof format === "object" && format !== null ? { schema: format } : null,
      usageIn: "last",
    };
  },
  whole: (reply) => ({ ...head(reply), message: messageWith(reply, reply.text), ...ending(reply) }),
  frames(reply): Frame[] {
    const pieces = piecesOf(reply.text);
    const said = pieces.map((content, index) => ({
      bytes: line({ ...head(reply), message: { role: "assistant", content }, done: false }),
      share: (index + 1) / pieces.length,
    }));
    const called = { bytes: line({ ...head(reply), message: messageWith(reply, ""), done: false }), share: 1 };
    const last = line({ ...head(reply), message: { role: "assistant", content: "" }, ...ending(reply) });
    return [...said, ...(reply.tool ? [called] : []), { bytes: last, share: 1 }];
  },
  brokenOff: line({ error: "an error was encountered while running the model: unexpected EOF" }),
  garbled: '{"model":"llama","mess\n',
  headers: () => ({}),
  refusal,
  listed: (models) => ({
    models: models.map((name) => ({
      name,
      model: name,
      modified_at: "2025-10-03T23:34:03.409490317-07:00",
      size: 4_661_224_676,
      digest: "365c0bd3c000a25d28ddbf732fe1c6add414de7275464c4e4d1c3b5fcb5d8ad1",
      details: detailsOf,
    })),
  }),
};

const detailsOf = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "8.0B",
  quantization_level: "Q4_0",
};

/** `POST /api/show`. */
export const shown = (): Json => ({
  license: "",
  modelfile: "",
  parameters: "",
  template: "{{ .Prompt }}",
  details: detailsOf,
  model_info: {
    "general.architecture": "llama",
    "general.parameter_count": 8_030_261_248,
    "llama.context_length": 8_192,
  },
  capabilities: ["completion", "tools"],
  modified_at: "2025-10-03T23:34:03.409490317-07:00",
});

function messageOf(value: unknown): Asked["messages"][number] {
  const { role, content, tool_calls } = objectOf(value);
  return {
    role: role === "system" || role === "assistant" || role === "tool" ? role : "user",
    content: stringOf(content) + (tool_calls === undefined ? "" : JSON.stringify(tool_calls)),
  };
}

const head = ({ asked }: Reply) => ({ model: asked.model, created_at: new Date().toISOString() });

const messageWith = ({ tool }: Reply, content: string): Json => ({
  role: "assistant",
  content,
  ...(tool && { tool_calls: [{ function: { name: tool.name, arguments: JSON.parse(tool.arguments) } }] }),
});

const ending = ({ finish, usage }: Reply): Json => ({
  done: true,
  // It knows no refusal, and stops after a tool call like after anything.
  done_reason: finish === "length" ? "length" : "stop",
  total_duration: 5_191_566_416,
  load_duration: 2_154_458,
  ...(usage && usageOf(usage)),
});

/** Durations in nanoseconds. */
const usageOf = ({ input, output }: Count): Json => ({
  prompt_eval_count: input,
  prompt_eval_duration: 383_809_000,
  eval_count: output,
  eval_duration: 4_799_921_000,
});

const error = (status: number, message: string, headers?: Record<string, string>): Refusal => ({
  status,
  body: { error: message },
  ...(headers && { headers }),
});

function refusal({ fault, model, retryAfterMs }: Failure): Refusal {
  switch (fault) {
    case "rate_limited":
      return error(429, "too many requests", { "retry-after": secondsOf(retryAfterMs) });
    case "rate_limited_silent":
      return error(429, "too many requests");
    case "overloaded":
      return error(503, "server busy, please try again.  maximum pending requests exceeded");
    case "model_unknown":
      return error(404, `model '${model}' not found`);
    case "key_expired":
      return error(401, "unauthorized");
    case "no_credit":
      return error(402, "you've reached your usage limit, please upgrade to continue");
    case "too_long":
      return error(400, "input length exceeds maximum context length");
    case "schema_refused":
    case "json_refused":
      return error(400, "invalid format: structured output is not supported by this model");
    default:
      return error(500, "llama runner process has terminated: exit status 2");
  }
}
