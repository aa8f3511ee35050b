/** What a model asked directly is sent, what that may cost at most, and the texts its thread keeps. Pure. */
import type { TokensUsed } from "@orchestratex/sdk/contract";
import { capFor, reserveFor } from "../engine/cost.ts";
import type { DirectCall, Message, ModelRequest, Usage } from "../engine/direct.ts";
import { answerText } from "../engine/tool-calls.ts";

/** Tokens of a reply whose length neither the caller nor the profile knows. */
const USUAL_CAP = 4_096;
/** What a reply may need is held until it ends: a session's limit should hold several. */
const MOST_CAP = 16_384;
/** A cap of ours shrinks where money is short, but not below. */
const LEAST_CAP = 512;

/** Caps on the reply to be tried, the largest first. The caller's own stands alone, unless the model cannot write so much. */
export function capsOf({ max_output_tokens, profile }: Pick<DirectCall, "max_output_tokens" | "profile">): number[] {
  if (max_output_tokens !== null) return [capFor(max_output_tokens, profile)];
  const most = Math.min(profile.max_output_tokens ?? USUAL_CAP, MOST_CAP);
  const caps = [most];
  for (let cap = most / 2; cap >= LEAST_CAP; cap /= 2) caps.push(Math.floor(cap));
  return caps;
}

export const requestOf = (call: DirectCall, id: string, cap: number): ModelRequest => ({
  id,
  profile: call.profile,
  role: "primary",
  messages: call.messages,
  max_output_tokens: cap,
  temperature: call.temperature,
  stream: call.stream,
  ...(call.response_schema && { response_schema: call.response_schema }),
  ...(call.json !== undefined && { json: call.json }),
  ...(call.tools && { tools: call.tools }),
  ...(call.tool_choice !== undefined && { tool_choice: call.tool_choice }),
  ...(call.sampling && { sampling: call.sampling }),
});

/** Dollars at most; null: the price is unknown. */
export const boundOf = (call: DirectCall, cap: number): number | null =>
  reserveFor(call.messages, cap, call.profile, call);

/** The messages as the thread remembers them. */
export const promptText = (messages: readonly Message[]): string =>
  messages.map(({ role, content, tool_calls }) => `[${role}]\n${answerText(content, tool_calls ?? [])}`).join("\n\n");

export const tokensOf = (usage: Usage): TokensUsed => ({
  input_tokens: usage.input,
  output_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  cached_input_tokens: usage.cached_input,
  reasoning_tokens: usage.reasoning,
});
