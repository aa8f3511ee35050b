/** One model asked directly, as `/v1` does: one thread (`mode` `direct`) and one response, no job, no criticism. */
import type { FinishReason, Profile, Receipt } from "@orchestratex/sdk/contract";
import type { Message, ModelRequest, ToolCall, Usage } from "../providers/provider.ts";

export type { Message, ModelRequest, Tool, ToolCall, ToolChoice, Usage } from "../providers/provider.ts";

export type DirectCall = {
  profile: Profile;
  messages: readonly Message[];
  /** Null: the profile's own cap. */
  max_output_tokens: number | null;
  /** The session that pays; null: the user's implicit one of this UTC day. */
  session_id: string | null;
  /** What the thread is remembered by: the text of the last message of the user. */
  prompt: string;
  /** The messages before it as text; null: there are none. */
  context: string | null;
} & Pick<ModelRequest, "temperature" | "stream" | "response_schema" | "json" | "tools" | "tool_choice" | "sampling">;

export type DirectEvent =
  | { type: "text-delta"; text: string }
  | ({ type: "tool-call" } & ToolCall)
  | { type: "end"; finish_reason: FinishReason; usage: Usage | null; receipt: Receipt };

/** Resolves once the thread is accepted and its money is reserved, durably; `events` throws AppError when the call fails. */
export type CallDirectly = (
  userId: string,
  call: DirectCall,
  signal: AbortSignal,
) => Promise<{ thread_id: string; session_id: string; events: AsyncIterable<DirectEvent> }>;
