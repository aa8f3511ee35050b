/** Paragraphs and rows of an RTF file, from the text that its reader pours in. */
import type { Block, Place } from "@orchestratex/sdk/contract";

export type RtfParagraph = { inTable: boolean; level: number | null };
export type RtfPages = { page: number; known: boolean };

export type RtfStory = {
  part: string | undefined;
  text(text: string): void;
  /** The number or sign of a list, as the file has it ready. */
  label(text: string): void;
  endParagraph(about: RtfParagraph): void;
  endCell(): void;
  endRow(): void;
  /** Told after the paragraph that is open. */
  after(blocks: readonly Block[]): void;
  /** Tells what is left. */
  end(): void;
};

type State = {
  readonly story: RtfStory;
  out(block: Block): void;
  pages: RtfPages | null;
  written: string[];
  length: number;
  label: string;
  /** Of the row that is open. */
  cells: string[];
  /** Paragraphs of the cell that is open. */
  cell: string[];
  waiting: Block[];
  headings: { level: number; text: string }[];
  startedOn: number | null;
};

/** Characters: what is longer is told in pieces, or not as one row. */
const [LONGEST, LONGEST_ROW] = [200_000, 4000] as const;
/** Cells of a row, paragraphs of a cell, notes of a paragraph. */
const MOST = 10_000;

export function openRtfStory(part: string | undefined, out: (block: Block) => void, pages: RtfPages | null): RtfStory {
  const story: RtfStory = {
    part,
    text(text) {
      if (state.startedOn === null && pages && /\S/.test(text)) state.startedOn = pages.page;
      state.written.push(text);
      state.length += text.length;
      if (state.length > LONGEST) tell("paragraph", take(state), state);
    },
    label(text) {
      const sign = text.trim();
      state.label = sign === "" ? "" : /[\p{L}\p{N}]/u.test(sign) ? `${sign} ` : "• ";
    },
    endParagraph: (about) => (about.inTable ? endInCell(state) : endParagraph(about.level, state)),
    endCell() {
      state.cells.push([...state.cell, take(state)].join(" ").trim());
      [state.cell, state.label] = [[], ""];
      if (state.cells.length > MOST) endRow(state);
    },
    endRow: () => endRow(state),
    after: (blocks) => {
      for (const block of blocks) state.waiting.push(block);
      if (state.waiting.length > MOST) tellWaiting(state);
    },
    end: () => endParagraph(null, state),
  };
  const state: State = {
    ...{ story, out, pages, written: [], length: 0, label: "", cells: [], cell: [], waiting: [], headings: [] },
    startedOn: null,
  };
  return story;
}

function take(state: State): string {
  const text = state.written.join("").trim();
  [state.written, state.length] = [[], 0];
  return text === "" ? "" : `${state.label}${text}`;
}

const placeOf = ({ pages, startedOn, headings, story }: State): Place => ({
  ...(pages?.known ? { page: startedOn ?? pages.page } : {}),
  ...(headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {}),
  ...(story.part === undefined ? {} : { part: story.part }),
});

function tell(kind: Block["kind"], text: string, state: State): void {
  if (text.trim() !== "") state.out({ kind, text, place: placeOf(state) });
  state.startedOn = null;
}

function endInCell(state: State): void {
  const text = take(state);
  if (text !== "") state.cell.push(text);
  state.label = "";
  if (state.cell.length > MOST) endRow(state);
}

function endParagraph(level: number | null, state: State): void {
  const isItem = state.label !== "";
  const text = take(state);
  // A row that nobody has ended.
  if (state.cells.length > 0 || state.cell.length > 0) endRow(state);
  const { headings, story } = state;
  if (text !== "" && level !== null && story.part === undefined) {
    while ((headings.at(-1)?.level ?? -1) >= level) headings.pop();
    headings.push({ level, text: text.slice(0, 300) });
  }
  const isNote = /^(comment|footnote|endnote)$/.test(story.part ?? "");
  tell(level !== null ? "heading" : isItem ? "list_item" : isNote ? "note" : "paragraph", text, state);
  state.label = "";
  tellWaiting(state);
}

function endRow(state: State): void {
  const last = [...state.cell, take(state)].join(" ").trim();
  const cells = last === "" ? state.cells : [...state.cells, last];
  const texts = cells.map((text) => text.replace(/\s+/g, " "));
  if (texts.reduce((sum, text) => sum + text.length, 0) <= LONGEST_ROW)
    tell("table_row", texts.join("\t").trimEnd(), state);
  else for (const text of cells) tell("paragraph", text, state);
  [state.cells, state.cell, state.label] = [[], [], ""];
  tellWaiting(state);
}

function tellWaiting(state: State): void {
  for (const block of state.waiting) state.out({ ...block, place: { ...placeOf(state), ...block.place } });
  state.waiting = [];
}
