/** The entry of a process that reads files: see `reader-process.ts`. It ends with the server, whatever it is at. */
import { Socket } from "node:net";
import os from "node:os";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { chunkAnew, readFile } from "./read.ts";
import type { News, Order } from "./reading.ts";

const LOWER_PRIORITY = 10;
const PROGRESS_EVERY_MS = 100;

os.setPriority(LOWER_PRIORITY);

// Nothing here has a reason to connect to anything: a document that makes a library try gets an error.
Socket.prototype.connect = () => {
  throw new Error("Readers of files have no network");
};

// A library's own stray promise: what is awaited has failed on its own.
process.on("unhandledRejection", () => {});

process.on("disconnect", () => process.exit());
// A server that was killed cannot end a reader that hangs: a thread of the reader's own sees that its parent has changed.
new Worker(
  `const parent = process.ppid; setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 2000);`,
  { eval: true, env: {} },
).unref();

const say = (news: News): void => void process.send?.(news);

process.on("message", async (order: Order) => {
  try {
    say(await obey(order));
  } catch (error) {
    say(faultOf(error));
  }
});

async function obey(order: Order): Promise<News> {
  if (order.type === "chunk") return { type: "chunked", chunkCount: await chunkAnew(order.rechunking) };
  let last = 0;
  const answer = await readFile(order.reading, {
    onType: (fileType, mime) => say({ type: "found", fileType, mime }),
    onProgress(stage, done, total) {
      if (performance.now() - last < PROGRESS_EVERY_MS && done !== total) return;
      last = performance.now();
      say({ type: "progress", stage, done: Math.floor(done), total: total === null ? null : Math.floor(total) });
    },
  });
  return { type: "read", answer };
}

/** A fault that nobody foresaw may have left a library in pieces. */
function faultOf(error: unknown): News {
  if (error instanceof AppError) return { type: "fault", code: error.code, message: said(error), worn: false };
  if (
    error instanceof RangeError &&
    /allocation failed|invalid (array|string) length|out of memory/i.test(error.message)
  )
    return {
      type: "fault",
      code: "file.too_much_memory",
      message: "Reading it took more memory than a reader has",
      worn: true,
    };
  return { type: "fault", code: "file.unreadable", message: `It cannot be read: ${said(error)}`, worn: true };
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
