/** Files read as the server reads them, in a process of their own; how long it takes and how much memory it has at most. */
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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
  /** By the clock; readers have a lower priority, and wait where the machine is busy. */
  ms: number;
  /** Of processor time, of the process that read it, to 10 ms; null: only Linux tells. */
  processorMs: number | null;
  peakMb: number | null;
};

export type Reader = {
  read(file: string): Promise<Outcome>;
  close(): Promise<void>;
};

const CHUNKING = { size: 1000, overlap: 200 };
const LOOK_EVERY_MS = 20;

/**
 * A server that has read a file before has a process ready: so has this, by reading `warmUp` of the same folder,
 * also after a file for which the process had to be ended.
 */
export function openReader(warmUp: string): Reader {
  const sandbox = openSandbox({ atOnce: 1 });
  const base = mkdtempSync(path.join(tmpdir(), "orchestratex-read-"));
  let [readings, cold] = [0, true];
  async function once(file: string): Promise<Outcome> {
    const into = path.join(base, String(readings++));
    mkdirSync(into);
    const peak = watchPeak();
    const started = performance.now();
    let type = "unknown";
    // A reader sees one folder alone, as in the server.
    const shown = path.join(base, "shown");
    mkdirSync(shown, { recursive: true });
    const link = path.join(shown, String(readings));
    try {
      linkSync(file, link);
    } catch {
      copyFileSync(file, link);
    }
    const reading = {
      path: link,
      name: path.basename(file),
      size: statSync(file).size,
      declaredMime: null,
      into,
      chunking: CHUNKING,
    };
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
      return { type, text: textIn(into), metadata: answer.metadata, warnings, fault: null, ms, ...peak.end() };
    } catch (error) {
      const fault = error instanceof AppError ? error.code : String(error);
      const ms = performance.now() - started;
      return { type, text: "", metadata: {}, warnings: [], fault, ms, ...peak.end() };
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
  }
  return {
    async read(file) {
      if (cold) await once(warmUp);
      const outcome = await once(file);
      cold = outcome.fault !== null;
      return outcome;
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

/** The most that a process started by this one has held since the beginning, and the processor time of all of them. */
function watchPeak(): { end(): { processorMs: number | null; peakMb: number | null } } {
  let peak = 0;
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  const look = () => {
    for (const [pid, processor] of children()) {
      // The first look forgets what was before: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
      if (!first.has(pid)) {
        tryTo(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"));
        first.set(pid, last.size === 0 ? processor : 0);
      }
      last.set(pid, processor);
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
      if (peak === 0) return { processorMs: null, peakMb: null };
      const used = [...last].reduce((sum, [pid, processor]) => sum + processor - (first.get(pid) ?? 0), 0);
      return { processorMs: used, peakMb: Math.round(peak / 1024) };
    },
  };
}

/** Of each, the milliseconds of processor time it has used. */
function children(): [pid: string, processorMs: number][] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name): [string, number][] => {
    const stat = /^\d+$/.test(name) ? tryTo(() => readFileSync(`/proc/${name}/stat`, "latin1")) : null;
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields?.[1]) === process.pid ? [[name, 10 * (Number(fields?.[11]) + Number(fields?.[12]))]] : [];
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
