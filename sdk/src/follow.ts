/** A thread's events as they happen, over SSE, through lost connections: each once, in order, until nothing more is to come. */
import { createParser } from "eventsource-parser";
import { EventDetails, ThreadEvent } from "./contract/events.ts";
import { ApiError, UnexpectedReplyError, UnreachableError } from "./failures.ts";
import { type Line, request } from "./line.ts";
import { type FollowOptions, type Pace, waitBefore } from "./pace.ts";

const MOST_BUFFERED = 32_000_000;

/**
 * Ends once the server has ended the stream of a thread in its final state: `orchestration_finished` is the last event of a run,
 * and a thread may go on after it. A server that is lost after that ends it too, as what there was is told. Live-only events (`seq` null) may be missed where a connection broke; a snapshot follows.
 * Throws ApiError when the server refuses, UnreachableError after `maxAttempts` in vain, or the signal's reason.
 */
export async function* follow(
  line: Line,
  pace: Pace,
  threadId: string,
  { afterSeq = 0, signal, maxAttempts = 12, onConnection }: FollowOptions = {},
): AsyncGenerator<ThreadEvent, void, undefined> {
  let lastSeq = afterSeq;
  /** The highest number that the server has named. */
  let known = 0;
  let over = false;
  let inVain = 0;
  /** Connections in a row that the server ended after its greeting: on a thread that runs it would have kept them. */
  let ended = 0;
  let lost = false;
  for (;;) {
    let failure: unknown = new Error("the connection closed before the thread had ended");
    try {
      for await (const news of connection(line, pace, threadId, lastSeq, signal)) {
        if (news === "open") {
          if (lost) onConnection?.({ type: "restored" });
          lost = false;
          continue;
        }
        if (news === "over") return;
        if (news === "alive") {
          inVain = 0;
          continue;
        }
        if (news.seq !== null) {
          if (news.seq <= lastSeq) continue;
          lastSeq = news.seq;
        }
        if (news.event_type === "connection_established") {
          known = Math.max(known, news.details.last_seq);
          ended++;
        } else {
          inVain = 0;
          ended = 0;
        }
        over = overAfter(news, over);
        yield news;
      }
      if (lastSeq >= known && (over || (lastSeq > 0 && ended > 1))) return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      failure = error;
      ended = 0;
    }
    inVain++;
    lost = true;
    if (inVain > maxAttempts) {
      if (over) return;
      throw new UnreachableError(line.baseUrl, failure);
    }
    const waitMs = waitBefore(inVain, pace.random());
    onConnection?.({ type: "lost", attempt: inVain, maxAttempts, waitMs, error: failure });
    await pace.wait(waitMs, signal);
  }
}

/** Whether a run has ended with this event, and none begun since. */
function overAfter(event: ThreadEvent, before: boolean): boolean {
  if (event.event_type === "orchestration_finished") return true;
  if (event.event_type === "orchestration_started") return false;
  return before && !(event.event_type === "feedback_received" && event.details.kind === "iteration");
}

/** Refusals stay; a server that is down, starting, overloaded or stood still for a while (408) may come back. */
const mayPass = (error: unknown): boolean => {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return !(error instanceof UnexpectedReplyError);
};

/** What one connection brings: that it stands, its events, and `alive` for each sign of life between them. */
async function* connection(
  line: Line,
  pace: Pace,
  threadId: string,
  lastSeq: number,
  outer: AbortSignal | undefined,
): AsyncGenerator<ThreadEvent | "open" | "alive" | "over", void, undefined> {
  const path = `/api/threads/${encodeURIComponent(threadId)}/events`;
  const ours = new AbortController();
  const signal = outer ? AbortSignal.any([outer, ours.signal]) : ours.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ours.abort(new Error("the connection fell silent")), pace.silenceMs);
  };
  try {
    heard();
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (lastSeq > 0) headers["last-event-id"] = String(lastSeq);
    const response = await request(line, path, { headers, signal });
    // The thread is at its end, and we have it all.
    if (response.status === 204) return yield "over";
    const type = response.headers.get("content-type") ?? "no content type";
    if (!response.body || !type.startsWith("text/event-stream"))
      throw new UnexpectedReplyError(line.baseUrl + path, `${type} in place of an event stream`);
    yield "open";
    yield* events(response.body, line.baseUrl + path, heard);
  } finally {
    clearTimeout(timer);
    ours.abort(new Error("done"));
  }
}

async function* events(
  body: ReadableStream<Uint8Array>,
  url: string,
  heard: () => void,
): AsyncGenerator<ThreadEvent | "alive", void, undefined> {
  const news: (string | null)[] = [];
  const parser = createParser({
    onEvent: ({ data }) => news.push(data),
    onComment: () => news.push(null),
    maxBufferSize: MOST_BUFFERED,
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      parser.feed(decoder.decode(value, { stream: true }));
      for (const data of news.splice(0)) {
        const event = data === null ? "alive" : readEvent(data, url);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

function readEvent(data: string, url: string): ThreadEvent | null {
  try {
    return eventOf(JSON.parse(data), url);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UnexpectedReplyError(url, "an event is not JSON", error);
  }
}

/** Null for a kind that only newer servers know. */
export function eventOf(json: unknown, url: string): ThreadEvent | null {
  const parsed = ThreadEvent.safeParse(json);
  if (parsed.success) return parsed.data;
  const type = (json as { event_type?: unknown } | null)?.event_type;
  if (typeof type === "string" && !(type in EventDetails)) return null;
  throw new UnexpectedReplyError(url, `an event of type ${String(type)} does not fit the contract`, parsed.error);
}
