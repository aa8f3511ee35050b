/** What a chaos found, for people and as one line. */
import type { Findings } from "./witness.ts";

export type Report = {
  /** Columns that must stay 0. */
  findings: Findings;
  /** What was done, for information. */
  facts: Record<string, unknown>;
  /** Where logs and the last data were left. */
  folder: string;
};

const SHOWN = 5;

/** Whether nothing was found. */
export function tell(head: object, { findings, facts, folder }: Report): boolean {
  const columns = Object.fromEntries(Object.entries(findings).map(([name, found]) => [name, found.length]));
  console.table(Object.entries(facts).map(([what, value]) => ({ what, value: textOf(value) })));
  console.table(Object.entries(columns).map(([must_be_0, found]) => ({ must_be_0, found })));
  for (const [name, found] of Object.entries(findings))
    for (const line of found.slice(0, SHOWN)) process.stdout.write(`${name}: ${line}\n`);
  const fine = Object.values(columns).every((count) => count === 0);
  if (!fine) process.stdout.write(`everything is in ${folder}\n`);
  process.stdout.write(`${JSON.stringify({ ...head, ok: fine, ...columns, ...facts })}\n`);
  return fine;
}

const textOf = (value: unknown): string => {
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
};

/** Now and then, where it does not disturb the last line. */
export function progress(what: string, done: number, all: number): void {
  if (done % 10 === 0) process.stderr.write(`${done} of ${all} ${what}\n`);
}
