/**
 * The server of the bench as a process of its own: the real store, journal, bridge and door. What is simulated is the models alone:
 * its threads write events by `journal_record` and show text as the engine does, at a given rate.
 */
import { pino } from "pino";
import { v7 as uuidv7 } from "uuid";
import { buildDoor } from "../../server/src/api/server.ts";
import { openPulse } from "../../server/src/app/pulse.ts";
import { uploadsIn } from "../../server/src/app/uploads.ts";
import { lexical } from "../../server/src/providers/embeddings/lexical.ts";
import { openBlobs } from "../../server/src/store/blobs/index.ts";
import { type Database, json } from "../../server/src/store/database.ts";
import { openBooks } from "../../server/src/store/journal.ts";
import { openLive } from "../../server/src/store/live.ts";
import { openStore } from "../../server/src/store/open.ts";
import { percentile } from "../store/numbers.ts";
import type { Asked, ServerOptions, Told } from "./words.ts";
import { writeThread } from "./writer.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as ServerOptions;
const tell = (message: Told) => process.send?.(message);
const database = await openStore(
  options.databaseUrl === null ? { dataDir: options.folder } : { url: options.databaseUrl },
);
const live = openLive();
const books = openBooks(database, live, () => ({ memory_usage: 0, active_requests: 0, queue_length: 0 }));
const unused = () => Promise.reject(new Error("not used here"));
const unreachable = (): never => {
  throw new Error("not used here");
};
const log = pino({ level: "error" });
const stopping = new AbortController();
const files = { dir: options.folder, maxBytes: 0, allowedTypes: null, quotaBytes: null, s3: null };
const uploads = uploadsIn({
  ...{ database, files, blobs: openBlobs(files, log), log, fileQueued: () => {}, told: () => {}, gone: () => {} },
});
const door = buildDoor({
  ...{ database, books, live, ask: unused, draft: unused, preview: unused, createSession: unused, log, version: "0" },
  ...{
    changeSettings: unused,
    direct: unused,
    known: unused,
    standing: () => null,
    testModel: unused,
    selfTest: unused,
  },
  integrations: {
    ...{ list: unused, get: unused, put: unused, remove: unused, test: unused, refresh: unused },
    recognize: () => ({ name: null, title: null, candidates: [] }),
  },
  implicitSession: { of: unused, forget: unused },
  files: {
    ...{ jobs: { retry: unused, cancel: unused }, blobs: { read: unused, size: unused, free: unused } },
    ...{ blocks: unused, offsetNear: unused, remove: unused, embedding: () => unreachable() },
    settings: { allowedTypes: null, maxBytes: 0, quotaBytes: null, chunking: { size: 1000, overlap: 200 } },
  },
  embedding: () => lexical,
  ...{ storeOpens: () => undefined, storeFault: openPulse(database, "the database of the bench") },
  ...{ load: () => ({ queued: 0, running: 0 }), builtIn: new Set<string>(), simulatedPolicy: "auto" },
  ...{ uploads, stopping: stopping.signal, webDir: options.folder },
});
const bridge = options.databaseUrl === null ? null : await bridgeOver(options.databaseUrl);
const address = await door.listen({ host: "127.0.0.1", port: 0 });
const sessionId = await session(database);
const threads = await Promise.all(Array.from({ length: options.threads }, () => writeThread(books, live, sessionId)));
tell({ type: "ready", address, threads: threads.map(({ id }) => id) });

let clocks: (() => void)[] = [];
let cpu = process.cpuUsage();
let since = performance.now();
process.on("message", (message: Asked) => void answer(message));
process.on("disconnect", () => process.exit(0));

async function answer(message: Asked): Promise<void> {
  if (message.type === "start")
    clocks = threads.map((thread, place) =>
      thread.start(place / threads.length, options.eventsPerSecond, options.textsPerSecond),
    );
  if (message.type === "stop") {
    for (const halt of clocks) halt();
    const last = await Promise.all(threads.map(async (thread) => [thread.id, await thread.stop()] as const));
    tell({ type: "stopped", last: Object.fromEntries(last) });
  }
  if (message.type === "collect") globalThis.gc?.();
  if (message.type === "figures" || message.type === "collect") {
    const used = process.cpuUsage(cpu);
    const ms = performance.now() - since;
    cpu = process.cpuUsage();
    since = performance.now();
    const { rss, heapUsed, external } = process.memoryUsage();
    const writes = threads.flatMap((thread) => thread.writes.splice(0));
    tell({
      type: "figures",
      cpu_percent: Math.round((100 * (used.user + used.system)) / 1000 / ms),
      rss_mb: Math.round(rss / 1e6),
      heap_mb: Math.round((heapUsed + external) / 1e6),
      write_ms: { p50: percentile(writes, 0.5), p99: percentile(writes, 0.99) },
      late: threads.reduce((sum, thread) => sum + thread.late(), 0),
    });
  }
  if (message.type === "leave") {
    stopping.abort();
    await door.close();
    await bridge?.close();
    await database.close();
    process.exit(0);
  }
}

async function bridgeOver(url: string) {
  const { openBridge } = await import("../../server/src/store/bridge.ts");
  return openBridge({ database, url, live, onFault: (error) => log.error({ err: error }, "the bridge has a fault") });
}

async function session(store: Database): Promise<string> {
  const id = uuidv7();
  await store.sql
    .insertInto("user_sessions")
    .values({ id, user_id: "local", settings: json({ cost_limit: null, mode: "quick" }) as never })
    .execute();
  return id;
}
