/** ODS, as a stream: cells as they were shown when it was saved, comments, boxes and charts. */
import { AppError } from "../../errors.ts";
import type { Element } from "../markup.ts";
import { openZip } from "../zip.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { openPackage, type Package } from "./sheets-package.ts";
import { openRows, type SheetFacts } from "./sheets-rows.ts";

export const ods: Extractor = {
  name: "ods",
  types: ["ods"],
  async read(source, findings) {
    const zip = await openZip(source, findings);
    const parts = openPackage(zip, findings);
    if (!parts.has("content.xml")) throw new AppError("file.unreadable", "It has no sheets in it");
    await refuseEncrypted(parts);
    await readMeta(parts);
    const sheets = await readContent(parts, "content.xml", null);
    findings.facts({ sheets });
    await readHeaders(parts);
  },
};

async function refuseEncrypted(parts: Package): Promise<void> {
  let encrypted = false;
  await parts.read("META-INF/manifest.xml", {
    open({ local }) {
      encrypted ||= local === "encryption-data";
    },
  });
  if (encrypted) throw new AppError("file.encrypted", "The workbook is protected by a password");
}

const named: Record<string, string> = {
  title: "title",
  subject: "subject",
  description: "description",
  keyword: "keywords",
  creator: "modified_by",
  "initial-creator": "author",
  "creation-date": "created_at",
  date: "modified_at",
  language: "language",
  generator: "application",
};

async function readMeta(parts: Package): Promise<void> {
  const facts: Record<string, string> = {};
  let open: string | undefined;
  await parts.read("meta.xml", {
    open({ local }) {
      open = Object.hasOwn(named, local) ? named[local] : undefined;
    },
    text(text) {
      if (open && text.trim() !== "") facts[open] = text.trim().slice(0, 2000);
    },
    close() {
      open = undefined;
    },
  });
  parts.findings.facts(facts);
}

/** Of texts that are open, each within the one before. */
type Text = { kind: "cell" | "comment" | "box"; text: string; who: string };

/** `chartOf`: the sheet a chart stands on, whose content this is. */
async function readContent(parts: Package, part: string, chartOf: string | null): Promise<SheetFacts[]> {
  const { findings } = parts;
  const sheets: SheetFacts[] = [];
  const objects: { target: string; sheet: string }[] = [];
  const open: Text[] = [];
  let sheet = chartOf ?? "";
  let rows = openRows(findings, sheet);
  let [row, rowsRepeated, column, columnsRepeated, inCreator, inDate] = [0, 1, 0, 1, false, false];
  const at = (element: Element, name: string) => Math.max(1, Number(element.attribute(name)) || 1);
  await parts.read(part, {
    open(element) {
      const { local } = element;
      const text = open.at(-1);
      if (local === "table" && open.length === 0) {
        sheet = chartOf ?? element.attribute("name") ?? `Sheet ${sheets.length + 1}`;
        rows = openRows(findings, sheet, chartOf ? "chart" : undefined);
        row = 0;
        if (!chartOf) findings.block({ kind: "heading", text: sheet, place: { sheet } });
      } else if (local === "table-row" && open.length === 0) {
        rows.begin(row);
        [column, rowsRepeated] = [0, at(element, "number-rows-repeated")];
      } else if (local === "table-cell" || local === "covered-table-cell") {
        columnsRepeated = at(element, "number-columns-repeated");
        open.push({ kind: "cell", text: "", who: "" });
      } else if (local === "annotation") open.push({ kind: "comment", text: "", who: "" });
      else if (local === "text-box" || local === "title" || local === "custom-shape")
        open.push({ kind: "box", text: "", who: "" });
      else if (local === "creator") inCreator = true;
      else if (local === "date") inDate = true;
      else if (local === "object" && !chartOf) objects.push({ target: element.attribute("href") ?? "", sheet });
      else if (text) text.text += breaks[local] ?? "";
    },
    text(piece) {
      const text = open.at(-1);
      if (text && inCreator) text.who += piece;
      else if (text && !inDate) text.text += piece;
    },
    close(local) {
      const text = open.at(-1);
      if (local === "creator") inCreator = false;
      else if (local === "date") inDate = false;
      else if (local === "p" && text) text.text += "\n";
      else if (local === "table-cell" || local === "covered-table-cell") {
        const shown = open.pop()?.text.trim() ?? "";
        for (let i = 0; shown !== "" && i < Math.min(columnsRepeated, 1000); i++) rows.cell(column + i, shown);
        column += columnsRepeated;
      } else if (local === "annotation" || local === "text-box" || local === "title" || local === "custom-shape") {
        const said = open.pop();
        if (said) tellBeside(findings, said, sheet, chartOf !== null);
      } else if (local === "table-row" && open.length === 0) {
        rows.end();
        row += rowsRepeated;
      } else if (local === "table" && open.length === 0) sheets.push({ name: sheet, ...rows.facts() });
    },
  });
  for (const { target, sheet: on } of objects.slice(0, 200)) await readObject(parts, target, on);
  return sheets;
}

const breaks: Record<string, string> = { s: " ", tab: " ", "line-break": "\n" };

function tellBeside(findings: Findings, { kind, text, who }: Text, sheet: string, chart: boolean): void {
  if (kind === "comment")
    findings.block({
      kind: "note",
      text: who ? `${who}: ${text.trim()}` : text.trim(),
      place: { sheet, part: "comment" },
    });
  else if (chart) findings.block({ kind: "caption", text: text.trim(), place: { sheet, part: "chart" } });
  else findings.block({ kind: "paragraph", text: text.trim(), place: { sheet, part: "textbox" } });
}

/** A chart has its own content in a folder; other objects are files. */
async function readObject(parts: Package, target: string, sheet: string): Promise<void> {
  const name = target.replace(/^\.\//, "").replace(/\/$/, "");
  if (parts.has(`${name}/content.xml`)) await readContent(parts, `${name}/content.xml`, sheet);
}

/** Of printed pages: they stand in the styles. */
async function readHeaders(parts: Package): Promise<void> {
  let [text, part] = ["", ""];
  const told = new Set<string>();
  await parts.read("styles.xml", {
    open({ local }) {
      if (/^(?:header|footer)(?:-left|-first)?$/.test(local)) [text, part] = ["", local.split("-")[0] ?? ""];
    },
    text(piece) {
      if (part !== "") text += piece;
    },
    close(local) {
      if (part !== "" && local === "p") text += " ";
      if (!/^(?:header|footer)(?:-left|-first)?$/.test(local)) return;
      const tidy = text.replace(/\s+/g, " ").trim();
      // What every new sheet has: "???" for the sheet's name, and the number of the page.
      if (/\p{L}/u.test(tidy) && !/^Page\s*\d*(?:\s*\/\s*\d+)?$/.test(tidy) && !told.has(tidy))
        parts.findings.block({ kind: "note", text: tidy, place: { part } });
      told.add(tidy);
      part = "";
    },
  });
}
