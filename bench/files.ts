/**
 * Files read as the server reads them, each in the process that is killed when it takes too much: how much of what is known to be in
 * a set of documents is found, what those that mean harm do, and what large ones take beside other readers. Then through a server:
 * how long until they are ready, and what others notice of it.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Large, makeLarge } from "./files/large.ts";
import { makeSet } from "./files/made.ts";
import { type Outcome, openReader, type Reader } from "./files/reader.ts";
import { installRivals, type RivalRun } from "./files/rivals.ts";
import { throughServer } from "./files/served.ts";
import { type DocumentSet, factsOf, missingIn, openSet, type Row } from "./files/set.ts";
import type { BenchOptions } from "./run.ts";

type Tally = {
  files: number;
  found: number;
  expected: number;
  hard_found: number;
  hard: number;
  facts: number;
  facts_expected: number;
  faults: number;
  ms: number;
};
type Harm = { file: string; what: string; outcome: string; ms: number; peak_mb: number | null };

export async function bench({ quick, documents, model }: BenchOptions): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  try {
    if (documents === undefined) makeSet(folder);
    const set = openSet(documents ?? folder);
    const { types, harm, missing, dead } = await readSet(set, quick);
    printSet(set, types, harm, missing);
    const made = await makeLargeIn(folder, quick);
    const large = await readLarge(folder, made, quick);
    const served = made.flatMap(({ name, file, readyMs }) =>
      readyMs === null ? [] : [{ name, file, barMs: readyMs }],
    );
    return {
      documents: documents === undefined ? "made" : "given",
      types,
      ratios: ratiosOf(set, types),
      total: totalOf(types),
      hostile: harm,
      dead,
      ...large,
      served: await throughServer(folder, served, { quick, model }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readSet(set: DocumentSet, quick: boolean) {
  const reader = openReader(path.join(set.folder, set.rows.find(({ hostile }) => !hostile)?.path ?? ""));
  const types: Record<string, Tally> = {};
  const harm: Harm[] = [];
  const missing: string[] = [];
  // Quick: every honest document of up to 2 MB, and all that mean harm.
  const rows = set.rows.filter(
    (row) => !quick || row.hostile || statSync(path.join(set.folder, row.path)).size < 2_000_000,
  );
  try {
    for (const row of rows) {
      const outcome = await reader.read(path.join(set.folder, row.path));
      const tally = types[row.type] ?? none();
      types[row.type] = tally;
      const lost = count(tally, row, outcome);
      missing.push(...lost.map((each) => `${row.path}: ${each}`));
      if (row.hostile) harm.push(harmOf(row, outcome));
    }
    return { types, harm, missing, dead: await isDead(reader, path.join(set.folder, rows[0]?.path ?? "")) };
  } finally {
    await reader.close();
  }
}

const none = (): Tally => ({
  ...{ files: 0, found: 0, expected: 0, hard_found: 0, hard: 0, facts: 0, facts_expected: 0, faults: 0, ms: 0 },
});

/** After all of it a document is still read. */
async function isDead(reader: Reader, file: string): Promise<boolean> {
  const { fault } = await reader.read(file);
  return fault === "file.reader_died";
}

function count(tally: Tally, row: Row, outcome: Outcome): string[] {
  const missing = missingIn(row, outcome);
  const [expected, hard, facts] = [row.expected?.length ?? 0, row.expected_hard?.length ?? 0, factsOf(row).length];
  tally.files++;
  tally.expected += expected;
  tally.found += expected - missing.expected.length;
  tally.hard += hard;
  tally.hard_found += hard - missing.hard.length;
  tally.facts_expected += facts;
  tally.facts += facts - missing.facts.length;
  tally.ms += outcome.ms;
  if (outcome.fault !== null && !row.hostile) tally.faults++;
  return [
    ...(outcome.fault !== null && !row.hostile ? [outcome.fault] : []),
    ...missing.expected,
    ...missing.hard.map((each) => `(hard) ${each}`),
    ...missing.facts.map((each) => `(fact) ${each}`),
  ];
}

const harmOf = ({ path: file, hostile = "" }: Row, { fault, warnings, ms, peakMb }: Outcome): Harm => ({
  ...{ file: path.basename(file), what: hostile, ms: Math.round(ms), peak_mb: peakMb },
  outcome: fault ?? (warnings.length > 0 ? `read; ${[...new Set(warnings)].join(", ")}` : "read"),
});

/** Found, beside the best library for the type; null: nobody has looked. */
function rateOf({ baselines }: DocumentSet, type: string, { found, expected }: Tally): number | null {
  const best = baselines[type];
  return best && expected > 0 ? found / expected / (best.found / best.expected) : null;
}

