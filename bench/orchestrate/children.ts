/** The server and the upstream of the bench, each a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Child = {
  url: string;
  /** Milliseconds of processor time it has used so far, all its threads together; null where the system does not say. */
  cpuMs(): number | null;
  stop(): Promise<void>;
};

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `npm start`'s program, on a free port. */
export const startServer = (folder: string, env: Readonly<Record<string, string>>): Promise<Child> =>
  start(["server/bin/orchestratex.js", "serve"], /ready: +(http:\S+)/, {
    ORCHESTRATEX_DATA: folder,
    PORT: "0",
    LOG_LEVEL: "error",
    ORCHESTRATEX_DRAIN_SECONDS: "0",
    ...env,
  });

export const startUpstream = (options: readonly string[]): Promise<Child> =>
  start(["server/test/upstream/run.ts", ...options], /"url":"(http:[^"]+)"/, {});

/** Nothing of the developer's environment reaches it. */
async function start(args: readonly string[], ready: RegExp, env: Readonly<Record<string, string>>): Promise<Child> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", ...env },
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const url = await said(child, ready);
  return {
    url,
    cpuMs: () => cpuOf(child.pid ?? 0),
    stop: () =>
      new Promise((resolve) => {
        child.once("close", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

/** `/proc/PID/stat`: user and system time are its 14th and 15th words, in ticks of 10 ms; the second may have spaces in it. */
function cpuOf(pid: number): number | null {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "- -").split(" ");
    return 10 * (Number(words[13]) + Number(words[14]));
  } catch {
    return null;
  }
}

/** What it says before it is ready, or as it fails, is in the error; what it says later goes to our own standard error. */
const said = (child: ChildProcess, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    let isReady = false;
    const hear = (part: Buffer) => {
      if (isReady) return void process.stderr.write(part);
      text += part;
      const url = pattern.exec(text)?.[1];
      isReady = url !== undefined;
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", () => reject(new Error(`a process of the bench ended before it was ready:\n${text}`)));
  });
