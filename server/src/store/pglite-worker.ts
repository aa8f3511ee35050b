/** The thread PGlite lives in: messages in, answers out, in order. */
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { messages, PGlite, protocol } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { vector } from "@electric-sql/pglite-pgvector";
import { emptyCluster } from "./cluster.ts";
import type { SqlFault } from "./database.ts";
import { faultOf, leftOpenFault } from "./faults.ts";
import { compilePglite } from "./pglite-module.ts";

export type Settings = { folder: string; fsync: boolean };

export type Request =
  | { id: number; kind: "query"; sql: string; values: (string | null)[] }
  | { id: number; kind: "exec"; sql: string }
  | { id: number; kind: "close" };

export type Reply =
  | { kind: "ready"; compiled: object }
  | { kind: "fatal" }
  | { kind: "broken"; message: string }
  | { kind: "done"; id: number }
  | { kind: "rows"; id: number; names: string[]; types: number[]; rows: (string | null)[][]; changed: number }
  | { kind: "refused"; id: number; fault: SqlFault };

const port = parentPort;
if (!port) throw new Error("pglite-worker.ts runs in a worker thread only");
const compiling: Promise<object> = (workerData as { compiled?: object }).compiled
  ? Promise.resolve(workerData.compiled)
  : compilePglite();
/** What to open is the first message. */
const [settings] = (await once(port, "message")) as [Settings];
const say = (reply: Reply) => port.postMessage(reply);

/**
 * PostgreSQL believes that a disk which refused a flush may have lost what it was given (fsyncgate, 2018): going on would
 * acknowledge lost commits. This thread never returns from here, so nothing that rests on the flush is ever answered.
 */
const endProcess = (what: string): never => {
  fs.writeSync(
    2,
    `orchestratex: the disk refused to flush ${what}; stopping at once, nothing unflushed was acknowledged\n`,
  );
  say({ kind: "fatal" });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
};

const flush = (file: string, sync: () => void): number => {
  try {
    sync();
    return 0;
  } catch (error) {
    return endProcess(`${path.basename(file)} (${error instanceof Error ? error.message : error})`);
  }
};

const flushFolder = (folder: string): number => {
  // Windows flushes folders by itself and refuses to open them.
  if (process.platform === "win32") return 0;
  const handle = fs.openSync(folder, "r");
  try {
    return flush(folder, () => fs.fsyncSync(handle));
  } finally {
    fs.closeSync(handle);
  }
};

type Stream = { nfd?: number; node: unknown };
type NodeFiles = { stream_ops: { fsync?: (stream: Stream) => number }; realPath(node: unknown): string };

/** PGlite calls fsync, but its file layer drops the call: pass it on to the disk. */
class FlushingFS extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const ready = await super.init(pg, options);
    const passOn = (module: { FS: object }) => {
      const files = (module.FS as { filesystems: { NODEFS: NodeFiles } }).filesystems.NODEFS;
      files.stream_ops.fsync = (stream) => {
        const { nfd } = stream;
        const file = files.realPath(stream.node);
        return nfd === undefined ? flushFolder(file) : flush(file, () => fs.fdatasyncSync(nfd));
      };
    };
    ready.emscriptenOpts.preRun = [passOn, ...(ready.emscriptenOpts.preRun ?? [])];
    return ready;
  }
}

const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...["-c", `fsync=${settings.fsync ? "on" : "off"}`, "-c", "wal_sync_method=fsync"],
  ...["-c", "synchronous_commit=on", "-c", "full_page_writes=on"],
  // 16 MB: 206 MB resident instead of 355 on a folder of 100 000 vectors.
  ...["-c", "shared_buffers=16MB", "-c", "timezone=UTC"],
  // Old segments of the log go at a checkpoint instead of being kept for reuse.
  ...["-c", "min_wal_size=32MB", "-c", "max_wal_size=64MB"],
];

const openCluster = (folder: string) => openFrom(settings.fsync ? new FlushingFS(folder) : new NodeFS(folder));

const openFrom = async (files: NodeFS, empty?: Blob) => {
  const pgliteWasmModule = await compiling;
  return PGlite.create({
    fs: files,
    ...(empty && { loadDataDir: empty }),
    extensions: { vector },
    pgliteWasmModule,
    startParams,
  });
};

