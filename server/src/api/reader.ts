/** One reader of one thread: how far it has come in the log and in the text that is being written, and what it is sent next. */
import type { DetailsOf, EventType, ThreadEvent } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { FollowedThread } from "../store/events.ts";
import type { Feed, FeedReader } from "./feed.ts";

export const HEARTBEAT_MS = 15_000;

/** Where events go: a stream of server-sent events, or a socket. */
export type Sink = {
  send(event: ThreadEvent): void;
  /** False while so much waits to be taken that no more should come. */
  ready(): boolean;
  /** Called once it is ready again. */
  onReady(listener: () => void): void;
  /** What is sent within leaves together. */
  together?(work: () => void): void;
  /** Text or a notice was not sent, because it was not ready. */
  missed?(): void;
};

type ReaderOptions = {
  /** The last number the reader has seen. */
  after: number;
  sink: Sink;
  /** All is sent, and the thread is at its end. */
  onOver(): void;
  onEnd: FeedReader["end"];
};

/**
 * Sends the thread's events above `after`, and its text, while it is attached to its feed. Nothing waits here for a slow sink:
 * what is in the log is read again, and text that went by is made up for by the text so far as a whole.
 */
export class Reader implements FeedReader {
  readonly #feed: Feed;
  readonly #thread: FollowedThread;
  readonly #options: ReaderOptions;
  readonly #after: number;
  #seq: number;
  #reading = false;
  #missed = true;
  #shown = { response_id: "", length: 0 };

  constructor(feed: Feed, thread: FollowedThread, options: ReaderOptions) {
    this.#feed = feed;
    this.#thread = thread;
    this.#options = options;
    // A place beyond the log's end is none: what comes next is not held back.
    this.#after = Math.min(options.after, feed.known());
    this.#seq = this.#after;
  }

  /** Whether all that is known of the thread has been sent. */
  caughtUp(): boolean {
    return this.#seq >= this.#feed.known();
  }

  last(): number {
    return this.#seq;
  }

  isOver(): boolean {
    return this.#feed.isOver();
  }

  end(reason: "gone" | Error): void {
    this.#options.onEnd(reason);
  }

  pump(): void {
    const { sink } = this.#options;
    if (sink.together) sink.together(this.#pump);
    else this.#pump();
  }

  #pump = (): void => {
    while (!this.#reading && this.#isAttached() && this.#step());
  };

  #isAttached(): boolean {
    return this.#feed.attached.has(this);
  }

  /** False when there is nothing more to do for now. */
  #step(): boolean {
    const feed = this.#feed;
    if (!this.#options.sink.ready()) this.#passOverText();
    else if (!this.caughtUp()) {
      const next = feed.at(this.#seq + 1);
      if (next) this.#take(next);
      else if (!feed.comes(this.#seq + 1)) void this.#readPage();
      return next !== undefined;
    } else if (feed.isRead()) {
      if (feed.isOver()) this.#options.onOver();
      else this.#showText();
    }
    return false;
  }

  #take(event: ThreadEvent): void {
    this.#seq = event.seq ?? this.#seq;
    if (this.#seq > this.#after) this.#options.sink.send(event);
  }

  /** What the feed holds no longer. */
  async #readPage(): Promise<void> {
    this.#reading = true;
    try {
      const events = await this.#feed.page(this.#seq);
      if (events.length === 0 && this.#isAttached()) this.end("gone");
      for (const event of events) {
        if (!this.#isAttached() || !this.#options.sink.ready()) break;
        this.#take(event);
      }
    } catch (error) {
      if (this.#isAttached()) this.end(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#reading = false;
    }
    this.pump();
  }

  #passOverText(): void {
    if (!this.#feed.running()) return;
    this.#missed = true;
    this.#options.sink.missed?.();
  }

  #showText(): void {
    const feed = this.#feed;
    const text = feed.running();
    const whole = this.#missed;
    this.#missed = false;
    if (!text) return;
    const from = !whole && this.#shown.response_id === text.response_id ? this.#shown.length : 0;
    if (text.text.length === from) return;
    this.#shown = { response_id: text.response_id, length: text.text.length };
    const make = () => textEvent(this.#thread, feed.simulated(), text, from, whole);
    this.#options.sink.send(feed.textEvent(text, from, whole, make));
  }
}

type Text = NonNullable<ReturnType<Feed["running"]>>;

const textEvent = (
  thread: FollowedThread,
  simulated: boolean,
  text: Text,
  offset: number,
  whole: boolean,
): ThreadEvent => {
  const { response_id } = text;
  const role = text.role === "refiner" ? "refiner" : "primary";
  const more = {
    ...{ thread_id: thread.id, session_id: thread.session_id, simulated },
    ...{ iteration_number: text.iteration_number, model_involved: text.model_name },
    message: `${text.model_name} is writing`,
  };
  if (whole) return liveEvent("response_snapshot", { response_id, role, text: text.text }, more);
  return liveEvent("response_delta", { response_id, role, offset, text: text.text.slice(offset) }, more);
};

export const greeting = (of: {
  session_id: string;
  thread_id: string | null;
  last_seq: number;
  simulated: boolean;
}): ThreadEvent => {
  const { session_id, thread_id, last_seq, simulated } = of;
  const server_time = new Date().toISOString();
  const about = { session_id, ...(thread_id !== null && { thread_id }), last_seq };
  const message = thread_id === null ? "Following the session" : "Following the thread";
  const details = { server_time, ...about, heartbeat_ms: HEARTBEAT_MS };
  return liveEvent("connection_established", details, { thread_id, session_id, simulated, message });
};

/** An event that is not in the log: without a number, and not replayed. */
export const liveEvent = <Type extends EventType>(
  event_type: Type,
  details: DetailsOf<Type>,
  more: Pick<ThreadEvent, "thread_id" | "session_id" | "simulated" | "message"> & Partial<ThreadEvent>,
): ThreadEvent =>
  ({
    id: uuidv7(),
    seq: null,
    event_type,
    iteration_number: null,
    model_involved: null,
    details,
    timestamp: new Date().toISOString(),
    ...more,
  }) as ThreadEvent;
