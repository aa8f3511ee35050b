/**
 * pg-boss as an alarm clock, for processes that share a server: it wakes one worker for a thread, and the thread's row decides
 * what is to be done. Its jobs are written by the journal's functions (`journal_alarm`, migrations/025_leases.sql).
 */
import { Pool } from "pg";
import { readDatabaseUrl } from "./database-url.ts";
import type { Jobs } from "./jobs.ts";
import { clientClass, connect } from "./postgres-client.ts";

/** As in `journal_alarm`. */
const QUEUE = "threads";

/** A wake-up may be lost with a connection: then this finds the job. */
const LOOK_EVERY_MS = 1_000;

export type AlarmClock = {
  /** There may be a job: look now. */
  ring(): void;
  /** Hand out nothing more. */
  silence(): Promise<void>;
  close(): Promise<void>;
};

type Options = { url: string; jobs: Jobs; onFault(error: unknown): void };

/** pg-boss's tables are made at the first start on a server; any number of processes may start there at once. */
export async function openAlarmClock({ url, jobs, onFault }: Options): Promise<AlarmClock> {
  // Imported on first use: 24 MB that an embedded database has no need of.
  const { PgBoss } = await import("pg-boss");
  const pool = await poolFor(url);
  const executeSql = (text: string, values?: unknown[]) => pool.query(text, values);
  const boss = new PgBoss({ db: { executeSql }, schedule: false });
  boss.on("error", onFault);
  await boss.start();
  await boss.createQueue(QUEUE, { policy: "short" });

  const deletions = new Set<Promise<unknown>>();
  const deleted = (id: string) => {
    const deletion = boss.deleteJob(QUEUE, id).catch(onFault);
    deletions.add(deletion);
    void deletion.finally(() => deletions.delete(deletion));
  };
  /** As many jobs as there are hands. A job is gone once its thread is taken; one whose process dies before is made anew by the sweep. */
  const handOut = async (): Promise<void> => {
    for (let free = jobs.free(); free > 0 && !silent; free = jobs.free()) {
      const found = await boss.fetch<{ thread_id: string }>(QUEUE, { batchSize: free });
      for (const { id, data } of found) jobs.add(data.thread_id, () => deleted(id));
      if (found.length < free) return;
    }
  };
  let silent = false;
  let rang = false;
  let looking: Promise<void> | undefined;
  const look = async () => {
    while (rang && !silent) {
      rang = false;
      await handOut().catch(onFault);
    }
  };
  const ring = () => {
    rang = true;
    looking ??= look().finally(() => (looking = undefined));
  };
  const timer = setInterval(ring, LOOK_EVERY_MS).unref();
  jobs.onFree(ring);
  return {
    ring,
    async silence() {
      silent = true;
      clearInterval(timer);
      await looking;
    },
    async close() {
      await Promise.all(deletions);
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}

async function poolFor(url: string): Promise<Pool> {
  const server = readDatabaseUrl(url);
  const { client, encrypted } = await connect(server);
  await client.end();
  const pool = new Pool({ Client: clientClass(server, encrypted), max: 2 });
  // One that breaks while it is idle is made anew.
  pool.on("error", () => {});
  return pool;
}
