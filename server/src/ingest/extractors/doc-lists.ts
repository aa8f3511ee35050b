/** The numbers of lists in a DOC, which stand nowhere in its text: [MS-DOC] 2.4.6.3. */
import type { DocFile } from "./doc-file.ts";

type Level = {
  start: number;
  format: number;
  legal: boolean;
  /** It begins again after a number of a level above this one; null: above itself. */
  restartsBelow: number | null;
  pattern: string;
};
type List = { id: number; levels: Level[] };
type Override = { id: number; starts: Map<number, number>; levels: Map<number, Level> };

export type Numbering = {
  /** The number of the next paragraph of this list at this level; empty: none is shown. */
  next(list: number, level: number): string;
};

export function numberingOf(file: DocFile): Numbering {
  const lists = new Map(listsOf(file.table(73)).map((list) => [list.id, list]));
  const overrides = overridesOf(file.table(74).bytes);
  const counters = new Map<number, (number | null)[]>();
  const used = new Set<string>();
  return {
    next(list, level) {
      const override = overrides[list - 1];
      const definition = override ? lists.get(override.id) : undefined;
      if (!override || !definition || level > 8) return "";
      const of = (depth: number) => override.levels.get(depth) ?? definition.levels[depth] ?? definition.levels[0];
      const counts = counters.get(override.id) ?? Array.from({ length: 9 }, () => null);
      counters.set(override.id, counts);
      const startsAnew = override.starts.get(level);
      const before = counts[level] ?? null;
      if (startsAnew !== undefined && !used.has(`${list} ${level}`)) counts[level] = startsAnew;
      else counts[level] = before === null ? (of(level)?.start ?? 1) : before + 1;
      used.add(`${list} ${level}`);
      for (let deeper = level + 1; deeper < 9; deeper++)
        if (level < (of(deeper)?.restartsBelow ?? deeper)) counts[deeper] = null;
      for (let above = 0; above < level; above++) counts[above] ??= of(above)?.start ?? 1;
      return shown(of(level), counts, of);
    },
  };
}

function shown(
  level: Level | undefined,
  counts: readonly (number | null)[],
  of: (depth: number) => Level | undefined,
): string {
  if (!level || level.format === 255) return "";
  if (level.format === 23) return "•";
  return [...level.pattern]
    .map((letter) => {
      const depth = letter.charCodeAt(0);
      if (depth > 8) return letter;
      return numeral(counts[depth] ?? 1, level.legal ? 0 : (of(depth)?.format ?? 0));
    })
    .join("")
    .trim();
}

/** PlfLst: the lists, and behind them their levels. */
function listsOf({ bytes, length }: { bytes: Buffer; length: number }): List[] {
  if (length < 2 || bytes.length < 2) return [];
  const count = Math.min(bytes.readInt16LE(0), Math.floor((bytes.length - 2) / 28));
  const lists: List[] = [];
  let at = 2 + count * 28;
  for (let i = 0; i < count; i++) {
    const entry = 2 + i * 28;
    const levels: Level[] = [];
    const simple = ((bytes[entry + 26] ?? 0) & 1) === 1;
    for (let n = 0; n < (simple ? 1 : 9); n++) {
      const read = readLevel(bytes, at);
      if (!read) break;
      levels.push(read.level);
      at = read.end;
    }
    lists.push({ id: bytes.readInt32LE(entry), levels });
  }
  return lists;
}

function readLevel(bytes: Buffer, at: number): { level: Level; end: number } | null {
  if (at + 30 > bytes.length) return null;
  const flags = bytes[at + 5] ?? 0;
  const text = at + 28 + (bytes[at + 24] ?? 0) + (bytes[at + 25] ?? 0);
  if (text + 2 > bytes.length) return null;
  const end = text + 2 + bytes.readUInt16LE(text) * 2;
  const level = {
    start: bytes.readInt32LE(at),
    format: bytes[at + 4] ?? 0,
    legal: (flags & 4) !== 0,
    restartsBelow: (flags & 8) !== 0 ? (bytes[at + 26] ?? 0) : null,
    pattern: bytes.toString("utf16le", text + 2, end),
  };
  return { level, end };
}

/** PlfLfo: each use of a list, with what it changes. Paragraphs name them, counted from 1. */
function overridesOf(bytes: Buffer): Override[] {
  if (bytes.length < 4) return [];
  const count = Math.min(bytes.readUInt32LE(0), Math.floor((bytes.length - 4) / 16));
  const overrides: Override[] = [];
  let at = 4 + count * 16;
  for (let i = 0; i < count; i++) {
    const entry = 4 + i * 16;
    const override: Override = { id: bytes.readInt32LE(entry), starts: new Map(), levels: new Map() };
    overrides.push(override);
    at += 4;
    for (let n = 0; n < (bytes[entry + 12] ?? 0) && at + 8 <= bytes.length; n++) {
      const start = bytes.readInt32LE(at);
      const flags = bytes.readUInt32LE(at + 4);
      at += 8;
      const read = flags & 0x20 ? readLevel(bytes, at) : null;
      if (read) {
        override.levels.set(flags & 0xf, read.level);
        at = read.end;
      }
      if (flags & 0x10) override.starts.set(flags & 0xf, read ? read.level.start : start);
    }
  }
  return overrides;
}

/** [MS-OSHARED] 2.2.1.3, the common ones; others are told in digits. */
function numeral(value: number, format: number): string {
  if (format === 1) return roman(value);
  if (format === 2) return roman(value).toLowerCase();
  if (format === 3) return letters(value);
  if (format === 4) return letters(value).toLowerCase();
  if (format === 5) return `${value}${ordinalEnding(value)}`;
  if (format === 22) return String(value).padStart(2, "0");
  return format === 255 ? "" : String(value);
}

function roman(value: number): string {
  if (value < 1 || value > 3999) return String(value);
  const steps = { M: 1000, CM: 900, D: 500, CD: 400, C: 100, XC: 90, L: 50, XL: 40, X: 10, IX: 9, V: 5, IV: 4, I: 1 };
  let [rest, text] = [value, ""];
  for (const [numeral, step] of Object.entries(steps)) for (; rest >= step; rest -= step) text += numeral;
  return text;
}

/** After Z come AA, BB. */
const letters = (value: number): string =>
  value < 1 ? String(value) : String.fromCharCode(65 + ((value - 1) % 26)).repeat(Math.min(20, Math.ceil(value / 26)));

const ordinalEnding = (value: number): string =>
  value % 100 >= 11 && value % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
