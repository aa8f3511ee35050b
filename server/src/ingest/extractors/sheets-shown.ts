/** A number as its cell shows it, and the place of a cell. */
import { SSF } from "@e965/xlsx";

/** The library leaves its type open. */
const formatted: (code: string | number, value: number, options: { date1904: boolean }) => string = SSF.format;

export type Shown = {
  /** By the format with this code; null: General. */
  format(value: number, code: string | number | null): string;
};

/** `since1904`: days are counted from 1904. */
export function openShown(since1904: boolean): Shown {
  return {
    format(value, code) {
      if (code === null || code === 0 || code === "General") return general(value);
      try {
        return formatted(code, value, { date1904: since1904 })
          .replace(/[\s\u00a0]+/g, " ")
          .trim();
      } catch {
        return general(value);
      }
    },
  };
}

/** Eleven digits at most, as a cell shows it; whole numbers below 10^15 in full, for they are names as often as amounts. */
export const general = (value: number): string =>
  Number.isSafeInteger(value) && Math.abs(value) < 1e15
    ? String(value)
    : String(Number.parseFloat(value.toPrecision(11)));

/** 0 -> A, 26 -> AA */
function columnName(column: number): string {
  let name = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

/** B3 -> column 1, row 2; null: it is no cell. */
export function cellPlace(reference: string): { column: number; row: number } | null {
  const match = /^\$?([A-Za-z]{1,3})\$?(\d{1,7})$/.exec(reference);
  if (!match) return null;
  let column = 0;
  for (const letter of match[1]?.toUpperCase() ?? "") column = column * 26 + letter.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(match[2]) - 1 };
}

export type Cell = { column: number; text: string };

/** Cells that are not empty, in order -> the text of the row, a tab for each step to the right up to a few. */
export function rowText(cells: readonly Cell[]): string {
  let text = "";
  let last: number | null = null;
  for (const { column, text: shown } of cells) {
    if (last !== null) text += "\t".repeat(Math.max(1, Math.min(column - last, 20)));
    text += shown.replace(/\s+/g, " ").trim();
    last = column;
  }
  return text;
}

/** A2:C2 */
export function rowPlace(cells: readonly Cell[], row: number): string {
  const from = `${columnName(cells[0]?.column ?? 0)}${row + 1}`;
  const to = `${columnName(cells.at(-1)?.column ?? 0)}${row + 1}`;
  return from === to ? from : `${from}:${to}`;
}

/** &L&"Arial,Bold"&12Report&RPage &P -> Report | Page # */
export const headerText = (code: string): string =>
  code
    .replace(/&"[^"]*"/g, "")
    .replace(/&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})/g, "")
    .replace(/&\d{1,3} ?/g, "")
    .replace(/&[LCR]/g, "\n")
    .replace(/&[PN]/g, "#")
    .replace(/&&/g, "\u0000")
    .replace(/&[A-Za-z+-]/g, "")
    .replaceAll("\u0000", "&")
    .split("\n")
    .map((part) => part.replace(/\s+/g, " ").trim())
    .filter((part) => part !== "")
    .join(" | ");
