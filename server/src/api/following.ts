/** What one connection follows: threads, each from its own place, over one line. */
import { AppError } from "../errors.ts";
import type { FollowedThread } from "../store/events.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import { noThread } from "./owned.ts";
import { Reader, type Sink } from "./reader.ts";

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

export class Following {
  readonly #options: FollowingOptions;
  readonly #followed = new Map<string, { feed: Feed; reader: Reader }>();
  #opening = 0;
  #closed = false;
  #deliveredTo: Date;

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#deliveredTo = options.since;
    options.sink.onReady(() => {
      for (const { reader } of this.#followed.values()) reader.pump();
    });
  }

  /**
   * Followed from `after` on; one that is followed already goes on from there. `greet` is called before its first event.
   * Throws `thread.not_found` for what is not the user's own, `request.too_many`.
   */
  async add(threadId: string, after: number, greet: (thread: FollowedThread, lastSeq: number) => void): Promise<void> {
    const { feeds, userId, mostThreads } = this.#options;
    if (!this.has(threadId) && this.#followed.size + this.#opening >= mostThreads) throw tooMany(mostThreads);
    const feed = feeds.of(threadId);
    this.#opening++;
    try {
      const thread = await feed.hold();
      if (this.#closed || thread?.user_id !== userId) throw noThread(threadId);
      this.drop(threadId);
      greet(thread, feed.known());
      this.#attach(feed, thread, after).pump();
    } catch (error) {
      feeds.release(feed);
      throw error;
    } finally {
      this.#opening--;
    }
  }

  /** Meanwhile more is to come: not everything has been sent. */
  async during(work: () => Promise<void>): Promise<void> {
    this.#opening++;
    await work().finally(() => this.#opening--);
  }

  drop(threadId: string): void {
    const one = this.#followed.get(threadId);
    if (!one) return;
    this.#followed.delete(threadId);
    one.feed.attached.delete(one.reader);
    this.#options.feeds.release(one.feed);
    this.#options.feeds.count.subscriptions--;
  }

  has(threadId: string): boolean {
    return this.#followed.has(threadId);
  }

  isCaughtUp(): boolean {
    if (this.#opening > 0) return false;
    for (const { reader } of this.#followed.values()) if (!reader.caughtUp()) return false;
    return true;
  }

  /** A moment up to which everything that happened has been sent. */
  deliveredTo(): Date {
    if (this.isCaughtUp()) this.#deliveredTo = new Date();
    return this.#deliveredTo;
  }

  /** The threads that are at their end, with the last number sent, longest followed first. */
  finished(): [threadId: string, last: number][] {
    const all = [...this.#followed].filter(([, { reader }]) => reader.isOver() && reader.caughtUp());
    return all.map(([id, { reader }]) => [id, reader.last()]);
  }

  close(): void {
    this.#closed = true;
    for (const threadId of [...this.#followed.keys()]) this.drop(threadId);
  }

  #attach(feed: Feed, thread: FollowedThread, after: number): Reader {
    const { sink, onOver, onEnd, feeds } = this.#options;
    const { id } = thread;
    const reader = new Reader(feed, thread, {
      ...{ after, sink },
      onOver: () => onOver?.(id),
      onEnd: (reason) => {
        this.drop(id);
        onEnd(id, reason);
      },
    });
    this.#followed.set(id, { feed, reader });
    feed.attached.add(reader);
    feeds.count.subscriptions++;
    return reader;
  }
}

const tooMany = (most: number): AppError =>
  new AppError("request.too_many", `One connection follows ${most} threads at most: unsubscribe from some first`);
