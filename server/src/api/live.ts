/** Everyone who follows something by this process: streams and sockets, what they are told together, and their end. */
import type { LiveStatistics, ThreadEvent } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import type { FollowedThread } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import { openFeeds } from "./feeds.ts";
import { type Following, openFollowing } from "./following.ts";
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

export function openFollowers({ database, live, stopping }: { database: Database; live: Live; stopping: AbortSignal }) {
  const feeds = openFeeds({ database, live });
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

  const counted = ({ sink }: Connecting): Sink => ({
    ready: sink.ready,
    onReady: sink.onReady,
    send(event: ThreadEvent) {
      count.messages++;
      sink.send(event);
    },
    missed: () => void count.dropped++,
  });

  const connect = (connecting: Connecting): Connection => {
    const { userId, since, onOver } = connecting;
    const one = { ...connecting, sink: counted(connecting) };
    const following = openFollowing({
      ...{ feeds, userId, sink: one.sink, mostThreads: MOST_THREADS, since: since ?? new Date() },
      ...(onOver && { onOver }),
      onEnd: (threadId, reason) => (reason === "gone" ? one.onGone(threadId) : one.onEnd(reason)),
    });
    open.add(one);
    count.connections++;
    if (stopping.aborted) one.onEnd("stopping");
    return {
      following,
      send: one.sink.send,
      close() {
        if (!open.delete(one)) return;
        count.connections--;
        following.close();
      },
    };
  };

  return {
    sessions,
    connect,
    statistics: (): LiveStatistics => ({ ...count }),

    /** Keeps a thread of the user's open while `work` runs. Throws `thread.not_found`. */
    async visit<T>(
      userId: string,
      threadId: string,
      work: (thread: FollowedThread, now: { lastSeq: number; isOver: boolean }) => Promise<T>,
    ): Promise<T> {
      const feed = feeds.of(threadId);
      try {
        const thread = await feed.hold();
        if (thread?.user_id !== userId) throw noThread(threadId);
        return await work(thread, { lastSeq: feed.known(), isOver: feed.isOver() });
      } finally {
        feeds.release(feed);
      }
    },

    /** Resolves when the thread has ended and all is sent, when it is erased, when the server stops, or once `signal` fires. */
    async follow(
      thread: { id: string; userId: string; after: number },
      sink: Sink,
      signal: AbortSignal,
    ): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const { userId } = thread;
      const connection = connect({
        ...{ userId, sink, sessionId: null, onOver: () => resolve(), onGone: () => resolve() },
        onEnd: (reason) => (reason instanceof Error ? reject(reason) : resolve()),
      });
      const leave = () => resolve();
      signal.addEventListener("abort", leave);
      if (signal.aborted) resolve();
      const greet = (followed: FollowedThread, last_seq: number) =>
        connection.send(greeting({ ...followed, thread_id: followed.id, last_seq }));
      try {
        await Promise.all([connection.following.add(thread.id, thread.after, greet).catch(reject), promise]);
      } finally {
        signal.removeEventListener("abort", leave);
        connection.close();
      }
    },

    /** The same for all threads of a session; it has no end of its own. */
    async followSession(
      session: { id: string; userId: string; since: Date | null },
      sinkFor: (following: () => Following) => Sink,
      signal: AbortSignal,
    ): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const { id: sessionId, userId, since } = session;
      const sink = sinkFor(() => connection.following);
      const connection: Connection = connect({
        ...{ userId, sink, sessionId, since, onGone: () => {} },
        onEnd: (reason) => (reason instanceof Error ? reject(reason) : resolve()),
      });
      const leave = () => resolve();
      signal.addEventListener("abort", leave);
      if (signal.aborted) resolve();
      connection.send(greeting({ session_id: sessionId, thread_id: null, last_seq: 0, simulated: false }));
      const threads = sessions.follow({ sessionId, since }, connection.following, () => {}, reject);
      threads.begun.catch(reject);
      try {
        await promise;
      } finally {
        threads.stop();
        signal.removeEventListener("abort", leave);
        connection.close();
      }
    },
  };
}
