/** What every chaos on the embedded database needs: a folder, a vendor, a port, a crowd, and the end. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "../server/src/store/database.ts";
import { copyImage, imageIn } from "../server/src/store/image.ts";
import { openStore } from "../server/src/store/open.ts";
import { openPglite } from "../server/src/store/pglite.ts";
import type { Chance } from "./chance.ts";
import { type Ask, type Crowd, openCrowd, type Wishes } from "./clients.ts";
import { type Looks, startLooks } from "./looks.ts";
import { deaths, freePort, type Process, startNode } from "./processes.ts";
import type { Report } from "./report.ts";
import { newDatabase, type ServerDatabase } from "./server-database.ts";
import { openVendor, type Vendor, type VendorOptions } from "./vendor.ts";
import { type Outside, witness } from "./witness.ts";

export type Scene = {
  folder: string;
  data: string;
  server: ServerDatabase | null;
  vendor: Vendor;
  crowd: Crowd;
  looks: Looks;
  startedAt: number;
  /** A process at one of the doors the crowd knows. */
  start(env?: Readonly<Record<string, string>>, nodeArgs?: readonly string[], door?: number): Process;
};

const cache = fileURLToPath(new URL("../node_modules/.cache/orchestratex", import.meta.url));

type Setting = {
  chance: Chance;
  wishes: Wishes;
  vendor?: Omit<VendorOptions, "chance">;
  env?: Readonly<Record<string, string>>;
  /** False: the first process makes the folder. */
  made?: boolean;
  /** A PostgreSQL server: a database of its own is made there. */
  server?: string | undefined;
  /** How many processes over it. */
  doors?: number;
  lookEveryMs?: number;
};

export async function openScene(name: string, setting: Setting): Promise<Scene> {
  const { chance, wishes, vendor: faults, env, made = true, doors = 1, lookEveryMs } = setting;
  const folder = mkdtempSync(path.join(tmpdir(), `orchestratex-chaos-${name}-`));
  const data = path.join(folder, "data");
  mkdirSync(data);
  const server = setting.server === undefined ? null : await newDatabase(setting.server);
  if (made && !server) copyImage(await imageIn(cache), data);
  const vendor = await openVendor({ chance, ...faults });
  const ports = await Promise.all(Array.from({ length: doors }, freePort));
  const crowd = openCrowd(() => `http://127.0.0.1:${chance.of(ports)}`, chance, wishes);
  const base = {
    ORCHESTRATEX_DATA: data,
    ORCHESTRATEX_SIMULATED: "off",
    OLLAMA_BASE_URL: "off",
    EMBEDDING_MODEL: "lexical",
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "none",
    ORCHESTRATEX_DRAIN_SECONDS: "2",
    ...(server && { DATABASE_URL: server.url, DATABASE_POOL_SIZE: "2", DATABASE_POOL_MAX: "8" }),
    CHAOS_VENDOR: vendor.url,
    ...env,
  };
  return {
    ...{
      folder,
      data,
      server,
      vendor,
      crowd,
      looks: startLooks(crowd, vendor, lookEveryMs),
      startedAt: performance.now(),
    },
    start: (more = {}, nodeArgs = [], door = 0) =>
      startNode({ ...base, PORT: String(ports[door]), ...more }, path.join(folder, "node.log"), nodeArgs),
  };
}

/** The last processes have been told to work until nothing is left: then they leave, and the books are read. */
export async function atRest(scene: Scene, last: readonly Process[], outside: Partial<Outside> = {}): Promise<Report> {
  scene.crowd.stop();
  const home = await scene.crowd.home(REST_MS);
  await scene.looks.stop();
  for (const process of last) process.signal("SIGTERM");
  const codes = await Promise.all(last.map(left));
  const database = scene.server
    ? await openStore({ url: scene.server.url, poolSize: 1, poolMax: 4 })
    : await openPglite({ dataDir: scene.data, fsync: false });
  try {
    const late = home ? [] : waiting(scene.crowd.asks);
    return await reportOf(scene, database, { ...outside, late, left: codes.every((code) => code === 0) });
  } finally {
    await database.close();
    await scene.server?.drop();
  }
}

/** All is lost. */
export const doesNotOpen = ({ folder, crowd }: Scene): Report => ({
  findings: {
    does_not_open: ["the last process ended before it was ready: see its log"],
    lost: crowd.asks.map(({ mark }) => mark),
  },
  facts: { errors_logged: errorsIn(path.join(folder, "node.log")) },
  folder,
});

/** All prompts have their end within this time, however loaded the machine. */
const REST_MS = 240_000;
const LEAVE_MS = 30_000;

async function left(process: Process): Promise<number | null> {
  const timer = setTimeout(() => process.signal("SIGKILL"), LEAVE_MS);
  const { code } = await process.ended;
  clearTimeout(timer);
  return code;
}

const waiting = (asks: readonly Ask[]): string[] =>
  asks.flatMap(({ mark, threadId, refusal, followers }) =>
    refusal === null && (threadId === null || !followers.every(({ ended, trouble }) => ended || trouble))
      ? [`${mark} ${threadId} has not come to its end`]
      : [],
  );

type Rest = Partial<Outside> & { late: string[]; left: boolean };

async function reportOf(scene: Scene, database: Database, { late, left, ...outside }: Rest): Promise<Report> {
  const { crowd, vendor, looks, folder } = scene;
  const { findings, facts } = await witness(database, { asks: crowd.asks, vendor, ...outside });
  findings["stuck"]?.push(...late);
  findings["over_limit"]?.push(...looks.over_limit);
  findings["bill_uncovered"]?.push(...looks.bill_uncovered);
  findings["died"] = [...deaths];
  findings["did_not_leave"] = left ? [] : ["asked to stop, the last process did not leave cleanly"];
  vendor.keep(path.join(folder, "calls.jsonl"));
  await vendor.close();
  return {
    findings,
    facts: {
      seconds: Math.round((performance.now() - scene.startedAt) / 1000),
      looks: looks.count,
      ...facts,
      errors_logged: errorsIn(path.join(folder, "node.log")),
    },
    folder,
  };
}

/** What the processes logged as errors, by their message. */
export function errorsIn(log: string): Record<string, number> {
  const counts: Record<string, number> = {};
  let text = "";
  try {
    text = readFileSync(log, "utf8");
  } catch {
    return counts;
  }
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [message, cause] = [/"msg":"([^"]*)"/, /"message":"([^"]{0,100})/].map((pattern) => pattern.exec(line)?.[1]);
    const said = message ? `${message} (${cause})` : line.slice(0, 100);
    counts[said] = (counts[said] ?? 0) + 1;
  }
  return counts;
}

export const removed = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const copied = (from: string, to: string): void => cpSync(from, to, { recursive: true });
