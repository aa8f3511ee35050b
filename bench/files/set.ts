/** A set of documents with what is known to be in them, and how much of it is found. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Outcome } from "./reader.ts";

/** A line of `index.jsonl`. */
export type Row = {
  path: string;
  type: string;
  expected?: string[];
  /** What no library tried has found. */
  expected_hard?: string[];
  hard_reason?: string;
  expected_meta?: Record<string, unknown>;
  /** What is wrong with it; nothing: it is an honest one. */
  hostile?: string;
};

export type DocumentSet = {
  folder: string;
  rows: Row[];
  /** Type -> strings the best library found, of so many. */
  baselines: Record<string, { found: number; expected: number }>;
};

export function openSet(folder: string): DocumentSet {
  const rows = readFileSync(path.join(folder, "index.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Row);
  const readme = path.join(folder, "README.md");
  return { folder, rows, baselines: existsSync(readme) ? baselinesIn(readFileSync(readme, "utf8")) : {} };
}

/** "Baseline of the best library per type, strings found: PDF 103/104, DOCX 138/147". */
function baselinesIn(readme: string): DocumentSet["baselines"] {
  const [, told = ""] = /Baseline of the best library per type[^:]*:([^\n]*)/.exec(readme) ?? [];
  const each = [...told.matchAll(/([A-Z0-9]+) (\d+)\/(\d+)/g)];
  return Object.fromEntries(
    each.map(([, type = "", found, expected]) => [
      type.toLowerCase(),
      { found: Number(found), expected: Number(expected) },
    ]),
  );
}

/** Letters and digits in order; case, space and punctuation ignored. */
const bare = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

export type Missing = { expected: string[]; hard: string[]; facts: string[] };

export function missingIn(row: Row, outcome: Outcome): Missing {
  const text = bare(outcome.text);
  const absent = (strings: readonly string[] = []) => strings.filter((each) => !text.includes(bare(each)));
  return {
    expected: absent(row.expected),
    hard: absent(row.expected_hard),
    facts: factsOf(row)
      .filter(([name, wanted]) => !agrees(wanted, factIn(outcome.metadata, name)))
      .map(([name]) => name),
  };
}

/** The name in an index -> in our metadata. */
const names: Readonly<Record<string, string>> = {
  ...{ durationSec: "duration_s", width: "width", height: "height", sampleRate: "sample_rate", channels: "channels" },
  ...{ title: "title", entries: "entry_count", "exif.make": "exif.make", "exif.model": "exif.model" },
  ...{ "exif.datetimeOriginal": "exif.date_time_original" },
};

export function factsOf({ expected_meta = {} }: Row): [string, unknown][] {
  return Object.entries(expected_meta)
    .flatMap(([name, value]): [string, unknown][] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).map(([inner, of]) => [`${name}.${inner}`, of])
        : [[name, value]],
    )
    .filter(([name]) => name in names);
}

const factIn = (metadata: Readonly<Record<string, unknown>>, name: string): unknown =>
  (names[name] ?? name)
    .split(".")
    .reduce<unknown>((within, key) => (within as Record<string, unknown> | undefined)?.[key], metadata);

/** Durations differ by what a decoder adds at the ends. Seconds. */
const TOLERANCE = 0.15;

const agrees = (wanted: unknown, found: unknown): boolean =>
  typeof wanted === "number"
    ? Math.abs(wanted - Number(found)) <= TOLERANCE
    : bare(String(wanted)) === bare(String(found));
