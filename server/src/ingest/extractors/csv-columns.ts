/** What the columns of a table hold. */

const delimiters = [",", ";", "\t", "|"] as const;

/** The sign that divides the first rows most evenly. */
export function separatorOf(text: string, usual: string): string {
  const declared = /^sep=(.)\r?\n/i.exec(text)?.[1];
  if (declared !== undefined) return declared;
  const lines = text
    .slice(0, 65_536)
    .replace(/"(?:[^"]|"")*"/g, "")
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .slice(0, 100);
  let [best, bestScore] = [usual, 0];
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const often = counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? 0;
    const alike = counts.filter((count) => count === often).length / counts.length;
    const score = often === 0 ? 0 : alike * 10 + Math.min(often, 20) / 10;
    if (score > bestScore || (score === bestScore && delimiter === usual)) [best, bestScore] = [delimiter, score];
  }
  return best;
}

type Kind = "integer" | "number" | "boolean" | "date" | "text";

const kinds: readonly (readonly [Kind, RegExp])[] = [
  ["integer", /^[+-]?\d{1,3}(?:[,.' ]\d{3})+$|^[+-]?\d+$/],
  ["number", /^[+-]?(?:\d[\d,.' ]*|[.,]\d+)(?:e[+-]?\d+)?\s?%?$|^[$€£]\s?\d[\d,.]*$/i],
  ["boolean", /^(true|false|yes|no|ja|nein)$/i],
  ["date", /^\d{4}-\d\d?-\d\d?([T ]\d\d:\d\d.*)?$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}(\s+\d\d:\d\d.*)?$/],
];

const kindOf = (cell: string): Kind => kinds.find(([, pattern]) => pattern.test(cell))?.[0] ?? "text";

const [COLUMNS, SAMPLES, SAMPLE_LENGTH, LOOKED_AT] = [500, 3, 100, 10_000];

type Column = { first: string; kinds: Map<Kind, number>; samples: string[]; empty: number };

export function openColumns() {
  const columns: Column[] = [];
  let [rows, width] = [0, 0];
  return {
    /** False: it has not as many cells as the first row. */
    add(cells: readonly string[]): boolean {
      if (rows++ === 0) width = cells.length;
      if (rows <= LOOKED_AT) for (const [at, cell] of cells.slice(0, COLUMNS).entries()) look(columns, at, cell, rows);
      return cells.length === width;
    },
    header: () => isHeader(columns, rows),
    facts() {
      const header = isHeader(columns, rows);
      return columns.map(({ first, kinds: seen, samples, empty }, at) => ({
        name: header && first !== "" ? first : `column ${at + 1}`,
        kind: mostly(seen),
        samples: (header ? samples : [first, ...samples]).slice(0, SAMPLES),
        ...(empty > 0 ? { empty } : {}),
      }));
    },
  };
}

function look(columns: Column[], at: number, cell: string, row: number): void {
  const words = cell.trim();
  columns[at] ??= { first: "", kinds: new Map(), samples: [], empty: 0 };
  const column = columns[at];
  if (row === 1) column.first = words.slice(0, SAMPLE_LENGTH);
  else if (words === "") column.empty++;
  else {
    const kind = kindOf(words);
    column.kinds.set(kind, (column.kinds.get(kind) ?? 0) + 1);
    if (column.samples.length < SAMPLES) column.samples.push(words.slice(0, SAMPLE_LENGTH));
  }
}

/** What nearly all cells are; whole numbers are numbers too. */
function mostly(seen: ReadonlyMap<Kind, number>): Kind | "empty" {
  const total = seen.values().reduce((sum, count) => sum + count, 0);
  if (total === 0) return "empty";
  const numbers = (seen.get("integer") ?? 0) + (seen.get("number") ?? 0);
  if (numbers >= total * 0.95) return seen.has("number") ? "number" : "integer";
  const [kind] = [...seen].find(([, count]) => count >= total * 0.95) ?? ["text" as const];
  return kind;
}

/** The first row names the others: words, each another one, and not what is below them. */
function isHeader(columns: readonly Column[], rows: number): boolean {
  if (rows < 2 || columns.length === 0) return false;
  const names = columns.map(({ first }) => first);
  if (names.some((name) => name !== "" && kindOf(name) !== "text")) return false;
  const filled = names.filter((name) => name !== "");
  if (filled.length * 2 < names.length || new Set(filled).size !== filled.length) return false;
  return !columns.some(({ first, samples }) => first.length > 20 && samples.includes(first));
}
