/** The command as a child process: its own environment, its own folder, everything it writes kept. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../store.ts";

export const bin = (name: string): string => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));

export type Run = {
  url?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  cwd?: string;
  /** For Node, before the program. */
  nodeArgs?: string[];
  program?: string;
};

const elsewhere = temporaryFolder();

/** Nothing of the developer's environment reaches it. */
export function start(args: readonly string[], { url, env, input = "", cwd, nodeArgs = [], program }: Run = {}) {
  const child = spawn(process.execPath, [...nodeArgs, program ?? bin("orchestratex.js"), ...args], {
    cwd: cwd ?? elsewhere,
    env: {
      PATH: process.env["PATH"] ?? "",
      LANG: "C.UTF-8",
      OLLAMA_BASE_URL: "off",
      EMBEDDING_MODEL: "lexical",
      ORCHESTRATEX_WEB: "off",
      ...(url ? { ORCHESTRATEX_URL: url } : {}),
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}).end(input);
  const closed = once(child, "close");
  return {
    child,
    /** When this has been written to standard error. */
    async says(pattern: RegExp): Promise<void> {
      while (!pattern.test(stderr)) {
        const next = await Promise.race([once(child.stderr, "data"), closed.then(() => null)]);
        if (next === null && !pattern.test(stderr)) throw new Error(`it ended without saying ${pattern}:\n${stderr}`);
      }
    },
    async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }> {
      const [code, signal] = await closed;
      return { code, signal, stdout, stderr };
    },
  };
}

export const run = (args: readonly string[], options?: Run) => start(args, options).end();
