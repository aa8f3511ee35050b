/** What is known of a file beside its text, made ready for showing: facts may nest, repeat and be long. Pure. */

/** `text`: as it is. The others are written as the language writes them. */
export type Fact =
  | { kind: "text" | "moment" | "link" | "language"; text: string }
  | { kind: "number" | "bytes" | "seconds"; value: number }
  | { kind: "flag"; value: boolean }
  | { kind: "many"; items: readonly string[]; more: number }
  | { kind: "table"; columns: readonly string[]; rows: readonly (readonly (Fact | null)[])[] }
  | { kind: "facts"; facts: readonly NamedFact[] };

export type NamedFact = { name: string; fact: Fact };

/** Deeper ones are shown as they came. */
const DEEPEST = 4;
const MOST_ITEMS = 200;
const MOST_COLUMNS = 10;
const LONGEST = 4_000;

const bytes = /(^|_)(size|bytes)$/;
/** A day and an hour, as programs write them. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)?$/;
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
/** Letters of a list that stands in one line. */
const SHORT_LIST = 120;

/** What one looks for first. A database gives names in an order of its own. */
const first = [
  ...[
    "title",
    "subject",
    "name",
    "symbol",
    "path",
    "text",
    "author",
    "artist",
    "album",
    "from",
    "to",
    "cc",
    "date",
    "type",
    "kind",
  ],
  ...["language", "pages", "slides", "sheets", "duration_s", "width", "height", "words", "created_at", "modified_at"],
];

/** What is large comes last. */
const ranks: Partial<Record<Fact["kind"], number>> = { many: 1, facts: 2, table: 3 };

const rankOf = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);

/** What is empty is left out. */
export function factsOf(record: Readonly<Record<string, unknown>>, depth = 0): readonly NamedFact[] {
  const facts = Object.entries(record).flatMap(([name, value]) => {
    const fact = factOf(name, value, depth);
    return fact ? [{ name, fact }] : [];
  });
  return facts.sort(
    (one, other) => (ranks[one.fact.kind] ?? 0) - (ranks[other.fact.kind] ?? 0) || byName(one.name, other.name),
  );
}

const byName = (one: string, other: string): number => rankOf(one) - rankOf(other) || one.localeCompare(other);

function factOf(name: string, value: unknown, depth: number): Fact | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return { kind: "flag", value };
  if (typeof value === "number") return numberFact(name, value);
  if (typeof value === "string") return textFact(name, value);
  if (Array.isArray(value)) return listFact(value, depth);
  if (typeof value !== "object") return { kind: "text", text: String(value) };
  if (depth >= DEEPEST) return { kind: "text", text: cut(JSON.stringify(value)) };
  const facts = factsOf(value as Record<string, unknown>, depth + 1);
  return facts.length === 0 ? null : { kind: "facts", facts };
}

function numberFact(name: string, value: number): Fact {
  if (bytes.test(name)) return { kind: "bytes", value };
  return /(^|_)(duration_s|time_s)$/.test(name) ? { kind: "seconds", value } : { kind: "number", value };
}

function textFact(name: string, text: string): Fact {
  if (time.test(text) && !Number.isNaN(Date.parse(text))) return { kind: "moment", text };
  if (name === "language" && languageTag.test(text)) return { kind: "language", text };
  return /^https?:\/\/\S{1,2000}$/.test(text) ? { kind: "link", text } : { kind: "text", text: cut(text) };
}

function listFact(values: readonly unknown[], depth: number): Fact | null {
  if (values.length === 0) return null;
  if (values.every(isRecord)) return depth < DEEPEST ? tableFact(values, depth) : null;
  const items = values
    .slice(0, MOST_ITEMS)
    .map((value) => cut(typeof value === "string" ? value : JSON.stringify(value)));
  const more = values.length - items.length;
  const line = items.join(", ");
  const isLine = more === 0 && line.length <= SHORT_LIST && items.every((item) => !item.includes(","));
  return isLine ? { kind: "text", text: line } : { kind: "many", items, more };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function tableFact(records: readonly Record<string, unknown>[], depth: number): Fact {
  const names = new Set<string>();
  for (const record of records.slice(0, MOST_ITEMS)) for (const name of Object.keys(record)) names.add(name);
  const columns = [...names].sort(byName).slice(0, MOST_COLUMNS);
  const rows = records.map((record) => columns.map((name) => cellOf(factOf(name, record[name], depth + 1))));
  return { kind: "table", columns, rows };
}

/** A cell has no room for a table in it. */
function cellOf(fact: Fact | null): Fact | null {
  if (fact?.kind === "facts") return { kind: "text", text: fact.facts.map(shortOf).join(", ") };
  return fact?.kind === "table" ? { kind: "number", value: fact.rows.length } : fact;
}

function shortOf({ name, fact }: NamedFact): string {
  const text = "text" in fact ? fact.text : "value" in fact ? String(fact.value) : "…";
  return `${name.replaceAll("_", " ")} ${text}`;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text);
