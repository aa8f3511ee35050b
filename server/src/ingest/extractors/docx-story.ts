/** One story of a Word document (its body, a header, its notes) as blocks: paragraphs, lists with their numbers, tables by row. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { Numbering } from "./docx-numbering.ts";
import { outlineLevel, type Styles } from "./docx-styles.ts";
import { type Distant, type Fields, type Inline, inlineOf, type Pages, propertiesOf, turnPage } from "./docx-text.ts";

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

type Row = { cells: Block[][]; deleted: boolean; length: number };
type Table = { row: Row | null };

/** Characters of a row that is told as one; longer ones are tables that only arrange text. */
const LONGEST_ROW = 4000;
const SPAN = 100;

export function openStory(document: Document, options: Options): Story {
  const told: Told[] = [];
  /** What hangs on the paragraphs of a row comes after it. */
  let waiting: Told[] = [];
  const tables: Table[] = [];
  const headings: { level: number; text: string }[] = [];
  const fields: Fields = [];
  let [boxes, fallbacks] = [0, 0];
  const alternates: boolean[] = [];

  const place = (page?: number): Place => ({
    ...(options.pages && (options.pages.known || (page ?? 1) > 1) ? { page: page ?? options.pages.page } : {}),
    ...(headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {}),
    ...(boxes > 0 ? { part: "textbox" } : options.part === undefined ? {} : { part: options.part }),
  });
  const cell = (): Block[] | undefined => tables.at(-1)?.row?.cells.at(-1);
  const tell = (block: Block): void => {
    const into = cell();
    if (!into) return void told.push(block);
    into.push(block);
    const row = tables.at(-1)?.row;
    if (row) row.length += block.text.length;
    if (row && row.length > 16 * LONGEST_ROW) flush(row);
  };
  const flush = (row: Row): void => {
    const blocks = row.cells.flat();
    for (const one of row.cells) one.length = 0;
    row.length = 0;
    const outer = tables.length > 1 ? tables[tables.length - 2]?.row?.cells.at(-1) : undefined;
    for (const block of blocks) (outer ?? told).push(block);
  };
  const heading = (level: number, text: string): void => {
    while ((headings.at(-1)?.level ?? -1) >= level) headings.pop();
    headings.push({ level, text: text.slice(0, 300) });
    document.counts.headings++;
  };
  const endRow = (): void => {
    const table = tables.at(-1);
    const row = table?.row;
    if (!table || !row) return;
    if (row.deleted) row.cells = [];
    const isTable = row.length <= LONGEST_ROW && (row.cells.length > 1 || (row.cells[0]?.length ?? 0) === 1);
    const first = row.cells.flat()[0];
    if (isTable && first) row.cells = [[{ kind: "table_row", text: row.cells.map(cellText).join("\t"), place: first.place }]];
    flush(row);
    table.row = null;
    if (tables.every((one) => one.row === null)) {
      told.push(...waiting);
      waiting = [];
    }
  };
  const hang = ({ extras }: Inline, at: Place): void => {
    const into = tables.some(({ row }) => row) ? waiting : told;
    for (const extra of extras) {
      if (extra.type === "box") box(extra.content, into);
      else if (extra.type === "alternative") into.push({ kind: "caption", text: extra.text, place: at });
      else if ("text" in extra) into.push({ kind: "paragraph", text: extra.text, place: { ...at, part: "textbox" } });
      else into.push({ extra, place: at });
    }
  };
  /** Read as if it stood for itself: not inside the row around it. */
  const box = (content: XmlElement, into: Told[]): void => {
    boxes++;
    const inside = openStory(document, { ...options, part: "textbox" });
    replay(content, inside);
    boxes--;
    into.push(...inside.take());
  };
  const paragraph = (tree: XmlElement): void => {
    const properties = propertiesOf(tree);
    if (properties.pageBreak && options.pages && !options.pages.pending) turnPage(options.pages, true);
    const inline = inlineOf(tree, fields, options.pages ?? null);
    count(document, inline);
    for (const link of inline.links) options.link(link);
    const style = document.styles.of(properties.style);
    const label = labelOf(document, properties, style.list);
    const text = inline.text.trim() === "" ? "" : `${label?.label ?? ""}${inline.text.trim()}`;
    const level = properties.outline === undefined ? style.heading : outlineLevel(properties.outline);
    if (text !== "") {
      if (level !== null && tables.length === 0) heading(level, text);
      tell({ kind: kindOf(level, label !== null, style), text, place: place(inline.page) });
    }
    hang(inline, place(inline.page));
    options.paragraph?.(tree);
    if (properties.section && options.pages && !options.pages.pending) turnPage(options.pages, true);
  };

  return {
    units: new Set(["p"]),
    skip: new Set(["rPr", "tblPr", "tblGrid", "sdtPr", "sdtEndPr"]),
    unit: (tree) => void (fallbacks > 0 || paragraph(tree)),
    open(element) {
      const { local } = element;
      if (local === "AlternateContent") alternates.push(false);
      else if (local === "Choice") alternates[alternates.length - 1] = true;
      else if (local === "Fallback" && alternates.at(-1)) fallbacks++;
      else if (local === "tbl" && fallbacks === 0) {
        tables.push({ row: null });
        document.counts.tables++;
      } else if (options.container?.is(local)) options.container.begin(element);
      else openTable(element, tables.at(-1));
    },
    close(local) {
      if (local === "AlternateContent") alternates.pop();
      else if (local === "Fallback" && fallbacks > 0) fallbacks--;
      else if (local === "tr") endRow();
      else if (local === "tbl" && fallbacks === 0) tables.pop();
      else if (options.container?.is(local)) options.container.end();
    },
    take: () => told.splice(0, told.length),
  };
}

function openTable(element: XmlElement, table: Table | undefined): void {
  if (!table) return;
  const { row } = table;
  const empty = (count: string | undefined, less: number) => {
    for (let left = Math.min(Number(count) || 0, SPAN) - less; left > 0; left--) row?.cells.push([]);
  };
  if (element.local === "tr") table.row = { cells: [], deleted: false, length: 0 };
  else if (element.local === "tc") row?.cells.push([]);
  else if (element.local === "gridBefore") empty(element.attribute("val"), 0);
  else if (element.local === "gridSpan" && row) {
    const current = row.cells.pop();
    empty(element.attribute("val"), 1);
    if (current) row.cells.push(current);
  } else if (element.local === "del" && row && row.cells.length === 0) row.deleted = true;
}

const cellText = (blocks: readonly Block[]): string => blocks.map(({ text }) => text.replace(/\s+/g, " ")).join(" ");

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
