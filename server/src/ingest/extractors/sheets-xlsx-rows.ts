/** One sheet of an XLSX, row by row. */
import type { Element } from "../markup.ts";
import type { Findings } from "./extractor.ts";
import type { Package } from "./sheets-package.ts";
import { type Cell, cellPlace, headerText, rowPlace, rowText } from "./sheets-shown.ts";
import type { Book } from "./sheets-xlsx.ts";

/** `rows`, `columns`: with something in them. */
export type SheetFacts = { name: string; rows: number; columns: number; header?: string[]; hidden?: true | boolean };

type Open = { column: number; type: string; style: number; value: string; formula: string };

export async function readSheet(parts: Package, part: string, name: string, book: Book): Promise<SheetFacts> {
  const rows = openRows(parts.findings, name);
  let cell: Open | null = null;
  let into: "value" | "formula" | "header" | "choices" | null = null;
  let [beside, phonetic] = ["", false];
  await parts.read(part, {
    open(element) {
      const { local } = element;
      if (local === "row") rows.begin(Number(element.attribute("r")) - 1);
      else if (local === "c") cell = openCell(element, rows.place(element.attribute("r")));
      else if (local === "rPh") phonetic = true;
      else if (local === "v" || local === "t") into = cell && !phonetic ? "value" : null;
      else if (local === "f") into = "formula";
      else if (/^(?:odd|even|first)(?:Header|Footer)$/.test(local)) into = "header";
      else if (local === "formula1") into = "choices";
    },
    text(text) {
      if (into === "value" && cell) cell.value += text;
      else if (into === "formula" && cell) cell.formula += text;
      else if (into) beside += text;
    },
    close(local) {
      if (local === "rPh") phonetic = false;
      if (local === "c" && cell) {
        rows.cell(cell.column, shown(cell, book));
        cell = null;
      } else if (local === "row") rows.end();
      if (into === "header") {
        const place = { sheet: name, part: local.endsWith("Header") ? "header" : "footer" };
        parts.findings.block({ kind: "note", text: headerText(beside), place });
      } else if (into === "choices" && /^".*"$/s.test(beside))
        parts.findings.block({
          kind: "note",
          text: `Choices: ${beside.slice(1, -1)}`,
          place: { sheet: name, part: "choices" },
        });
      if (into) beside = "";
      into = null;
    },
  });
  return { name, ...rows.facts() };
}

const openCell = (element: Element, column: number): Open => ({
  column,
  type: element.attribute("t") ?? "n",
  style: Number(element.attribute("s") ?? 0),
  value: "",
  formula: "",
});

function shown({ type, style, value, formula }: Open, { strings, formats, shown: show }: Book): string {
  if (value === "") return formula === "" ? "" : `=${formula}`;
  if (type === "s") return strings[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  if (type !== "n") return value;
  const number = Number(value);
  return Number.isFinite(number) ? show.format(number, formats[style] ?? null) : value;
}

/** Rows are told where something is in them; cells are counted, and no more than allowed are taken. */
function openRows(findings: Findings, sheet: string) {
  let row = -1;
  let cells: Cell[] = [];
  let next = 0;
  let [filled, columns, taken] = [0, 0, 0];
  let header: string[] | undefined;
  return {
    begin(number: number) {
      row = Number.isInteger(number) && number >= 0 ? number : row + 1;
      next = 0;
    },
    /** Of a cell that may not say where it is. */
    place(reference: string | undefined): number {
      const column = cellPlace(reference ?? "")?.column ?? next;
      next = column + 1;
      return column;
    },
    cell(column: number, text: string) {
      if (text.trim() === "") return;
      if (++taken > findings.limits.cells) {
        findings.warn("text_limited", `Of the sheet ${sheet} only the first ${findings.limits.cells} cells were read`);
        return;
      }
      cells.push({ column, text });
      columns = Math.max(columns, column + 1);
    },
    end() {
      if (cells.length > 0) {
        filled++;
        if (!header) header = headerOf(cells);
        findings.block({ kind: "table_row", text: rowText(cells), place: { sheet, cells: rowPlace(cells, row) } });
      }
      cells = [];
    },
    facts: () => ({ rows: filled, columns, ...(header && header.length > 0 ? { header } : {}) }),
  };
}

/** The first row with something in it names the columns, if it is of words and not of one alone. */
const headerOf = (cells: readonly Cell[]): string[] =>
  cells.length > 1 && cells.every(({ text }) => /\p{L}/u.test(text))
    ? cells.slice(0, 100).map(({ text }) => text.slice(0, 200))
    : [];
