/** Trees of values as text: what belongs together stands in one record, under its path. */
import type { Findings } from "./extractor.ts";
import type { JsonHandlers, Scalar } from "./json-stream.ts";

/** Characters: a part with more is a record of its own, one with less belongs to what it is in. */
const RECORD_LENGTH = 900;
/** An object of very many names is told in parts of this. */
const OBJECT_LENGTH = 4000;
/** Paths that the shape names. */
const SHAPE = 500;

type Level = {
  array: boolean;
  /** Of the next item. */
  index: number;
  key: string;
  /** Relative to the level. */
  lines: string[];
  /** Scalars of a list, told in one line. */
  items: string[];
  length: number;
  /** Of the level itself; `shape` has [] for every index. */
  path: string;
  shape: string;
};

export type Records = JsonHandlers & {
  /** Of what comes; null: not known. */
  line: number | null;
  /** What has not been told yet. */
  flush(): void;
  shape(): { path: string; kinds: string[]; count: number }[];
};

export function openRecords(findings: Findings): Records {
  const levels: Level[] = [];
  const { seen, shape } = openShape();
  const tell = (text: string, path: string) => {
    const { line } = records;
    const place = { ...(path === "" ? {} : { path }), ...(line === null ? {} : { line }) };
    if (text !== "") findings.block({ kind: "record", text, place });
  };
  const put = (level: Level) => {
    listed(level);
    tell(level.lines.map((line) => line.replace(/^: /, "")).join("\n"), level.path);
    [level.lines, level.length] = [[], 0];
  };
  const add = (level: Level, line: string) => {
    level.lines.push(line);
    level.length += line.length + 1;
    if (level.length > (level.array ? RECORD_LENGTH : OBJECT_LENGTH)) put(level);
  };
  const records: Records = {
    line: null,
    open(kind) {
      const level = levelIn(levels.at(-1), kind === "array");
      seen(level.shape, kind);
      levels.push(level);
    },
    close() {
      const level = levels.pop();
      const above = levels.at(-1);
      if (!level) return;
      listed(level, above !== undefined);
      // An object in a list is a record; a small part of an object belongs to it.
      const own = !above || level.length > RECORD_LENGTH || (above.array && !level.array && level.lines.length > 1);
      if (own) put(level);
      else {
        const name = above.array ? level.path.slice(above.path.length) : above.key;
        for (const line of level.lines) add(above, joined(name, line));
      }
    },
    key(name) {
      const level = levels.at(-1);
      if (level) level.key = name.slice(0, 500);
    },
    value(value) {
      const level = levels.at(-1);
      seen(level ? joined(level.shape, level.array ? "[]" : level.key) : "", kindOf(value));
      if (!level) tell(String(value), "");
      else if (level.array) {
        level.index++;
        level.items.push(String(value));
        level.length += String(value).length + 2;
        if (level.length > RECORD_LENGTH) put(level);
      } else add(level, `${level.key}: ${value}`);
    },
    flush() {
      for (const level of levels.splice(0)) put(level);
    },
    shape,
  };
  return records;
}

function levelIn(above: Level | undefined, array: boolean): Level {
  const name = above ? (above.array ? `[${above.index++}]` : above.key) : "";
  const path = joined(above?.path ?? "", name);
  const shape = joined(above?.shape ?? "", above?.array ? "[]" : name);
  return { array, index: 0, key: "", lines: [], items: [], length: 0, path, shape };
}

/** Which kinds of values stand under which path, whatever the index. */
function openShape() {
  const paths = new Map<string, { kinds: Set<string>; count: number }>();
  return {
    seen(path: string, kind: string): void {
      const known = paths.get(path);
      if (known) {
        known.count++;
        known.kinds.add(kind);
      } else if (paths.size < SHAPE) paths.set(path, { kinds: new Set([kind]), count: 1 });
    },
    shape: () => [...paths].map(([path, { kinds, count }]) => ({ path: path || "$", kinds: [...kinds], count })),
  };
}

/** Nothing is in it, and yet its name says something. */
const isEmpty = ({ array, index, key, lines }: Level): boolean =>
  lines.length === 0 && (array ? index === 0 : key === "");

function listed(level: Level, namesEmpty = false): void {
  if (namesEmpty && isEmpty(level)) level.lines.push(level.array ? ": []" : ": {}");
  if (level.items.length > 0) level.lines.push(`: ${level.items.join(", ")}`);
  level.items = [];
}

/** `users` and `[3]`, `name` and `first`; a line that begins with a colon has no name of its own. */
const joined = (above: string, name: string): string =>
  above === "" || name.startsWith("[") || name.startsWith(":") ? above + name : `${above}.${name}`;

const kindOf = (value: Scalar): string => {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
};
