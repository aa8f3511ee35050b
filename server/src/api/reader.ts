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
  /** Text or a notice was not sent, because it was not ready. */
  missed?(): void;
};

export type Reader = FeedReader & {
  /** Whether all that is known of the thread has been sent. */
  caughtUp(): boolean;
  last(): number;
  isOver(): boolean;
};

/**
 * Sends the thread's events above `after`, and its text, until it is taken off. Nothing waits here for a slow sink: what is in
 * the log is read again, and text that went by is made up for by the text so far as a whole.
 * `onOver`: all is sent, and the thread is at its end.
 */
export function openReader(
  feed: Feed,
  thread: FollowedThread,
  { after, sink, onOver, onEnd }: { after: number; sink: Sink; onOver(): void; onEnd: FeedReader["end"] },
): Reader {
  let seq = Math.min(after, feed.known());
  let reading = false;
  let missed = true;
  let shown = { response_id: "", length: 0 };
  const attached = () => feed.attached.has(reader);

  const take = (event: ThreadEvent) => {
    seq = event.seq ?? seq;
    if (seq > after) sink.send(event);
  };
  const readPage = async () => {
    reading = true;
    try {
      const events = await feed.page(seq);
      if (events.length === 0 && attached()) return reader.end("gone");
      for (const event of events) {
        if (!attached() || !sink.ready()) break;
        take(event);
      }
    } catch (error) {
      if (attached()) reader.end(error instanceof Error ? error : new Error(String(error)));
    } finally {
      reading = false;
    }
    if (attached()) reader.pump();
  };
  const showText = () => {
    const text = feed.running();
    const whole = missed;
    missed = false;
    if (!text) return;
    const from = !whole && shown.response_id === text.response_id ? shown.length : 0;
    if (text.text.length === from) return;
    shown = { response_id: text.response_id, length: text.text.length };
    sink.send(feed.textEvent(text, from, whole, () => textEvent(thread, feed.simulated(), text, from, whole)));
  };

  const reader: Reader = {
    pump() {
      while (!reading && attached()) {
        if (!sink.ready()) {
          if (feed.running()) {
            missed = true;
            sink.missed?.();
          }
          return;
        }
        const next = seq < feed.known() ? feed.at(seq + 1) : undefined;
        if (next) take(next);
        else if (seq < feed.known()) {
          if (!feed.comes(seq + 1)) void readPage();
          return;
        } else if (!feed.isRead()) return;
        else if (feed.isOver()) return onOver();
        else return showText();
      }
    },
    end: onEnd,
    caughtUp: () => seq >= feed.known(),
    last: () => seq,
    isOver: feed.isOver,
  };
  return reader;
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
