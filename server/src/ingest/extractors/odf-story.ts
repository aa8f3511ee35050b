/** The content of an OpenDocument file as blocks: text, lists with their numbers, tables by row, slides. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { OdfLists } from "./odf-lists.ts";
import { commentText, type OdfExtra, odfInline, tellDrawing } from "./odf-text.ts";
import { openRows, type Rows } from "./ooxml-rows.ts";

export type OdfTold = Block | { object: string; place: Place };

export type OdfStory = {
  units: ReadonlySet<string>;
  skip: ReadonlySet<string>;
  unit(tree: XmlElement): void;
  open(element: XmlElement): void;
  close(local: string): void;
  take(): OdfTold[];
};

export type OdfCounts = { headings: number; tables: number; images: number; comments: number; slides: number };
/** Styles that stand on the one named Title. */
export type Titles = { define(style: XmlElement): void; has(style: string): boolean };

export function openTitles(): Titles {
  const known = new Set(["Title"]);
  return {
    define(style) {
      if (known.has(style.attribute("parent-style-name") ?? "")) known.add(style.attribute("name") ?? "");
    },
    has: (style) => known.has(style),
  };
}

type Options = {
  part?: string;
  lists: OdfLists;
  titles: Titles;
  counts: OdfCounts;
  links: Set<string>;
  seen?: Set<string>;
};

type State = Options & {
  told: OdfTold[];
  waiting: OdfTold[];
  rows: Rows;
  headings: { level: number; text: string }[];
  /** Names of the elements that say what kind of text this is, outermost first. */
  parts: string[];
  /** How many elements are open since one that nobody sees: a placeholder that only prompts for text. */
  hidden: number;
  slide: number;
  sheet: string | null;
  spreadsheet: boolean;
};

const LINKS = 500;
/** Elements around text that is not in the body of the page. */
const parts: Readonly<Record<string, string>> = {
  ...{ header: "header", "header-left": "header", "header-first": "header" },
  ...{ footer: "footer", "footer-left": "footer", "footer-first": "footer", notes: "notes", "master-page": "master" },
  "handout-master": "master",
};
const partOfDrawing = new Set(["frame", "custom-shape"]);

export function openOdfStory(options: Options): OdfStory {
  const told: OdfTold[] = [];
  const state: State = {
    ...options,
    ...{ told, waiting: [], rows: openRows((block) => void told.push(block)), headings: [], parts: [] },
    ...{ hidden: 0, slide: 0, sheet: null, spreadsheet: false },
  };
  return {
    units: new Set(["p", "h", "list-style", "outline-style", "annotation", "image", "object", "object-ole", "desc"]),
    skip: new Set([
      "tracked-changes",
      "forms",
      "font-face-decls",
      "scripts",
      "settings",
      "thumbnail",
      "event-listeners",
    ]),
    unit: (tree) => unit(tree, state),
    open: (element) => opened(element, state),
    close: (local) => closed(local, state),
    take: () => told.splice(0, told.length),
  };
}

function opened(element: XmlElement, state: State): void {
  const { rows, lists } = state;
  const { local } = element;
  if (state.hidden > 0 || isPrompt(element, state)) return void state.hidden++;
  const part = parts[local];
  if (part !== undefined) state.parts.push(part);
  else if (local === "table") {
    if (state.spreadsheet) state.sheet = element.attribute("name") ?? null;
    rows.table();
    state.counts.tables++;
  } else if (local === "table-row") rows.row();
  else if (local === "table-cell" || local === "covered-table-cell") rows.cell();
  else if (local === "list") lists.open(element);
  else if (local === "list-item" || local === "list-header") lists.item(element, local === "list-item");
  else if (local === "page") {
    state.slide++;
    state.counts.slides++;
    state.headings = [];
  } else if (local === "spreadsheet") state.spreadsheet = true;
  else if (partOfDrawing.has(local)) state.parts.push(element.attribute("class") === "title" ? "title" : "shape");
  else if (local === "style") state.titles.define(element);
}

/** In masters every placeholder, but those whose text is shown on all slides. */
function isPrompt(element: XmlElement, { parts: around }: State): boolean {
  if (!partOfDrawing.has(element.local)) return false;
  if (element.attribute("placeholder") === "true") return true;
  const kind = element.attribute("class");
  return around.includes("master") && kind !== undefined && !/^(header|footer|date-time)$/.test(kind);
}

