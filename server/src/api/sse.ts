/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { ServerResponse } from "node:http";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Following } from "./following.ts";
import { bareFrame, streamFrame } from "./frames.ts";
import { type Followers, followSession, followThread } from "./live.ts";
import { HEARTBEAT_MS, type Sink } from "./reader.ts";

/** A reader with more than this waiting for it is slow. */
const WAITING_BYTES = 256 * 1024;

/** One that has taken nothing of what waits for it for so many heartbeats is gone. */
const STUCK_HEARTBEATS = 8;

/** Answer with the thread's events above `cursor` until it ends; the client may hang up at any time. */
export const streamThread = (
  request: FastifyRequest,
  reply: FastifyReply,
  followers: Followers,
  { id, cursor }: { id: string; cursor: number },
): Promise<void> =>
  stream(request, reply, { thread_id: id }, (signal) =>
    followThread(followers, { id, userId: request.userId, after: cursor }, sinkTo(reply.raw, streamFrame), signal),
  );

/** Answer with the events of all threads of a session, until the client hangs up. */
export const streamSession = (
  request: FastifyRequest,
  reply: FastifyReply,
  followers: Followers,
  { id, since }: { id: string; since: Date | null },
): Promise<void> =>
  stream(request, reply, { session_id: id }, (signal) =>
    followSession(
      followers,
      { id, userId: request.userId, since },
      (following) => sessionSinkTo(reply.raw, since, following),
      signal,
    ),
  );

/** Answer with what `follow` sends until it ends; the client may hang up at any time. `about`: for the log. */
export async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  about: Record<string, string>,
  follow: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // The line is for this stream alone: it must not stay open after it.
  reply.headers({ Vary: "Accept", Connection: "close" });
  const control = hangUpOf(reply);
  const raw = beginEventStream(reply);
  let stuck = 0;
  raw.on("drain", () => {
    stuck = 0;
  });
  const heartbeat = setInterval(() => {
    if (raw.writableLength === 0) raw.write(": keep-alive\n\n");
    else if (++stuck >= STUCK_HEARTBEATS) raw.destroy();
  }, HEARTBEAT_MS);
  try {
    await follow(control.signal);
  } catch (error) {
    // The client comes back with the last id it has seen.
    request.log.error({ err: error, ...about }, "a stream of events broke off");
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

/** Headers leave at once; what follows is the caller's to write and to end. */
export function beginEventStream(reply: FastifyReply): ServerResponse {
  reply.headers({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    // nginx would collect the stream otherwise
    "X-Accel-Buffering": "no",
  });
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  return raw;
}

/** Aborted once the client has hung up, which it may have done already. */
export function hangUpOf({ raw }: FastifyReply): AbortController {
  const control = new AbortController();
  if (raw.destroyed) control.abort();
  raw.once("close", () => control.abort());
  raw.once("error", () => control.abort());
  return control;
}

export const sinkTo = (raw: ServerResponse, frameOf: (event: ThreadEvent) => Buffer): Sink => ({
  send: (event) => raw.write(frameOf(event)),
  ready: () => raw.writableLength < WAITING_BYTES,
  onReady: (listener) => raw.on("drain", listener),
});

/**
 * The id of an event is a time up to which everything has been sent, so that the browser comes back with it: the greeting has
 * the one it came with, and an event has its own once nothing of any thread is missing.
 */
function sessionSinkTo(raw: ServerResponse, since: Date | null, following: () => Following): Sink {
  const plain = sinkTo(raw, bareFrame);
  return {
    ...plain,
    send(event) {
      const id =
        event.event_type === "connection_established" ? (since?.toISOString() ?? event.timestamp) : event.timestamp;
      const safe = event.event_type === "connection_established" || (event.seq !== null && following().isCaughtUp());
      if (safe) raw.write(`id: ${id}\n`);
      plain.send(event);
    },
  };
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

/** A browser that reconnects sends it; anything that is no number of ours is passed over. */
export const lastEventId = (given: string | undefined): number | undefined =>
  given !== undefined && /^\d{1,10}$/.test(given) ? Number(given) : undefined;
