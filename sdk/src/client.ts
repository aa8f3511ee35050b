/** The server's API as typed functions; every answer is held against the contract. Runs in Node and in browsers. */
import type { z } from "zod";
import { pageOf } from "./contract/common.ts";
import type { ThreadEvent } from "./contract/events.ts";
import { Profile } from "./contract/models.ts";
import { type AskPrompt, ThreadState } from "./contract/orchestrate.ts";
import { type CreateSession, Session } from "./contract/sessions.ts";
import { Thread } from "./contract/thread-detail.ts";
import type { StopWhen } from "./contract/words.ts";
import { type FollowOptions, follow, type Pace } from "./follow.ts";
import { type Fetch, type Line, requestJson } from "./line.ts";
import { type FollowSessionOptions, followSession, followThread, type SocketLike } from "./socket.ts";

export { ApiError, UnexpectedReplyError, UnreachableError } from "./failures.ts";
export type { Connection, FollowOptions, Pace } from "./follow.ts";
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

export type Client = {
  createSession(body?: CreateSession, options?: Cancel): Promise<Session>;
  /** Accepted at once; with `waitSeconds` (at most 120) the answer may be there already. */
  prompt(body: AskPrompt, options?: Cancel & { waitSeconds?: number }): Promise<ThreadState>;
  status(threadId: string, options?: Cancel): Promise<ThreadState>;
  /** The thread with everything behind it. */
  thread(threadId: string, options?: Cancel): Promise<Thread>;
  models(options?: Cancel): Promise<Profile[]>;
  /** Ask a running thread to stop; one that has ended is a 409. */
  stop(threadId: string, when?: StopWhen, options?: Cancel): Promise<ThreadState>;
  follow(threadId: string, options?: FollowOptions): AsyncIterable<ThreadEvent>;
  /** Over a WebSocket; goes on after the thread's end, for it may go on. */
  followThread(threadId: string, options?: FollowOptions): AsyncIterable<ThreadEvent>;
  /** Every thread of a session, over a WebSocket. */
  followSession(sessionId: string, options?: FollowSessionOptions): AsyncIterable<ThreadEvent>;
};

const Profiles = pageOf(Profile);

export function createClient({ baseUrl, fetch: given, openSocket, pace }: ClientOptions): Client {
  const line: Line = { baseUrl: baseUrl.replace(/\/+$/, ""), fetch: given ?? ((url, init) => fetch(url, init)) };
  const sockets = {
    baseUrl: line.baseUrl,
    openSocket: openSocket ?? ((url: string) => new WebSocket(url) as SocketLike),
  };
  const path = (strings: TemplateStringsArray, id: string) => strings[0] + encodeURIComponent(id) + strings[1];
  return {
    createSession: (body = {}, options) =>
      requestJson(line, "/api/sessions/", Session, { method: "POST", body, ...options }),
    prompt: (body, { waitSeconds, ...options } = {}) =>
      requestJson(line, "/api/orchestrate/prompt", ThreadState, {
        method: "POST",
        body,
        ...(waitSeconds === undefined ? {} : { headers: { prefer: `wait=${waitSeconds}` } }),
        ...options,
      }),
    status: (threadId, options) =>
      requestJson(line, path`/api/orchestrate/status/${threadId}`, ThreadState, { ...options }),
    thread: (threadId, options) => requestJson(line, path`/api/threads/${threadId}`, Thread, { ...options }),
    models: (options) => everyPage(line, "/api/models/", options),
    stop: (threadId, when = "now", options) =>
      requestJson(line, path`/api/orchestrate/stop/${threadId}`, ThreadState, {
        method: "PUT",
        body: { when },
        ...options,
      }),
    follow: (threadId, options) => follow(line, { ...ownPace, ...pace }, threadId, options),
    followThread: (threadId, options) => followThread(sockets, { ...ownPace, ...pace }, threadId, options),
    followSession: (sessionId, options) => followSession(sockets, { ...ownPace, ...pace }, sessionId, options),
  };
}

async function everyPage(line: Line, path: string, options: Cancel | undefined): Promise<Profile[]> {
  const all: Profile[] = [];
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

const ownPace: Pace = {
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
  random: Math.random,
  silenceMs: 45_000,
};
