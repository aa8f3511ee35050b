/** Values from schemas: such as fit, and such as do not. */
import fc from "fast-check";
import type { Chance } from "../chaos/chance.ts";

export type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
};

/** Values that are known to mean something here, by the name of the field: ids of real threads, names of real models. */
export type Pools = Readonly<Record<string, readonly unknown[]>>;

export type Maker = { chance: Chance; pools: () => Pools; schemas: Readonly<Record<string, Schema>> };

const DEEPEST = 6;

/** A value that fits, `name` being the field it is for. */
export function fitting(maker: Maker, given: Schema, name = "", depth = 0): unknown {
  const { chance } = maker;
  const schema = resolved(maker, given);
  const known = maker.pools()[name];
  if (known && known.length > 0 && chance.hits(0.8)) return chance.of(known);
  if ("const" in schema) return schema.const;
  if (schema.enum) return chance.of(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fitting(maker, depth > DEEPEST ? (choices.at(-1) ?? {}) : chance.of(choices), name, depth + 1);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part) => fitting(maker, part, name, depth + 1) as object));
  const type = Array.isArray(schema.type) ? chance.of(schema.type) : schema.type;
  if (type === "object" || schema.properties) return fittingObject(maker, schema, depth);
  if (type === "array") {
    const count = chance.whole(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3));
    return Array.from({ length: count }, () => fitting(maker, schema.items ?? {}, name, depth + 1));
  }
  if (type === "integer" || type === "number") return fittingNumber(chance, schema, type);
  if (type === "boolean") return chance.hits(0.5);
  if (type === "null") return null;
  return type === "string" ? fittingText(maker, schema) : chance.of(oddities);
}

function resolved(maker: Maker, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return maker.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {};
}

function fittingObject(maker: Maker, schema: Schema, depth: number): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => schema.required?.includes(name) || maker.chance.hits(depth > 1 ? 0.8 : 0.35))
    .map(([name, inner]) => [name, fitting(maker, inner, name, depth + 1)] as const);
  return Object.fromEntries(entries);
}

function fittingNumber(chance: Chance, { minimum, maximum, exclusiveMinimum }: Schema, type: string): number {
  const least = Math.max(minimum ?? exclusiveMinimum ?? -1_000, -1e9);
  const most = Math.min(maximum ?? 1_000, 1e9);
  const value = chance.hits(0.2) ? chance.of([least, most]) : chance.between(least, most);
  return type === "integer" ? Math.round(value) : value;
}

function fittingText({ chance }: Maker, { format, pattern, minLength = 0, maxLength = 60 }: Schema): string {
  if (format === "uuid") return anId(chance);
  if (format === "date-time") return new Date(1.7e12 + chance.whole(0, 1e9)).toISOString();
  const seed = chance.whole(0, 2 ** 31 - 1);
  if (pattern !== undefined && format === undefined) return sample(fc.stringMatching(new RegExp(pattern, "u")), seed);
  const text = chance.hits(0.5)
    ? chance.of(prompts)
    : sample(fc.string({ unit: "grapheme", minLength: Math.max(1, minLength), maxLength: 60 }), seed);
  return text.slice(0, maxLength).padEnd(minLength, "x") || "x";
}

const sample = (texts: fc.Arbitrary<string>, seed: number): string => fc.sample(texts, { seed, numRuns: 1 })[0] ?? "";

const prompts = [
  "Why is the sky blue?",
  "Write a function that reverses a linked list in Python, and explain its complexity.",
  "Übersetze: The early bird catches the worm.",
  "What is 17 * 23?",
  "shorter, with an example",
];

/** A version 7 id that names nothing. */
const anId = (chance: Chance): string => {
  const hex = (length: number) => Array.from({ length }, () => Math.floor(chance.next() * 16).toString(16)).join("");
  return `${hex(8)}-${hex(4)}-7${hex(3)}-a${hex(3)}-${hex(12)}`;
};

/** What people and programs send who mean harm, or do not know. */
export const oddities: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    1e308,
    -1e308,
    2 ** 53 + 2,
    2 ** 31,
    5e-324,
    "",
    " ",
    "\t\n",
    "0",
    "-1",
    "1e999",
  ],
  ...[
    "NaN",
    "Infinity",
    "null",
    "undefined",
    "true",
    "[object Object]",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "x\udfff",
    "\ufeff",
  ],
  ...[
    "\u202e\u0645\u0631\u062d\u0628\u0627",
    "👩‍👩‍👧‍👦".repeat(20),
    "ｆｕｌｌ",
    "İ",
    "ß",
    "e\u0301",
    "\u2028",
    "\u0085",
    "\u200b",
  ],
  ...[
    "'; drop table user_sessions; --",
    "' or 1=1 --",
    "\\'",
    "%27",
    "$1",
    "$$",
    "{{7*7}}",
    "#{7*7}",
    "<script>alert(1)</script>",
  ],
  ...[
    "../../../../etc/passwd",
    "..\\..\\x",
    "%2e%2e%2f",
    "file:///etc/passwd",
    "http://169.254.169.254/",
    "\r\nX-Odd: 1",
  ],
  ...[
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "2026-11-21",
    "-271821-04-20T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
  ],
  ...[
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{00000000-0000-7000-8000-000000000000}",
    "__proto__",
    "constructor",
    "toString",
  ],
  ...[[], {}, [null], [[]], { __proto__x: 1 }, { constructor: { prototype: { odd: true } } }, [1, "a", null, {}]],
  ...["x".repeat(101), "x".repeat(3_000), "é".repeat(10_001), Array.from({ length: 200 }, () => "gpt4")],
];

/** The same value with one thing changed in it, and what. */
export function spoilt(maker: Maker, value: unknown): { value: unknown; what: string } {
  const { chance } = maker;
  const copy = structuredClone(value);
  const places = placesIn(copy, "");
  const place = places.length > 0 && chance.hits(0.9) ? chance.of(places) : undefined;
  if (!place) return { value: chance.of(oddities), what: "the whole" };
  const { holder, key, path } = place;
  const way = chance.of(["odd", "odd", "odd", "gone", "long", "deep", "extra"] as const);
  if (way === "gone") Reflect.deleteProperty(holder, key);
  else if (way === "extra")
    Reflect.set(holder, chance.of(["odd", "constructor", "toString", "\u0000"]), chance.of(oddities));
  else if (way === "long") Reflect.set(holder, key, "long ".repeat(chance.of([50, 4_100, 25_000, 90_000])));
  else if (way === "deep") Reflect.set(holder, key, nested(chance.of([50, 2_000])));
  else Reflect.set(holder, key, chance.of(oddities));
  return { value: copy, what: `${path} ${way}` };
}

type Place = { holder: object; key: string; path: string };

const placesIn = (value: unknown, path: string): Place[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => {
        const here = path === "" ? key : `${path}.${key}`;
        return [{ holder: value, key, path: here }, ...placesIn(inner, here)];
      });

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}
