/**
 * One followed thread, for all who follow it: whose it is, its newest events, and the text that is being written.
 *
 * Wake-ups carry a number only; what is sent is read from the log above the feed's place, once for all its readers,
 * so order and once follow from the log. A reader that is further back reads the log in pages.
 */
import { isFinal, type ThreadEvent } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { eventsAfter, type FollowedThread, followedThread, savedText } from "../store/events.ts";
import type { Live, RunningText } from "../store/live.ts";
import { jsonOf } from "./frames.ts";

const EVENTS_AT_ONCE = 50;

/** What is kept of a thread: so many events, and no more than so many characters of them. */
const KEPT_EVENTS = 100;
const KEPT_CHARACTERS = 256 * 1024;

/** New text is shown after this long, and less often the more readers there are, but never less than four times a second. */
const SHOW_TEXT_MS = 40;
const SHOW_TEXT_AT_MOST_MS = 250;

export type FeedMeans = { database: Database; live: Live; readers(): number };

/** Who reads a feed. */
export type FeedReader = {
  /** Take what is new, if there is room for it. */
  pump(): void;
  /** The thread is gone, or its log could not be read. */
  end(reason: "gone" | Error): void;
};

export type Feed = ReturnType<typeof openFeed>;

/** It listens and reads between the first `hold` and the last `release`; what it has read it keeps. */
export function openFeed({ database, live, readers }: FeedMeans, id: string) {
  const tail = openTail();
  const text = openText(database, live, id);
  const attached = new Set<FeedReader>();
  const pages = new Map<number, Promise<ThreadEvent[]>>();
  let holders = 0;
  let known = 0;
  let over = false;
  let simulated = false;
  let sessionId: string | undefined;
  let filling = false;
  let loading: Promise<FollowedThread | undefined> | undefined;
  let loaded = false;
  let off = () => {};

  const pumpAll = () => {
    for (const reader of attached) reader.pump();
  };
  const endAll = (reason: "gone" | Error) => {
    for (const reader of [...attached]) reader.end(reason);
  };
  const take = (event: ThreadEvent) => {
    tail.add(event);
    over = overAfter(event, over);
    simulated = event.simulated;
    text.seen(event);
  };
  const page = (seq: number) => {
    const read = pages.get(seq) ?? eventsAfter(database, id, seq, EVENTS_AT_ONCE).finally(() => pages.delete(seq));
    pages.set(seq, read);
    return read;
  };
  const fill = async () => {
    if (filling) return;
    filling = true;
    try {
      while (holders > 0 && tail.end() < known) {
        const from = tail.end();
        const events = await page(from);
        // Let go of and held again meanwhile.
        if (tail.end() !== from) continue;
        // What was announced is not there: the thread has been erased.
        if (events.length === 0) return endAll("gone");
        for (const event of events) take(event);
        pumpAll();
      }
    } catch (error) {
      endAll(error instanceof Error ? error : new Error(String(error)));
    } finally {
      filling = false;
    }
  };
  const wake = (seq: number) => {
    known = Math.max(known, seq);
    if (loaded && tail.end() < known) void fill();
  };
  const load = async () => {
    const thread = await followedThread(database, id);
    if (!thread || holders === 0) return thread;
    known = Math.max(known, thread.last_seq);
    over = isFinal(thread.thread_status);
    simulated = thread.simulated;
    sessionId = thread.session_id;
    tail.startNear(thread.last_seq);
    loaded = true;
    if (tail.end() < known) void fill();
    if (!over) await text.load();
    return thread;
  };
  const listen = () => {
    const stopText = text.listen(() => Math.min(SHOW_TEXT_AT_MOST_MS, SHOW_TEXT_MS + readers() / 20), pumpAll);
    const stopLog = live.onWake(id, wake);
    return () => {
      stopText();
      stopLog();
    };
  };

  return {
    id,
    attached,
    /** Answers the thread as it was when following began; undefined when there is none. Each `hold` wants its `release`. */
    hold(): Promise<FollowedThread | undefined> {
      // Listening starts before the first look, so that nothing falls between the two.
      if (holders++ === 0) off = listen();
      loading ??= load().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
    /** True when nobody holds it any more. */
    release(): boolean {
      if (--holders > 0) return false;
      off();
      loading = undefined;
      loaded = false;
      known = tail.end();
      return true;
    },
    sessionId: () => sessionId,
    erased: () => endAll("gone"),
    /** The last number that has been announced. */
    known: () => known,
    /** Whether the thread was at its end with the last event read. */
    isOver: () => over,
    simulated: () => simulated,
    /** The event with this number: undefined when it is not held, because it is too old, or not read yet. */
    at: tail.at,
    /** Whether this number is still to be read into the feed. */
    comes: (seq: number) => seq > tail.end(),
    /** Whether all that was announced has been read. */
    isRead: () => tail.end() >= known,
    /** Older events, in order, some at a time. */
    page,
    running: text.running,
    /** The event of this text that all readers at the same place are sent. */
    textEvent: text.event,
    characters: tail.characters,
  };
}

/** Whether the thread is at its end after this event, in a log that may hold several runs. */
function overAfter(event: ThreadEvent, before: boolean): boolean {
  if (event.event_type === "orchestration_finished") return true;
  if (event.event_type === "orchestration_started") return false;
  if (event.event_type === "feedback_received") return before && event.details.kind !== "iteration";
  if (event.event_type === "thread_updated") return isFinal(event.details.thread_status);
  return before;
}

/** The newest events of the log, without a gap. */
function openTail() {
  let events: ThreadEvent[] = [];
  let end = 0;
  let characters = 0;
  return {
    /** Begin shortly before the end, or go on where it was left. */
    startNear(lastSeq: number) {
      if (lastSeq - end <= KEPT_EVENTS / 2) return;
      events = [];
      characters = 0;
      end = lastSeq - KEPT_EVENTS / 2;
    },
    add(event: ThreadEvent) {
      events.push(event);
      end = event.seq ?? end;
      characters += jsonOf(event).length;
      let dropped = 0;
      while (events.length - dropped > KEPT_EVENTS || (characters > KEPT_CHARACTERS && dropped < events.length - 1)) {
        const oldest = events[dropped++];
        if (oldest) characters -= jsonOf(oldest).length;
      }
      if (dropped > 0) events = events.slice(dropped);
    },
    at: (seq: number): ThreadEvent | undefined => events[events.length - 1 - (end - seq)],
    end: () => end,
    characters: () => characters,
  };
}

/** More are not remembered: only the newest can still be under way. */
const REMEMBERED = 16;

/** The text under way: of this process as it comes, of another as far as it was saved. */
function openText(database: Database, live: Live, id: string) {
  const written: string[] = [];
  let saved: RunningText | undefined;
  let asked: number | undefined;
  let shown: { of: string; make: Map<string, ThreadEvent> } = { of: "", make: new Map() };
  const load = async (length?: number) => {
    if (database.engine === "embedded" || live.runningText(id)) return;
    if (length !== undefined && length === asked) return;
    asked = length;
    saved = await savedText(database, id);
  };
  return {
    load,
    listen(everyMs: () => number, show: () => void): () => void {
      let timer: NodeJS.Timeout | undefined;
      const soon = () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          show();
        }, everyMs());
      };
      // A look that fails is made up for by the next, a second later.
      const later = (length: number) => load(length).then(soon, () => undefined);
      const offs = [live.onDelta(id, soon), live.onTextSaved(id, later)];
      return () => {
        for (const off of offs) off();
        clearTimeout(timer);
      };
    },
    seen(event: ThreadEvent) {
      if (event.event_type === "response_generated") {
        written.push(event.details.response_id);
        if (written.length > REMEMBERED) written.shift();
      }
      if (event.event_type === "orchestration_finished") saved = undefined;
    },
    /** Undefined once its end is in the log. */
    running(): RunningText | undefined {
      const text = live.runningText(id) ?? saved;
      if (!text || written.includes(text.response_id)) return undefined;
      return text.role === "primary" || text.role === "refiner" ? text : undefined;
    },
    event(text: RunningText, from: number, whole: boolean, make: () => ThreadEvent): ThreadEvent {
      const of = `${text.response_id} ${text.text.length}`;
      if (shown.of !== of) shown = { of, make: new Map() };
      const key = whole ? "whole" : `${from}`;
      const event = shown.make.get(key) ?? make();
      shown.make.set(key, event);
      return event;
    },
  };
}
