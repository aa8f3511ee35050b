/** Between our requests and events and those of a language model as the AI SDK's packages make them. */
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Message,
  LanguageModelV4Usage,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { FinishReason } from "@orchestratex/sdk/contract";
import { BrokenOff } from "./failures.ts";
import { plain } from "./http.ts";
import type { Message, ModelEvent, ToolCall, Usage } from "./provider.ts";
import { strictly } from "./schema.ts";
import { messagesOf } from "./terms.ts";
import type { Opening, Protocol } from "./wire.ts";

type Opened = { model: LanguageModelV4; options?: SharedV4ProviderOptions };

/** What a model is made of. `strict`: the schemas it is given are closed, they may be enforced to the letter. */
type Making = Pick<Opening, "vendor" | "connection" | "terms" | "fetch"> & { modelId: string; strict: boolean };

/** A protocol that a package of the AI SDK speaks. */
type Package = {
  /** The package is imported on first use. */
  open(making: Making): Promise<Opened>;
  /** It takes messages of the system before all others only: a later one is told as the user's. */
  systemFirst?: boolean;
};

const REMEMBERED = 500;

/** Making a model takes longer than asking it (its checks are compiled), so it is made once and asked many times. */
export function overPackage({ open, systemFirst = false }: Package): Protocol {
  const models = new Map<string, Opened>();
  return async function* speak(opening) {
    const { vendor, connection, terms, request } = opening;
    const { options, strict } = callOf(opening, systemFirst);
    const modelId = request.profile.model_version;
    const name = JSON.stringify([vendor.id, connection, terms, modelId, strict]);
    if (models.size >= REMEMBERED) models.clear();
    const making = { vendor, connection, terms, modelId, strict, fetch: byCall };
    const opened = models.get(name) ?? (await open(making));
    models.set(name, opened);
    const { model, options: providerOptions } = opened;
    const call = `${++calls}`;
    fetches.set(call, opening.fetch);
    try {
      const asked = { ...options, headers: { [CALL]: call }, ...(providerOptions && { providerOptions }) };
      yield* request.stream ? streamed(model, asked) : whole(model, asked);
    } finally {
      fetches.delete(call);
    }
  };
}

/** A header that never leaves this process: it tells the fetch that a model shares with others which call it is for. */
const CALL = "orchestratex-call";
const fetches = new Map<string, Opening["fetch"]>();
let calls = 0;

const byCall: Opening["fetch"] = (input, init = {}) => {
  const { [CALL]: call = "", ...headers } = plain(init.headers);
  const fetch = fetches.get(call);
  if (!fetch) throw new Error("a request of no call");
  return fetch(input, { ...init, headers });
};

function callOf(
  { request, terms, signal }: Opening,
  systemFirst: boolean,
): { options: LanguageModelV4CallOptions; strict: boolean } {
  const { response_schema: schema, sampling = {}, tools, tool_choice } = request;
  const closed = schema && strictly(schema);
  return {
    strict: Boolean(closed),
    options: {
      prompt: promptOf(messagesOf(request, terms), systemFirst),
      maxOutputTokens: request.max_output_tokens,
      abortSignal: signal,
      ...(terms.sampling && {
        ...(request.temperature !== null && { temperature: request.temperature }),
        ...(sampling.top_p !== undefined && { topP: sampling.top_p }),
        ...(sampling.stop !== undefined && { stopSequences: [...sampling.stop] }),
        ...(sampling.seed !== undefined && { seed: sampling.seed }),
        ...(sampling.presence_penalty !== undefined && { presencePenalty: sampling.presence_penalty }),
        ...(sampling.frequency_penalty !== undefined && { frequencyPenalty: sampling.frequency_penalty }),
      }),
      ...(terms.form === "schema" &&
        schema && { responseFormat: { type: "json" as const, name: "answer", schema: closed ?? schema } }),
      ...(terms.form === "json" && { responseFormat: { type: "json" as const } }),
      ...(tools?.length && {
        tools: tools.map(({ name, description, parameters, strict }) => ({
          type: "function" as const,
          name,
          inputSchema: parameters,
          ...(description !== undefined && { description }),
          ...(strict !== undefined && { strict }),
        })),
      }),
      ...(tools?.length &&
        tool_choice && {
          toolChoice:
            typeof tool_choice === "string"
              ? { type: tool_choice }
              : { type: "tool" as const, toolName: tool_choice.name },
        }),
    },
  };
}

