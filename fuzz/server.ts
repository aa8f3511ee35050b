/** The server under test: a real process on a folder of its own, and what can be seen of it from outside. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../chaos/processes.ts";

const program = fileURLToPath(new URL("../server/bin/orchestratex.js", import.meta.url));

export type Server = {
  port: number;
  logFile: string;
  /** Null while it lives, else how it ended. */
  ended(): string | null;
  /** Megabytes resident, and open descriptors; null where the system does not tell. */
  size(): { memory_mb: number; descriptors: number } | null;
  stop(): Promise<void>;
};

/** Something that must never be seen in an answer or in the log. */
export const SECRET = "sk-fuzz-3f9d2a7b51c84e60";

export async function startServer(folder: string): Promise<Server> {
  const port = await freePort();
  const logFile = join(folder, "server.log");
  const child = spawn(process.execPath, [program, "serve"], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
    env: {
      ...{ PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", LOG_LEVEL: "info", PORT: String(port) },
      ...{ ORCHESTRATEX_DATA: join(folder, "data"), ORCHESTRATEX_SIMULATED_SPEED: "30", OPENAI_API_KEY: SECRET },
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let end: string | null = null;
  let asked = false;
  child.once("exit", (code, signal) => {
    end = asked ? null : `the process ended (${code ?? signal})`;
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await answers(port, () => end);
  return {
    port,
    logFile,
    ended: () => end,
    size: () => sizeOf(workerOf(child.pid ?? 0)),
    async stop() {
      asked = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function answers(port: number, ended: () => string | null): Promise<void> {
  for (;;) {
    const fine = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (fine) return;
    const how = ended();
    if (how) throw new Error(`the server did not start: ${how}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The program may have started another Node to run in. */
function workerOf(pid: number): number {
  const file = `/proc/${pid}/task/${pid}/children`;
  const [child] = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").filter(Boolean) : [];
  return child === undefined ? pid : workerOf(Number(child));
}

function sizeOf(pid: number): { memory_mb: number; descriptors: number } | null {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return null;
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8")) ?? [];
  return { memory_mb: Math.round(Number(kilobytes) / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
