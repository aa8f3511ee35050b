/**
 * What a PostgreSQL server does in the background and PGlite never does by itself: checkpoints, or its log grows until the
 * disk is full; vacuum, or every update leaves a dead row for good; analyze, or plans rest on nothing.
 */
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "./database.ts";

export type UpkeepStep = "busy" | "checkpoint" | "vacuum" | "analyze" | "nothing";

/** Work that can wait, waits for a pause of this long. */
const QUIET_MS = 50;
const LOG_BYTES = 16 * 2 ** 20;
/** From here on a checkpoint does not wait for a pause. */
const LOG_BYTES_AT_MOST = 64 * 2 ** 20;
const CHECKPOINT_AGE = "5 minutes";

/** The next piece of work, one statement long [checkpoint 16 ms, vacuum of a hot table 11 ms], if there is any. */
export const upkeepStep = async (database: Database): Promise<UpkeepStep> => {
  const quiet = database.idleMs() >= QUIET_MS;
  const log = await logOf(database);
  if (log.bytes >= LOG_BYTES_AT_MOST || (quiet && (log.bytes >= LOG_BYTES || log.old))) {
    await database.exec("checkpoint");
    return "checkpoint";
  }
  if (!quiet) return "busy";
  const table = await tableInNeed(database);
  if (!table) return "nothing";
  const step = table.vacuum ? "vacuum" : "analyze";
  await database.exec(`${table.vacuum ? "vacuum (analyze)" : "analyze"} ${table.name}`);
  return step;
};

/** One step every `everyMs`, until the signal; on a server none, it does all this by itself. A failure goes to `onFault`, and the next step is tried. */
export const startUpkeep = async (
  database: Database,
  options: { signal: AbortSignal; onFault(error: unknown): void; everyMs?: number },
): Promise<void> => {
  const { signal, onFault, everyMs = 2_000 } = options;
  while (database.engine === "embedded" && !signal.aborted) {
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    await upkeepStep(database).catch(onFault);
  }
};

/** What a crash would have to replay, and whether it is time to write it home. A checkpoint's own record is some 200 bytes. */
const logOf = async (database: Database): Promise<{ bytes: number; old: boolean }> => {
  const { rows } = await sql<{ bytes: number; old: boolean }>`
    select bytes, bytes > 1000 and age > ${CHECKPOINT_AGE}::interval as old
    from pg_control_checkpoint() c,
      lateral (select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), c.redo_lsn) as bytes, now() - c.checkpoint_time as age) x
  `.execute(database.sql);
  return rows[0] ?? { bytes: 0, old: false };
};

/**
 * The table that gains most: dead rows first, then rows changed since its statistics were made.
 * Rows that were only added are vacuumed too, now and then: index-only scans need their pages marked.
 */
const tableInNeed = async (database: Database): Promise<{ name: string; vacuum: boolean } | undefined> => {
  const { rows } = await sql<{ name: string; vacuum: boolean }>`
    select quote_ident(relname) as name, dead or grown as vacuum
    from pg_stat_user_tables, lateral (
      select n_dead_tup > 200 + 0.2 * n_live_tup as dead, n_ins_since_vacuum > 5000 + 0.5 * n_live_tup as grown,
        n_mod_since_analyze > 200 + 0.2 * n_live_tup as changed
    ) x
    where schemaname = 'public' and (dead or grown or changed)
    order by dead desc, grown desc, n_dead_tup desc, n_mod_since_analyze desc
    limit 1
  `.execute(database.sql);
  return rows[0];
};
