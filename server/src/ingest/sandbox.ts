/** Reads files in processes of their own: at most so many at once, first come, first served. */
import path from "node:path";
import { AppError } from "../errors.ts";
import { type Folders, type ReaderProcess, startReader } from "./reader-process.ts";
import type { News, ReadAnswer, Reading, ReadStage, Rechunking } from "./reading.ts";

type Hooks = {
  signal: AbortSignal;
  onType(type: string, mime: string | null): void;
  onProgress(stage: ReadStage, done: number, total: number | null): void;
};

export type Sandbox = {
  /** Throws `AppError` with a code `file.*`, or the signal's reason; what is in the folder is of no use then. */
  read(reading: Reading, hooks: Hooks): Promise<ReadAnswer>;
  chunk(rechunking: Rechunking, signal: AbortSignal): Promise<{ chunkCount: number }>;
  /** What is being read ends with `file.cancelled`. */
  close(): Promise<void>;
};

/** A reader that is ready saves 0.3 s of processor time, and holds 100 to 450 MB. */
const IDLE_MS = 60_000;

/** A reader sees the folder around its file, and a file in another one needs another reader: keep those that are read in one. */
export function openSandbox({ atOnce, idleMs = IDLE_MS }: { atOnce: number; idleMs?: number }): Sandbox {
  const readers = openReaders(atOnce, idleMs);
  const closing = new AbortController();
  const working = new Set<Promise<unknown>>();

  const tracked = <T>(work: Promise<T>): Promise<T> => {
    working.add(work);
    const forget = () => void working.delete(work);
    work.then(forget, forget);
    return work;
  };

  async function read(reading: Reading, hooks: Hooks): Promise<ReadAnswer> {
    const signal = AbortSignal.any([hooks.signal, closing.signal]);
    const folders = { read: [folderAround(reading.path)], write: [folderAround(reading.into)] };
    const onNews = (news: News) => {
      if (news.type === "found") hooks.onType(news.fileType, news.mime);
      if (news.type === "progress") hooks.onProgress(news.stage, news.done, news.total);
    };
    const news = await readers.use(folders, signal, (reader) =>
      reader.ask({ type: "read", reading }, { limits: reading.limits, signal, onNews }),
    );
    if (news.type !== "read") throw new AppError("file.reader_died", "The reader answered another question");
    return news.answer;
  }

  async function chunk(rechunking: Rechunking, wanted: AbortSignal): Promise<{ chunkCount: number }> {
    const signal = AbortSignal.any([wanted, closing.signal]);
    const folders = { read: [folderAround(rechunking.blocksPath)], write: [folderAround(rechunking.into)] };
    const news = await readers.use(folders, signal, (reader) =>
      reader.ask({ type: "chunk", rechunking }, { limits: rechunking.limits, signal, onNews: () => {} }),
    );
    if (news.type !== "chunked") throw new AppError("file.reader_died", "The reader answered another question");
    return { chunkCount: news.chunkCount };
  }

  return {
    read: (reading, hooks) => tracked(read(reading, hooks)),
    chunk: (rechunking, signal) => tracked(chunk(rechunking, signal)),
    async close() {
      closing.abort(new AppError("file.cancelled", "The server is stopping"));
      await Promise.allSettled(working);
      await readers.end();
    },
  };
}

/** Those that nobody needs for a while are ended. */
function openReaders(atOnce: number, idleMs: number) {
  const idle: ReaderProcess[] = [];
  const seats = openSeats(atOnce);
  let busy = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = () => Promise.all(idle.splice(0).map((reader) => reader.end()));
  async function returned<T>(reader: ReaderProcess, work: (reader: ReaderProcess) => Promise<T>): Promise<T> {
    try {
      return await work(reader);
    } finally {
      if (reader.isWorn()) await reader.end();
      else idle.push(reader);
    }
  }
  return {
    async use<T>(folders: Folders, signal: AbortSignal, work: (reader: ReaderProcess) => Promise<T>): Promise<T> {
      const leave = await seats.take(signal);
      busy++;
      try {
        const at = idle.findIndex((reader) => !reader.isWorn() && reader.sees(folders));
        const [found] = at < 0 ? [] : idle.splice(at, 1);
        // One that sees other folders makes room, so that there are never more than seats.
        if (!found && idle.length + busy > atOnce) await idle.shift()?.end();
        return await returned(found ?? startReader(folders), work);
      } finally {
        busy--;
        leave();
        clearTimeout(timer);
        timer = setTimeout(() => void end(), idleMs).unref();
      }
    },
    end() {
      clearTimeout(timer);
      return end();
    },
  };
}

/** A reader is started for the folders around what it reads and writes, so that the next file finds it ready. */
const folderAround = (file: string): string => path.dirname(path.resolve(file));

/** So many at once; the others wait in line. */
function openSeats(count: number) {
  let free = count;
  const line: (() => void)[] = [];
  const leave = () => {
    const next = line.shift();
    if (next) next();
    else free++;
  };
  return {
    /** Throws the signal's reason. */
    async take(signal: AbortSignal): Promise<() => void> {
      signal.throwIfAborted();
      if (free > 0) free--;
      else
        await new Promise<void>((resolve, reject) => {
          const onAbort = () => {
            line.splice(line.indexOf(seated), 1);
            reject(signal.reason);
          };
          const seated = () => {
            signal.removeEventListener("abort", onAbort);
            resolve();
          };
          line.push(seated);
          signal.addEventListener("abort", onAbort, { once: true });
        });
      return leave;
    },
  };
}
