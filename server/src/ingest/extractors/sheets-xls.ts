/** XLS of all versions since 1990: cells by SheetJS, the rest from the records themselves. */
import { type CellObject, read, type WorkBook } from "@e965/xlsx";
import { AppError } from "../../errors.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { isOle, openOle } from "./ole.ts";
import { tellOleObjects } from "./ole-embedded.ts";
import { oleProperties } from "./ole-properties.ts";
import { besideCells } from "./sheets-biff.ts";
import { openRows, type SheetFacts } from "./sheets-rows.ts";
import { general, rowPlace } from "./sheets-shown.ts";

export const xls: Extractor = {
  name: "xls",
  types: ["xls"],
  async read(source, findings) {
    const bytes = await source.bytes(findings.limits.wholeBytes);
    const ole = isOle(bytes) ? openOle(bytes) : null;
    if (ole?.stream("EncryptedPackage"))
      throw new AppError("file.encrypted", "The workbook is protected by a password");
    if (ole) findings.facts(oleProperties(ole));
    const streams = ["Workbook", "Book", "WORKBOOK", "BOOK"].map((name) => ole?.stream(name));
    const workbook = ole ? streams.find((stream) => stream) : Buffer.from(bytes);
    // The library takes anything for a workbook. A real one begins with a record BOF, of one of four versions.
    if (!workbook || workbook.length < 4 || ![0x809, 0x409, 0x209, 0x9].includes(workbook.readUInt16LE(0)))
      throw new AppError("file.unreadable", "It has no workbook in it");
    const book = openedWorkbook(bytes);
    const told: SheetFacts[] = [];
    for (const [i, name] of book.SheetNames.entries()) {
      const hidden = (book.Workbook?.Sheets?.[i]?.Hidden ?? 0) !== 0;
      const facts = await readLibrarySheet(book, name, name, findings);
      told.push(hidden ? { ...facts, hidden } : facts);
      findings.progress(i + 1, book.SheetNames.length);
    }
    for (const { sheet, part, text } of besideCells(workbook))
      findings.block({
        kind: part === "textbox" ? "paragraph" : "note",
        text,
        place: sheet ? { sheet, part } : { part },
      });
    findings.facts({ sheets: told });
    if (ole) await tellOleObjects(ole, findings);
  },
};

export function openedWorkbook(bytes: Uint8Array): WorkBook {
  try {
    return read(bytes, {
      type: "buffer",
      dense: true,
      cellFormula: false,
      cellHTML: false,
      cellText: true,
      cellNF: true,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    if (/password|encrypt/i.test(why)) throw new AppError("file.encrypted", "The workbook is protected by a password");
    throw new AppError("file.unreadable", "It is no workbook that can be read here");
  }
}

/** A number without a format in full, as in an XLSX: fifteen digits are a name as often as an amount. */
const shownCell = ({ t, v, w, z }: CellObject): string =>
  t === "n" && typeof v === "number" && (z === undefined || z === "General") ? general(v) : (w ?? String(v ?? ""));

/** `name`: as it is told; `key`: as the library has it. */
export async function readLibrarySheet(
  book: WorkBook,
  key: string,
  name: string,
  findings: Findings,
): Promise<SheetFacts> {
  const rows = openRows(findings, name);
  const data = (book.Sheets[key]?.["!data"] ?? []) as (CellObject | undefined)[][];
  findings.block({ kind: "heading", text: name, place: { sheet: name } });
  const comments: { cells: string; text: string }[] = [];
  for (const [r, row] of data.entries()) {
    if (!row) continue;
    rows.begin(r);
    for (const [c, cell] of row.entries()) {
      if (!cell) continue;
      rows.cell(c, shownCell(cell));
      for (const { a: who, t: text } of cell.c ?? [])
        comments.push({
          cells: rowPlace([{ column: c, text: "" }], r),
          text: who && !text.startsWith(who) ? `${who}: ${text}` : text,
        });
    }
    rows.end();
    if (r % 500 === 0) await findings.pause();
  }
  for (const { cells, text } of comments)
    findings.block({ kind: "note", text: text.trim(), place: { sheet: name, cells, part: "comment" } });
  return { name, ...rows.facts() };
}
