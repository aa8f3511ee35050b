/**
 * Following one thread: its log from a cursor on, then as it grows, and the text that is being written.
 *
 * Wake-ups carry a number only; what is sent is read from the log above the reader's place, so order and once follow from the log.
 * Text is pulled, not pushed: a reader that is slow misses pieces and gets the text so far as a whole; nothing is queued for it.
 */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { eventsAfter } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import { getThread } from "../store/threads.ts";
import { openReader, type Sink } from "./reader.ts";

/** New text is shown after this long, and less often the more readers there are, but never less than four times a second. */
const SHOW_TEXT_MS = 40;
const SHOW_TEXT_AT_MOST_MS = 250;

const EVENTS_AT_ONCE = 50;

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
        const events = await means.read(threadId, reader.seq());
        // What was announced is not there: the thread has been erased.
        if (events.length === 0) return;
        for (const event of events) {
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
