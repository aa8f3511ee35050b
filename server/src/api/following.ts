/** What one connection follows: threads, each from its own place, over one line. */
import { AppError } from "../errors.ts";
import type { FollowedThread } from "../store/events.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import { noThread } from "./owned.ts";
import { openReader, type Reader, type Sink } from "./reader.ts";

export type FollowingOptions = {
  feeds: Feeds;
  userId: string;
  sink: Sink;
  mostThreads: number;
  /** Up to then everything has been sent before. */
  since: Date;
  /** The thread's log is delivered and at its end; it may go on. */
  onOver?(threadId: string): void;
  onEnd(threadId: string, reason: "gone" | Error): void;
};

export type Following = ReturnType<typeof openFollowing>;

type Followed = { feed: Feed; reader: Reader };

export function openFollowing({ feeds, userId, sink, mostThreads, since, ...on }: FollowingOptions) {
  const followed = new Map<string, Followed>();
  let opening = 0;
  let closed = false;
  let deliveredTo = since;

  const drop = (threadId: string) => {
    const one = followed.get(threadId);
    if (!one) return;
    followed.delete(threadId);
    one.feed.attached.delete(one.reader);
    feeds.release(one.feed);
    feeds.count.subscriptions--;
  };
  const pumpAll = () => {
    for (const { reader } of followed.values()) reader.pump();
  };
  sink.onReady(pumpAll);
  const isCaughtUp = () => {
    if (opening > 0) return false;
    for (const { reader } of followed.values()) if (!reader.caughtUp()) return false;
    return true;
  };
  const open = (feed: Feed, thread: FollowedThread, after: number): Followed => {
    const { id } = thread;
    const reader = openReader(feed, thread, {
      ...{ after, sink },
      onOver: () => on.onOver?.(id),
      onEnd(reason) {
        drop(id);
        on.onEnd(id, reason);
      },
    });
    return { feed, reader };
  };

  return {
    /**
     * Followed from `after` on; one that is followed already goes on from there. `greet` is called before its first event.
     * Throws `thread.not_found` for what is not the user's own, `request.too_many`.
     */
    async add(
      threadId: string,
      after: number,
      greet: (thread: FollowedThread, lastSeq: number) => void,
    ): Promise<void> {
      if (!followed.has(threadId) && followed.size + opening >= mostThreads) throw tooMany(mostThreads);
      opening++;
      const feed = feeds.of(threadId);
      try {
        const thread = await feed.hold();
        if (closed || thread?.user_id !== userId) throw noThread(threadId);
        drop(threadId);
        greet(thread, feed.known());
        const one = open(feed, thread, after);
        followed.set(threadId, one);
        feed.attached.add(one.reader);
        feeds.count.subscriptions++;
        one.reader.pump();
      } catch (error) {
        feeds.release(feed);
        throw error;
      } finally {
        opening--;
      }
    },
    /** Meanwhile more is to come: not everything has been sent. */
    async during(work: () => Promise<void>): Promise<void> {
      opening++;
      await work().finally(() => opening--);
    },
    drop,
    has: (threadId: string) => followed.has(threadId),
    size: () => followed.size,
    isCaughtUp,
    /** The threads that are at their end, with the last number sent, longest followed first. */
    finished: () =>
      [...followed].flatMap(([id, { reader }]) =>
        reader.isOver() && reader.caughtUp() ? [[id, reader.last()] as const] : [],
      ),
    /** A moment up to which everything that happened has been sent. */
    deliveredTo(): Date {
      if (isCaughtUp()) deliveredTo = new Date();
      return deliveredTo;
    },
    close() {
      closed = true;
      for (const threadId of [...followed.keys()]) drop(threadId);
    },
  };
}

const tooMany = (most: number): AppError =>
  new AppError("request.too_many", `One connection follows ${most} threads at most: unsubscribe from some first`);
