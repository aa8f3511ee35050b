/** OpenAI's messages as what a model is asked, or as the prompt of a thread with what came before it. Pure. */
import type { ChatCompletionRequest, ChatMessage } from "@orchestratex/sdk/contract";
import type { Message, Tool, ToolChoice } from "../../engine/direct.ts";
import { AppError } from "../../errors.ts";

/** The last words of the user, and everything around them in the order it was said (null: there is nothing else). */
type Conversation = { prompt: string; context: string | null };

/** Throws `request.invalid` when the user says nothing. */
export function conversationOf(messages: readonly ChatMessage[]): Conversation {
  const last = messages.findLastIndex(({ role, content }) => role === "user" && textOf(content).trim() !== "");
  const asked = messages[last];
  if (!asked) throw invalid("messages", "must have a message of role user with some text");
  const said = (list: readonly ChatMessage[]) => list.map(inWords).filter((words) => words !== "");
  const after = said(messages.slice(last + 1));
  const context = [...said(messages.slice(0, last)), ...(after.length > 0 ? ["After the prompt:", ...after] : [])].join(
    "\n\n",
  );
  return { prompt: textOf(asked.content).trim(), context: context === "" ? null : context };
}

const speakers: Record<ChatMessage["role"], string> = {
  ...{ system: "System", developer: "System", user: "User", assistant: "Answer", tool: "Tool", function: "Tool" },
};

function inWords(message: ChatMessage): string {
  const calls = callsOf(message, 0).map(({ name, arguments: given }) => `[calls ${name}(${given})]`);
  const words = [textOf(message.content), ...calls].filter((part) => part !== "").join("\n");
  return words === "" ? "" : `${speakers[message.role]}: ${words}`;
}

/** As models are asked; in the old form a function's answer goes to the call before it. */
export function modelMessages(messages: readonly ChatMessage[]): Message[] {
  let called = "";
  return messages.map((message, place) => {
    const content = textOf(message.content);
    const { role } = message;
    if (role === "tool") return { role, content, tool_call_id: message.tool_call_id ?? "" };
    if (role === "function") return { role: "tool", content, tool_call_id: called };
    if (role !== "assistant") return { role: role === "developer" ? "system" : role, content };
    const tool_calls = callsOf(message, place);
    called = tool_calls.at(-1)?.id ?? called;
    return { role, content, ...(tool_calls.length > 0 && { tool_calls }) };
  });
}

function callsOf({ tool_calls, function_call }: ChatMessage, place: number) {
  const calls = (tool_calls ?? []).map(({ id, function: called }) => ({ id, ...called }));
  return function_call ? [...calls, { id: `call_${place}`, ...function_call }] : calls;
}

const textOf = (content: ChatMessage["content"]): string =>
  typeof content === "string" ? content : (content ?? []).map(({ text, refusal }) => text ?? refusal ?? "").join("");

export const toolsOf = ({ tools }: ChatCompletionRequest): Tool[] =>
  (tools ?? []).map(({ function: { name, description, parameters, strict } }) => ({
    name,
    parameters: parameters ?? { type: "object", properties: {} },
    ...(description && { description }),
    ...(typeof strict === "boolean" && { strict }),
  }));

export const toolChoiceOf = ({ tool_choice }: ChatCompletionRequest): ToolChoice | undefined =>
  typeof tool_choice === "object" && tool_choice !== null
    ? { name: tool_choice.function.name }
    : (tool_choice ?? undefined);

export const invalid = (path: string, problem: string): AppError =>
  new AppError("request.invalid", `${path} ${problem}`, { errors: [{ path, problem }] });
