/**
 * One followed thread, for all who follow it: whose it is, its newest events, and the text that is being written.
 *
 * Wake-ups carry a number only; what is sent is read from the log above the feed's place, once for all its readers,
 * so order and once follow from the log. A reader that is further back reads the log in pages.
 */
import { isFinal, type ThreadEvent } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { type FollowedThread, followedThread, savedText } from "../store/events.ts";
import type { Live, RunningText } from "../store/live.ts";
import { EVENTS_AT_ONCE, type Log } from "../store/log.ts";
import { jsonOf } from "./frames.ts";

/** What is kept of a thread: so many events. */
const KEPT_EVENTS = 60;

/** New text is shown after this long, and less often the more readers there are, but never less than four times a second. */
const SHOW_TEXT_MS = 40;
const SHOW_TEXT_AT_MOST_MS = 250;

export type FeedMeans = {
  database: Database;
  log: Log;
  live: Live;
  readers(): number;
  /** So many characters of events may a feed keep. */
  room(): number;
};

/** Who reads a feed. */
export type FeedReader = {
  /** Take what is new, if there is room for it. */
  pump(): void;
  /** The thread is gone, or its log could not be read. */
  end(reason: "gone" | Error): void;
};

/** It listens and reads between the first `hold` and the last `release`; what it has read it keeps. */
export class Feed {
  readonly id: string;
  readonly attached = new Set<FeedReader>();
  /** The event of a text that all readers at the same place are sent. */
  readonly textEvent;
  readonly #means: FeedMeans;
  readonly #tail;
  readonly #text;
  readonly #pages = new Map<number, Promise<ThreadEvent[]>>();
  #holders = 0;
  #known = 0;
  #over = false;
  #simulated = false;
  #sessionId: string | undefined;
  #loading: Promise<FollowedThread | undefined> | undefined;
  #loaded = false;
  #filling = false;
  #quiet = false;
  #off = () => {};

  constructor(means: FeedMeans, id: string) {
    this.id = id;
    this.#means = means;
    this.#tail = openTail(means.room);
    this.#text = openText(means.database, means.live, id);
    this.textEvent = this.#text.event;
  }

  /** Answers the thread as it was when following began; undefined when there is none. Each `hold` wants its `release`. */
  hold(): Promise<FollowedThread | undefined> {
    // Listening starts before the first look, so that nothing falls between the two.
    if (this.#holders++ === 0) this.#off = this.#listen();
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** True when nobody holds it any more. */
  release(): boolean {
    if (--this.#holders > 0) return false;
    this.#off();
    this.#loading = undefined;
    this.#loaded = false;
    this.#known = this.#tail.end();
    return true;
  }

  /** What nothing was added to since this was last called is kept no longer: who wants it reads the log. */
  tidy(): void {
    if (this.#quiet && this.isRead()) this.#tail.forget();
    this.#quiet = true;
  }

  erased(): void {
    this.#endAll("gone");
  }

  sessionId = (): string | undefined => this.#sessionId;
  simulated = (): boolean => this.#simulated;
  /** The last number that has been announced. */
  known = (): number => this.#known;
  /** Whether all that was announced has been read. */
  isRead = (): boolean => this.#tail.end() >= this.#known;
  /** Whether the thread was at its end with the last event read. */
  isOver = (): boolean => this.#over;
  /** The event with this number: undefined when it is not held, because it is too old, or not read yet. */
  at = (seq: number): ThreadEvent | undefined => this.#tail.at(seq);
  /** Whether this number is still to be read into the feed. */
  comes = (seq: number): boolean => seq > this.#tail.end();
  running = (): RunningText | undefined => this.#text.running();
  characters = (): number => this.#tail.characters();

  /** Older events, in order, some at a time. */
  page(seq: number): Promise<ThreadEvent[]> {
    const known = this.#pages.get(seq);
    if (known) return known;
    const page = this.#means.log.after(this.id, seq).finally(() => this.#pages.delete(seq));
    this.#pages.set(seq, page);
    return page;
  }

  async #load(): Promise<FollowedThread | undefined> {
    const thread = await followedThread(this.#means.database, this.id);
    if (!thread || this.#holders === 0) return thread;
    this.#known = Math.max(this.#known, thread.last_seq);
    this.#over = isFinal(thread.thread_status);
    this.#simulated = thread.simulated;
    this.#sessionId = thread.session_id;
    this.#tail.startNear(thread.last_seq);
    this.#loaded = true;
    if (!this.isRead()) void this.#fill();
    if (!this.#over) await this.#text.load();
    return thread;
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#holders > 0 && !this.isRead()) {
        const from = this.#tail.end();
        const events = await this.page(from);
        // Let go of and held again meanwhile.
        if (this.#tail.end() !== from) continue;
        // What was announced is not there: the thread has been erased.
        if (events.length === 0) return this.#endAll("gone");
        for (const event of events) this.#take(event);
        // The text goes along, and need not go by itself a moment later.
        this.#text.isShown();
        this.#pumpAll();
      }
    } catch (error) {
      this.#endAll(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#filling = false;
    }
  }

  #take(event: ThreadEvent): void {
    this.#tail.add(event);
    this.#quiet = false;
    this.#over = overAfter(event, this.#over);
    this.#simulated = event.simulated;
    this.#text.seen(event);
  }

  #listen(): () => void {
    const everyMs = () => Math.min(SHOW_TEXT_AT_MOST_MS, SHOW_TEXT_MS + this.#means.readers() / 20);
    const offs = [
      this.#text.listen(everyMs, () => this.#pumpAll()),
      this.#means.live.onWake(this.id, (seq) => {
        this.#known = Math.max(this.#known, seq);
        if (this.#loaded && !this.isRead()) void this.#fill();
      }),
    ];
    return () => {
      for (const off of offs) off();
    };
  }

  #pumpAll(): void {
    for (const reader of this.attached) reader.pump();
  }

  #endAll(reason: "gone" | Error): void {
    for (const reader of [...this.attached]) reader.end(reason);
  }
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
function openTail(room: () => number) {
  let events: ThreadEvent[] = [];
  let end = 0;
  let characters = 0;
  return {
    /** Begin shortly before the end, or go on where it was left. */
    startNear(lastSeq: number) {
      if (lastSeq - end <= EVENTS_AT_ONCE) return;
      events = [];
      characters = 0;
      end = lastSeq - EVENTS_AT_ONCE;
    },
    add(event: ThreadEvent) {
      events.push(event);
      end = event.seq ?? end;
      characters += jsonOf(event).length;
      let dropped = 0;
      const most = room();
      while (events.length - dropped > KEPT_EVENTS || (characters > most && dropped < events.length - 1)) {
        const oldest = events[dropped++];
        if (oldest) characters -= jsonOf(oldest).length;
      }
      if (dropped > 0) events = events.slice(dropped);
    },
    forget() {
      events = [];
      characters = 0;
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
  let timer: NodeJS.Timeout | undefined;
  let shown: { of: string; make: Map<string, ThreadEvent> } = { of: "", make: new Map() };
  const load = async (length?: number) => {
    if (database.engine === "embedded" || live.runningText(id)) return;
    if (length !== undefined && length === asked) return;
    asked = length;
    saved = await savedText(database, id);
  };
  const isShown = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    load,
    isShown,
    listen(everyMs: () => number, show: () => void): () => void {
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
        isShown();
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
