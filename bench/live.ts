/**
 * Many readers: one server process (`--processes 2`: two, over the PostgreSQL of DATABASE_URL), 200 threads that write 2 events and
 * show text 4 times a second, 5000 sockets in this process. Each socket checks that it gets every number once and in order, and
 * that text fits. Latency: from the event's timestamp, which is the start of the transaction that writes it, to its receipt here, so
 * with the rest of that transaction and its flush, on one machine and clock; `asked`: from asking the journal for it, so with the
 * wait for its turn.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { newTally, Reader, type Tally } from "./live/reader.ts";
import type { Asked, Figures, ServerOptions, Told } from "./live/words.ts";
import type { BenchOptions } from "./run.ts";
import { percentile } from "./store/numbers.ts";

const THREADS = 200;
const EVENTS_PER_SECOND = 2;
const TEXTS_PER_SECOND = 4;
const SLOW = 100;
const SLOW_MS = 10_000;
const DEAD = 50;
/** Connecting is done so many at a time. */
const AT_ONCE = 200;

export async function bench({ quick, processes = 1 }: BenchOptions): Promise<object> {
  const url = process.env["DATABASE_URL"] ?? null;
  if (processes > 1 && url === null) {
    process.stdout.write("--processes needs DATABASE_URL: skipped\n");
    return { skipped: "no DATABASE_URL" };
  }
  const sockets = withinLimit(quick ? 1_000 : 5_000);
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const servers = await Promise.all(
    Array.from({ length: processes }, () => startServer({ folder, databaseUrl: url, threads: THREADS / processes })),
  );
  try {
    const run = openRun(servers, sockets);
    const phases = await measure(run, quick);
    print(phases);
    const kept = await Promise.all(servers.map((server) => server.ask("collect", "figures")));
    const checks = {
      ...run.checks(run.deadClosed),
      heap_mb_after_collection: Math.max(...kept.map(({ heap_mb }) => heap_mb)),
    };
    console.table(checks);
    return { sockets, threads: THREADS, processes, events_per_second: EVENTS_PER_SECOND, phases, ...checks };
  } finally {
    for (const { child } of servers) child.send({ type: "leave" } satisfies Asked);
    await Promise.all(servers.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A socket is a file here and another there. */
function withinLimit(wanted: number): number {
  const limit = Number(execFileSync("sh", ["-c", "ulimit -n"]).toString()) || Number.POSITIVE_INFINITY;
  const possible = Math.min(wanted, limit - 200);
  if (possible < wanted) process.stdout.write(`ulimit -n is ${limit}: ${possible} sockets in place of ${wanted}\n`);
  return possible;
}

type Server = {
  child: ChildProcess;
  address: string;
  threads: string[];
  ask<Type extends Told["type"]>(question: Asked["type"], answer: Type): Promise<Extract<Told, { type: Type }>>;
  ended: Promise<unknown>;
};

async function startServer(options: Pick<ServerOptions, "folder" | "databaseUrl" | "threads">): Promise<Server> {
  const all: ServerOptions = { ...options, eventsPerSecond: EVENTS_PER_SECOND, textsPerSecond: TEXTS_PER_SECOND };
  const profile = process.env["BENCH_PROFILE"];
  const execArgv = ["--expose-gc", ...(profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [])];
  const child = fork(path.join(import.meta.dirname, "live/server.ts"), [JSON.stringify(all)], { execArgv });
  child.setMaxListeners(0);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const hear = <Type extends Told["type"]>(type: Type) =>
    new Promise<Extract<Told, { type: Type }>>((resolve, reject) => {
      const listener = (told: Told) => {
        if (told.type !== type) return;
        child.off("message", listener);
        resolve(told as Extract<Told, { type: Type }>);
      };
      child.on("message", listener);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
  const { address, threads } = await hear("ready");
  const ask = <Type extends Told["type"]>(question: Asked["type"], answer: Type) => {
    const answered = hear(answer);
    child.send({ type: question } satisfies Asked);
    return answered;
  };
  return { child, address, threads, ask, ended };
}

type Run = ReturnType<typeof openRun>;

function openRun(servers: readonly Server[], sockets: number) {
  const tally = newTally();
  const threads = servers.flatMap((server) => server.threads);
  // With several servers every other reader follows a thread of another process.
  const readers = Array.from({ length: sockets }, (_, place) => {
    const threadId = threads[place % threads.length] ?? "";
    const server = servers[Math.floor(place / threads.length) % servers.length];
    return { threadId, reader: new Reader(server?.address ?? "", threadId, tally) };
  });
  let last: Record<string, number> = {};
  return {
    /** Readers that played dead and that the server has closed; a quick run does not wait for that. */
    deadClosed: null as number | null,
    ...{ servers, tally },
    readers: readers.map(({ reader }) => reader),
    async stop() {
      const told = await Promise.all(servers.map((server) => server.ask("stop", "stopped")));
      last = Object.assign({}, ...told.map((one) => one.last));
    },
    behind: () => readers.filter(({ threadId, reader }) => reader.seq < (last[threadId] ?? 0)).length,
    checks: (deadClosed: number | null) => ({
      events_received: tally.events,
      texts_received: tally.texts,
      missing: tally.missing + readers.filter(({ threadId, reader }) => reader.seq !== last[threadId]).length,
      twice: tally.twice,
      text_torn: tally.torn,
      answers_compared: tally.answers,
      answers_shown_whole: tally.whole,
      dead_closed: deadClosed,
    }),
  };
}

async function measure(run: Run, quick: boolean): Promise<Record<string, Phase>> {
  const { servers, readers } = run;
  const phases: Record<string, Phase> = {};
  const phase = async (name: string, work: () => Promise<unknown>) => {
    phases[name] = await during(run, work);
    process.stdout.write(
      `${name}: p50 ${phases[name].p50_ms} p99 ${phases[name].p99_ms} most ${phases[name].most_ms} ms\n`,
    );
  };
  await phase("idle", () => pause(1_000));
  await phase("connect", () => connectAll(readers));
  for (const { child } of servers) child.send({ type: "start" } satisfies Asked);
  await pause(2_000);
  await phase("steady", () => pause(quick ? 10_000 : 30_000));
  for (let storm = 1; storm <= (quick ? 2 : 5); storm++)
    await phase(`storm ${storm}`, async () => {
      for (const reader of readers) reader.cut();
      await connectAll(readers);
      await pause(quick ? 1_000 : 5_000);
    });
  await phase("slow readers", async () => {
    const slow = readers.slice(0, Math.min(SLOW, readers.length / 10));
    const dead = readers.slice(-Math.min(DEAD, readers.length / 20));
    for (const reader of [...slow, ...dead]) reader.pause();
    await pause(SLOW_MS);
    for (const reader of slow) reader.resume();
    if (!quick) {
      await pause(40_000);
      run.deadClosed = readers.length - (await connectionsOf(servers));
    }
    for (const reader of dead) reader.cut();
    await connectAll(dead);
  });
  await run.stop();
  await phase("drain", async () => {
    for (let turn = 0; turn < 200 && run.behind() > 0; turn++) await pause(50);
  });
  for (const reader of readers) reader.cut();
  await phase("30 s after", () => pause(quick ? 3_000 : 30_000));
  return phases;
}

async function connectionsOf(servers: readonly Server[]): Promise<number> {
  const counts = servers.map(async ({ address }) => {
    const health = (await (await fetch(`${address}/api/health`)).json()) as {
      parts: { live: { connections: number } };
    };
    return health.parts.live.connections;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function connectAll(readers: readonly Reader[]): Promise<void> {
  const waiting = readers.values();
  const connect = async () => {
    for (const reader of waiting) await reader.connect();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, connect));
}

type Phase = {
  seconds: number;
  events: number;
  texts: number;
  p50_ms: number;
  p99_ms: number;
  most_ms: number;
  asked_p99_ms: number;
  health_p99_ms: number;
  write_p99_ms: number;
  late: number;
  cpu_percent: number;
  /** Of the process with the readers: where it is near 100 the latencies are its own. */
  client_cpu_percent: number;
  rss_mb: number;
  heap_mb: number;
};

/** What one phase of the run was like. */
async function during({ tally, servers }: { tally: Tally; servers: readonly Server[] }, work: () => Promise<unknown>) {
  const figures = () => Promise.all(servers.map((server) => server.ask("figures", "figures")));
  await figures();
  tally.latencies.length = 0;
  tally.asked.length = 0;
  const { events, texts } = tally;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const probe = probing(servers[0]?.address ?? "");
  await work();
  const health = await probe();
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  const after: Figures[] = await figures();
  const most = (values: number[]) => Math.max(0, ...values);
  const { latencies } = tally;
  return {
    ...{ seconds: Math.round(10 * seconds) / 10, events: tally.events - events, texts: tally.texts - texts },
    ...{ p50_ms: percentile(latencies, 0.5), p99_ms: percentile(latencies, 0.99) },
    most_ms: percentile(latencies, 1),
    asked_p99_ms: percentile(tally.asked, 0.99),
    health_p99_ms: percentile(health, 0.99),
    write_p99_ms: most(after.map(({ write_ms }) => write_ms.p99)),
    late: after.reduce((sum, { late }) => sum + late, 0),
    cpu_percent: after.reduce((sum, { cpu_percent }) => sum + cpu_percent, 0),
    client_cpu_percent: Math.round((used.user + used.system) / 10_000 / seconds),
    rss_mb: most(after.map(({ rss_mb }) => rss_mb)),
    heap_mb: most(after.map(({ heap_mb }) => heap_mb)),
  };
}

/** `GET /health`, ten times a second. */
function probing(address: string): () => Promise<number[]> {
  const times: number[] = [];
  let on = true;
  const run = async () => {
    while (on) {
      const began = performance.now();
      await (await fetch(`${address}/health`)).text();
      times.push(performance.now() - began);
      await pause(100);
    }
  };
  const running = run();
  return async () => {
    on = false;
    await running;
    return times;
  };
}

const print = (phases: Record<string, Phase>): void => console.table(phases);
