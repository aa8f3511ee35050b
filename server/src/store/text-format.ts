/** PostgreSQL's text format and our values: one table for every engine, so that both answer alike. */

type Parser = (text: string) => unknown;

/** By type oid (`pg_type.oid`, fixed for built-in types). What is not listed stays text. */
const parsers = new Map<number, Parser>([
  [16, (text) => text === "t"],
  [17, bytes],
  [20, safeInteger],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, (text) => JSON.parse(text)],
  [700, Number],
  [701, Number],
  [1184, isoTime],
  [1700, Number],
  [3802, (text) => JSON.parse(text)],
  [1000, (text) => parseArray(text, (item) => item === "t")],
  [1005, (text) => parseArray(text, Number)],
  [1007, (text) => parseArray(text, Number)],
  [1009, (text) => parseArray(text, asIs)],
  [1015, (text) => parseArray(text, asIs)],
  [1016, (text) => parseArray(text, safeInteger)],
  [1022, (text) => parseArray(text, Number)],
  [1185, (text) => parseArray(text, isoTime)],
  [1231, (text) => parseArray(text, Number)],
  [2951, (text) => parseArray(text, asIs)],
  [3807, (text) => parseArray(text, (item) => JSON.parse(item))],
]);

export const parserOf = (oid: number): Parser => parsers.get(oid) ?? asIs;

/** A parameter as text, by its JavaScript type; null is NULL. An array becomes a PostgreSQL array, never JSON. */
export const textOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return arrayText(value);
  return typeof value === "object" ? jsonText(value) : String(value);
};

/** JSON that `jsonb` takes: it has no U+0000 and no lone surrogates, which a model's output may hold. */
export const jsonText = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "null";
  if (!/\\u(0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_key, item) =>
    typeof item === "string" ? item.toWellFormed().replaceAll("\u0000", "\ufffd") : item,
  );
};

function asIs(text: string): string {
  return text;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a JavaScript integer`);
  return value;
}

/** `\x00ff`; `\000\377` where the server has `bytea_output = escape`. */
function bytes(text: string): Buffer {
  if (text.startsWith("\\x")) return Buffer.from(text.slice(2), "hex");
  const plain = text.replace(/\\(?:([0-7]{3})|\\)/g, (_, octal?: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8)) : "\\",
  );
  return Buffer.from(plain, "latin1");
}

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d)(:\d\d)?$/;

/**
 * `2026-11-21 10:00:00.5+00` -> `2026-11-21T10:00:00.500Z`. Our columns keep milliseconds, so nothing is lost.
 * `infinity` and years before 1 or after 9999 stay as they are.
 */
function isoTime(text: string): string {
  const [, day, time, fraction = "", hours, minutes = ":00"] = TIME.exec(text) ?? [];
  if (!day) return text;
  const moment = `${day}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  return hours === "+00" && minutes === ":00" ? `${moment}Z` : new Date(`${moment}${hours}${minutes}`).toISOString();
}

const arrayText = (items: readonly unknown[]): string =>
  `{${items
    .map((item) => {
      if (Array.isArray(item)) return arrayText(item);
      const text = textOf(item);
      return text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`;
    })
    .join(",")}}`;

/** One dimension: `{a,"b \"c\"",NULL}`. */
function parseArray<T>(text: string, parse: (item: string) => T): (T | null)[] {
  const items: (T | null)[] = [];
  const item = /"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs;
  for (const [, quoted, bare] of text.matchAll(item)) {
    if (quoted !== undefined) items.push(parse(quoted.replace(/\\(.)/gs, "$1")));
    else items.push(bare === "NULL" ? null : parse(bare ?? ""));
  }
  return items;
}
