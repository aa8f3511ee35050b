/**
 * Ollama's own chat. Ours: the package for the AI SDK (4.0.1) sends the cap under a name that Ollama does not read, prints
 * lines it cannot parse, which are the model's, to the console, and tells a missing count as 0.
 * Source: github.com/ollama/ollama, docs/api.md.
 */
import type { FinishReason } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { BrokenOff } from "./failures.ts";
import type { Message, ModelRequest, Usage } from "./provider.ts";
import { messagesOf, type Terms } from "./terms.ts";
import type { Opening, Protocol } from "./wire.ts";

const Line = z.object({
  message: z
    .object({
      content: z.string().default(""),
      tool_calls: z
        .array(
          z.object({
            id: z.string().optional(),
            function: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
          }),
        )
        .nullish(),
    })
    .optional(),
  done: z.boolean().default(false),
  done_reason: z.string().optional(),
  prompt_eval_count: z.int().optional(),
  eval_count: z.int().optional(),
  error: z.string().optional(),
});
type Line = z.infer<typeof Line>;

export const ollama: Protocol = async function* speak({ connection, request, terms, fetch, signal }: Opening) {
  const response = await fetch(`${connection.baseUrl}/api/chat`, {
    method: "POST",
    headers: {
      ...connection.headers,
      "content-type": "application/json",
      ...(connection.key !== null && { authorization: `Bearer ${connection.key}` }),
    },
    body: JSON.stringify(bodyOf(request, terms)),
    signal,
  });
  let calls = 0;
  for await (const line of linesOf(response)) {
    if (line.error !== undefined) throw { message: line.error };
    if (line.message && line.message.content !== "") yield { type: "text-delta", text: line.message.content };
    for (const { id, function: called } of line.message?.tool_calls ?? []) {
      yield {
        type: "tool-call",
        id: id ?? `call_${calls}`,
        name: called.name,
        arguments: JSON.stringify(called.arguments),
      };
      calls += 1;
    }
    if (!line.done) continue;
    yield { type: "end", finish_reason: finishOf(line, calls), usage: usageOf(line) };
    return;
  }
  throw new BrokenOff();
};

function bodyOf(request: ModelRequest, terms: Terms): object {
  const { sampling = {}, temperature, tools, tool_choice } = request;
  const messages = messagesOf(request, terms);
  return {
    model: request.profile.model_version,
    messages: messagesFor(messages),
    stream: request.stream,
    options: {
      num_predict: request.max_output_tokens,
      num_ctx: contextFor(request, messages),
      ...(terms.sampling && { ...sampling, ...(temperature !== null && { temperature }) }),
    },
    ...(terms.form === "schema" && { format: request.response_schema }),
    ...(terms.form === "json" && { format: "json" }),
    ...(tools?.length &&
      tool_choice !== "none" && {
        tools: tools.map(({ name, description, parameters }) => ({
          type: "function",
          function: { name, description, parameters },
        })),
      }),
  };
}

const SMALLEST_CONTEXT = 8_192;

/**
 * Tokens, for prompt (at 3 bytes a token) and reply. Left to itself Ollama takes a few thousand and drops the beginning of a
 * longer prompt in silence. Powers of two, because another size loads the model anew.
 */
function contextFor({ max_output_tokens, profile, tools = [] }: ModelRequest, messages: readonly Message[]): number {
  const bytes = Buffer.byteLength(messages.map(({ content }) => content).join("")) + JSON.stringify(tools).length;
  const needed = Math.ceil(bytes / 3) + max_output_tokens;
  return Math.min(profile.max_context_length, Math.max(SMALLEST_CONTEXT, 2 ** Math.ceil(Math.log2(needed))));
}

const messagesFor = (messages: readonly Message[]): object[] => {
  const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls);
  return messages.map(({ role, content, tool_calls, tool_call_id }) => ({
    role,
    content,
    ...(tool_calls?.length && {
      tool_calls: tool_calls.map(({ id, name, arguments: written }) => ({
        id,
        function: { name, arguments: argumentsOf(written) },
      })),
    }),
    ...(role === "tool" && { tool_call_id, tool_name: calls.find(({ id }) => id === tool_call_id)?.name }),
  }));
};

/** Ollama takes arguments as an object only. */
function argumentsOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return { arguments: written };
  }
}

const finishOf = ({ done_reason }: Line, calls: number): FinishReason =>
  calls > 0 ? "tool_calls" : done_reason === "length" ? "length" : done_reason === "stop" ? "stop" : "other";

const usageOf = ({ prompt_eval_count: input, eval_count: output }: Line): Usage | null =>
  input === undefined || output === undefined ? null : { input, output, cached_input: 0, reasoning: 0 };

async function* linesOf(response: Response): AsyncGenerator<Line> {
  if (!response.body) throw new BrokenOff();
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield Line.parse(JSON.parse(line));
  }
  if (rest.trim() !== "") yield Line.parse(JSON.parse(rest));
}
