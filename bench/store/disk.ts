/** What the disk itself can do: the floor of everything that is durable. */
import fs from "node:fs";
import path from "node:path";
import { percentile } from "./numbers.ts";

export function diskFlushes(folder: string, count: number): { per_second: number; p50_ms: number; p99_ms: number } {
  const file = fs.openSync(path.join(folder, "flushes"), "w");
  const page = Buffer.alloc(8_192, 1);
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    fs.writeSync(file, page, 0, page.length, n * page.length);
    const started = performance.now();
    fs.fdatasyncSync(file);
    times.push(performance.now() - started);
  }
  fs.closeSync(file);
  const total = times.reduce((sum, one) => sum + one, 0);
  return {
    per_second: Math.round((1_000 * count) / total),
    p50_ms: percentile(times, 0.5),
    p99_ms: percentile(times, 0.99),
  };
}
