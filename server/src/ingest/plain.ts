/** Values as PostgreSQL and JSON take them, whatever a library or a document made of them. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Neither lone surrogates nor U+0000, which `jsonb` and `text` refuse. */
export const wellFormed = (text: string): string => {
  const well = text.toWellFormed();
  return well.includes("\0") ? well.replaceAll("\0", "\uFFFD") : well;
};

const DEPTH = 12;
const STRING_LENGTH = 4000;
const LIST_LENGTH = 10_000;

/** Dates become ISO 8601, numbers that are none null, bytes their length, functions nothing; what is too long is cut. */
export function plain(value: unknown, depth = 0): Json {
  switch (typeof value) {
    case "string":
      return wellFormed(value.length > STRING_LENGTH ? value.slice(0, STRING_LENGTH) : value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "bigint":
      return value.toString();
    case "object":
      return value === null || depth > DEPTH ? null : plainObject(value, depth);
    default:
      return null;
  }
}

function plainObject(value: object, depth: number): Json {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.slice(0, LIST_LENGTH).map((item) => plain(item, depth + 1));
  const entries = Object.entries(value)
    .slice(0, LIST_LENGTH)
    .filter(([, item]) => item !== undefined && typeof item !== "function")
    .map(([key, item]) => [wellFormed(key).slice(0, 200), plain(item, depth + 1)] as const);
  return Object.fromEntries(entries);
}

/** Lists are halved, the longest first, until it all fits; `cut` names them. */
export function bounded(facts: Record<string, Json>, most: number): { facts: Record<string, Json>; cut: string[] } {
  const lengths = new Map(Object.entries(facts).map(([key, value]) => [key, JSON.stringify(value).length]));
  const kept = { ...facts };
  const cut = new Set<string>();
  for (let sum = total(lengths); sum > most; sum = total(lengths)) {
    const [key] = [...lengths].reduce((longest, entry) => (entry[1] > longest[1] ? entry : longest));
    const value = kept[key];
    if (Array.isArray(value) && value.length > 1) kept[key] = value.slice(0, value.length >> 1);
    else delete kept[key];
    const left = kept[key];
    lengths.set(key, left === undefined ? 0 : JSON.stringify(left).length);
    cut.add(key);
  }
  return { facts: kept, cut: [...cut] };
}

const total = (lengths: Map<string, number>): number => lengths.values().reduce((sum, length) => sum + length, 0);
