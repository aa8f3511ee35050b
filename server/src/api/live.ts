/** Everyone who follows something by this process: streams and sockets, what they are told together, and their end. */
import type { LiveStatistics, ThreadEvent } from "@orchestratex/sdk/contract";
import type { Logger } from "pino";
import type { Database } from "../store/database.ts";
import type { FollowedThread } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import { type Feeds, openFeeds } from "./feeds.ts";
import { openFileFollowers } from "./file-follow.ts";
import { Following } from "./following.ts";
import { noThread } from "./owned.ts";
import { greeting, type Sink } from "./reader.ts";
import { openSessionThreads } from "./session-threads.ts";

/** One line follows so many threads at most. */
const MOST_THREADS = 1000;

/** Why a connection ends: its thread or session is gone, the server leaves, or the log could not be read. */
export type End = "gone" | "stopping" | Error;

type Connecting = {
  userId: string;
  sink: Sink;
  /** The session that is followed as a whole. */
  sessionId: string | null;
  /** Up to then everything has been sent before. */
  since?: Date | null;
  onOver?(threadId: string): void;
  /** A thread that is gone; the connection goes on unless it is closed. */
  onGone(threadId: string): void;
  onEnd(reason: End): void;
};

export type Connection = {
  following: Following;
  /** An event of its own, such as the greeting. */
  send(event: ThreadEvent): void;
  close(): void;
};

export type Followers = ReturnType<typeof openFollowers>;

type Means = { database: Database; live: Live; stopping: AbortSignal; log: Pick<Logger, "error"> };

export function openFollowers({ database, live, stopping, log }: Means) {
  const onFault = (error: unknown) => log.error({ err: error }, "events of files were not read");
  const files = openFileFollowers({ database, live, stopping, onFault });
  const feeds = openFeeds({ database, live, stopping });
  const sessions = openSessionThreads({ database, live });
  const { count } = feeds;
  const open = new Set<Connecting>();
  const endAll = (reason: End, which = (_one: Connecting) => true) => {
    for (const one of [...open]) if (which(one)) one.onEnd(reason);
  };
  stopping.addEventListener("abort", () => endAll("stopping"), { once: true });
  live.onErased((sessionId) => endAll("gone", (one) => one.sessionId === sessionId));
  live.onNotice((event) => {
    for (const { sink } of open) {
      if (sink.ready()) sink.send(event);
      else sink.missed?.();
    }
  });
  const connect = (connecting: Connecting): Connection => {
    const one = { ...connecting, sink: counted(connecting.sink, count) };
    const { userId, sink, since, onOver } = one;
    const following = new Following({
      ...{ feeds, userId, sink, mostThreads: MOST_THREADS, since: since ?? new Date() },
      ...(onOver && { onOver }),
      onEnd: (threadId, reason) => (reason === "gone" ? one.onGone(threadId) : one.onEnd(reason)),
    });
    open.add(one);
    count.connections++;
    if (stopping.aborted) one.onEnd("stopping");
    const close = () => {
      if (!open.delete(one)) return;
      count.connections--;
      following.close();
    };
    return { following, send: sink.send, close };
  };
  return {
    sessions,
    connect,
    files,
    statistics: (): LiveStatistics => ({ ...count }),
    visit: visiting(feeds),
  };
}

const counted = (sink: Sink, count: LiveStatistics): Sink => ({
  ...sink,
  send(event: ThreadEvent) {
    count.messages++;
    sink.send(event);
  },
  missed: () => void count.dropped++,
});

/** Keeps a thread of the user's open while `work` runs. Throws `thread.not_found`. */
const visiting =
  (feeds: Feeds) =>
  async <T>(
    userId: string,
    threadId: string,
    work: (now: { lastSeq: number; isOver: boolean }) => Promise<T>,
  ): Promise<T> => {
    const feed = feeds.of(threadId);
    try {
      const thread = await feed.hold();
      if (thread?.user_id !== userId) throw noThread(threadId);
      return await work({ lastSeq: feed.known(), isOver: feed.isOver() });
    } finally {
      feeds.release(feed);
    }
  };

/** Resolves when the thread has ended and all is sent, when it is erased, when the server stops, or once `signal` fires. */
export const followThread = (
  { connect }: Followers,
  { id, userId, after }: { id: string; userId: string; after: number },
  sink: Sink,
  signal: AbortSignal,
): Promise<void> =>
  untilLeft(signal, async ({ leave, fail }) => {
    const connection = connect({
      ...{ userId, sink, sessionId: null, onOver: leave, onGone: leave },
      onEnd: (reason) => (reason instanceof Error ? fail(reason) : leave()),
    });
    const greet = (thread: FollowedThread, last_seq: number) =>
      connection.send(greeting({ ...thread, thread_id: thread.id, last_seq }));
    await connection.following.add(id, after, greet).catch((error: unknown) => {
      connection.close();
      throw error;
    });
    return connection.close;
  });

/** The same for all threads of a session; it has no end of its own. */
export const followSession = (
  { connect, sessions }: Followers,
  { id: sessionId, userId, since }: { id: string; userId: string; since: Date | null },
  sinkFor: (following: () => Following) => Sink,
  signal: AbortSignal,
): Promise<void> =>
  untilLeft(signal, async ({ leave, fail }) => {
    const sink = sinkFor(() => connection.following);
    const connection: Connection = connect({
      ...{ userId, sink, sessionId, since, onGone: () => {} },
      onEnd: (reason) => (reason instanceof Error ? fail(reason) : leave()),
    });
    connection.send(greeting({ session_id: sessionId, thread_id: null, last_seq: 0, simulated: false }));
    const threads = sessions.follow({ sessionId, since }, connection.following, () => {}, fail);
    threads.begun.catch(fail);
    return () => {
      threads.stop();
      connection.close();
    };
  });

/** Begins, waits until one leaves or fails, and cleans up with what `begin` has answered. */
async function untilLeft(
  signal: AbortSignal,
  begin: (ends: { leave(): void; fail(error: unknown): void }) => Promise<() => void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => resolve();
  signal.addEventListener("abort", leave);
  if (signal.aborted) resolve();
  const begun = begin({ leave, fail: reject });
  begun.catch(reject);
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", leave);
    begun.then(
      (close) => close(),
      () => undefined,
    );
  }
}
