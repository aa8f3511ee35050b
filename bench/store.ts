/**
 * The journal's cost: model calls reserved and settled a second, by how many callers come together, beside the disk's own flushes;
 * what the door's answers take meanwhile; and what a start takes and holds. `TEST_DATABASE_URL` adds a PostgreSQL server.
 * Baseline of the calls: one caller, each of its transactions flushed alone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BenchOptions } from "./run.ts";
import { callsPerSecond } from "./store/calls.ts";
import { diskFlushes } from "./store/disk.ts";
import { doorWhileBusy } from "./store/door.ts";
import { openBenchStores } from "./store/open.ts";
import { starts } from "./store/starts.ts";

const GROUPS = [1, 8, 32, 64];

export async function bench({ quick }: BenchOptions): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  try {
    const disk = diskFlushes(folder, quick ? 200 : 1_000);
    process.stdout.write(
      `disk: ${disk.per_second} flushes a second of 8 kB appended (p50 ${disk.p50_ms} ms, p99 ${disk.p99_ms} ms)\n\n`,
    );
    const calls = await measureCalls(folder, quick, disk.per_second);
    const door = await doorWhileBusy(path.join(folder, "door"), quick ? 3 : 10);
    process.stdout.write("\nmilliseconds to answer, at rest and while 32 threads work\n");
    console.table(door);
    const start = await starts(path.join(folder, "start"), quick ? 3 : 9);
    process.stdout.write("\nthe server as a process, on a data folder that is there\n");
    console.table(start);
    return { disk, calls, door, start };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Row = { callers: number; calls_per_second: number; x_alone: number; x_disk: number };

async function measureCalls(folder: string, quick: boolean, flushes: number): Promise<Record<string, Row[]>> {
  const results: Record<string, Row[]> = {};
  for (const { name, database, close } of await openBenchStores(folder)) {
    const rows: Row[] = [];
    for (const callers of GROUPS) {
      const perSecond = await callsPerSecond(database, callers, quick ? 1_500 : 6_000);
      const alone = rows[0]?.calls_per_second ?? perSecond;
      rows.push({
        callers,
        calls_per_second: perSecond,
        x_alone: ratio(perSecond, alone),
        x_disk: ratio(perSecond, flushes),
      });
    }
    await close();
    process.stdout.write(`\n${name}: calls (reserve and settle) a second\n`);
    console.table(rows);
    results[name] = rows;
  }
  return results;
}

const ratio = (one: number, other: number): number => Math.round((100 * one) / other) / 100;
