/** One story of a Word document (its body, a header, its notes) as blocks: paragraphs, lists with their numbers, tables by row. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { Numbering } from "./docx-numbering.ts";
import { outlineLevel, type Styles } from "./docx-styles.ts";
import { type Distant, type Fields, type Inline, inlineOf, type Pages, propertiesOf, turnPage } from "./docx-text.ts";
import { openRows, type Rows } from "./ooxml-rows.ts";

/** What all stories of a document share. */
export type Document = {
  styles: Styles;
  numbering: Numbering;
  counts: { tables: number; pictures: number; headings: number; inserted: number; deleted: number };
};

/** A block, or something that has to be fetched from another part before more is told. */
export type Told = Block | { extra: Distant; place: Place };

export type Story = {
  units: ReadonlySet<string>;
  skip: ReadonlySet<string>;
  open(element: XmlElement): void;
  close(local: string): void;
  unit(tree: XmlElement): void;
  /** What was told since the last time. */
  take(): Told[];
};

type Options = {
  part?: string;
  pages?: Pages;
  link(link: Inline["links"][number]): void;
  /** Elements that hold a text of their own: a note, a comment. */
  container?: { is(local: string): boolean; begin(element: XmlElement): void; end(): void };
  paragraph?(tree: XmlElement): void;
};

/** Where the story is. */
type State = {
  document: Document;
  options: Options;
  told: Told[];
  /** What hangs on the paragraphs of a row comes after it. */
  waiting: Told[];
  rows: Rows;
  headings: { level: number; text: string }[];
  fields: Fields;
  /** For each alternative that is open, whether its first choice has come: then what it falls back to is passed over. */
  alternates: boolean[];
  fallbacks: number;
  inRowProperties: boolean;
};

export function openStory(document: Document, options: Options): Story {
  const told: Told[] = [];
  const state: State = {
    ...{ document, options, told, waiting: [], rows: openRows((block) => void told.push(block)) },
    ...{ headings: [], fields: [], alternates: [], fallbacks: 0, inRowProperties: false },
  };
  return {
    units: new Set(["p"]),
    skip: new Set(["rPr", "tblPr", "tblGrid", "sdtPr", "sdtEndPr"]),
    unit: (tree) => void (state.fallbacks > 0 || paragraph(tree, state)),
    open: (element) => opened(element, state),
    close: (local) => closed(local, state),
    take: () => told.splice(0, told.length),
  };
}

function opened(element: XmlElement, state: State): void {
  const { rows, alternates, options } = state;
  const { local } = element;
  const number = () => Number(element.attribute("val")) || 0;
  if (local === "AlternateContent") alternates.push(false);
  else if (local === "Choice") alternates[alternates.length - 1] = true;
  else if (local === "Fallback" && alternates.at(-1)) state.fallbacks++;
  else if (state.fallbacks > 0) return;
  else if (options.container?.is(local)) options.container.begin(element);
  else if (local === "tbl") {
    rows.table();
    state.document.counts.tables++;
  } else if (local === "tr") rows.row();
  else if (local === "tc") rows.cell();
  else if (local === "gridSpan") rows.covered(number() - 1);
  else if (local === "gridBefore") rows.covered(number());
  else if (local === "trPr") state.inRowProperties = true;
  else if (local === "del" && state.inRowProperties) rows.drop();
}

function closed(local: string, state: State): void {
  const { rows, alternates, options } = state;
  if (local === "AlternateContent") alternates.pop();
  else if (local === "Fallback" && state.fallbacks > 0) state.fallbacks--;
  else if (state.fallbacks > 0) return;
  else if (options.container?.is(local)) options.container.end();
  else if (local === "trPr") state.inRowProperties = false;
  else if (local === "tbl") rows.endTable();
  else if (local === "tr" && rows.endRow()) for (const one of state.waiting.splice(0)) state.told.push(one);
}

function paragraph(tree: XmlElement, state: State): void {
  const { document, options, rows } = state;
  const properties = propertiesOf(tree);
  const pages = options.pages ?? null;
  if (properties.pageBreak && !pages?.pending) turnPage(pages, true);
  const inline = inlineOf(tree, state.fields, pages);
  count(document, inline);
  for (const link of inline.links) options.link(link);
  const style = document.styles.of(properties.style);
  const label = labelOf(document, properties, style.list);
  const said = inline.text.trim();
  const level = properties.outline === undefined ? style.heading : outlineLevel(properties.outline);
  const text = `${label?.label ?? ""}${said}`;
  if (said !== "" && level !== null && !rows.within()) addHeading(level, text, state);
  const place = placeOf(inline.page, state);
  if (said !== "") rows.tell({ kind: kindOf(level, label !== null, style), text, place });
  hang(inline, place, state);
  options.paragraph?.(tree);
  if (properties.section && !pages?.pending) turnPage(pages, true);
}

function addHeading(level: number, text: string, { headings, document }: State): void {
  while ((headings.at(-1)?.level ?? -1) >= level) headings.pop();
  headings.push({ level, text: text.slice(0, 300) });
  document.counts.headings++;
}

const placeOf = (page: number, { options, headings }: State): Place => ({
  ...(options.pages && (options.pages.known || page > 1) ? { page } : {}),
  ...(headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {}),
  ...(options.part === undefined ? {} : { part: options.part }),
});

function hang({ extras }: Inline, place: Place, { document, options, told, waiting, rows }: State): void {
  const into = rows.within() ? waiting : told;
  for (const extra of extras) {
    if (extra.type === "box") {
      // Read as if it stood for itself: not inside the row around it.
      const inside = openStory(document, { ...options, part: "textbox" });
      replay(extra.content, inside);
      for (const one of inside.take()) into.push(one);
    } else if (extra.type === "alternative") into.push({ kind: "caption", text: extra.text, place });
    else if ("text" in extra) into.push({ kind: "paragraph", text: extra.text, place: { ...place, part: "textbox" } });
    else into.push({ extra, place });
  }
}

function replay(tree: XmlElement, story: Story): void {
  for (const one of elements(tree)) {
    if (story.units.has(one.local)) story.unit(one);
    else if (!story.skip.has(one.local)) {
      story.open(one);
      replay(one, story);
      story.close(one.local);
    }
  }
}

function labelOf(
  { numbering }: Document,
  { list, style }: ReturnType<typeof propertiesOf>,
  styled: { id: string; level: number | null; style: string } | null,
): { label: string; bullet: boolean } | null {
  const id = list?.id ?? styled?.id;
  if (id === undefined || id === "0") return null;
  const linked = styled && numbering.levelOf(id, styled.style);
  const level = list?.level ?? (list?.id === undefined ? (linked ?? styled?.level) : undefined);
  return numbering.next(id, level ?? (style === undefined ? null : numbering.levelOf(id, style)) ?? 0);
}

function kindOf(level: number | null, isItem: boolean, style: { code: boolean; caption: boolean }): Block["kind"] {
  if (level !== null) return "heading";
  if (isItem) return "list_item";
  if (style.code) return "code";
  return style.caption ? "caption" : "paragraph";
}

function count({ counts }: Document, inline: Inline): void {
  counts.pictures += inline.pictures;
  counts.inserted += inline.inserted;
  counts.deleted += inline.deleted;
}
