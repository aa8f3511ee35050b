/**
 * Files sent by tus, read, and some of them deleted, while the server is killed at random; with `--database`, two servers over one
 * PostgreSQL and one folder. In the end nothing is lost, nothing is there twice, and nothing is left over.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { copyImage, imageIn } from "../server/src/store/image.ts";
import { openStore } from "../server/src/store/open.ts";
import { openPglite } from "../server/src/store/pglite.ts";
import { chanceFrom } from "./chance.ts";
import { deaths, freePort, type Process, startNode } from "./processes.ts";
import { progress, type Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
import { errorsIn, removed } from "./scene.ts";
import { openSenders, type Senders } from "./senders.ts";
import { newDatabase } from "./server-database.ts";
import { witnessFiles } from "./witness-files.ts";

const cache = fileURLToPath(new URL("../node_modules/.cache/orchestratex", import.meta.url));

/** All files have come to their end within this time, however loaded the machine. */
const REST_MS = 240_000;

const MOST_MS = 15_000;

export async function chaos({ quick, times = quick ? 10 : 60, seed, database }: ChaosOptions): Promise<Report> {
  const began = performance.now();
  const chance = chanceFrom(seed);
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-chaos-files-"));
  const data = path.join(folder, "data");
  mkdirSync(data);
  const server = database === undefined ? null : await newDatabase(database);
  if (!server) copyImage(await imageIn(cache), data);
  const ports = await Promise.all(Array.from({ length: server ? 2 : 1 }, freePort));
  const log = path.join(folder, "node.log");
  const env = {
    ...{ ORCHESTRATEX_DATA: data, OLLAMA_BASE_URL: "off", ORCHESTRATEX_WEB: "off", EMBEDDING_MODEL: "lexical" },
    ...{ ORCHESTRATEX_DRAIN_SECONDS: "2", CHAOS_VENDOR: "http://127.0.0.1:9" },
    ...(server && { DATABASE_URL: server.url, DATABASE_POOL_SIZE: "2", DATABASE_POOL_MAX: "8" }),
  };
  const started = async (door: number): Promise<Process> => {
    const process = startNode({ ...env, PORT: String(ports[door]) }, log);
    if (!(await process.ready)) throw new Error(`a process did not start: see ${folder}`);
    return process;
  };
  const processes = await Promise.all(ports.map((_, door) => started(door)));
  const senders = openSenders(() => `http://127.0.0.1:${chance.of(ports)}`, chance);
  for (let kill = 0; kill < times; kill++) {
    await answersGoBy(senders, chance.whole(0, 60));
    const door = chance.whole(0, ports.length - 1);
    processes[door]?.signal("SIGKILL");
    await processes[door]?.ended;
    processes[door] = await started(door);
    progress("kills", kill + 1, times);
  }
  const late = await rested(senders);
  for (const process of processes) process.signal("SIGTERM");
  await Promise.all(processes.map(({ ended }) => ended));
  const store = server
    ? await openStore({ url: server.url, poolSize: 1, poolMax: 4 })
    : await openPglite({ dataDir: data, fsync: false });
  const findings = await witnessFiles(store, path.join(data, "files"), senders.sent).finally(() => store.close());
  await server?.drop();
  if (late.length === 0 && Object.values(findings).every((found) => found.length === 0)) removed(folder);
  const count = (which: (file: Senders["sent"][number]) => boolean) => senders.sent.filter(which).length;
  return {
    findings: { ...findings, late, died: [...deaths] },
    facts: {
      ...{
        kills: times,
        processes: ports.length,
        files: senders.sent.length,
        deleted: count(({ isDeleted }) => isDeleted),
      },
      ...{ bytes: senders.sent.reduce((sum, { bytes }) => sum + bytes.length, 0) },
      ...{ asked_again: senders.sent.reduce((sum, { retries }) => sum + retries, 0) },
      seconds: Math.round((performance.now() - began) / 1000),
      errors_logged: errorsIn(log),
    },
    folder,
  };
}

/** So many more answers have come, or none for long. */
async function answersGoBy({ answers }: Senders, count: number): Promise<void> {
  const until = answers() + count;
  const latest = performance.now() + MOST_MS;
  while (answers() < until && performance.now() < latest) await pause(5);
  await pause(Math.random() * 300);
}

/** The files that have not come to their end. */
async function rested(senders: Senders): Promise<string[]> {
  senders.stop();
  const timer = new AbortController();
  const end = pause(REST_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([senders.home, end]);
  timer.abort();
  return senders.sent.filter(({ isOver }) => !isOver).map(({ id, mark }) => `${mark} ${id}`);
}
