/**
 * Many readers: 200 threads that really run (a model that writes four pieces of text a second, four evaluators, ten iterations), each
 * followed by 25 sockets. Lines break all at once and come back, some readers stop reading. Every socket is held to the log: in order,
 * once (after the client's number check), nothing missing. With TEST_DATABASE_URL also over two processes that share a server.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../chaos/processes.ts";
import type { Order, Told } from "./live/clients.ts";
import { probeDoor } from "./live/door.ts";
import { serverFor } from "./live/place.ts";
import type { Size } from "./live/server.ts";
import { draftThreads, finished, startAll } from "./live/threads.ts";
import type { Seen } from "./live/watch.ts";
import type { BenchOptions } from "./run.ts";

type Plan = {
  threads: number;
  sockets: number;
  slow: number;
  dead: number;
  iterations: number;
  storms: number;
  restMs: number;
};

const full: Plan = { threads: 200, sockets: 5_000, slow: 4, dead: 2, iterations: 10, storms: 3, restMs: 30_000 };
const small: Plan = { threads: 40, sockets: 600, slow: 2, dead: 1, iterations: 6, storms: 2, restMs: 5_000 };

export async function bench({ quick }: BenchOptions): Promise<object> {
  const plan = quick ? small : full;
  const rows = { "one process, embedded": await run(plan, 1, null) };
  const url = process.env["TEST_DATABASE_URL"];
  if (!url) process.stdout.write("two processes: skipped, TEST_DATABASE_URL names no server\n");
  else Object.assign(rows, { "two processes, PostgreSQL": await run(plan, 2, url) });
  return { ...plan, rows };
}

async function run(plan: Plan, processes: number, databaseUrl: string | null): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const place = await serverFor(databaseUrl, folder);
  const servers = await Promise.all(Array.from({ length: processes }, () => startServer(folder, place.env)));
  const clients = fork(new URL("./live/clients.ts", import.meta.url), { stdio: "inherit", execArgv: [] });
  try {
    const [{ url } = { url: "" }] = servers;
    const threads = await draftThreads(url, plan.threads, plan.iterations);
    const before = await sizes(servers);
    const { sockets, dead } = plan;
    const urls = servers.map((server) => server.url);
    await order(clients, { type: "connect", urls, threads, sockets, slow: plan.slow, dead });
    const connected = await sizes(servers);
    const door = probeDoor(url, threads[0] ?? "");
    const startedAt = performance.now();
    const started = startAll(url, threads);
    await trouble(clients, plan);
    await started;
    const last = await finished(url, threads);
    const seconds = (performance.now() - startedAt) / 1000;
    const peak = await sizes(servers);
    await pause(3_000);
    const { seen, slow } = (await order(clients, { type: "end", last })) as Told & { type: "seen" };
    const doorTimes = await door.end();
    await pause(plan.restMs);
    const rest = await sizes(servers);
    return tell({ plan, processes, seconds, seen, slow, last, doorTimes, memory: { before, connected, peak, rest } });
  } finally {
    clients.kill();
    await Promise.all(servers.map(({ child }) => child.kill("SIGTERM") && once(child, "exit")));
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Storms with calm between them, and readers that stop reading for ten seconds. */
async function trouble(clients: ChildProcess, { storms, iterations }: Plan): Promise<void> {
  // An iteration takes some four seconds.
  const spanMs = (iterations * 4_000) / (storms + 2);
  await pause(spanMs);
  for (let storm = 0; storm < storms; storm++) {
    await order(clients, { type: "phase", name: "storm" });
    await order(clients, { type: "storm" });
    await pause(spanMs / 3);
    await order(clients, { type: "phase", name: "calm" });
    await pause((2 * spanMs) / 3);
  }
  await order(clients, { type: "phase", name: "slow readers" });
  await order(clients, { type: "pause" });
  await pause(Math.min(10_000, spanMs));
  await order(clients, { type: "resume" });
  await order(clients, { type: "phase", name: "calm" });
}

type Server = { child: ChildProcess; url: string };

async function startServer(folder: string, env: Record<string, string>): Promise<Server> {
  const child = fork(new URL("./live/server.ts", import.meta.url), {
    stdio: "inherit",
    execArgv: [],
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: String(await freePort()),
      ORCHESTRATEX_THREADS_AT_ONCE: "400",
      ...env,
    },
  });
  const { url } = (await said(child)) as { url: string };
  return { child, url };
}

const said = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process of the bench ended (${code})`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });

async function order(clients: ChildProcess, what: Order): Promise<Told> {
  const answer = said(clients);
  clients.send(what);
  return (await answer) as Told;
}

const sizes = (servers: readonly Server[]): Promise<Size[]> =>
  Promise.all(
    servers.map(async ({ child }) => {
      const answer = said(child);
      child.send("size");
      return (await answer) as Size;
    }),
  );

type Run = {
  plan: Plan;
  processes: number;
  seconds: number;
  seen: Seen;
  slow: Seen;
  last: Record<string, number>;
  doorTimes: { p50: number; p99: number; max: number };
  memory: Record<"before" | "connected" | "peak" | "rest", Size[]>;
};

function tell({ plan, processes, seconds, seen, slow, last, doorTimes, memory }: Run): object {
  const events = Object.values(last).reduce((sum, count) => sum + count, 0);
  const rounded = Math.round(seconds);
  process.stdout.write(
    `\n${processes} process(es), ${plan.threads} threads, ${plan.sockets} sockets: ${events} events in ${rounded} s ` +
      `(${(events / plan.threads / seconds).toFixed(2)} a second and thread), ${seen.messages} frames (${Math.round(seen.messages / seconds)} a second)\n`,
  );
  console.table(Object.fromEntries(Object.entries(seen.delivery).map(([phase, times]) => [`event, ${phase}`, times])));
  console.table({
    "text, piece written to received": seen.text,
    "catching up after a storm": seen.catching_up,
    "door, while all this goes on": doorTimes,
  });
  const memory_mb = Object.fromEntries(
    Object.entries(memory).map(([when, all]) => [when, all.map((size) => size.memory_mb).join(" + ")]),
  );
  const cpu = memory.peak.map(({ cpu_ms }, at) =>
    Math.round((cpu_ms - (memory.connected[at]?.cpu_ms ?? 0)) / seconds / 10),
  );
  console.table([{ ...memory_mb, "cpu %": cpu.join(" + ") }]);
  console.table({ "all the time reading": faultsOf(seen), "stopping now and then": faultsOf(slow) });
  for (const { missing, broken } of [seen, slow])
    for (const line of [...missing.slice(0, 5), ...broken.slice(0, 5)]) process.stdout.write(`${line}\n`);
  const { delivery, catching_up, text, messages } = seen;
  const figures = { seconds: rounded, events, messages, delivery, catching_up, text, door: doorTimes, memory_mb, cpu };
  return { ...figures, faults: faultsOf(seen), slow_faults: faultsOf(slow) };
}

/** `duplicates` are dropped by their number, and only lines that broke bring any. */
const faultsOf = ({ missing, broken, duplicates }: Seen) => ({
  missing: missing.length,
  broken: broken.length,
  duplicates,
});