/** A new cluster is made beside its place and moved there once it is whole and flushed: a crash leaves no half of one. */
const makeCluster = async (folder: string) => {
  const draft = `${folder}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  // Not flushed on the way: it is below, once and as a whole.
  await (await openFrom(new NodeFS(draft), emptyCluster())).close();
  if (settings.fsync) flushTree(draft);
  fs.renameSync(draft, folder);
  if (settings.fsync) flushFolder(path.dirname(folder));
};

const flushTree = (folder: string) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) flushTree(file);
    else {
      const handle = fs.openSync(file, "r+");
      flush(file, () => fs.fsyncSync(handle));
      fs.closeSync(handle);
    }
  }
  flushFolder(folder);
};

const open = async () => {
  if (!fs.existsSync(settings.folder)) await makeCluster(settings.folder);
  if (!fs.existsSync(path.join(settings.folder, "PG_VERSION"))) {
    throw new Error(`${settings.folder} is not a database folder: it has no PG_VERSION`);
  }
  return openCluster(settings.folder);
};

const { serialize } = protocol;

/** Statements sent before, by their text: named, so that PostgreSQL parses and plans them once [240 -> 125 us]. */
const MAX_NAMED = 200;
const sentOnce = new Set<string>();
const named = new Map<string, string>();
let lastName = 0;

const forgetStatements = async () => {
  sentOnce.clear();
  if (named.size === 0) return;
  named.clear();
  await database.exec("deallocate all");
};

const runQuery = async (request: Extract<Request, { kind: "query" }>): Promise<Reply> => {
  if (sentOnce.size > 10 * MAX_NAMED || named.size >= MAX_NAMED) await forgetStatements();
  const known = named.get(request.sql);
  const name = known ?? (sentOnce.has(request.sql) ? `s${++lastName}` : "");
  sentOnce.add(request.sql);
  const bytes = Buffer.concat([
    ...(known ? [] : [serialize.parse({ name, text: request.sql })]),
    serialize.bind({ statement: name, values: request.values }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const answer = await database.execProtocol(bytes, { syncToFs: false, throwOnError: false });
  const fault = faultIn(answer.messages) ?? (await leftOpen(answer.messages));
  if (fault) {
    if (name && !known) await database.execProtocol(closing(name), { syncToFs: false });
    return { kind: "refused", id: request.id, fault };
  }
  if (name) named.set(request.sql, name);
  return rowsOf(request.id, answer.messages);
};

const closing = (name: string) => Buffer.concat([serialize.close({ type: "S", name }), serialize.sync()]);

const runExec = async (request: Extract<Request, { kind: "exec" }>): Promise<Reply> => {
  await forgetStatements();
  const answer = await database.execProtocol(serialize.query(request.sql), { syncToFs: false, throwOnError: false });
  const open = await leftOpen(answer.messages);
  const fault = faultIn(answer.messages) ?? open;
  return fault ? { kind: "refused", id: request.id, fault } : { kind: "done", id: request.id };
};

type Answered = Awaited<ReturnType<PGlite["execProtocol"]>>["messages"];

const faultIn = (answered: Answered): SqlFault | undefined => {
  const error = answered.find((message) => message instanceof messages.DatabaseError);
  if (!error) return undefined;
  return faultOf(error);
};

/** A transaction left open would swallow the work of everyone behind it: undo it and say so. */
const leftOpen = async (answered: Answered): Promise<SqlFault | undefined> => {
  const ready = answered.findLast((message) => message instanceof messages.ReadyForQueryMessage);
  if (!ready || ready.status === "I") return undefined;
  await database.exec("rollback");
  return leftOpenFault;
};

const rowsOf = (id: number, answered: Answered): Reply => {
  const names: string[] = [];
  const types: number[] = [];
  const rows: (string | null)[][] = [];
  let changed = 0;
  for (const message of answered) {
    if (message instanceof messages.DataRowMessage) rows.push(message.fields);
    else if (message instanceof messages.RowDescriptionMessage) {
      for (const field of message.fields) {
        names.push(field.name);
        types.push(field.dataTypeID);
      }
    } else if (message instanceof messages.CommandCompleteMessage)
      changed = Number(message.text.match(/\d+$/)?.[0] ?? 0);
  }
  return { kind: "rows", id, names, types, rows, changed };
};

const answer = async (request: Request): Promise<Reply> => {
  if (request.kind === "query") return runQuery(request);
  if (request.kind === "exec") return runExec(request);
  await database.close();
  return { kind: "done", id: request.id };
};

const brokenBy = (error: unknown) =>
  say({ kind: "broken", message: error instanceof Error ? error.message : String(error) });

let database: PGlite;
let last: Promise<void> = Promise.resolve();
try {
  database = await open();
  port.on("message", (request: Request) => {
    last = last.then(() => answer(request)).then(say, brokenBy);
  });
  say({ kind: "ready", compiled: await compiling });
} catch (error) {
  brokenBy(error);
}
