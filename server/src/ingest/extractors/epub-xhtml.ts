/** One document of a book as blocks: XHTML, but read as browsers read HTML, because many books are not well-formed. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { Parser } from "htmlparser2";
import { AppError } from "../../errors.ts";
import { numeral } from "./docx-numerals.ts";
import { openRows, type Rows } from "./ooxml-rows.ts";

export type BookDocument = { write(text: string): void; end(): void };

type List = { ordered: boolean; type: string; next: number };
type State = {
  rows: Rows;
  link(address: string): void;
  picture(): void;
  text: string[];
  length: number;
  kind: Block["kind"];
  level: number;
  headings: { level: number; text: string }[];
  lists: List[];
  label: string;
  /** Elements whose text is not shown, or is told elsewhere. */
  unseen: number;
  preformatted: number;
  /** `place.part` of the elements that are open. */
  parts: (string | undefined)[];
  open: number;
};

const blocks = new Set(
  (
    "p div section article aside header footer main nav figure blockquote h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre table " +
    "tr td th caption figcaption body hr address details summary form fieldset center title"
  ).split(" "),
);
const unseen = new Set(["script", "style", "head", "template", "svg", "noscript"]);
const listFormats: Readonly<Record<string, string>> = {
  ...{ a: "lowerLetter", A: "upperLetter", i: "lowerRoman", I: "upperRoman" },
};
/** Elements that are open at once. Books with tags that are never closed have hundreds. */
const DEEPEST = 10_000;
const LONGEST = 200_000;

export function openBookDocument(
  out: (block: Block) => void,
  link: (address: string) => void,
  picture: () => void,
): BookDocument {
  const state: State = {
    ...{
      rows: openRows(out),
      link,
      picture,
      text: [],
      length: 0,
      kind: "paragraph",
      level: 0,
      headings: [],
      lists: [],
    },
    ...{ label: "", unseen: 0, preformatted: 0, parts: [], open: 0 },
  };
  const parser = new Parser(
    {
      onopentag: (name, attributes) => opened(name, attributes, state),
      onclosetag: (name) => closed(name, state),
      ontext(text) {
        if (state.unseen > 0) return;
        state.text.push(state.preformatted > 0 ? text : text.replace(/[ \t\r\n\f]+/g, " "));
        state.length += text.length;
        if (state.length > LONGEST) endBlock(state);
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: true, recognizeCDATA: true },
  );
  return {
    write: (text) => parser.write(text),
    end() {
      parser.end();
      endBlock(state);
    },
  };
}

function opened(name: string, attributes: Readonly<Record<string, string>>, state: State): void {
  if (++state.open > DEEPEST) throw new AppError("file.beyond_limits", `Its elements nest deeper than ${DEEPEST}`);
  // What was said before belongs to the part around.
  if (blocks.has(name) && state.unseen === 0) endBlock(state);
  state.parts.push(partOf(attributes) ?? state.parts.at(-1));
  if (unseen.has(name)) state.unseen++;
  if (state.unseen > 0) return;
  if (/^h[1-6]$/.test(name)) [state.kind, state.level] = ["heading", Number(name[1])];
  else if (name === "ul" || name === "ol")
    state.lists.push({
      ordered: name === "ol",
      type: attributes["type"] ?? "1",
      next: Number(attributes["start"] ?? 1) || 1,
    });
  else if (name === "li") state.label = labelOf(attributes, state.lists.at(-1));
  else if (name === "pre") {
    state.kind = "code";
    state.preformatted++;
  } else if (name === "figcaption" || name === "caption") state.kind = "caption";
  else if (name === "table") state.rows.table();
  else if (name === "tr") state.rows.row();
  else if (name === "td" || name === "th") {
    state.rows.cell();
    state.rows.covered(Math.min(Number(attributes["colspan"] ?? 1) || 1, 100) - 1);
  } else if (name === "br") state.text.push("\n");
  else if (name === "img") {
    state.picture();
    const alternative = (attributes["alt"] ?? "").trim();
    if (alternative !== "") state.text.push(` ${alternative} `);
  } else if (name === "a" && /^(https?|mailto):/i.test(attributes["href"] ?? "")) state.link(attributes["href"] ?? "");
}

function closed(name: string, state: State): void {
  state.open--;
  if (unseen.has(name) && state.unseen > 0) {
    state.unseen--;
    state.parts.pop();
    return;
  }
  if (state.unseen === 0 && blocks.has(name)) {
    endBlock(state);
    if (name === "ul" || name === "ol") state.lists.pop();
    else if (name === "pre") state.preformatted--;
    else if (name === "table") state.rows.endTable();
    else if (name === "tr") state.rows.endRow();
  }
  state.parts.pop();
}

/** EPUB says so of notes: https://www.w3.org/TR/epub-ssv-11/ */
function partOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const kind = `${attributes["epub:type"] ?? ""} ${attributes["role"] ?? ""}`;
  return /\b(doc-)?(footnote|endnote|rearnote)\b/.exec(kind)?.[2]?.replace("rearnote", "endnote");
}

function labelOf(attributes: Readonly<Record<string, string>>, list: List | undefined): string {
  if (!list?.ordered) return "• ";
  const number = Number(attributes["value"] ?? list.next) || list.next;
  list.next = number + 1;
  return `${numeral(number, listFormats[list.type] ?? "decimal")}. `;
}

function endBlock(state: State): void {
  const joined = state.text.join("");
  const text = state.kind === "code" ? joined.replace(/^\n+/, "").trimEnd() : joined.replace(/ *\n */g, "\n").trim();
  const { label, kind, level, headings, parts } = state;
  [state.text, state.length] = [[], 0];
  if (text === "") {
    if (kind === "code" && state.preformatted === 0) state.kind = "paragraph";
    return;
  }
  const said = `${label}${text}`;
  if (kind === "heading") {
    while ((headings.at(-1)?.level ?? -1) >= level) headings.pop();
    headings.push({ level, text: said.replace(/\s+/g, " ").slice(0, 300) });
  }
  const part = parts.at(-1);
  const place: Place = {
    ...(headings.length > 0 ? { heading: headings.map((one) => one.text) } : {}),
    ...(part === undefined ? {} : { part }),
  };
  const isNote = part !== undefined && kind === "paragraph";
  state.rows.tell({
    kind: label !== "" && kind === "paragraph" ? "list_item" : isNote ? "note" : kind,
    text: said,
    place,
  });
  state.label = "";
  state.kind = state.preformatted > 0 ? "code" : "paragraph";
}
