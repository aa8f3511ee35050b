/** A thread being followed: its events as they come, its view, and how the line is. Many events in a moment are shown as one change. */
import {
  ApiError,
  type Connection,
  followThread,
  type News,
  ownPace,
  type SocketLike,
} from "@orchestratex/sdk/browser";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { reduceAll } from "./reduce.ts";
import { emptyView, type ThreadView } from "./view.ts";

export type Line =
  | { state: "connecting" }
  /** All that has happened is here. */
  | { state: "live" }
  | { state: "lost"; attempt: number; waitMs: number }
  | { state: "refused"; notFound: boolean; detail: string };

export type Following = { view: ThreadView; events: readonly ThreadEvent[]; line: Line };

export type Followed = {
  subscribe(listener: () => void): () => void;
  read(): Following;
  /** Try again now, without waiting. */
  hurry(): void;
  close(): void;
};

/** Somebody looks at it: a line that broke without a word is noticed soon. The server answers a ping each 5 s. */
const SILENCE_MS = 15_000;

/** A hidden page gets no animation frames. */
const HIDDEN_MS = 250;

const soon = (run: () => void): void => {
  if (document.hidden) setTimeout(run, HIDDEN_MS);
  else requestAnimationFrame(run);
};

/** A whole picture at every moment, and few of them: whoever shows it draws once a frame. */
export function collect(start: (add: (event: ThreadEvent) => void, line: (line: Line) => void) => void) {
  let current: Following = { view: emptyView, events: [], line: { state: "connecting" } };
  let waiting: ThreadEvent[] = [];
  let nextLine: Line | null = null;
  let due = false;
  const listeners = new Set<() => void>();
  const flush = () => {
    due = false;
    const { view, events, line } = current;
    const logged = waiting.filter(({ seq }) => seq !== null && seq > view.lastSeq);
    current = {
      view: reduceAll(view, waiting),
      events: logged.length > 0 ? [...events, ...logged] : events,
      line: nextLine ?? line,
    };
    waiting = [];
    nextLine = null;
    for (const listener of listeners) listener();
  };
  const schedule = () => {
    if (due) return;
    due = true;
    soon(flush);
  };
  start(
    (event) => {
      waiting.push(event);
      schedule();
    },
    (line) => {
      nextLine = line;
      schedule();
    },
  );
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { subscribe, read: () => current };
}

/** Over a WebSocket, from the first event, for as long as it is wanted: a lost line is made again until it is back. */
export function openThread(threadId: string): Followed {
  const leaving = new AbortController();
  let hurry = () => {};
  const wait = (ms: number, signal: AbortSignal | undefined) =>
    Promise.race([
      ownPace.wait(ms, signal),
      new Promise<void>((resolve) => {
        hurry = resolve;
      }),
    ]);
  const back = () => hurry();
  addEventListener("online", back);
  leaving.signal.addEventListener("abort", () => removeEventListener("online", back));
  const collected = collect((add, line) => void take(threadId, { signal: leaving.signal, wait }, add, line));
  return { ...collected, hurry: back, close: () => leaving.abort() };
}

type Means = { signal: AbortSignal; wait: typeof ownPace.wait };

async function take(
  threadId: string,
  { signal, wait }: Means,
  add: (event: ThreadEvent) => void,
  line: (line: Line) => void,
): Promise<void> {
  const sockets = { baseUrl: "", openSocket: (url: string) => new WebSocket(url) as SocketLike, read };
  // Between the greeting and the last event that it names there is a picture of some earlier time.
  let missing = Number.POSITIVE_INFINITY;
  const lost = (connection: Connection) => {
    if (connection.type !== "lost") return;
    missing = Number.POSITIVE_INFINITY;
    line({ state: "lost", attempt: connection.attempt, waitMs: connection.waitMs });
  };
  const options = { signal, onConnection: lost, maxAttempts: Number.POSITIVE_INFINITY };
  let seen = 0;
  try {
    for await (const event of followThread(sockets, { ...ownPace, wait, silenceMs: SILENCE_MS }, threadId, options)) {
      if (event.event_type === "connection_established") missing = event.details.last_seq;
      seen = event.seq ?? seen;
      if (seen >= missing) {
        missing = Number.POSITIVE_INFINITY;
        line({ state: "live" });
      }
      add(event);
    }
  } catch (error) {
    if (signal.aborted) return;
    const notFound = error instanceof ApiError && error.status === 404;
    line({ state: "refused", notFound, detail: error instanceof Error ? error.message : String(error) });
  }
}

/** The server's own messages, of the page's own version. */
function read(text: string): News {
  const message = JSON.parse(text) as { event_type?: unknown; type?: unknown; delivered_to?: string };
  if (typeof message.event_type === "string") return { type: "event", event: message as ThreadEvent };
  return message.type === "pong" ? { type: "pong", delivered_to: message.delivered_to ?? "" } : { type: "other" };
}
