/** The server as a process on a folder that is there: from the shell to the first answer, and what it holds at rest. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { percentile } from "./numbers.ts";

const BIN = fileURLToPath(new URL("../../server/bin/orchestratex.js", import.meta.url));
const AT_REST_MS = 5_000;

type Start = { first_answer_ms: number; most_mb: number; at_rest_mb: number };

/** The first start makes the folder and is not counted. */
export async function starts(folder: string, count: number): Promise<Record<string, object>> {
  mkdirSync(folder);
  await oneStart(folder, false);
  const all: Start[] = [];
  for (let n = 0; n < count; n++) all.push(await oneStart(folder, true));
  const column = (name: keyof Start) => all.map((start) => start[name]);
  return Object.fromEntries(
    (["first_answer_ms", "most_mb", "at_rest_mb"] as const).map((name) => [
      name,
      {
        least: percentile(column(name), 0),
        median: percentile(column(name), 0.5),
        most: percentile(column(name), 1),
        bar: { first_answer_ms: 2_000, most_mb: null, at_rest_mb: 300 }[name],
      },
    ]),
  );
}

async function oneStart(folder: string, rest: boolean): Promise<Start> {
  const port = await freePort();
  const env = { ...process.env, ORCHESTRATEX_DATA: folder, PORT: String(port), LOG_LEVEL: "silent", DATABASE_URL: "" };
  const started = performance.now();
  const server = spawn(process.execPath, [BIN, "serve"], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  for (;;) {
    const reply = await fetch(`http://127.0.0.1:${port}/api/models/simulated-opal`).catch(() => null);
    if (reply?.ok) break;
    await pause(10);
  }
  const first_answer_ms = Math.round(performance.now() - started);
  if (rest) await pause(AT_REST_MS);
  const { most, now } = memoryOf(server.pid ?? 0);
  server.kill("SIGTERM");
  await ended;
  return { first_answer_ms, most_mb: most, at_rest_mb: now };
}

/** Megabytes, where the system tells (Linux). */
function memoryOf(pid: number): { most: number; now: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const mb = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_000);
    return { most: mb("VmHWM"), now: mb("VmRSS") };
  } catch {
    return { most: Number.NaN, now: Number.NaN };
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
