/** Answers in OpenAI's shape, whole or in chunks. Pure. */
import type {
  CalledTool,
  ChatCompletion,
  ChatCompletionChunk,
  CompletionUsage,
  FinishReason,
  OpenAiFinishReason,
  Receipt,
} from "@orchestratex/sdk/contract";
import type { ToolCall, Usage } from "../../engine/direct.ts";
import { secondsOf } from "./models.ts";

/** What all chunks of an answer have in common. */
export type Heading = { id: string; created: number; model: string };

/** `at`: when it was asked. */
export const headingOf = (threadId: string, model: string, at: Date): Heading => ({
  ...{ id: `chatcmpl-${threadId}`, created: secondsOf(at), model },
});

export type Ended = { finish_reason: FinishReason; usage: Usage | null; receipt: Receipt };

export function completion(
  { id, ...heading }: Heading,
  { text, calls, end }: { text: string; calls: readonly ToolCall[]; end: Ended },
): ChatCompletion {
  const tool_calls = calls.map(calledTool);
  return {
    ...{ id, object: "chat.completion", ...heading },
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" && calls.length > 0 ? null : text,
          refusal: null,
          ...(calls.length > 0 && { tool_calls }),
        },
        logprobs: null,
        finish_reason: finishReason(end.finish_reason, calls.length > 0),
      },
    ],
    ...(end.usage && { usage: completionUsage(end.usage) }),
    ...told(end.receipt),
  };
}

/** The chunks of one answer. `withUsage`: the client has asked for the usage, in a chunk of its own at the end. */
export function chunksOf({ id, ...heading }: Heading, withUsage: boolean) {
  type Choice = ChatCompletionChunk["choices"][number];
  let called = 0;
  const chunk = (choices: Choice[], more: Partial<ChatCompletionChunk> = {}): ChatCompletionChunk => ({
    ...{ id, object: "chat.completion.chunk", ...heading, choices },
    ...(withUsage && { usage: null }),
    ...more,
  });
  const piece = (delta: Choice["delta"]) => chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  return {
    first: () => piece({ role: "assistant", content: "" }),
    text: (content: string) => piece({ content }),
    call: (call: ToolCall) => piece({ tool_calls: [{ index: called++, ...calledTool(call) }] }),
    /** The receipt is in the first of them and nowhere else. */
    last({ finish_reason, usage, receipt }: Ended): ChatCompletionChunk[] {
      const reason = finishReason(finish_reason, called > 0);
      const end = chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reason }], told(receipt));
      return withUsage ? [end, chunk([], { usage: usage && completionUsage(usage) })] : [end];
    },
  };
}

const told = (receipt: Receipt) => ({
  ...(receipt.simulated && { system_fingerprint: "simulated" }),
  orchestratex: receipt,
});

const calledTool = ({ id, name, arguments: given }: ToolCall): CalledTool => ({
  ...{ id, type: "function", function: { name, arguments: given } },
});

/** What OpenAI has no word for is a stop. */
const finishReason = (reason: FinishReason, called: boolean): OpenAiFinishReason =>
  reason === "other" ? (called ? "tool_calls" : "stop") : reason;

const completionUsage = ({ input, output, cached_input, reasoning }: Usage): CompletionUsage => ({
  ...{ prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  prompt_tokens_details: { cached_tokens: cached_input },
  completion_tokens_details: { reasoning_tokens: reasoning },
});
