/** Files read as the server reads them, in a process of their own; how long it takes and how much memory it has at most. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../../server/src/errors.ts";
import { usualLimits } from "../../server/src/ingest/limits.ts";
import { openSandbox } from "../../server/src/ingest/sandbox.ts";

export type Outcome = {
  type: string;
  /** Of all its blocks, a line each. */
  text: string;
  metadata: Readonly<Record<string, unknown>>;
  warnings: string[];
  /** The code of what went wrong; null: nothing. */
  fault: string | null;
  ms: number;
  /** Of the process that read it; null: only Linux tells. */
  peakMb: number | null;
};

export type Reader = {
  read(file: string, name?: string): Promise<Outcome>;
  close(): Promise<void>;
};

const CHUNKING = { size: 1000, overlap: 200 };
const LOOK_EVERY_MS = 20;

/** For files in `dir`. The first reading starts the process: warm it up. */
export function openReader(dir: string): Reader {
  const sandbox = openSandbox({ atOnce: 1, dir });
  const base = mkdtempSync(path.join(tmpdir(), "orchestratex-read-"));
  let readings = 0;
  return {
    async read(file, name = path.basename(file)) {
      const into = path.join(base, String(readings++));
      mkdirSync(into);
      const peak = watchPeak();
      const started = performance.now();
      let type = "unknown";
      const reading = { path: file, name, size: statSync(file).size, declaredMime: null, into, chunking: CHUNKING };
      const hooks = {
        signal: new AbortController().signal,
        onType(found: string) {
          type = found;
        },
        onProgress() {},
      };
      try {
        const answer = await sandbox.read({ ...reading, limits: usualLimits }, hooks);
        const ms = performance.now() - started;
        const warnings = answer.warnings.map(({ code }) => code);
        return { type, text: textIn(into), metadata: answer.metadata, warnings, fault: null, ms, peakMb: peak.end() };
      } catch (error) {
        const fault = error instanceof AppError ? error.code : String(error);
        const ms = performance.now() - started;
        return { type, text: "", metadata: {}, warnings: [], fault, ms, peakMb: peak.end() };
      } finally {
        rmSync(into, { recursive: true, force: true });
      }
    },
    async close() {
      await sandbox.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

const textIn = (folder: string): string =>
  readFileSync(path.join(folder, "blocks.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .join("\n");

/** The most that a process started by this one has held since the beginning. */
function watchPeak(): { end(): number | null } {
  let peak = 0;
  const known = new Set<string>();
  const look = () => {
    for (const pid of children()) {
      // The first look forgets what was before: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
      if (!known.has(pid)) tryTo(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"));
      known.add(pid);
      const status = tryTo(() => readFileSync(`/proc/${pid}/status`, "latin1")) ?? "";
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    end() {
      look();
      clearInterval(timer);
      return peak > 0 ? Math.round(peak / 1024) : null;
    },
  };
}

function children(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((name) => {
    const stat = /^\d+$/.test(name) ? tryTo(() => readFileSync(`/proc/${name}/stat`, "latin1")) : null;
    return stat && Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === process.pid;
  });
}

/** A process may end while it is looked at. */
function tryTo<Result>(look: () => Result): Result | null {
  try {
    return look();
  } catch {
    return null;
  }
}
