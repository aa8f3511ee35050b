/** What every chaos on the embedded database needs: a folder, a vendor, a port, a crowd, and the end. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "../server/src/store/database.ts";
import { copyImage, imageIn } from "../server/src/store/image.ts";
import { openPglite } from "../server/src/store/pglite.ts";
import type { Chance } from "./chance.ts";
import { type Ask, type Crowd, openCrowd, type Wishes } from "./clients.ts";
import { type Looks, startLooks } from "./looks.ts";
import { freePort, type Process, startNode } from "./processes.ts";
import type { Report } from "./report.ts";
import { openVendor, type Vendor, type VendorOptions } from "./vendor.ts";
import { type Outside, witness } from "./witness.ts";

export type Scene = {
  folder: string;
  data: string;
  vendor: Vendor;
  crowd: Crowd;
  looks: Looks;
  startedAt: number;
  /** The server on the data folder, at the door the crowd knows. */
  start(env?: Readonly<Record<string, string>>, nodeArgs?: readonly string[]): Process;
};

const cache = fileURLToPath(new URL("../node_modules/.cache/orchestratex", import.meta.url));

type Setting = {
  chance: Chance;
  wishes: Wishes;
  vendor?: Omit<VendorOptions, "log" | "chance">;
  env?: Readonly<Record<string, string>>;
  /** False: the first process makes the folder. */
  made?: boolean;
};

export async function openScene(
  name: string,
  { chance, wishes, vendor: faults, env, made = true }: Setting,
): Promise<Scene> {
  const folder = mkdtempSync(path.join(tmpdir(), `orchestratex-chaos-${name}-`));
  const data = path.join(folder, "data");
  mkdirSync(data);
  if (made) copyImage(await imageIn(cache), data);
  const vendor = await openVendor({ log: path.join(folder, "calls.jsonl"), chance, ...faults });
  const port = await freePort();
  const crowd = openCrowd(() => `http://127.0.0.1:${port}`, chance, wishes);
  const base = {
    ORCHESTRATEX_DATA: data,
    PORT: String(port),
    ORCHESTRATEX_SIMULATED: "on",
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "none",
    ORCHESTRATEX_DRAIN_SECONDS: "2",
    CHAOS_VENDOR: vendor.url,
    ...env,
  };
  return {
    ...{ folder, data, vendor, crowd, looks: startLooks(crowd, vendor), startedAt: performance.now() },
    start: (more = {}, nodeArgs = []) => startNode({ ...base, ...more }, path.join(folder, "node.log"), nodeArgs),
  };
}

/** The last process has been told to work until nothing is left: then it leaves, and the books are read. */
export async function atRest(scene: Scene, last: Process, outside: Partial<Outside> = {}): Promise<Report> {
  scene.crowd.stop();
  const home = await scene.crowd.home(90_000);
  await scene.looks.stop();
  last.signal("SIGTERM");
  const left = await Promise.race([last.ended, new Promise<null>((resolve) => setTimeout(resolve, 20_000, null))]);
  if (left === null) last.signal("SIGKILL");
  await last.ended;
  const database = await openPglite({ dataDir: scene.data, fsync: false });
  try {
    return await reportOf(scene, database, {
      ...outside,
      late: home ? [] : waiting(scene.crowd.asks),
      left: left?.code === 0,
    });
  } finally {
    await database.close();
  }
}

const waiting = (asks: readonly Ask[]): string[] =>
  asks.flatMap(({ mark, threadId, refusal, followers }) =>
    refusal === null && (threadId === null || !followers.every(({ ended, trouble }) => ended || trouble))
      ? [`${mark} ${threadId} has not come to its end`]
      : [],
  );

type Rest = Partial<Outside> & { late: string[]; left: boolean };

export async function reportOf(
  scene: Omit<Scene, "start" | "data">,
  database: Database,
  { late, left, ...outside }: Rest,
): Promise<Report> {
  const { crowd, vendor, looks, folder } = scene;
  const { findings, facts } = await witness(database, { asks: crowd.asks, vendor, ...outside });
  findings["stuck"]?.push(...late);
  findings["over_limit"]?.push(...looks.over_limit);
  findings["bill_uncovered"]?.push(...looks.bill_uncovered);
  findings["did_not_leave"] = left ? [] : ["asked to stop, the last process did not leave cleanly"];
  vendor.close();
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
    const message = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line.slice(0, 80);
    counts[message] = (counts[message] ?? 0) + 1;
  }
  return counts;
}

export const removed = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const copied = (from: string, to: string): void => cpSync(from, to, { recursive: true });
