/** Threads and sessions as they happen, over a WebSocket, through lost connections: each event once, in order per thread. */
import { type SocketClose, socketCloses } from "./contract/closes.ts";
import type { ThreadEvent } from "./contract/events.ts";
import { ApiError, UnexpectedReplyError, UnreachableError } from "./failures.ts";
import { type FollowOptions, type Pace, waitBefore } from "./pace.ts";

/** What is used of the `WebSocket` of browsers and Node. */
export type SocketLike = {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "message" | "close", listener: (event: object) => void): void;
};

/** What a message says. */
export type News =
  | { type: "event"; event: ThreadEvent }
  | { type: "pong"; delivered_to: string }
  | { type: "other" }
  | { type: "broken"; what: string };

export type SocketLine = { baseUrl: string; openSocket(url: string): SocketLike; read(text: string): News };

export type FollowSessionOptions = Omit<FollowOptions, "afterSeq"> & {
  /** RFC 3339: you have seen everything up to then. */
  since?: string;
};

/** What is followed: from where to go on, and what is known of the place meanwhile. */
type Followed = {
  noun: "thread" | "session";
  /** Path and query of the next connection. */
  place(): string;
  /** False for what was there before. */
  take(event: ThreadEvent): boolean;
  deliveredTo(time: string): void;
};

/** A thread's events after `afterSeq`; does not end when the thread does, for it may go on. */
export function followThread(
  line: SocketLine,
  pace: Pace,
  threadId: string,
  { afterSeq = 0, ...options }: FollowOptions = {},
): AsyncGenerator<ThreadEvent, void, undefined> {
  let last = afterSeq;
  const followed: Followed = {
    noun: "thread",
    place: () => `/ws/thread/${encodeURIComponent(threadId)}?after=${last}`,
    take({ seq, thread_id }) {
      if (seq === null) return true;
      // Events of files come on every socket, with numbers of their own.
      if (thread_id === null || seq <= last) return false;
      last = seq;
      return true;
    },
    deliveredTo: () => {},
  };
  return follow(line, pace, followed, options);
}

/** The events of a session's threads: of those that run from their beginning, of those that changed after `since`, and of all later ones. */
export function followSession(
  line: SocketLine,
  pace: Pace,
  sessionId: string,
  { since, ...options }: FollowSessionOptions = {},
): AsyncGenerator<ThreadEvent, void, undefined> {
  const last = new Map<string, number>();
  let place = since;
  const followed: Followed = {
    noun: "session",
    place: () =>
      `/ws/${encodeURIComponent(sessionId)}${place === undefined ? "" : `?since=${encodeURIComponent(place)}`}`,
    take(event) {
      if (event.event_type === "connection_established") place ??= event.details.server_time;
      const { seq, thread_id } = event;
      if (seq === null || thread_id === null) return true;
      if (seq <= (last.get(thread_id) ?? 0)) return false;
      last.set(thread_id, seq);
      return true;
    },
    deliveredTo(time) {
      place = time;
    },
  };
  return follow(line, pace, followed, options);
}

/**
 * Goes on until `signal` fires or the reader stops. Throws ApiError when there is no such thing, UnexpectedReplyError when the
 * server does not understand us, UnreachableError after `maxAttempts` in vain, or the signal's reason.
 */
async function* follow(
  line: SocketLine,
  pace: Pace,
  followed: Followed,
  { signal, maxAttempts = 12, onConnection }: Omit<FollowOptions, "afterSeq">,
): AsyncGenerator<ThreadEvent, void, undefined> {
  let inVain = 0;
  let lost = false;
  for (;;) {
    signal?.throwIfAborted();
    const url = addressOf(line.baseUrl, followed.place());
    let failure: unknown = new Error("the connection closed");
    for await (const news of connection(line, pace, url, signal)) {
      if (news.type === "broken") throw new UnexpectedReplyError(url, news.what);
      if (news.type === "closed") {
        failure = failureOf(news, followed.noun, url);
        break;
      }
      if (lost) onConnection?.({ type: "restored" });
      lost = false;
      // A server that greets and closes again must not be asked for ever.
      if (news.type !== "event" || news.event.event_type !== "connection_established") inVain = 0;
      if (news.type === "pong") followed.deliveredTo(news.delivered_to);
      else if (news.type === "event" && followed.take(news.event)) yield news.event;
    }
    inVain++;
    lost = true;
    if (inVain > maxAttempts) throw new UnreachableError(line.baseUrl, failure);
    const waitMs = waitBefore(inVain, pace.random());
    onConnection?.({ type: "lost", attempt: inVain, maxAttempts, waitMs, error: failure });
    await pace.wait(waitMs, signal);
  }
}

function addressOf(baseUrl: string, path: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  const url = new URL(baseUrl + path, page);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

type Closed = { type: "closed"; code: number; reason: string };

/** What may pass is answered, to be tried again; what will not is thrown. */
function failureOf({ code, reason }: { code: number; reason: string }, noun: string, url: string): Error {
  const known = socketCloses[code as SocketClose];
  if (known === undefined || known.retry) return new Error(`the connection closed with ${code} ${reason}`.trim());
  if (code === 4404) {
    const detail = `There is no such ${noun}, it was erased, or it is not yours`;
    const about = { type: `/docs/errors#${noun}.not_found`, title: `There is no such ${noun}`, status: 404, detail };
    throw new ApiError(404, { ...about, instance: "", code: `${noun}.not_found`, retry: false }, url);
  }
  throw new UnexpectedReplyError(url, `it closed with ${code}: ${known.meaning}`);
}

/** What one connection brings, the last of it its end. A line that falls silent is given up. */
async function* connection(
  { openSocket, read }: SocketLine,
  { silenceMs }: Pace,
  url: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<News | Closed, void, undefined> {
  const news: (News | Closed)[] = [];
  let ring = () => {};
  const add = (one: News | Closed) => {
    news.push(one);
    ring();
  };
  const socket = openSocket(url);
  const end = (reason: string) => add({ type: "closed", code: 1006, reason });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => end("it fell silent"), silenceMs);
  };
  let pinging: ReturnType<typeof setInterval> | undefined;
  socket.addEventListener("open", () => {
    pinging = setInterval(() => socket.send(JSON.stringify({ type: "ping", nonce: Date.now() })), silenceMs / 3);
  });
  socket.addEventListener("message", (event) => {
    heard();
    add(read(String((event as { data?: unknown }).data)));
  });
  socket.addEventListener("close", (event) => {
    const { code = 1006, reason = "" } = event as { code?: number; reason?: string };
    add({ type: "closed", code, reason });
  });
  const leave = () => end("left");
  signal?.addEventListener("abort", leave);
  try {
    heard();
    for (;;) {
      signal?.throwIfAborted();
      const next = news.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (ring = resolve));
    }
  } finally {
    signal?.removeEventListener("abort", leave);
    clearTimeout(silence);
    clearInterval(pinging);
    socket.close();
  }
}
