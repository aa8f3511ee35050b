/** One sheet of an XLSX, row by row. */
import type { Element } from "../markup.ts";
import type { Package } from "./sheets-package.ts";
import { openRows, type SheetFacts } from "./sheets-rows.ts";
import { headerText } from "./sheets-shown.ts";
import type { Book } from "./sheets-xlsx.ts";

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
