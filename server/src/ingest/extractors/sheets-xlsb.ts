/** XLSB, a workbook whose parts are binary: cells by SheetJS, what stands beside them as in an XLSX. [MS-XLSB] */
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { readBeside } from "./sheets-beside.ts";
import type { Package } from "./sheets-package.ts";
import type { SheetFacts } from "./sheets-rows.ts";
import { headerText } from "./sheets-shown.ts";
import { openedWorkbook, readLibrarySheet } from "./sheets-xls.ts";

export async function readBinaryWorkbook(source: Source, parts: Package, main: string): Promise<void> {
  const { findings } = parts;
  await weigh(parts);
  const book = openedWorkbook(await source.bytes(findings.limits.wholeBytes));
  const worksheets = (await parts.relations(main)).filter(({ type }) => type === "worksheet");
  const told: SheetFacts[] = [];
  for (const [i, name] of book.SheetNames.entries()) {
    const about: { Hidden?: number; id?: string } = book.Workbook?.Sheets?.[i] ?? {};
    // A test version of Excel 2007 wrote its list of sheets in another way.
    const shown = /\p{Cc}/u.test(name) ? `Sheet ${i + 1}` : name;
    const facts = await readLibrarySheet(book, name, shown, findings);
    told.push(about.Hidden ? { ...facts, hidden: true } : facts);
    const relation = worksheets.find(({ id }) => id === about.id) ?? worksheets[i];
    if (relation) await tellMargins(parts, relation.target, shown);
    const beside = relation ? await parts.relations(relation.target) : [];
    await readBeside(
      parts,
      beside.filter(({ type }) => type !== "comments"),
      shown,
      new Map(),
    );
    findings.progress(i + 1, book.SheetNames.length);
  }
  findings.facts({ sheets: told });
}

const beginHeaderFooter = 479;
const margins = ["header", "footer", "header", "footer", "header", "footer"];

/** Of odd, even and first pages, each a text with its length before it; 2^32-1: none. [MS-XLSB] 2.4.56 */
async function tellMargins({ zip, findings }: Package, part: string, sheet: string): Promise<void> {
  if (!zip.entries.has(part)) return;
  const data = recordOf(Buffer.from(await zip.bytes(part)), beginHeaderFooter);
  let at = 2;
  for (const margin of data ? margins : []) {
    if (!data || at + 4 > data.length) return;
    const length = data.readUInt32LE(at);
    at += 4;
    if (length === 0xffffffff) continue;
    const text = headerText(data.toString("utf16le", at, Math.min(data.length, at + length * 2)));
    findings.block({ kind: "note", text, place: { sheet, part: margin } });
    at += length * 2;
  }
}

/** The numbers before a record have seven bits in a byte: its kind in up to two, its length in up to four. */
function recordOf(bytes: Buffer, wanted: number): Buffer | null {
  let at = 0;
  const number = (most: number): number => {
    let value = 0;
    for (let i = 0; i < most; i++) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const kind = number(2);
    const length = number(4);
    if (kind === wanted) return bytes.subarray(at, at + length);
    at += length;
  }
  return null;
}

/** The library has all parts in memory, and believes their sizes. */
async function weigh({ zip, findings }: Package): Promise<void> {
  let total = 0;
  for (const name of zip.entries.keys())
    for await (const piece of zip.stream(name)) {
      total += piece.length;
      if (total > findings.limits.wholeBytes)
        throw new AppError("file.beyond_limits", "A binary workbook as large as this cannot be read");
    }
}
