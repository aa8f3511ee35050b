/** The text of one paragraph of an OpenDocument file, and what hangs on it. OpenDocument 1.3, part 3, 6 */
import { allOf, childOf, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";

export type OdfExtra =
  | { type: "note"; part: "footnote" | "endnote" | "comment"; text: string }
  | { type: "box"; content: XmlElement }
  | { type: "object"; path: string }
  | { type: "alternative"; text: string };

export type OdfInline = { text: string; extras: OdfExtra[]; links: string[]; pictures: number };

export function odfInline(paragraph: XmlElement): OdfInline {
  const into: OdfInline = { text: "", extras: [], links: [], pictures: 0 };
  const parts: string[] = [];
  walk(paragraph, parts, into);
  return { ...into, text: parts.join("").trim() };
}

const spaces = (element: XmlElement): string => {
  const count = Number(element.attribute("c") ?? 1);
  return " ".repeat(count > 0 && count < 1000 ? count : 1);
};

/** White space in the file is one space; more are elements. */
function walk(parent: XmlElement, parts: string[], into: OdfInline): void {
  for (const one of parent.children) {
    if (typeof one === "string") parts.push(one.replace(/[ \t\r\n]+/g, " "));
    else if (one.local === "s") parts.push(spaces(one));
    else if (one.local === "tab") parts.push("\t");
    else if (one.local === "line-break") parts.push("\n");
    else if (one.local === "a") {
      const address = one.attribute("href");
      if (address !== undefined && !address.startsWith("#")) into.links.push(address);
      walk(one, parts, into);
    } else if (one.local === "note") {
      const part = one.attribute("note-class") === "endnote" ? "endnote" : "footnote";
      into.extras.push({ type: "note", part, text: linesOf(childOf(one, "note-body")) });
    } else if (one.local === "annotation") into.extras.push({ type: "note", part: "comment", text: commentText(one) });
    else if (one.local === "ruby") {
      const reading = textOf(childOf(one, "ruby-text"));
      for (const base of elements(one).filter(({ local }) => local === "ruby-base")) walk(base, parts, into);
      if (reading !== "") parts.push(`(${reading})`);
    } else if (drawn.has(one.local)) tellDrawing(one, into);
    else if (!unseen.has(one.local)) walk(one, parts, into);
  }
}

/** `hidden-text` and its like say their text in an attribute, and what is shown besides. */
const unseen = new Set(["tracked-changes", "script", "annotation-end", "bookmark", "note-citation"]);
const drawn = new Set(
  "frame custom-shape rect ellipse circle line polyline polygon path connector caption g a control regular-polygon".split(
    " ",
  ),
);
drawn.delete("a");

/** Every paragraph in it, a line each. */
export const linesOf = (of: XmlElement | undefined): string =>
  [...paragraphsOf(of)]
    .map((one) => odfInline(one).text)
    .join("\n")
    .trim();

function* paragraphsOf(of: XmlElement | undefined): Generator<XmlElement> {
  for (const one of elements(of)) {
    if (one.local === "p" || one.local === "h") yield one;
    else yield* paragraphsOf(one);
  }
}

export function commentText(annotation: XmlElement): string {
  const author = textOf(childOf(annotation, "creator")).trim().slice(0, 200);
  const text = linesOf(annotation);
  return author === "" || text === "" ? text : `${author}: ${text}`;
}

/** A picture, a shape, or an object, with the texts in it. */
export function tellDrawing(drawing: XmlElement, into: Pick<OdfInline, "extras" | "pictures">): void {
  if (drawing.local === "image") into.pictures++;
  const path = /^object(-ole)?$/.test(drawing.local) ? drawing.attribute("href") : undefined;
  if (path !== undefined) return void into.extras.push({ type: "object", path });
  if (drawing.local === "title" || drawing.local === "desc") {
    const text = textOf(drawing).trim();
    if (text !== "") into.extras.push({ type: "alternative", text });
    return;
  }
  const [math] = [...allOf(drawing, "math")];
  if (math) return void into.extras.push({ type: "alternative", text: formulaOf(math) });
  const texts = elements(drawing).filter(({ local }) => holdsText.has(local));
  if (texts.length > 0) into.extras.push({ type: "box", content: drawing });
  for (const one of elements(drawing)) if (!holdsText.has(one.local)) tellDrawing(one, into);
}

const holdsText = new Set(["p", "h", "list", "text-box", "table"]);

/** As it was typed, where that is kept. */
export const formulaOf = (math: XmlElement): string => {
  const typed = [...allOf(math, "annotation")].map(textOf).join(" ").trim();
  return typed || textOf(math).replace(/\s+/g, "");
};
