/** Rows of a sheet, as all readers of sheets tell them. */
import type { Findings } from "./extractor.ts";
import { type Cell, cellPlace, rowPlace, rowText } from "./sheets-shown.ts";

/** `rows`, `columns`: with something in them. */
export type SheetFacts = { name: string; rows: number; columns: number; header?: string[]; hidden?: boolean };

/** Rows are told where something is in them; cells are counted, and no more than allowed are taken. */
export function openRows(findings: Findings, sheet: string, part?: string) {
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
        if (filled <= 10) header ??= headerOf(cells);
        findings.block({
          kind: "table_row",
          text: rowText(cells),
          place: part ? { sheet, part } : { sheet, cells: rowPlace(cells, row) },
        });
      }
      cells = [];
    },
    facts: () => ({ rows: filled, columns, ...(header ? { header } : {}) }),
  };
}

/** The first of the upper rows that is all words, and of several, names the columns. */
const headerOf = (cells: readonly Cell[]): string[] | undefined =>
  cells.length > 1 && cells.every(({ text }) => /\p{L}/u.test(text))
    ? cells.slice(0, 100).map(({ text }) => text.slice(0, 200))
    : undefined;
