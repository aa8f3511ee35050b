/**
 * Following one thread: its log from a cursor on, then as it grows, and the text that is being written.
 *
 * Wake-ups carry a number only; what is sent is read from the log above the reader's place, so order and once follow from the log.
 * Text is pulled, not pushed: a reader that is slow misses pieces and gets the text so far as a whole; nothing is queued for it.
 */
import {
  type DetailsOf,
  type EventType,
  isFinal,
  type ThreadEvent,
  type ThreadState,
} from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../store/database.ts";
import { eventsAfter } from "../store/events.ts";
import type { Live, RunningText } from "../store/live.ts";
import { getThread } from "../store/threads.ts";

export const HEARTBEAT_MS = 15_000;

/** New text is shown after this long, and less often the more readers there are, but never less than four times a second. */
const SHOW_TEXT_MS = 40;
const SHOW_TEXT_AT_MOST_MS = 250;

const EVENTS_AT_ONCE = 50;

/** A settlement writes its response's event and at most a few more: text that ended there is known from this far back. */
const LOOK_BACK = 8;

/** Where events go: a stream of server-sent events, later a socket. */
export type Sink = {
  send(event: ThreadEvent): void;
  /** False while so much waits to be taken that no more should come. */
  ready(): boolean;
  /** Called once it is ready again. */
  onReady(listener: () => void): void;
};

export type Followers = ReturnType<typeof openFollowers>;

export function openFollowers({ database, live, stopping }: { database: Database; live: Live; stopping: AbortSignal }) {
  const open = new Set<AbortController>();
  const endAll = () => {
    for (const control of open) control.abort();
  };
  stopping.addEventListener("abort", endAll, { once: true });
  const read = sharedReads(database);
  const showTextMs = () => Math.min(SHOW_TEXT_AT_MOST_MS, SHOW_TEXT_MS + open.size / 20);
  return {
    count: () => open.size,
    /** Resolves when the thread has ended and all is sent, when the server stops, or once `control` is aborted. */
    async follow(threadId: string, cursor: number, sink: Sink, control: AbortController): Promise<void> {
      open.add(control);
      if (stopping.aborted) control.abort();
      try {
        await followThread({ database, live, read, showTextMs }, threadId, cursor, sink, control.signal);
      } finally {
        open.delete(control);
      }
    },
  };
}

type Means = { database: Database; live: Live; read: ReturnType<typeof sharedReads>; showTextMs(): number };

async function followThread(
  means: Means,
  threadId: string,
  cursor: number,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { database, live } = means;
  const bell = openBell();
  let known = 0;
  let textTimer: NodeJS.Timeout | undefined;
  const showTextSoon = () => {
    textTimer ??= setTimeout(() => {
      textTimer = undefined;
      bell.ring();
    }, means.showTextMs());
  };
  // Listening starts before the first look, so that nothing falls between the two.
  const offs = [
    live.onWake(threadId, (lastSeq) => {
      known = Math.max(known, lastSeq);
      bell.ring();
    }),
    live.onDelta(threadId, showTextSoon),
  ];
  signal.addEventListener("abort", bell.ring);
  sink.onReady(bell.ring);
  try {
    const thread = await getThread(database, threadId);
    if (!thread) return;
    known = Math.max(known, thread.last_seq);
    const reader = openReader(thread, cursor, sink);
    reader.greet();
    for (;;) {
      if (signal.aborted) return;
      if (!sink.ready()) {
        reader.missText();
        await bell.rung();
      } else if (reader.seq() < known) {
        for (const event of await means.read(threadId, reader.seq())) {
          reader.take(event);
          if (!sink.ready()) break;
        }
      } else if (reader.isOver()) {
        return;
      } else {
        reader.showText(live.runningText(threadId));
        await bell.rung();
      }
    }
  } finally {
    for (const off of offs) off();
    signal.removeEventListener("abort", bell.ring);
    clearTimeout(textTimer);
  }
}

/** One reader's place in the log and in the running text. */
function openReader(thread: ThreadState, cursor: number, sink: Sink) {
  let seq = Math.max(0, Math.min(cursor, thread.last_seq) - LOOK_BACK);
  let over = isFinal(thread.thread_status);
  let { simulated } = thread;
  let missed = true;
  let shown = { response_id: "", length: 0 };
  const written = new Set<string>();

  const sendLive = <Type extends EventType>(
    event_type: Type,
    details: DetailsOf<Type>,
    message: string,
    text?: RunningText,
  ) =>
    sink.send({
      id: uuidv7(),
      seq: null,
      event_type,
      thread_id: thread.thread_id,
      session_id: thread.session_id,
      iteration_number: text?.iteration_number ?? null,
      model_involved: text?.model_name ?? null,
      message,
      details,
      simulated,
      timestamp: new Date().toISOString(),
    } as ThreadEvent);

  return {
    seq: () => seq,
    isOver: () => over,
    greet() {
      const { thread_id, session_id, last_seq } = thread;
      const server_time = new Date().toISOString();
      const details = { server_time, session_id, thread_id, last_seq, heartbeat_ms: HEARTBEAT_MS };
      sendLive("connection_established", details, "Following the thread");
    },
    take(event: ThreadEvent) {
      seq = event.seq ?? seq;
      simulated = event.simulated;
      if (event.event_type === "orchestration_started") over = false;
      if (event.event_type === "orchestration_finished") over = true;
      if (event.event_type === "response_generated") written.add(event.details.response_id);
      if (seq > cursor) sink.send(event);
    },
    /** Text went by that this reader was not shown: next it gets the whole. */
    missText() {
      missed = true;
    },
    /** Only once the log is delivered: text never overtakes what came before it, and never follows its own end. */
    showText(running: RunningText | undefined) {
      const whole = missed;
      missed = false;
      if (!running || written.has(running.response_id)) return;
      const { response_id, role, text } = running;
      if (role !== "primary" && role !== "refiner") return;
      const offset = !whole && shown.response_id === response_id ? shown.length : 0;
      if (text.length === offset) return;
      shown = { response_id, length: text.length };
      const message = `${running.model_name} is writing`;
      if (whole) sendLive("response_snapshot", { response_id, role, text }, message, running);
      else sendLive("response_delta", { response_id, role, offset, text: text.slice(offset) }, message, running);
    },
  };
}

/** Readers that are woken together at the same place share one query. */
function sharedReads(database: Database) {
  const reads = new Map<string, Promise<ThreadEvent[]>>();
  return (threadId: string, seq: number): Promise<ThreadEvent[]> => {
    const key = `${threadId} ${seq}`;
    const known = reads.get(key);
    if (known) return known;
    const read = eventsAfter(database, threadId, seq, EVENTS_AT_ONCE).finally(() => reads.delete(key));
    reads.set(key, read);
    return read;
  };
}

/** A ring is not lost when nobody waits for it yet. */
export function openBell() {
  let rang = false;
  let wake = () => {};
  return {
    ring: () => {
      rang = true;
      wake();
    },
    async rung(): Promise<void> {
      if (!rang) await new Promise<void>((resolve) => (wake = resolve));
      rang = false;
    },
  };
}
