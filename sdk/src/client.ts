/** The server's API as typed functions; every answer is held against the contract. Runs in Node and in browsers. */
import type { z } from "zod";
import { pageOf } from "./contract/common.ts";
import type { RateThread } from "./contract/control.ts";
import type { ThreadEvent } from "./contract/events.ts";
import { ShownProfile } from "./contract/models.ts";
import { type AskPrompt, ThreadState } from "./contract/orchestrate.ts";
import { type CreateSession, Session } from "./contract/sessions.ts";
import { Thread } from "./contract/thread-detail.ts";
import { type ChangeAlgorithmSettings, VersionedSettings } from "./contract/tuning.ts";
import type { StopWhen } from "./contract/words.ts";
import { type Filing, filing } from "./files.ts";
import { follow } from "./follow.ts";
import { type Inspecting, inspecting } from "./inspect.ts";
import { type Integrating, integrating } from "./integrations.ts";
import { type Fetch, type Line, requestJson } from "./line.ts";
import { readNews } from "./news.ts";
import { type FollowOptions, ownPace, type Pace } from "./pace.ts";
import { type FollowSessionOptions, followSession, followThread, type SocketLike } from "./socket.ts";

export { ApiError, UnexpectedReplyError, UnreachableError } from "./failures.ts";
export type { Connection, FollowOptions, Pace } from "./pace.ts";
export type { FollowSessionOptions, SocketLike } from "./socket.ts";

export type ClientOptions = {
  /** Such as `http://127.0.0.1:8000`; empty for the page's own origin. */
  baseUrl: string;
  fetch?: Fetch;
  /** Opens a WebSocket; by default the global one does. */
  openSocket?: (url: string) => SocketLike;
  /** Time and chance between reconnections. */
  pace?: Partial<Pace>;
};

type Cancel = { signal?: AbortSignal };
type Wait = Cancel & { waitSeconds?: number };
/** Sent again with the same key within a day, a request has no second effect. */
type Repeatable = { idempotencyKey?: string };

export type Client = Inspecting &
  Integrating &
  Filing & {
    createSession(body?: CreateSession, options?: Cancel): Promise<Session>;
    /** Accepted at once; with `waitSeconds` (at most 120) the answer may be there already. */
    prompt(body: AskPrompt, options?: Wait & Repeatable): Promise<ThreadState>;
    /** One more iteration of a completed thread, with what the user wants changed. */
    iterate(threadId: string, feedback?: string | null, options?: Wait & Repeatable): Promise<ThreadState>;
    /** Accept, rate, comment; a comment on a running thread steers it. */
    rate(threadId: string, body: RateThread, options?: Cancel & Repeatable): Promise<ThreadState>;
    /** Accept the best so far, or reject the thread; what runs is stopped. */
    setStatus(threadId: string, status: "completed" | "failed", options?: Cancel): Promise<ThreadState>;
    /** Make an earlier answer or revision the final one. */
    restore(threadId: string, responseId: string, options?: Cancel): Promise<ThreadState>;
    status(threadId: string, options?: Cancel): Promise<ThreadState>;
    /** The thread with everything behind it. */
    thread(threadId: string, options?: Cancel): Promise<Thread>;
    models(options?: Cancel): Promise<ShownProfile[]>;
    /** Ask a running thread to stop; one that has ended is a 409. */
    stop(threadId: string, when?: StopWhen, options?: Cancel): Promise<ThreadState>;
    /** The settings of the algorithm; of an older version when it is named. */
    settings(version?: string, options?: Cancel): Promise<VersionedSettings>;
    updateSettings(body: ChangeAlgorithmSettings, options?: Cancel): Promise<VersionedSettings>;
    follow(threadId: string, options?: FollowOptions): AsyncIterable<ThreadEvent>;
    /** Over a WebSocket; goes on after the thread's end, for it may go on. */
    followThread(threadId: string, options?: FollowOptions): AsyncIterable<ThreadEvent>;
    /** Every thread of a session, over a WebSocket. */
    followSession(sessionId: string, options?: FollowSessionOptions): AsyncIterable<ThreadEvent>;
  };

const Profiles = pageOf(ShownProfile);
const SETTINGS = "/api/orchestrate/settings";

export function createClient({ baseUrl, fetch: given, openSocket, pace }: ClientOptions): Client {
  const line: Line = { baseUrl: baseUrl.replace(/\/+$/, ""), fetch: given ?? ((url, init) => fetch(url, init)) };
  const sockets = {
    baseUrl: line.baseUrl,
    openSocket: openSocket ?? ((url: string) => new WebSocket(url) as SocketLike),
    read: readNews,
  };
  const path = (strings: TemplateStringsArray, id: string) => strings[0] + encodeURIComponent(id) + strings[1];
  const ask = (to: string, body: object, { waitSeconds, idempotencyKey, ...options }: Wait & Repeatable) =>
    requestJson(line, to, ThreadState, {
      method: "POST",
      body,
      headers: {
        ...(waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...options,
    });
  const put = (to: string, body: object, options?: Cancel) =>
    requestJson(line, to, ThreadState, { method: "PUT", body, ...options });
  return {
    ...inspecting(line),
    ...integrating(line),
    ...filing(line, { ...ownPace, ...pace }),
    createSession: (body = {}, options) =>
      requestJson(line, "/api/sessions/", Session, { method: "POST", body, ...options }),
    prompt: (body, options = {}) => ask("/api/orchestrate/prompt", body, options),
    iterate: (thread_id, feedback = null, options = {}) =>
      ask("/api/orchestrate/iteration", { thread_id, feedback }, options),
    rate: (threadId, body, options = {}) => ask(path`/api/threads/${threadId}/feedback`, body, options),
    setStatus: (threadId, thread_status, options) =>
      put(path`/api/threads/${threadId}/status`, { thread_status }, options),
    restore: (threadId, response_id, options) => put(path`/api/threads/${threadId}/final`, { response_id }, options),
    status: (threadId, options) =>
      requestJson(line, path`/api/orchestrate/status/${threadId}`, ThreadState, { ...options }),
    thread: (threadId, options) => requestJson(line, path`/api/threads/${threadId}`, Thread, { ...options }),
    models: (options) => everyPage(line, "/api/models/", options),
    stop: (threadId, when = "now", options) => put(path`/api/orchestrate/stop/${threadId}`, { when }, options),
    settings: (version, options) =>
      requestJson(line, `${SETTINGS}${version === undefined ? "" : path`?version=${version}`}`, VersionedSettings, {
        ...options,
      }),
    updateSettings: (body, options) =>
      requestJson(line, SETTINGS, VersionedSettings, { method: "PUT", body, ...options }),
    follow: (threadId, options) => follow(line, { ...ownPace, ...pace }, threadId, options),
    followThread: (threadId, options) => followThread(sockets, { ...ownPace, ...pace }, threadId, options),
    followSession: (sessionId, options) => followSession(sockets, { ...ownPace, ...pace }, sessionId, options),
  };
}

async function everyPage(line: Line, path: string, options: Cancel | undefined): Promise<ShownProfile[]> {
  const all: ShownProfile[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: z.infer<typeof Profiles> = await requestJson(line, `${path}?limit=100${query}`, Profiles, {
      ...options,
    });
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return all;
}
