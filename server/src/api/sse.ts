/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { ServerResponse } from "node:http";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Followers } from "./live.ts";
import { HEARTBEAT_MS, type Sink } from "./reader.ts";

/** A reader with more than this waiting for it is slow. */
const WAITING_BYTES = 256 * 1024;

/** Answer with the thread's events above `cursor` until it ends; the client may hang up at any time. */
export async function streamThread(
  request: FastifyRequest,
  reply: FastifyReply,
  followers: Followers,
  thread: { id: string; cursor: number },
): Promise<void> {
  reply.headers({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    // nginx would collect the stream otherwise
    "X-Accel-Buffering": "no",
    Vary: "Accept",
    // The line is for this stream alone: it must not stay open after it.
    Connection: "close",
  });
  reply.hijack();
  const { raw } = reply;
  const control = hangUpOf(reply);
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);

  const heartbeat = setInterval(() => {
    if (raw.writableLength === 0) raw.write(": keep-alive\n\n");
  }, HEARTBEAT_MS);
  try {
    await followers.follow(thread.id, thread.cursor, sinkTo(raw), control);
  } catch (error) {
    // The client comes back with the last id it has seen.
    request.log.error({ err: error, thread_id: thread.id }, "a stream of events broke off");
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

/** Aborted once the client has hung up, which it may have done already. */
export function hangUpOf({ raw }: FastifyReply): AbortController {
  const control = new AbortController();
  if (raw.destroyed) control.abort();
  raw.once("close", () => control.abort());
  raw.once("error", () => control.abort());
  return control;
}

const sinkTo = (raw: ServerResponse): Sink => ({
  send: (event) => raw.write(frameOf(event)),
  ready: () => raw.writableLength < WAITING_BYTES,
  onReady: (listener) => raw.on("drain", listener),
});

const frames = new WeakMap<ThreadEvent, string>();

/** Readers of one thread share the events they read together, and so their text. Live-only events have no id: the browser keeps the last one. */
function frameOf(event: ThreadEvent): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const id = event.seq === null ? "" : `id: ${event.seq}\n`;
  const frame = `${id}event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`;
  frames.set(event, frame);
  return frame;
}

/** Whether `Accept` names a stream of events before (or above) JSON. */
export function wantsStream({ method, headers }: FastifyRequest): boolean {
  if (method === "HEAD") return false;
  const named = (headers.accept ?? "")
    .toLowerCase()
    .split(",")
    .map((range) => {
      const [kind = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { kind, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ kind, quality }) => quality > 0 && (kind === "text/event-stream" || kind === "application/json"))
    .sort((a, b) => b.quality - a.quality);
  return named[0]?.kind === "text/event-stream";
}
