/** `orchestratex/*`: a thread through the whole loop. Drafts and critics stay behind the door; the final text comes out. */
import { AskPrompt, type ChatCompletionRequest, isFinal, type ThreadEvent } from "@orchestratex/sdk/contract";
import { jsonIn } from "../../engine/output.ts";
import { callsIn } from "../../engine/tool-calls.ts";
import { AppError, type FaultCode, faultCodes, faultOf } from "../../errors.ts";
import { accountOf } from "../../store/receipts.ts";
import type { Watching } from "../asked.ts";
import type { Offer } from "../door.ts";
import { meaningOf } from "../faults.ts";
import { followThread } from "../live.ts";
import { noThread, threadState } from "../owned.ts";
import type { Audience } from "./answer.ts";
import type { Ended } from "./completions.ts";
import { conversationOf, invalid, toolChoiceOf, toolsOf } from "./messages.ts";
import type { LoopModel } from "./models.ts";

/** The thread's prompt, with what was said before as its context. Throws `request.invalid`. */
export function promptOf({ mode }: LoopModel, body: ChatCompletionRequest, sessionId: string): AskPrompt {
  const { prompt, context } = conversationOf(body.messages);
  const { cost_limit, deadline_ms } = body.metadata ?? {};
  const asked = [prompt, ...formOf(body)].join("\n\n");
  const wishes = { mode, context_mode: "none", session_id: sessionId, cost_limit, deadline_ms };
  const { data, error } = AskPrompt.safeParse({ prompt: asked, context, ...wishes });
  if (data) return data;
  const [issue] = error.issues;
  const part = issue?.path[0] === "context" ? "those around the last of the user together" : "the last of the user";
  throw invalid("messages", `do not fit: ${part} ${issue?.message ?? "cannot be taken"}`);
}

/** For the author of the first answer. */
export function offerOf(body: ChatCompletionRequest): Offer {
  const tools = toolsOf(body);
  const tool_choice = toolChoiceOf(body);
  return tools.length === 0 ? {} : { tools, ...(tool_choice && { tool_choice }) };
}

const isJson = ({ response_format }: ChatCompletionRequest): boolean =>
  response_format ? response_format.type !== "text" : false;

/** Said in the prompt, so that author and critics both know of it. */
function formOf({ response_format: format }: ChatCompletionRequest): string[] {
  if (!format || format.type === "text") return [];
  const object = "Answer with one JSON object and nothing else, before it or after it";
  return [
    format.type === "json_object"
      ? `${object}.`
      : `${object}. It fits this JSON schema:\n${JSON.stringify(format.json_schema.schema)}`,
  ];
}

export type LoopThread = {
  id: string;
  userId: string;
  /** Fires when the client has hung up. */
  gone: AbortSignal;
  /** Whether the thread then ends too. */
  stopWhenGone: boolean;
  /** What was asked for. */
  body: ChatCompletionRequest;
};

/** Tell what the thread is doing, then its final text. Throws the fault that it has failed with. */
export async function speakByLoop(watching: Watching, thread: LoopThread, to: Audience): Promise<Ended> {
  const { door, followers, stopping } = watching;
  const { id, userId, gone } = thread;
  let failure = "";
  const send = (event: ThreadEvent) => {
    const now = doing(event);
    if (now !== null) to.doing(now);
    if (event.event_type === "error_occurred") failure = event.details.detail;
  };
  const sink = { send, ready: () => true, onReady() {} };
  to.doing("asked");
  await followThread(followers, { id, userId, after: 0 }, sink, AbortSignal.any([gone, stopping]));

  const state = await threadState(door.database, id);
  if (!isFinal(state.thread_status) || state.final_response === null) {
    if (isFinal(state.thread_status)) throw failed(state.failure_reason, failure);
    if (gone.aborted) throw await left(watching, thread);
    throw new AppError("server.stopping", `The server is stopping: thread ${id} goes on when it is back`);
  }
  const account = await accountOf(door.database, id);
  if (!account) throw noThread(id);
  const { text, calls } =
    account.finish_reason === "tool_calls" ? callsIn(state.final_response) : { text: state.final_response, calls: [] };
  for (const piece of piecesOf(isJson(thread.body) && calls.length === 0 ? jsonOf(text) : text)) await to.text(piece);
  const most = thread.body.parallel_tool_calls === false ? 1 : calls.length;
  for (const call of calls.slice(0, most)) await to.call(call);
  return account;
}

async function left({ door }: Watching, { id, stopWhenGone }: LoopThread): Promise<AppError> {
  if (stopWhenGone)
    await door.books.stop(id, "now").catch((error: unknown) => {
      // It ended meanwhile: nothing is left to stop.
      if (!(error instanceof AppError)) throw error;
    });
  return new AppError("thread.stopped", "The client hung up before there was an answer");
}

function failed(reason: string | null, detail: string): AppError {
  const code: FaultCode = faultCodes.find((one) => one === reason) ?? "internal";
  return new AppError(code, [faultOf(code).title, detail, meaningOf(code)].filter((part) => part !== "").join(". "));
}

/** In a few words, for whoever looks at the line; null: what was going on goes on. */
function doing(event: ThreadEvent): string | null {
  const iteration = Math.max(1, event.iteration_number ?? 1);
  if (event.event_type === "orchestration_started") return "choosing models";
  if (event.event_type === "model_selected") return "writing iteration 1";
  if (event.event_type === "response_generated") return `evaluating iteration ${iteration}`;
  if (event.event_type !== "iteration_completed") return null;
  return event.details.decision === "refine" ? `writing iteration ${iteration + 1}` : "finishing";
}

/** Without the words or the fence around it. */
function jsonOf(text: string): string {
  const value = jsonIn(text);
  if (value !== undefined) return JSON.stringify(value);
  const detail =
    "The answer is not the JSON that was asked for: ask again, or name one model, whose provider can enforce it";
  throw new AppError("model.output_invalid", detail);
}

/** About a line each, without splitting a character. */
const piecesOf = (text: string): string[] => text.match(/.{1,80}(?:\s+|$)|.{1,80}/gsu) ?? [];