const ratiosOf = (set: DocumentSet, types: Record<string, Tally>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(types).flatMap(([type, tally]) => {
      const rate = rateOf(set, type, tally);
      return rate === null ? [] : [[type, Math.round(rate * 1000) / 1000]];
    }),
  );

function totalOf(types: Record<string, Tally>): Tally {
  const total = none();
  for (const tally of Object.values(types))
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] = Math.round(total[key] + tally[key]);
  return total;
}

function printSet(set: DocumentSet, types: Record<string, Tally>, harm: Harm[], missing: string[]): void {
  const of = (found: number, expected: number) => (expected > 0 ? `${found}/${expected}` : "");
  const line = (type: string, tally: Tally) => {
    const best = set.baselines[type];
    const rate = rateOf(set, type, tally);
    return {
      ...{
        files: tally.files,
        found: of(tally.found, tally.expected),
        best: best ? of(best.found, best.expected) : "",
      },
      ...{ ratio: rate === null ? "" : rate.toFixed(3), hard: of(tally.hard_found, tally.hard) },
      ...{
        facts: of(tally.facts, tally.facts_expected),
        faults: tally.faults || "",
        "ms each": Math.round(tally.ms / tally.files),
      },
    };
  };
  const rows = Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1));
  console.table(
    Object.fromEntries([...rows, ["all", totalOf(types)] as const].map(([type, tally]) => [type, line(type, tally)])),
  );
  for (const each of missing) process.stdout.write(`not found in ${each}\n`);
  if (harm.length > 0) console.table(harm);
}

function makeLargeIn(folder: string, quick: boolean): Promise<Large[]> {
  const files = path.join(folder, "large");
  mkdirSync(files);
  return makeLarge(files, quick);
}

type LargeRun = { document: Large; outcome: Outcome; rivals: RivalRun[] };

async function readLarge(folder: string, documents: readonly Large[], quick: boolean): Promise<object> {
  const peers = path.join(folder, "peers");
  mkdirSync(peers);
  const rivals = await installRivals(peers, quick);
  const warmUp = path.join(folder, "large", "warm.txt");
  writeFileSync(warmUp, "warm");
  const reader = openReader(warmUp);
  const runs: LargeRun[] = [];
  try {
    for (const document of documents) {
      const outcomes: Outcome[] = [];
      for (let round = 0; round < (document.size > 50_000_000 ? 1 : 3); round++)
        outcomes.push(await reader.read(document.file));
      const outcome = outcomes.sort((a, b) => a.ms - b.ms)[Math.floor(outcomes.length / 2)];
      if (outcome) runs.push({ document, outcome, rivals: await rivals.read(document.file) });
    }
  } finally {
    await reader.close();
  }
  console.table(runs.map((run) => ({ ...lineOf(run), ...Object.fromEntries(run.rivals.map(told)) })));
  for (const [name, reason] of Object.entries(rivals.leftOut))
    process.stdout.write(`${name} was left out: ${reason}\n`);
  const large = runs.map((run) => ({ ...lineOf(run), rivals: run.rivals.map((rival) => beside(rival, run.outcome)) }));
  return { large, left_out: rivals.leftOut };
}

const lineOf = ({ document: { name, size, barMs, barMb }, outcome }: LargeRun) => ({
  ...{ document: name, mb: Math.round(size / 100_000) / 10 },
  ...{ ms: Math.round(outcome.ms), processor_ms: outcome.processorMs, bar_ms: barMs ?? "" },
  ...{ peak_mb: outcome.peakMb, bar_mb: barMb ?? "" },
  ...{ characters: outcome.text.length, outcome: outcome.fault ?? (outcome.warnings.join(", ") || "read") },
});

const told = ({ name, ms, processorMs, peakMb, fault }: RivalRun): [string, string] => [
  name,
  fault ?? `${Math.round(ms ?? 0)} ms, ${Math.round(processorMs ?? 0)} of a core, ${peakMb} MB`,
];

/** How many times our time and memory it takes. */
const beside = ({ name, ms, processorMs, peakMb, characters, fault }: RivalRun, ours: Outcome) => ({
  ...{ name, fault, characters, ms: ms && Math.round(ms), peak_mb: peakMb },
  processor_ms: processorMs && Math.round(processorMs),
  ...{ time_ratio: ratio(ms, ours.ms), memory_ratio: ratio(peakMb, ours.peakMb) },
});

const ratio = (theirs: number | null, ours: number | null): number | null =>
  theirs === null || !ours ? null : Math.round((theirs / ours) * 100) / 100;
