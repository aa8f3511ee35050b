/**
 * A process of its own that reads files, one at a time. It has no secrets and no network, sees our code and the folders it was
 * started for, and is killed when it takes too long or too much: of what a file does to it, nothing reaches the server.
 */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";
import { type Limits, usualLimits } from "./limits.ts";
import { News, type Order } from "./reading.ts";

export type Folders = { read: readonly string[]; write: readonly string[] };

type Asking = { limits: Limits; signal: AbortSignal; onNews(news: News): void };

type LastNews = Extract<News, { type: "read" | "chunked" }>;

export type ReaderProcess = {
  /** One at a time. Throws `AppError` with a code `file.*`, or the signal's reason; the process has ended then, or is as new. */
  ask(order: Order, asking: Asking): Promise<LastNews>;
  /** Whether it may see these. */
  sees(folders: Folders): boolean;
  /** It is dead, or has read so much that a new one is better. */
  isWorn(): boolean;
  end(): Promise<void>;
};

const MB = 1024 * 1024;
/** Above it an idle one is not kept. */
const IDLE_BYTES = 450 * MB;
const READINGS = 100;
const LOOK_EVERY_MS = 100;
const STDERR_LENGTH = 4096;

export function startReader(folders: Folders): ReaderProcess {
  const child = forked(folders);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LENGTH);
  });
  let [readings, worn] = [0, false];
  const kill = async () => {
    worn = true;
    child.kill("SIGKILL");
    await ended;
  };
  ended.then(() => {
    worn = true;
  });
  return {
    async ask(order, { limits, signal, onNews }) {
      signal.throwIfAborted();
      readings++;
      const watch = watched(child, limits, signal);
      try {
        return await Promise.race([
          watch.excess,
          replied(child, order, onNews),
          ended.then((how) => Promise.reject(deathOf(how, stderr))),
        ]);
      } catch (error) {
        if (!(error instanceof ReaderFault) || error.worn) await kill();
        throw error instanceof ReaderFault ? error.fault : error;
      } finally {
        watch.stop();
        if (!worn && child.pid !== undefined && ((await residentBytes(child.pid)) ?? 0) > IDLE_BYTES) worn = true;
      }
    },
    sees: (wanted) =>
      wanted.read.every((folder) => folders.read.includes(folder)) &&
      wanted.write.every((folder) => folders.write.includes(folder)),
    isWorn: () => worn || readings >= READINGS || !child.connected,
    end: kill,
  };
}

/** What the reader itself says went wrong. */
class ReaderFault extends Error {
  readonly fault: AppError;
  readonly worn: boolean;
  constructor(fault: AppError, worn: boolean) {
    super(fault.message);
    this.fault = fault;
    this.worn = worn;
  }
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const ours = ["server/src", "server/package.json", "server/node_modules", "sdk", "node_modules", "package.json"];

function forked(folders: Folders): ChildProcess {
  const readable = [...ours.map((name) => path.join(root, name)), ...folders.read, ...folders.write];
  const { TZ, LANG, SystemRoot } = process.env;
  return fork(fileURLToPath(new URL("./child.ts", import.meta.url)), [], {
    execArgv: [
      "--permission",
      "--allow-worker",
      ...readable.map((name) => `--allow-fs-read=${name}`),
      ...folders.write.map((name) => `--allow-fs-write=${name}`),
      "--no-warnings",
      `--max-old-space-size=${Math.floor((usualLimits.memoryBytes * 0.75) / MB)}`,
      // With the 32 that are usual, long tables held 100 MB more and took as long.
      "--max-semi-space-size=8",
    ],
    env: JSON.parse(JSON.stringify({ TZ, LANG, SystemRoot })),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "json",
  });
}

/** Until its last word on this order. */
const replied = (child: ChildProcess, order: Order, onNews: (news: News) => void): Promise<LastNews> =>
  new Promise((resolve, reject) => {
    const hear = (message: unknown) => {
      const news = News.safeParse(message);
      if (news.success && (news.data.type === "found" || news.data.type === "progress")) return onNews(news.data);
      child.off("message", hear);
      if (!news.success) return reject(new AppError("file.reader_died", "The reader's answer does not fit"));
      if (news.data.type === "fault")
        return reject(new ReaderFault(new AppError(news.data.code, news.data.message), news.data.worn));
      if (news.data.type === "read" || news.data.type === "chunked") resolve(news.data);
    };
    child.on("message", hear);
    // A child that cannot be sent anything has died, which is told by its end.
    child.send(order, () => {});
  });

/** Rejects when it has taken too long, holds too much, or is not wanted any more. */
function watched(child: ChildProcess, limits: Limits, signal: AbortSignal) {
  const { promise: excess, reject } = Promise.withResolvers<never>();
  excess.catch(() => {});
  const seconds = Math.round(limits.wallMs / 1000);
  const clock = setTimeout(
    () => reject(new AppError("file.took_too_long", `Reading it took more than ${seconds} s`)),
    limits.wallMs,
  );
  const look = setInterval(async () => {
    const bytes = child.pid === undefined ? null : await residentBytes(child.pid);
    if (bytes !== null && bytes > limits.memoryBytes)
      reject(
        new AppError("file.too_much_memory", `Reading it took more than ${Math.round(limits.memoryBytes / MB)} MB`),
      );
  }, LOOK_EVERY_MS);
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    excess,
    stop() {
      clearTimeout(clock);
      clearInterval(look);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

const run = promisify(execFile);

/** Null: not known, or the process has ended. Windows has neither way: there the heap's own limit holds alone. */
async function residentBytes(pid: number): Promise<number | null> {
  try {
    if (process.platform === "linux") {
      const kilobytes = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "latin1"))?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1024;
    }
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number.parseInt(stdout, 10) * 1024 || null;
  } catch {
    return null;
  }
}

function deathOf({ code, signal }: { code: number | null; signal: string | null }, stderr: string): AppError {
  if (/heap out of memory|Fatal process out of memory/i.test(stderr))
    return new AppError("file.too_much_memory", "Reading it took more memory than a reader has");
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  return new AppError("file.reader_died", `The program that read it ended with ${how}`);
}
