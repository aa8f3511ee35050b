/** Starting and ending processes under test. Only processes started here are ended here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

export type Process = {
  pid: number;
  /** False when it ended before it listened. */
  ready: Promise<boolean>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  isAlive(): boolean;
  signal(signal: NodeJS.Signals): void;
};

const program = fileURLToPath(new URL("./node.ts", import.meta.url));
const alive = new Set<Process>();

/** Processes that ended though nobody killed them or asked them to. */
export const deaths: string[] = [];

/** Nothing of the developer's environment reaches it. `log`: where what it says goes. */
export function startNode(
  env: Readonly<Record<string, string>>,
  log: string,
  nodeArgs: readonly string[] = [],
): Process {
  const child = spawn(process.execPath, [...nodeArgs, program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", LOG_LEVEL: "error", ...env },
  });
  const file = createWriteStream(log, { flags: "a" });
  child.stderr.pipe(file, { end: false });
  const { promise: ready, resolve } = Promise.withResolvers<boolean>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (text.includes("ready\n")) resolve(true);
    else file.write(text);
  });
  let asked = false;
  const ended = once(child, "close").then(([code, signal]) => {
    resolve(false);
    // At a named point a process kills itself.
    if (!asked && signal !== "SIGKILL")
      deaths.push(`process ${node.pid} ended by itself (${code ?? signal}): see ${log}`);
    alive.delete(node);
    file.end();
    return { code, signal } as { code: number | null; signal: NodeJS.Signals | null };
  });
  const node: Process = {
    pid: child.pid ?? 0,
    ready,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    signal(signal) {
      if (signal === "SIGKILL" || signal === "SIGTERM") asked = true;
      child.kill(signal);
    },
  };
  alive.add(node);
  return node;
}

process.once("exit", () => {
  for (const node of alive) node.signal("SIGKILL");
});

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
