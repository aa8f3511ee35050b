/** Values from a schema: such that fit, and such that break one thing at a time. */
import type { Chance } from "../chaos/chance.ts";
import type { Schema } from "./document.ts";

/** Texts that something somewhere takes for more than text. */
export const traps: readonly string[] = [
  ...["", " ", "\u0000", "a\u0000b", "\ud800", "\udc00x", "\ufeff", "\u202eright to left\u202c", "👩‍👩‍👧‍👦".repeat(9)],
  ...[
    "e\u0301".repeat(50),
    "ﷺ".repeat(200),
    "İ",
    "ß",
    "\r\nX-Injected: 1",
    "%00",
    "%",
    "%zz",
    "../../../../etc/passwd",
  ],
  ...[
    "..\\..\\windows",
    "' or 1=1 --",
    '"; drop table user_sessions; --',
    "$1",
    "#{7*7}",
    "{{7*7}}",
    "<script>alert(1)</script>",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "0x10",
    "null",
    "true",
    "[object Object]",
  ],
  ...["2026-02-30T00:00:00Z", "9999-12-31T23:59:59.999Z", "00000000-0000-0000-0000-000000000000", "\n".repeat(100)],
  ..."a\u0085b|\u2028|\uffff|\u{10ffff}".split("|"),
];

const numbers: readonly number[] = [
  ...[0, -0, -1, 1, 0.1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e21, 1e308, -1e308, 5e-324, 1e-9, 10.0000001],
];

export type Means = {
  chance: Chance;
  resolve(schema: Schema): Schema;
  /** A known value for a field of this name, now and then. */
  known(name: string): unknown;
};

export function fitting(means: Means, given: Schema, name = "", depth = 0): unknown {
  const { chance } = means;
  const schema = means.resolve(given);
  const known = means.known(name);
  if (known !== undefined) return known;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fitting(means, chance.of(choices), name, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return chance.of(schema.enum);
  const type = Array.isArray(schema.type) ? chance.of(schema.type) : schema.type;
  if (type === "object") return object(means, schema, depth);
  if (type === "array") {
    const most = Math.min(schema.maxItems ?? 3, 3);
    return Array.from({ length: chance.whole(0, most) }, () => fitting(means, schema.items ?? {}, name, depth + 1));
  }
  if (type === "integer" || type === "number") return number(chance, schema, type);
  if (type === "boolean") return chance.hits(0.5);
  if (type === "null") return null;
  return text(chance, schema);
}

function object(means: Means, schema: Schema, depth: number): Record<string, unknown> {
  const { chance } = means;
  const whole = chance.hits(0.1);
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => schema.required?.includes(name) || whole || chance.hits(depth === 0 ? 0.25 : 0.5))
    .map(([name, inner]) => [name, fitting(means, inner, name, depth + 1)]);
  const more = schema.additionalProperties;
  const names = (means.resolve(schema.propertyNames ?? {}).enum ?? []).map(String);
  if (typeof more === "object")
    for (const name of names)
      if (schema.required?.includes(name) || chance.hits(0.4))
        entries.push([name, fitting(means, more, name, depth + 1)]);
  return Object.fromEntries(entries);
}

function number(chance: Chance, { minimum, maximum }: Schema, type: string): number {
  const least = Math.max(minimum ?? -1000, -1e6);
  const most = Math.min(maximum ?? 1000, 1e6);
  if (chance.hits(0.2)) return chance.of([minimum ?? least, maximum ?? most].filter((end) => Math.abs(end) < 1e15));
  return type === "integer" ? chance.whole(Math.ceil(least), Math.floor(most)) : chance.between(least, most);
}

function text(chance: Chance, { format, pattern, minLength = 0, maxLength = 200 }: Schema): string {
  if (format === "uuid") return `01a1fe80-${hex(chance, 4)}-7${hex(chance, 3)}-8${hex(chance, 3)}-${hex(chance, 12)}`;
  if (format === "date-time") return new Date(chance.whole(0, 2e12)).toISOString();
  if (pattern) return `fuzz-${hex(chance, 6)}`;
  const word = chance.hits(0.15)
    ? chance.of(traps).replaceAll("\u0000", "").toWellFormed()
    : `Why is ${hex(chance, 5)} blue?`;
  return word.padEnd(minLength, "x").slice(0, maxLength).toWellFormed();
}

export const hex = (chance: Chance, length: number): string =>
  Array.from({ length }, () => chance.whole(0, 15).toString(16)).join("");

/** The same value with one thing wrong somewhere, most often. */
export function broken(means: Means, given: unknown): unknown {
  const { chance } = means;
  if (typeof given !== "object" || given === null || chance.hits(0.15)) return instead(chance, given);
  const entries = Object.entries(given);
  if (Array.isArray(given)) {
    if (given.length === 0 || chance.hits(0.3)) return Array.from({ length: 1001 }, () => given[0] ?? "x");
    const at = chance.whole(0, given.length - 1);
    return given.map((one, index) => (index === at ? broken(means, one) : one));
  }
  const [name] = entries.length > 0 ? chance.of(entries) : [""];
  const rest = Object.fromEntries(entries);
  if (chance.hits(0.15)) return Object.fromEntries(entries.filter(([other]) => other !== name));
  if (chance.hits(0.15)) return { ...rest, [chance.of(traps)]: instead(chance, null) };
  return { ...rest, [name]: broken(means, rest[name]) };
}

function instead(chance: Chance, value: unknown): unknown {
  const others: (() => unknown)[] = [
    () => null,
    () => chance.of(numbers),
    () => chance.of(traps),
    () => [],
    () => ({}),
    () => [value],
    () => ({ value }),
    () => chance.hits(0.5),
    () => "x".repeat(chance.of([101, 201, 501, 20_001, 100_001, 400_001])),
    () => nested(chance.of([10, 100, 1_000])),
    () => (typeof value === "string" ? value + chance.of(traps) : String(value)),
    () => (typeof value === "number" ? -value * 1e6 : value),
  ];
  return chance.of(others)();
}

/** Deep; made without recursion. */
function nested(depth: number): unknown {
  let inner: unknown = 1;
  for (let level = 0; level < depth; level++) inner = level % 2 === 0 ? [inner] : { a: inner };
  return inner;
}
