/** PostgreSQL in the data folder: PGlite in a worker thread, behind the contract of `database.ts`. */
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { type Database, SqlError } from "./database.ts";
import { type Answer, answerOf, callOver, typedSql } from "./dialect.ts";
import { gathered, grouped } from "./group.ts";
import { lockFolder } from "./lock.ts";
import { keepCompiled, takeThread } from "./pglite-thread.ts";
import type { Reply, Request, Settings } from "./pglite-worker.ts";
import { textOf } from "./text-format.ts";

/** `fsync: false` only where losing everything at a power cut is fine: tests. */
export type PgliteOptions = { dataDir: string; fsync?: boolean };

/** Opens, or makes, the database in `dataDir`. The folder stays locked until `close`. */
export const openPglite = async ({ dataDir, fsync = true }: PgliteOptions): Promise<Database> => {
  const lock = lockFolder(dataDir);
  try {
    const worker = await startWorker({ folder: path.resolve(dataDir, "database"), fsync });
    return databaseOver(worker, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
};

const failed = (what: string, cause?: unknown) =>
  new AppError("store.failed", `The embedded database ${what}`, { cause });

const startWorker = async (settings: Settings): Promise<Worker> => {
  const worker = takeThread();
  worker.postMessage(settings);
  worker.on("message", (reply: Reply) => {
    if (reply.kind === "fatal") process.exit(70);
  });
  const reply = await new Promise<Reply>((resolve, reject) => {
    // Under `node --watch` a worker also tells which files it has loaded: those messages have no kind.
    worker.on("message", (message: Reply | { kind?: undefined }) => message.kind !== undefined && resolve(message));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(failed(`in ${settings.folder} does not open: its thread ended with ${code}`)));
  });
  worker.removeAllListeners("error").removeAllListeners("exit");
  if (reply.kind === "ready") {
    keepCompiled(reply.compiled);
    return worker;
  }
  await worker.terminate();
  throw failed(`in ${settings.folder} does not open: ${reply.kind === "broken" ? reply.message : reply.kind}`);
};

type Waiting = { resolve(reply: Reply): void; reject(error: Error): void };

/** A request without its number. */
type Asked = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/** Sends requests to the worker and pairs its answers with them; when it dies, all that wait learn why. */
const talkTo = (worker: Worker) => {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let lastAnswerAt = performance.now();
  let dead: AppError | undefined;
  const die = (error: AppError) => {
    dead ??= error;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on("message", (reply: Reply) => {
    if (reply.kind === "broken") die(failed(`broke: ${reply.message}`));
    if (!("id" in reply)) return;
    lastAnswerAt = performance.now();
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
  });
  worker.on("error", (error) => die(failed("thread failed", error)));
  worker.on("exit", () => die(failed("is closed")));
  const ask = (asked: Asked) =>
    new Promise<Reply>((resolve, reject) => {
      if (dead) return reject(dead);
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...asked, id });
    }).then((reply) => {
      if (reply.kind === "refused") throw new SqlError(reply.fault);
      return reply;
    });
  return {
    ask,
    die,
    idleMs: () => (waiting.size > 0 ? 0 : performance.now() - lastAnswerAt),
  };
};

const databaseOver = (worker: Worker, release: () => void): Database => {
  const { ask, die, idleMs } = talkTo(worker);
  const send = async (statement: string, parameters: readonly unknown[]): Promise<Answer> => {
    const reply = await ask({ kind: "query", sql: statement, values: parameters.map(textOf) });
    return reply.kind === "rows" ? answerOf(reply) : { rows: [], changed: 0 };
  };
  const close = async () => {
    await ask({ kind: "close" });
    die(failed("is closed"));
    await worker.terminate();
    release();
  };
  let closing: Promise<void> | undefined;
  return {
    engine: "embedded",
    sql: typedSql(send),
    call: grouped(callOver(send)),
    item: gathered(callOver(send)),
    async exec(statements) {
      await ask({ kind: "exec", sql: statements });
    },
    idleMs,
    close: () => (closing ??= close()),
  };
};
