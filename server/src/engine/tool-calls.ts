/** A reply that calls tools, as text: what a thread remembers, and what is read back of it. Pure. */
import { z } from "zod";
import type { ToolCall } from "../providers/provider.ts";

/** A reply as a thread remembers it: its text, and in a last line what it called. */
export const answerText = (text: string, toolCalls: readonly ToolCall[]): string =>
  toolCalls.length === 0 ? text : `${text}${text === "" ? "" : "\n"}${JSON.stringify({ tool_calls: toolCalls })}`;

const Called = z.object({
  tool_calls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })).min(1),
});

/** The other way round, for a reply that ended in calls; without them, all of it is text. */
export function callsIn(answer: string): { text: string; calls: ToolCall[] } {
  const at = answer.lastIndexOf("\n") + 1;
  try {
    const { tool_calls } = Called.parse(JSON.parse(answer.slice(at)));
    return { text: answer.slice(0, Math.max(0, at - 1)), calls: tool_calls };
  } catch {
    return { text: answer, calls: [] };
  }
}
