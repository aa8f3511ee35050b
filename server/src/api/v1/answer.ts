/** An answer under `/v1`, whole or in chunks, whoever speaks: the loop or one model. */
import type { ChatCompletion, ChatCompletionChunk } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ToolCall } from "../../engine/direct.ts";
import { faultIn } from "../problems.ts";
import { chunksOf, completion, type Ended, type Heading } from "./completions.ts";
import { type Line, openLine } from "./line.ts";

/** Who hears an answer as it comes. */
export type Audience = {
  /** What is going on before there is any text. */
  doing(now: string): void;
  /** Resolves when there is room for more. */
  text(piece: string): Promise<void>;
  call(call: ToolCall): Promise<void>;
};

export type Speaking = { heading: Heading; speak(to: Audience): Promise<Ended> };

/** A failure within this time after which nothing was said yet is answered with its own status; later it comes in the stream. */
const HEADERS_WITHIN_MS = 10_000;

/**
 * Node's fetch gives up after 300 seconds without headers: a 102 (RFC 2518, 10.1) has it wait on, and commits us to nothing.
 * HTTP/1.0, which nginx speaks to us by default, has no such answers.
 */
const PROCESSING_MS = 60_000;

export async function answerWhole(reply: FastifyReply, { heading, speak }: Speaking): Promise<ChatCompletion> {
  const { raw } = reply;
  const mayWait = raw.req.httpVersion === "1.1";
  const timer = setInterval(() => mayWait && !raw.headersSent && raw.writeProcessing(), PROCESSING_MS);
  let text = "";
  const calls: ToolCall[] = [];
  try {
    const end = await speak({
      doing() {},
      async text(piece) {
        text += piece;
      },
      async call(call) {
        calls.push(call);
      },
    });
    return completion(heading, { text, calls, end });
  } finally {
    clearInterval(timer);
  }
}

/** What fails before the headers are sent is thrown. */
export async function answerInChunks(
  request: FastifyRequest,
  reply: FastifyReply,
  { heading, speak }: Speaking,
  withUsage: boolean,
): Promise<void> {
  let line: Line | undefined;
  const open = () => (line ??= openLine(reply, "asked"));
  const timer = setTimeout(open, HEADERS_WITHIN_MS);
  const chunks = chunksOf(heading, withUsage);
  let begun = false;
  const send = async (chunk: ChatCompletionChunk) => {
    if (!begun) await open().send(chunks.first());
    begun = true;
    await open().send(chunk);
  };
  try {
    const end = await speak({
      doing: (now) => open().doing(now),
      text: (piece) => send(chunks.text(piece)),
      call: (call) => send(chunks.call(call)),
    });
    for (const chunk of chunks.last(end)) await send(chunk);
    open().done();
  } catch (error) {
    if (!line) throw error;
    line.fail(faultIn(error, request));
  } finally {
    clearTimeout(timer);
  }
}
