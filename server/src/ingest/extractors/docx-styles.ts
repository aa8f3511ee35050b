/** What the styles of a Word document say of its paragraphs. ISO/IEC 29500-1 17.7 */
import { childOf, downTo, elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";

export type Style = {
  /** Of a heading: 1 to 9; 0: the title; null: none. */
  heading: number | null;
  /** Null: none. `level` is null where the list says it. */
  list: { id: string; level: number | null; style: string } | null;
  code: boolean;
  caption: boolean;
};

export type Styles = {
  /** Undefined: the style of paragraphs that name none. */
  of(id: string | undefined): Style;
  listOf(id: string): string | null;
};

const plain: Style = { heading: null, list: null, code: false, caption: false };
/** Styles that stand on each other; more turn in circles. */
const DEEPEST = 50;

export function openStyles(tree: XmlElement | null): Styles {
  const defined = new Map<string, XmlElement>();
  let usual: string | undefined;
  for (const one of elements(tree ?? undefined)) {
    const id = one.attribute("styleId");
    if (one.local !== "style" || id === undefined) continue;
    defined.set(id, one);
    if (one.attribute("type") === "paragraph" && /^(1|true|on)$/.test(one.attribute("default") ?? "")) usual = id;
  }
  const known = new Map<string, Style>();
  const styleOf = (id: string, depth: number): Style => {
    const before = known.get(id);
    if (before) return before;
    const element = defined.get(id);
    const parent = childOf(element, "basedOn")?.attribute("val");
    const base = parent !== undefined && depth < DEEPEST ? styleOf(parent, depth + 1) : plain;
    const style = element ? madeStyle(id, element, base) : (named(id) ?? plain);
    known.set(id, style);
    return style;
  };
  return {
    of: (id = usual) => (id === undefined ? plain : styleOf(id, 0)),
    listOf: (id) => downTo(defined.get(id), "pPr", "numPr", "numId")?.attribute("val") ?? null,
  };
}

function madeStyle(id: string, element: XmlElement, base: Style): Style {
  const name = childOf(element, "name")?.attribute("val") ?? id;
  const properties = childOf(element, "pPr");
  const outline = childOf(properties, "outlineLvl")?.attribute("val");
  const own = named(name);
  return {
    heading: outline === undefined ? (own?.heading ?? base.heading) : outlineLevel(outline),
    list: listOf(childOf(properties, "numPr"), base, id),
    code: base.code || own?.code === true,
    caption: base.caption || own?.caption === true,
  };
}

function listOf(numPr: XmlElement | undefined, base: Style, style: string): Style["list"] {
  if (!numPr) return base.list;
  const id = childOf(numPr, "numId")?.attribute("val") ?? base.list?.id;
  const level = childOf(numPr, "ilvl")?.attribute("val");
  if (id === undefined || id === "0") return null;
  return { id, level: level === undefined ? null : Number(level), style };
}

/** The built-in names stay English in every language of Word. */
function named(name: string): Style | null {
  const heading = /^heading\s?([1-9])$/i.exec(name)?.[1];
  if (heading !== undefined) return { ...plain, heading: Number(heading) };
  if (/^title$/i.test(name)) return { ...plain, heading: 0 };
  if (/^caption$/i.test(name)) return { ...plain, caption: true };
  if (/^(html preformatted|macro text|plain text|source ?code|code( block)?|listing|preformatted( text)?)$/i.test(name))
    return { ...plain, code: true };
  return null;
}

/** 0 to 8 are headings, 9 is text. */
export function outlineLevel(text: string): number | null {
  const level = Number(text);
  return Number.isInteger(level) && level >= 0 && level < 9 ? level + 1 : null;
}