function closed(local: string, state: State): void {
  const { rows, lists } = state;
  if (state.hidden > 0) state.hidden--;
  else if (parts[local] !== undefined || partOfDrawing.has(local)) state.parts.pop();
  else if (local === "table") rows.endTable();
  else if (local === "table-row" && rows.endRow()) for (const one of state.waiting.splice(0)) state.told.push(one);
  else if (local === "list") lists.close();
}

function unit(tree: XmlElement, state: State): void {
  const { lists } = state;
  if (state.hidden > 0) return;
  if (tree.local === "list-style" || tree.local === "outline-style") return lists.define(tree);
  if (tree.local === "annotation")
    return hang([{ type: "note", part: "comment", text: commentText(tree) }], placeOf(state), state);
  if (tree.local !== "p" && tree.local !== "h") {
    const into = { extras: [] as OdfExtra[], pictures: 0 };
    tellDrawing(tree, into);
    state.counts.images += into.pictures;
    return hang(into.extras, placeOf(state), state);
  }
  paragraph(tree, state);
}

function paragraph(tree: XmlElement, state: State): void {
  const { lists, rows, counts, links } = state;
  const inline = odfInline(tree);
  counts.images += inline.pictures;
  for (const link of inline.links) if (links.size < LINKS) links.add(link.slice(0, 2000));
  const level = levelOf(tree, state);
  const isSlide = state.slide > 0 || state.parts.includes("master");
  const labelled = lists.within() ? lists.label() : null;
  // On slides nearly every text is in a list, in cells of tables, too, whether or not a bullet is shown.
  const item = isSlide && !/[\p{L}\p{N}]/u.test(labelled ?? "1") ? "" : labelled;
  const label = item ?? (tree.local === "h" ? lists.heading(tree, level ?? 1) : "");
  const text = `${label}${inline.text}`;
  if (inline.text !== "" && !/^<[a-z]+>$/.test(inline.text)) {
    if (level !== null && !rows.within()) {
      while ((state.headings.at(-1)?.level ?? -1) >= level) state.headings.pop();
      state.headings.push({ level, text: text.slice(0, 300) });
      counts.headings++;
    }
    const kind = level !== null ? "heading" : lists.within() ? "list_item" : "paragraph";
    const place = placeOf(state);
    const isNew = !state.seen?.has(text);
    state.seen?.add(text);
    if (isNew) rows.tell({ kind, text, place });
  }
  hang(inline.extras, placeOf(state), state);
}

/** 0: the title of the whole. */
function levelOf(tree: XmlElement, { parts: around, slide, titles }: State): number | null {
  if (tree.local === "h") return Math.max(1, Number(tree.attribute("outline-level") ?? 1) || 1);
  if (around.at(-1) === "title" && slide > 0) return 1;
  return titles.has(tree.attribute("style-name") ?? "") ? 0 : null;
}

function placeOf({ headings, slide, sheet, parts: around, part }: State): Place {
  const inside = around.findLast((one) => one !== "shape" && one !== "title") ?? part;
  return {
    ...(slide > 0 ? { slide } : {}),
    ...(sheet === null ? {} : { sheet }),
    ...(headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {}),
    ...(inside === undefined ? {} : { part: inside }),
  };
}

function hang(extras: readonly OdfExtra[], place: Place, state: State): void {
  const into = state.rows.within() ? state.waiting : state.told;
  for (const extra of extras) {
    if (extra.type === "note") {
      if (extra.part === "comment") state.counts.comments++;
      if (extra.text !== "") into.push({ kind: "note", text: extra.text, place: { ...place, part: extra.part } });
    } else if (extra.type === "alternative") into.push({ kind: "caption", text: extra.text, place });
    else if (extra.type === "object") into.push({ object: extra.path, place });
    else {
      const { lists, titles, counts, links } = state;
      const inside = openOdfStory({ lists, titles, counts, links, part: place.part ?? "textbox" });
      replay(extra.content, inside);
      for (const one of inside.take()) into.push({ ...one, place: { ...place, ...one.place } });
    }
  }
}

function replay(tree: XmlElement, story: OdfStory): void {
  for (const one of elements(tree)) {
    if (one.local === "p" || one.local === "h") story.unit(one);
    else if (!story.units.has(one.local) && !story.skip.has(one.local)) {
      story.open(one);
      replay(one, story);
      story.close(one.local);
    }
  }
}
