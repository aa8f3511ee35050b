/** The text of one paragraph of a Word document, and what else hangs on it. ISO/IEC 29500-1 17.3 and 17.16 */
import { allOf, childOf, downTo, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { onlyChoice, relationId } from "./ooxml.ts";
import { drawingText, drawnParts } from "./ooxml-chart.ts";
import { mathText } from "./ooxml-math.ts";
import { symbol } from "./ooxml-symbols.ts";

/** What stands in a part of its own. */
export type Distant =
  | { type: "footnote" | "endnote" | "comment"; id: string }
  | { type: "chart" | "diagram" | "embedded"; relation: string };
export type Extra =
  | Distant
  | { type: "box"; content: XmlElement }
  | { type: "shape"; text: string }
  | { type: "alternative"; text: string };

export type Inline = {
  text: string;
  extras: Extra[];
  /** Addresses that it links to: relations, or as they stand in a field. */
  links: ({ relation: string } | { address: string })[];
  pictures: number;
  inserted: number;
  deleted: number;
};

/** The page on which text stands, as far as it is known where pages end. */
export type Pages = { page: number; known: boolean; pending: boolean };

/** Where fields begin, divide and end; they may span paragraphs. True: between beginning and division, where their formula is. */
export type Fields = { formula: boolean; code: string; result: string }[];

type State = { pages: Pages | null; fields: Fields; into: Inline; parts: string[]; firstPage: number | null };

/** `page` is where its text begins. */
export function inlineOf(paragraph: XmlElement, fields: Fields, pages: Pages | null): Inline & { page: number } {
  const into: Inline = { text: "", extras: [], links: [], pictures: 0, inserted: 0, deleted: 0 };
  const state: State = { pages, fields, into, parts: [], firstPage: null };
  walk(paragraph, state);
  // A formula that does not end with its paragraph is broken, or goes on where nothing of it is shown.
  for (const field of fields) field.formula = false;
  const text = state.parts.join("");
  return { ...into, text, page: state.firstPage ?? pages?.page ?? 1 };
}

function walk(parent: XmlElement, state: State): void {
  for (const child of parent.children) {
    if (typeof child === "string") continue;
    const reader = readers[child.local];
    if (reader) reader(child, state);
    else if (!child.local.endsWith("Pr")) walk(child, state);
  }
}

function say(text: string, state: State): void {
  if (text === "" || state.fields.some(({ formula }) => formula)) return;
  if (state.pages && /\S/.test(text)) {
    state.firstPage ??= state.pages.page;
    state.pages.pending = false;
  }
  state.parts.push(text);
}

/** Word notes where pages ended when it last showed them: after a break that was asked for, there, too. */
export function turnPage(pages: Pages | null, asked: boolean): void {
  if (!pages || (pages.pending && !asked)) return;
  pages.page++;
  pages.known = true;
  pages.pending = asked;
}

const nothing = () => undefined;
const refer =
  (type: "footnote" | "endnote" | "comment") =>
  (element: XmlElement, { into }: State): void => {
    into.extras.push({ type, id: element.attribute("id") ?? "" });
  };

const readers: Readonly<Record<string, (element: XmlElement, state: State) => void>> = {
  t: (element, state) => say(textOf(element), state),
  tab: (_, state) => say("\t", state),
  ptab: (_, state) => say("\t", state),
  cr: (_, state) => say("\n", state),
  br: (element, state) => {
    if (element.attribute("type") === "page") turnPage(state.pages, true);
    else say("\n", state);
  },
  lastRenderedPageBreak: (_, state) => turnPage(state.pages, false),
  noBreakHyphen: (_, state) => say("-", state),
  softHyphen: nothing,
  sym: (element, state) => say(symbol(element.attribute("font") ?? "", element.attribute("char") ?? ""), state),
  delText: nothing,
  del: (_, { into }) => void into.deleted++,
  moveFrom: nothing,
  ins: (element, state) => {
    state.into.inserted++;
    walk(element, state);
  },
  hyperlink: (element, state) => {
    const relation = relationId(element);
    if (relation !== undefined) state.into.links.push({ relation });
    walk(element, state);
  },
  instrText: (element, { fields }) => {
    const field = fields.at(-1);
    if (field && field.code.length < 4000) field.code += textOf(element);
  },
  fldChar: fieldSign,
  fldSimple: (element, state) => {
    tellLink(element.attribute("instr") ?? "", state);
    walk(element, state);
  },
  footnoteReference: refer("footnote"),
  endnoteReference: refer("endnote"),
  commentReference: refer("comment"),
  AlternateContent: (element, state) => {
    const chosen = onlyChoice(element);
    if (chosen) walk(chosen, state);
  },
  ruby: (element, state) => {
    for (const base of elements(childOf(element, "rubyBase"))) walk(base, state);
    const reading = [...allOf(childOf(element, "rt"), "t")].map(textOf).join("");
    if (reading !== "") say(`(${reading})`, state);
  },
  oMath: (element, state) => say(mathText(element), state),
  drawing: drawn,
  pict: drawn,
  object: drawn,
  sdtPr: nothing,
  pPr: nothing,
  rPr: nothing,
  p: nothing,
};

function fieldSign(element: XmlElement, state: State): void {
  const { fields } = state;
  const type = element.attribute("fldCharType");
  if (type === "begin") {
    if (fields.length < 100) fields.push({ formula: true, code: "", result: formResult(childOf(element, "ffData")) });
    return;
  }
  const field = type === "end" ? fields.pop() : fields.at(-1);
  if (!field) return;
  const wasFormula = field.formula;
  field.formula = false;
  if (wasFormula) {
    tellLink(field.code, state);
    say(field.result, state);
  }
}

/** What was ticked or chosen in a form of the old kind. */
function formResult(data: XmlElement | undefined): string {
  const box = childOf(data, "checkBox");
  if (box) {
    const checked = (childOf(box, "checked") ?? childOf(box, "default"))?.attribute("val");
    const isSet = childOf(box, "checked") !== undefined ? !/^(0|false)$/.test(checked ?? "") : checked === "1";
    return isSet ? "☒" : "☐";
  }
  const list = childOf(data, "ddList");
  const entries = elements(list).filter(({ local }) => local === "listEntry");
  return entries[Number(childOf(list, "result")?.attribute("val") ?? 0)]?.attribute("val") ?? "";
}

function tellLink(code: string, { into }: State): void {
  const address = /^\s*HYPERLINK\s+(?!\\l)"?([^"\s]+)/i.exec(code)?.[1];
  if (address !== undefined) into.links.push({ address });
}