function promptOf(messages: readonly Message[], systemFirst: boolean): LanguageModelV4Message[] {
  const names = new Map(
    messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id, name }) => [id, name] as const)),
  );
  const opening = messages.findIndex(({ role }) => role !== "system");
  return messages.map((message, place): LanguageModelV4Message => {
    const { role, content, tool_calls = [], tool_call_id = "" } = message;
    const text = [{ type: "text" as const, text: content }];
    if (role === "system" && !(systemFirst && opening >= 0 && place > opening)) return { role, content };
    if (role === "assistant") {
      const calls = tool_calls.map(callPart);
      return { role, content: [...(content === "" && calls.length > 0 ? [] : text), ...calls] };
    }
    if (role !== "tool") return { role: "user", content: text };
    const toolName = names.get(tool_call_id) ?? "tool";
    const output = { type: "text" as const, value: content };
    return { role, content: [{ type: "tool-result", toolCallId: tool_call_id, toolName, output }] };
  });
}

const callPart = ({ id, name, arguments: written }: ToolCall) => ({
  type: "tool-call" as const,
  toolCallId: id,
  toolName: name,
  input: parsed(written),
});

/** A client may hand back arguments that its model spoiled: they go as they are. */
function parsed(written: string): unknown {
  try {
    return JSON.parse(written === "" ? "{}" : written);
  } catch {
    return written;
  }
}

async function* whole(model: LanguageModelV4, options: LanguageModelV4CallOptions): AsyncGenerator<ModelEvent> {
  const { content, finishReason, usage, response } = await model.doGenerate(options);
  for (const part of content) {
    if (part.type === "text" && part.text !== "") yield { type: "text-delta", text: part.text };
    if (part.type === "tool-call" && !part.providerExecuted) yield toolCall(part.toolCallId, part.toolName, part.input);
  }
  const finish_reason = incomplete(finishReason, response?.body) ?? finishOf(finishReason);
  yield { type: "end", finish_reason, usage: usageOf(usage) };
}

/** Of a whole reply the package for xAI tells that it is incomplete, and not why. */
function incomplete({ raw }: LanguageModelV4FinishReason, body: unknown): FinishReason | null {
  if (raw !== "incomplete") return null;
  const { incomplete_details: details } = body as { incomplete_details?: { reason?: unknown } | null };
  return details?.reason === "content_filter" ? "content_filter" : "length";
}

/** Reasoning, sources and files are not handed on. Throws BrokenOff where the vendor did not say that the model is done. */
async function* streamed(model: LanguageModelV4, options: LanguageModelV4CallOptions): AsyncGenerator<ModelEvent> {
  const { stream } = await model.doStream(options);
  for await (const part of stream) {
    if (part.type === "text-delta" && part.delta !== "") yield { type: "text-delta", text: part.delta };
    if (part.type === "tool-call" && !part.providerExecuted) yield toolCall(part.toolCallId, part.toolName, part.input);
    if (part.type === "error") throw isEarlyEnd(part.error) ? new BrokenOff() : part.error;
    if (part.type !== "finish") continue;
    const finish_reason = finishOf(part.finishReason);
    if (part.finishReason.raw === undefined && finish_reason === "other") throw new BrokenOff();
    yield { type: "end", finish_reason, usage: usageOf(part.usage) };
  }
}

const toolCall = (id: string, name: string, written: string): ModelEvent => ({
  type: "tool-call",
  id,
  name,
  arguments: written,
});

const isEarlyEnd = (fault: unknown): boolean =>
  fault instanceof Error && / without a finish reason/.test(fault.message);

const finishReasons: Record<LanguageModelV4FinishReason["unified"], FinishReason> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "other",
  other: "other",
  interrupted: "other",
};

const finishOf = ({ unified, raw }: LanguageModelV4FinishReason): FinishReason =>
  raw === "content_filter" ? raw : finishReasons[unified];

/** Null: the vendor did not say, which some packages tell as zeros; no call is without input. */
function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage | null {
  const [input, output] = [inputTokens.total, outputTokens.total];
  if (input === undefined || output === undefined || !Number.isFinite(input + output)) return null;
  if (input === 0 && output === 0) return null;
  const { cacheWrite } = inputTokens;
  return {
    input,
    output,
    cached_input: inputTokens.cacheRead ?? 0,
    reasoning: outputTokens.reasoning ?? 0,
    ...(cacheWrite && { cache_write: cacheWrite }),
  };
}
