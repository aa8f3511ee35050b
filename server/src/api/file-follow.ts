/**
 * Who follows files: one by its own log, or all of a user's from now on.
 *
 * Wake-ups carry a number only; what is sent is read from the log, above what was sent before. Nothing waits here for a slow
 * reader: it is sent what it missed once it is ready again.
 */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { followedFile, lastBefore, timeOfDatabase } from "../store/file-events.ts";
import type { Live } from "../store/live.ts";
import { openLog } from "../store/log.ts";
import { HEARTBEAT_MS, liveEvent, type Sink } from "./reader.ts";

export type FileFollowers = ReturnType<typeof openFileFollowers>;

type Means = { database: Database; live: Live; stopping: AbortSignal; onFault(error: unknown): void };

export function openFileFollowers({ database, live, stopping, onFault }: Means) {
  const log = sharing(openLog(database).after);
  const crowds = new Map<string, Crowd>();
  return {
    stopping,
    /** All files of a user, from now on. Answers how to leave. */
    all(ownerId: string, sink: Sink): () => void {
      const crowd = crowds.get(ownerId) ?? new Crowd({ database, live, onFault }, ownerId);
      crowds.set(ownerId, crowd);
      const reader = new FileReader(sink, log, onFault);
      crowd.readers.add(reader);
      return () => {
        crowd.readers.delete(reader);
        reader.leave();
        if (crowd.readers.size > 0 || crowds.get(ownerId) !== crowd) return;
        crowds.delete(ownerId);
        crowd.close();
      };
    },

    /** One file's log above `after`; resolves when it is gone, when all is sent and nothing more is to come, or once `signal` fires. */
    async one(fileId: string, after: number, sink: Sink, signal: AbortSignal): Promise<void> {
      const leaving = AbortSignal.any([signal, stopping]);
      const news = openBell(leaving);
      const off = live.onFile(fileId, news.ring);
      sink.onReady(news.ring);
      try {
        for (let seq = after; !leaving.aborted; await news.rung()) {
          const file = await followedFile(database, fileId);
          if (!file) return sink.send(fileDeleted(fileId));
          while (sink.ready() && seq < file.last_seq && !leaving.aborted) {
            const events = await log(fileId, seq);
            for (const event of events) sink.send(event);
            seq = events.at(-1)?.seq ?? file.last_seq;
          }
          if (file.isOver && seq >= file.last_seq) return;
        }
      } finally {
        off();
      }
    },
  };
}

export const fileGreeting = (lastSeq: number): ThreadEvent => {
  const details = { server_time: new Date().toISOString(), last_seq: lastSeq, heartbeat_ms: HEARTBEAT_MS };
  const nowhere = { thread_id: null, session_id: null, simulated: false };
  return liveEvent("connection_established", details, { ...nowhere, message: "Following files" });
};

const fileDeleted = (fileId: string): ThreadEvent => {
  const nowhere = { thread_id: null, session_id: null, simulated: false };
  return liveEvent("file_deleted", { file_id: fileId }, { ...nowhere, message: "Deleted" });
};

type After = ReturnType<typeof openLog>["after"];

/** Those who ask for the same at once, share it. */
const sharing = (after: After): After => {
  const asked = new Map<string, Promise<ThreadEvent[]>>();
  return (id, seq) => {
    const key = `${id} ${seq}`;
    const known = asked.get(key);
    if (known) return known;
    const answer = after(id, seq).finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  };
};

/** Rung while nobody waits, it is heard by the next who does. */
function openBell(signal: AbortSignal) {
  let rang = false;
  let wake = () => {};
  const ring = () => {
    rang = true;
    wake();
  };
  signal.addEventListener("abort", ring, { once: true });
  return {
    ring,
    async rung(): Promise<void> {
      if (!rang && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      rang = false;
    },
  };
}

/** Everyone who follows the files of one user. */
class Crowd {
  readonly readers = new Set<FileReader>();
  /** The last number that was heard of each file. */
  readonly #known = new Map<string, Promise<number>>();
  readonly #since: Promise<string>;
  readonly #means: Pick<Means, "database" | "onFault">;
  readonly close: () => void;

  constructor({ database, live, onFault }: Omit<Means, "stopping">, ownerId: string) {
    this.#means = { database, onFault };
    this.close = live.onFilesOf(ownerId, ({ fileId, seq }) => void this.#hear(fileId, seq).catch(onFault));
    this.#since = timeOfDatabase(database);
    this.#since.catch(() => undefined);
  }

  async #hear(fileId: string, seq: number): Promise<void> {
    if (seq === 0) {
      this.#known.delete(fileId);
      for (const reader of this.readers) reader.gone(fileId);
      return;
    }
    const before =
      this.#known.get(fileId) ?? this.#since.then((time) => lastBefore(this.#means.database, fileId, time));
    const now = before.then((last) => {
      if (seq > last) for (const reader of this.readers) reader.want(fileId, last, seq);
      return Math.max(last, seq);
    });
    this.#known.set(fileId, now);
    await now.catch((error: unknown) => {
      this.#known.delete(fileId);
      throw error;
    });
  }
}

type Behind = { sent: number; upTo: number };

/** One line: how far it is behind in each file. */
class FileReader {
  readonly #behind = new Map<string, Behind | "gone">();
  readonly #sink: Sink;
  readonly #log: After;
  readonly #onFault: (error: unknown) => void;
  #pumping = false;
  #open = true;

  constructor(sink: Sink, log: After, onFault: (error: unknown) => void) {
    this.#sink = sink;
    this.#log = log;
    this.#onFault = onFault;
    sink.onReady(() => void this.#pump());
  }

  want(fileId: string, sent: number, upTo: number): void {
    const behind = this.#behind.get(fileId);
    if (behind === "gone") return;
    if (behind) behind.upTo = Math.max(behind.upTo, upTo);
    else this.#behind.set(fileId, { sent, upTo });
    void this.#pump();
  }

  gone(fileId: string): void {
    this.#behind.set(fileId, "gone");
    void this.#pump();
  }

  leave(): void {
    this.#open = false;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#send(...next);
    } catch (error) {
      // What was not read is read with the next wake-up.
      this.#onFault(error);
    } finally {
      this.#pumping = false;
    }
  }

  #next() {
    if (!this.#open || !this.#sink.ready()) return undefined;
    return this.#behind.entries().next().value;
  }

  async #send(fileId: string, behind: Behind | "gone"): Promise<void> {
    if (behind === "gone") {
      this.#behind.delete(fileId);
      return this.#sink.send(fileDeleted(fileId));
    }
    const events = await this.#log(fileId, behind.sent);
    for (const event of events) if (this.#open) this.#sink.send(event);
    // None: it is gone.
    behind.sent = events.at(-1)?.seq ?? behind.upTo;
    if (behind.sent >= behind.upTo && this.#behind.get(fileId) === behind) this.#behind.delete(fileId);
  }
}
