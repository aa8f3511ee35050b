/** The server as a process of its own, on a folder of its own; what it weighs, and what it says. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openInspector } from "./inspector.ts";

const program = fileURLToPath(new URL("../server/bin/orchestratex.js", import.meta.url));

export type Server = Awaited<ReturnType<typeof startServer>>;

export async function startServer() {
  const folder = mkdtempSync(path.join(tmpdir(), "fuzz-"));
  const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", program, "serve"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...{ PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", PORT: "0", ORCHESTRATEX_DATA: path.join(folder, "data") },
      ...{
        OLLAMA_BASE_URL: "off",
        EMBEDDING_MODEL: "lexical",
        ORCHESTRATEX_SIMULATED_SPEED: "0",
        LOG_LEVEL: "info",
        ORCHESTRATEX_DEFAULT_COST_LIMIT: "1000",
      },
    },
  });
  process.once("exit", () => child.kill("SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  /** Lines that nothing in healthy running writes. */
  const alarms: string[] = [];
  let lines = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines++;
    if (/"level":[56]0/.test(line) || !line.startsWith("{")) alarms.push(line.slice(0, 2_000));
  });
  const ready = Promise.withResolvers<string>();
  const inspected = Promise.withResolvers<string>();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const address = /ready: +(http:\S+)/.exec(text)?.[1];
    const debuggerUrl = /Debugger listening on (ws:\S+)/.exec(text)?.[1];
    if (debuggerUrl) inspected.resolve(debuggerUrl);
    if (address) ready.resolve(address);
    else if (!/Debugger|nodejs\.org|Making the data folder|Listening on|^\s*$/.test(text))
      alarms.push(text.slice(0, 2_000));
  });
  child.once("exit", (code) => ready.reject(new Error(`the server ended with ${code} before it was ready`)));
  const inspector = await openInspector(await inspected.promise);
  const base = await ready.promise;
  return {
    ...{ base, alarms },
    lines: () => lines,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    rssMb: () => weightOf(child.pid ?? 0).rss_mb,
    weight: async () => ({ ...weightOf(child.pid ?? 0), heap_mb: await inspector.heapMb() }),
    async stop() {
      inspector.close();
      const ended = once(child, "exit");
      if (child.exitCode === null) child.kill("SIGTERM");
      else return child.exitCode;
      const [code] = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code as number;
    },
  };
}

/** Of Linux; elsewhere nothing is known. */
function weightOf(pid: number): { rss_mb: number; handles: number } {
  try {
    const [, kb = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return { rss_mb: Math.round(Number(kb) / 1024), handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return { rss_mb: 0, handles: 0 };
  }
}