/** Pictures, shapes, charts, diagrams, and files inside; with the texts that stand in them. */
function drawn(drawing: XmlElement, { into }: State): void {
  const parts = drawnParts(drawing);
  for (const relation of parts.charts) into.extras.push({ type: "chart", relation });
  for (const relation of parts.diagrams) into.extras.push({ type: "diagram", relation });
  const look = (of: XmlElement): void => {
    for (const one of elements(of)) {
      const text = one.local === "textpath" ? one.attribute("string") : undefined;
      if (text) into.extras.push({ type: "shape", text });
      const alternative = one.local === "docPr" ? (one.attribute("descr") ?? "").trim() : "";
      if (alternative !== "") into.extras.push({ type: "alternative", text: alternative });
      if (one.local === "pic" || one.local === "imagedata") into.pictures++;
      const relation = one.local === "OLEObject" ? relationId(one) : undefined;
      if (relation !== undefined) into.extras.push({ type: "embedded", relation });
      if (one.local === "txbxContent") into.extras.push({ type: "box", content: one });
      else if (one.local === "txBody") into.extras.push({ type: "shape", text: drawingText(one) });
      else if (one.local === "AlternateContent") look(onlyChoice(one) ?? one);
      else look(one);
    }
  };
  look(drawing);
}

export type ParagraphProperties = {
  style: string | undefined;
  outline: string | undefined;
  list: { id: string | undefined; level: number | undefined } | null;
  pageBreak: boolean;
  section: boolean;
};

export function propertiesOf(paragraph: XmlElement): ParagraphProperties {
  const properties = childOf(paragraph, "pPr");
  const found: ParagraphProperties = {
    style: undefined,
    outline: undefined,
    list: null,
    pageBreak: false,
    section: false,
  };
  for (const one of elements(properties)) {
    if (one.local === "pStyle") found.style = one.attribute("val");
    else if (one.local === "outlineLvl") found.outline = one.attribute("val");
    else if (one.local === "pageBreakBefore") found.pageBreak = !/^(0|false|off)$/.test(one.attribute("val") ?? "");
    else if (one.local === "sectPr") found.section = downTo(one, "type")?.attribute("val") !== "continuous";
    else if (one.local === "numPr") {
      const level = childOf(one, "ilvl")?.attribute("val");
      found.list = {
        id: childOf(one, "numId")?.attribute("val"),
        level: level === undefined ? undefined : Number(level),
      };
    }
  }
  return found;
}
