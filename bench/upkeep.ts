/**
 * A week of prompts in fast motion on the embedded database: does its folder stop growing?
 *
 * Users ask through the public door, in sessions of five threads; sessions of the day before yesterday are erased, as a user does it,
 * so that live data stops growing on the third day. Between threads upkeep takes its steps at the pace it has in life: one in two
 * seconds, so four for each thread of a server that answers 10 000 a day. It goes by bytes of log and by dead rows, not by
 * the clock, but for checkpoints of a database at rest, which never come due here. Baseline: the same week without upkeep.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { openApp } from "../server/src/app.ts";
import { readConfig } from "../server/src/config.ts";
import type { Database } from "../server/src/store/database.ts";
import { openStore } from "../server/src/store/open.ts";
import { upkeepStep } from "../server/src/store/upkeep.ts";
import { ownPrompts } from "./prompts/own.ts";
import type { BenchOptions } from "./run.ts";

const DAYS = 7;
const KEPT_DAYS = 2;
const THREADS_PER_SESSION = 5;
const SESSIONS_AT_ONCE = 4;
const STEPS_PER_THREAD = 4;
/** The days before have their live data still growing, or just erased for the first time. */
const STEADY_FROM_DAY = 4;
/** More than this, in the last three days, is growth. */
const MAY_GROW = 0.1;

type Door = Awaited<ReturnType<typeof openApp>>["door"];

type Day = {
  day: number;
  folder_mb: number;
  log_mb: number;
  database_mb: number;
  dead_rows: number;
  live_rows: number;
  threads: number;
};

export async function bench({ quick }: BenchOptions): Promise<object> {
  const sessions = quick ? 12 : 60;
  process.stdout.write(
    `${DAYS} days of ${sessions * THREADS_PER_SESSION} threads, the last ${KEPT_DAYS} days are kept\n`,
  );
  const weeks = { "with upkeep": await week(sessions, true), "without upkeep": await week(sessions, false) };
  for (const [name, { days }] of Object.entries(weeks)) {
    process.stdout.write(`\n${name}\n`);
    console.table(days);
  }
  const kept = growthOf(weeks["with upkeep"].days);
  const left = growthOf(weeks["without upkeep"].days);
  process.stdout.write(
    `\nFolder from day ${STEADY_FROM_DAY} to ${DAYS}: ${percent(kept)} with upkeep, ${percent(left)} without. ` +
      `${kept <= MAY_GROW ? "It holds." : "IT GROWS."}\n`,
  );
  return {
    days: DAYS,
    threads_per_day: sessions * THREADS_PER_SESSION,
    holds: kept <= MAY_GROW,
    growth: { kept, left },
    weeks,
  };
}

async function week(sessionsPerDay: number, kept: boolean) {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const store = await openStore({ dataDir: folder, fsync: false });
  await store.exec(FIGURES);
  const env = {
    OLLAMA_BASE_URL: "off",
    EMBEDDING_MODEL: "lexical",
    ORCHESTRATEX_SIMULATED_SPEED: "0",
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "none",
  };
  const app = await openApp(readConfig(env, folder), pino({ level: "error" }), { open: async () => heldStill(store) });
  await app.ready();
  const steps: Record<string, number> = {};
  const days: Day[] = [];
  const started = performance.now();
  try {
    const made: string[][] = [];
    for (let day = 1; day <= DAYS; day++) {
      const today: string[] = [];
      for (let done = 0; done < sessionsPerDay; done += SESSIONS_AT_ONCE) {
        today.push(...(await Promise.all(sitting(done).map((first) => session(app.door, first)))));
        if (kept) await upkeep(store, SESSIONS_AT_ONCE * THREADS_PER_SESSION * STEPS_PER_THREAD, steps);
      }
      made.push(today);
      const old = made.length > KEPT_DAYS ? (made.shift() ?? []) : [];
      for (const id of old) await erase(app.door, id);
      if (kept) await upkeep(store, 20 * STEPS_PER_THREAD, steps);
      days.push(await measure(store, folder, day));
    }
    return { days, steps, seconds: Math.round((performance.now() - started) / 1000) };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The store as the app sees it: never idle and without statements of upkeep, so that its own upkeep, which goes by the clock, does nothing. */
const heldStill = (store: Database): Database => ({
  ...store,
  idleMs: () => 0,
  exec: async (statements) => {
    if (!/^(checkpoint|vacuum|analyze)/.test(statements)) await store.exec(statements);
  },
});

const sitting = (done: number): number[] => Array.from({ length: SESSIONS_AT_ONCE }, (_, index) => done + index);

async function session(door: Door, first: number): Promise<string> {
  const post = async (url: string, payload: object): Promise<Record<string, unknown>> => {
    const headers = { host: "localhost", prefer: "wait=120" };
    const reply = await door.inject({ method: "POST", url, payload, headers });
    if (reply.statusCode >= 300) throw new Error(`${url}: ${reply.body}`);
    return reply.json();
  };
  const { id } = await post("/api/sessions/", {});
  for (let number = 0; number < THREADS_PER_SESSION; number++) {
    const prompt = ownPrompts[(first * THREADS_PER_SESSION + number) % ownPrompts.length];
    await post("/api/orchestrate/prompt", { prompt, session_id: id });
  }
  return String(id);
}

async function erase(door: Door, id: string): Promise<void> {
  const url = `/api/sessions/${id}?purge=true`;
  const reply = await door.inject({ method: "DELETE", url, headers: { host: "localhost" } });
  if (reply.statusCode !== 204) throw new Error(`${url}: ${reply.body}`);
}

/** What a server's background does in the pause that follows, at most `most` steps of it. */
async function upkeep(store: Database, most: number, steps: Record<string, number>): Promise<void> {
  // In life the next step comes two seconds later and finds the figures of the last second flushed.
  await store.exec("select pg_stat_force_next_flush()");
  for (let taken = 0; taken < most; taken++) {
    const step = await upkeepStep({ ...store, idleMs: () => 1_000 });
    steps[step] = (steps[step] ?? 0) + 1;
    if (step === "nothing") return;
  }
}

const FIGURES = `create function bench_figures(jsonb) returns jsonb language sql as $$
  select jsonb_build_object(
    'bytes', pg_database_size(current_database()),
    'dead_rows', (select sum(n_dead_tup) from pg_stat_user_tables),
    'live_rows', (select sum(n_live_tup) from pg_stat_user_tables),
    'threads', (select count(*) from conversation_threads))
$$`;

async function measure(store: Database, folder: string, day: number): Promise<Day> {
  await store.exec("select pg_stat_force_next_flush()");
  const { bytes, ...rows } = await store.call<{ bytes: number } & Pick<Day, "dead_rows" | "live_rows" | "threads">>(
    "bench_figures",
    {},
  );
  return {
    day,
    folder_mb: megabytes(path.join(folder, "database")),
    log_mb: megabytes(path.join(folder, "database/pg_wal")),
    database_mb: Math.round(bytes / 2 ** 20),
    ...rows,
  };
}

const megabytes = (folder: string): number => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
  return Math.round(bytes / 2 ** 20);
};

/** How much larger the folder is at the end than on the first steady day. */
function growthOf(days: readonly Day[]): number {
  const first = days[STEADY_FROM_DAY - 1]?.folder_mb ?? 0;
  const last = days.at(-1)?.folder_mb ?? 0;
  return Math.round((100 * (last - first)) / first) / 100;
}

const percent = (share: number): string => `${share >= 0 ? "+" : ""}${Math.round(100 * share)} %`;
