/** The shapes of a slide as blocks, in the order in which they are read. ISO/IEC 29500-1 19.3 and 21.1 */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { childOf, downTo, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { numeral } from "./docx-numerals.ts";
import { onlyChoice, relationId } from "./ooxml.ts";
import { drawingText } from "./ooxml-chart.ts";
import { mathText } from "./ooxml-math.ts";

export type Shape = {
  element: XmlElement;
  /** `title`, `body`, `ftr` …; null: no placeholder. */
  placeholder: { type: string; index: string } | null;
  /** EMU; null: as in the layout. */
  at: { x: number; y: number } | null;
};

export type ShapeTold =
  | Block
  | { type: "chart" | "diagram" | "embedded"; relation: string }
  | { type: "link"; relation: string }
  | { type: "picture" };

/** Shapes whose tops differ by less are read from left to right. EMU: 6 mm. */
const BAND = 216_000;

const titles = new Set(["title", "ctrTitle"]);
export const isTitle = ({ placeholder }: Shape): boolean => placeholder !== null && titles.has(placeholder.type);

/** All shapes of a slide, a layout, or a master; those of groups where the group stands. */
export function shapesOf(slide: XmlElement | null): Shape[] {
  const found: Shape[] = [];
  const look = (of: XmlElement | undefined, group: Shape["at"]): void => {
    for (const one of elements(of)) {
      if (one.local === "AlternateContent") look(onlyChoice(one), group);
      else if (one.local === "grpSp") look(one, group ?? pointOf(downTo(one, "grpSpPr", "xfrm")));
      else if (/^(sp|pic|graphicFrame|cxnSp|contentPart)$/.test(one.local)) found.push(shapeOf(one, group));
    }
  };
  look(downTo(slide ?? undefined, "cSld", "spTree"), null);
  return found;
}

function shapeOf(element: XmlElement, group: Shape["at"]): Shape {
  const own = elements(element).find(({ local }) => /^nv\w+Pr$/.test(local));
  const placeholder = downTo(own, "nvPr", "ph");
  const place = downTo(element, "spPr", "xfrm") ?? childOf(element, "xfrm");
  return {
    element,
    placeholder: placeholder
      ? { type: placeholder.attribute("type") ?? "body", index: placeholder.attribute("idx") ?? "0" }
      : null,
    at: group ?? pointOf(place),
  };
}

function pointOf(place: XmlElement | undefined): Shape["at"] {
  const off = childOf(place, "off");
  return off ? { x: Number(off.attribute("x")) || 0, y: Number(off.attribute("y")) || 0 } : null;
}

/** The title first, then from top to bottom and from left to right; placeholders stand where the layout puts them. */
export function inReadingOrder(shapes: readonly Shape[], layout: readonly Shape[]): Shape[] {
  const band = (shape: Shape): [number, number] => {
    const at = shape.at ?? layout.find((one) => fits(one, shape))?.at;
    return isTitle(shape) ? [-1, 0] : at ? [Math.max(0, Math.round(at.y / BAND)), at.x] : [0, 0];
  };
  const sorted = shapes.map((shape) => ({ shape, band: band(shape) }));
  return sorted.sort((a, b) => a.band[0] - b.band[0] || a.band[1] - b.band[1]).map(({ shape }) => shape);
}

function fits({ placeholder: of }: Shape, { placeholder }: Shape): boolean {
  if (!of || !placeholder) return false;
  return placeholder.index !== "0" ? of.index === placeholder.index : of.type === placeholder.type;
}

/** What one shape says. `heading` is the title of its slide. */
export function tellShape({ element, placeholder }: Shape, place: Place, isHeading: boolean): ShapeTold[] {
  const told: ShapeTold[] = [];
  const isList = placeholder?.type === "body" || placeholder?.type === "obj";
  const body = childOf(element, "txBody");
  if (body && isHeading) {
    const text = paragraphsOf(body)
      .map((one) => one.text)
      .join(" ");
    if (text.trim() !== "") told.push({ kind: "heading", text, place });
  } else if (body)
    for (const { text, numbered } of paragraphsOf(body))
      told.push({ kind: isList || numbered ? "list_item" : "paragraph", text, place });
  tellGraphic(element, place, told);
  const properties = elements(element).find(({ local }) => /^nv\w+Pr$/.test(local));
  const alternative = (childOf(properties, "cNvPr")?.attribute("descr") ?? "").trim();
  if (alternative !== "") told.push({ kind: "caption", text: alternative, place });
  if (element.local === "pic") told.push({ type: "picture" });
  for (const relation of linksOf(element)) told.push({ type: "link", relation });
  return told;
}

function tellGraphic(element: XmlElement, place: Place, told: ShapeTold[]): void {
  const look = (of: XmlElement): void => {
    for (const one of elements(of)) {
      const relation = relationId(one, one.local === "relIds" ? "dm" : "id");
      if (one.local === "tbl") for (const row of rowsOf(one)) told.push({ kind: "table_row", text: row, place });
      else if (one.local === "AlternateContent") look(onlyChoice(one) ?? one);
      else if (one.local === "chart" && relation !== undefined) told.push({ type: "chart", relation });
      else if (one.local === "relIds" && relation !== undefined) told.push({ type: "diagram", relation });
      else if (one.local === "oleObj" && relation !== undefined) told.push({ type: "embedded", relation });
      else look(one);
    }
  };
  const data = downTo(element, "graphic", "graphicData");
  if (data) look(data);
}

function rowsOf(table: XmlElement): string[] {
  const rows = elements(table).filter(({ local }) => local === "tr");
  const cells = (row: XmlElement) => elements(row).filter(({ local }) => local === "tc");
  return rows.map((row) =>
    cells(row)
      .map((cell) => drawingText(cell).replace(/\s+/g, " "))
      .join("\t"),
  );
}

function* linksOf(element: XmlElement): Generator<string> {
  for (const one of elements(element)) {
    const relation = one.local === "hlinkClick" ? relationId(one) : undefined;
    if (relation !== undefined) yield relation;
    yield* linksOf(one);
  }
}

type Paragraph = { text: string; numbered: boolean };

/** With their numbers, which begin anew where a paragraph of the same level has none, or a higher one comes. */
export function paragraphsOf(body: XmlElement): Paragraph[] {
  const counts: ({ scheme: string; number: number } | undefined)[] = [];
  const found: Paragraph[] = [];
  for (const paragraph of elements(body).filter(({ local }) => local === "p")) {
    const text = runsOf(paragraph).trim();
    if (text === "") continue;
    const properties = childOf(paragraph, "pPr");
    const level = Math.min(Math.max(Number(properties?.attribute("lvl") ?? 0) || 0, 0), 8);
    const auto = childOf(properties, "buAutoNum");
    counts.length = level + 1;
    const scheme = auto?.attribute("type") ?? "arabicPeriod";
    const before = counts[level];
    const start = Number(auto?.attribute("startAt") ?? 1) || 1;
    const number = before?.scheme === scheme ? before.number + 1 : start;
    counts[level] = auto ? { scheme, number } : undefined;
    found.push({ text: auto ? `${autoNumber(scheme, number)} ${text}` : text, numbered: auto !== undefined });
  }
  return found;
}

function runsOf(paragraph: XmlElement): string {
  return elements(paragraph)
    .map((one) => {
      if (one.local === "r" || one.local === "fld") return textOf(childOf(one, "t"));
      if (one.local === "br") return "\n";
      if (one.local === "AlternateContent") return runsOf(onlyChoice(one) ?? one);
      return one.local === "m" || one.local === "oMathPara" || one.local === "oMath" ? mathText(one) : "";
    })
    .join("");
}

/** ST_TextAutonumberScheme: `romanUcPeriod`, `alphaLcParenBoth`, `arabicPlain` … */
function autoNumber(scheme: string, number: number): string {
  const format = scheme.startsWith("alphaLc")
    ? "lowerLetter"
    : scheme.startsWith("alphaUc")
      ? "upperLetter"
      : scheme.startsWith("romanLc")
        ? "lowerRoman"
        : scheme.startsWith("romanUc")
          ? "upperRoman"
          : scheme.startsWith("circleNum")
            ? "decimalEnclosedCircle"
            : "decimal";
  const text = numeral(number, format);
  if (scheme.endsWith("ParenBoth")) return `(${text})`;
  if (scheme.endsWith("ParenR")) return `${text})`;
  if (scheme.endsWith("Period")) return `${text}.`;
  return scheme.endsWith("Minus") ? `${text} -` : text;
}
