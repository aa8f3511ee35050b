/** What the machine says of itself: the disk's own flush, and the time of its cores that a process has used. */
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

/** Milliseconds of each: 8 kB appended and flushed. */
export function flushes(folder: string, times = 200): number[] {
  const file = path.join(folder, "flushed");
  const handle = openSync(file, "w");
  const bytes = Buffer.alloc(8192, 1);
  const ms = Array.from({ length: times }, () => {
    writeSync(handle, bytes);
    const started = performance.now();
    fdatasyncSync(handle);
    return performance.now() - started;
  });
  closeSync(handle);
  rmSync(file);
  return ms;
}

/** Milliseconds of processor time of a process and those it has started; null: only Linux tells. */
export function processorMs(pid: number | undefined): number | null {
  if (process.platform !== "linux" || pid === undefined) return null;
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(name) ?? []);
  const family = new Set([pid]);
  for (const one of processes) if (family.has(one.parent)) family.add(one.pid);
  return processes.filter((one) => family.has(one.pid)).reduce((sum, one) => sum + one.ms, 0);
}

/** In ticks of 10 ms: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statOf(name: string): { pid: number; parent: number; ms: number } | null {
  try {
    const text = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(name), parent: Number(fields[1]), ms: 10 * (Number(fields[11]) + Number(fields[12])) };
  } catch {
    return null;
  }
}
