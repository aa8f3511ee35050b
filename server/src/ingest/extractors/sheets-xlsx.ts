/** XLSX, as a stream: a sheet is never in memory, and what it says of its size is not believed. */

import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { openZip } from "../zip.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { readBeside } from "./sheets-beside.ts";
import { openPackage, type Package, type Relation } from "./sheets-package.ts";
import { documentProperties } from "./sheets-properties.ts";
import type { SheetFacts } from "./sheets-rows.ts";
import { openShown, type Shown } from "./sheets-shown.ts";
import { readBinaryWorkbook } from "./sheets-xlsb.ts";
import { readSheet } from "./sheets-xlsx-rows.ts";

type Listed = { name: string; id: string; hidden: boolean };

/** What cells point at. */
export type Book = {
  strings: string[];
  /** By style: a format's code, or the number of a built-in one. */
  formats: (string | number | null)[];
  shown: Shown;
};

export const xlsx: Extractor = {
  name: "xlsx",
  types: ["xlsx"],
  async read(source, findings) {
    await refuseEncrypted(source);
    const zip = await openZip(source, findings);
    await readWorkbook(source, openPackage(zip, findings), findings);
  },
};

/** An encrypted workbook is an OLE container, with its parts' names in UTF-16. */
async function refuseEncrypted(source: Source): Promise<void> {
  const head = Buffer.from(await source.slice(0, 8));
  if (head.toString("hex") === "d0cf11e0a1b11ae1")
    throw new AppError("file.encrypted", "The workbook is protected by a password");
}

async function readWorkbook(source: Source, parts: Package, findings: Findings): Promise<void> {
  findings.facts(await documentProperties(parts));
  const usual = parts.has("xl/workbook.bin") ? "xl/workbook.bin" : "xl/workbook.xml";
  const main = (await parts.relations("")).find(({ type }) => type === "officeDocument")?.target ?? usual;
  if (!parts.has(main)) throw new AppError("file.unreadable", "It has no workbook in it");
  if (/\.bin$/i.test(main)) return readBinaryWorkbook(source, parts, main);
  const { sheets, names, since1904 } = await readMain(parts, main);
  const relations = await parts.relations(main);
  const target = (type: string) => relations.find((relation) => relation.type === type)?.target ?? "";
  const book: Book = {
    strings: await readStrings(parts, target("sharedStrings") || "xl/sharedStrings.xml"),
    formats: await readFormats(parts, target("styles") || "xl/styles.xml"),
    shown: openShown(since1904),
  };
  const people = await readPeople(parts, target("person"));
  const told: SheetFacts[] = [];
  const links = new Set<string>();
  for (const [i, sheet] of sheets.entries()) {
    const relation = relations.find(({ id }) => id === sheet.id);
    findings.block({ kind: "heading", text: sheet.name, place: { sheet: sheet.name } });
    if (relation) told.push(await readOne(parts, relation, sheet, book, people, links));
    findings.progress(i + 1, sheets.length);
  }
  for (const { name, refers } of names)
    findings.block({ kind: "record", text: `${name} = ${refers}`, place: { part: "defined_name" } });
  findings.facts({ sheets: told, ...(links.size > 0 ? { links: [...links] } : {}) });
}

async function readOne(
  parts: Package,
  relation: Relation,
  { name, hidden }: Listed,
  book: Book,
  people: ReadonlyMap<string, string>,
  links: Set<string>,
): Promise<SheetFacts> {
  const facts = await readSheet(parts, relation.target, name, book);
  const relations = await parts.relations(relation.target);
  for (const { type, target, external } of relations)
    if (type === "hyperlink" && external && links.size < 500) links.add(target.slice(0, 2000));
  await readBeside(parts, relations, name, people);
  return hidden ? { ...facts, hidden } : facts;
}

async function readMain(parts: Package, main: string) {
  const sheets: Listed[] = [];
  const names: { name: string; refers: string }[] = [];
  let since1904 = false;
  let name: string | null = null;
  await parts.read(main, {
    open(element) {
      const visible = element.attribute("state") ?? "visible";
      if (element.local === "sheet")
        sheets.push({
          name: element.attribute("name") ?? `Sheet ${sheets.length + 1}`,
          // Of the two ids the one with the namespace of relations.
          id: element.attribute("id", relationsUri) ?? element.attribute("id", strictRelationsUri) ?? "",
          hidden: visible !== "visible",
        });
      if (element.local === "workbookPr") since1904 = /^(?:1|true)$/.test(element.attribute("date1904") ?? "");
      const own = element.local === "definedName" ? (element.attribute("name") ?? "") : "";
      name = own.startsWith("_xlnm.") ? null : own || null;
    },
    text(text) {
      if (name && names.length < 1000) names.push({ name, refers: text.slice(0, 500) });
    },
    close: () => {
      name = null;
    },
  });
  return { sheets, names, since1904 };
}

const relationsUri = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const strictRelationsUri = "http://purl.oclc.org/ooxml/officeDocument/relationships";

/** Rich text is told plain, without the sounds of East Asian words. */
async function readStrings(parts: Package, part: string): Promise<string[]> {
  const strings: string[] = [];
  let [text, inText, phonetic, length] = ["", false, false, 0];
  await parts.read(part, {
    open({ local }) {
      if (local === "si") text = "";
      if (local === "rPh") phonetic = true;
      inText = local === "t" && !phonetic;
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(local) {
      inText = false;
      if (local === "rPh") phonetic = false;
      if (local !== "si") return;
      length += text.length;
      if (length > 400_000_000) throw new AppError("file.too_much_memory", "Its texts do not fit into memory");
      strings.push(text);
    },
  });
  return strings;
}

async function readFormats(parts: Package, part: string): Promise<Book["formats"]> {
  const codes = new Map<number, string>();
  const formats: Book["formats"] = [];
  let inCells = false;
  await parts.read(part, {
    open(element) {
      if (element.local === "numFmt")
        codes.set(Number(element.attribute("numFmtId")), element.attribute("formatCode") ?? "");
      if (element.local === "cellXfs") inCells = true;
      if (element.local !== "xf" || !inCells) return;
      const number = Number(element.attribute("numFmtId") ?? 0);
      formats.push(codes.get(number) ?? (number === 0 ? null : number));
    },
    close(local) {
      if (local === "cellXfs") inCells = false;
    },
  });
  return formats;
}

/** Who writes in threads: id -> name. */
async function readPeople(parts: Package, part: string): Promise<Map<string, string>> {
  const people = new Map<string, string>();
  if (part !== "")
    await parts.read(part, {
      open(element) {
        if (element.local === "person")
          people.set(element.attribute("id") ?? "", element.attribute("displayName") ?? "");
      },
    });
  return people;
}
