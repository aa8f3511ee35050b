/** Paragraphs and rows of an RTF file, from the text that its reader pours in. */
import type { Block, Place } from "@orchestratex/sdk/contract";

export type RtfParagraph = { inTable: boolean; level: number | null; label: string };

export type RtfStory = {
  part: string | undefined;
  text(text: string): void;
  /** The number or sign of a list, as the file has it ready. */
  label(text: string): void;
  endParagraph(about: { inTable: boolean; level: number | null }): void;
  endCell(): void;
  endRow(): void;
  /** Told after the paragraph that is open. */
  after(blocks: readonly Block[]): void;
  /** Tells what is left. */
  end(): void;
};

export type RtfPages = { page: number; known: boolean };

/** Characters: what is longer is told in pieces, or not as one row. */
const [LONGEST, LONGEST_ROW] = [200_000, 4000] as const;

export function openRtfStory(part: string | undefined, out: (block: Block) => void, pages: RtfPages | null): RtfStory {
  let [written, label, length]: [string[], string, number] = [[], "", 0];
  let [cells, cell]: [string[], string[]] = [[], []];
  let waiting: Block[] = [];
  const headings: { level: number; text: string }[] = [];
  let startedOn: number | null = null;
  const placeOf = (): Place => ({
    ...(pages?.known ? { page: startedOn ?? pages.page } : {}),
    ...(headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {}),
    ...(part === undefined ? {} : { part }),
  });
  const take = (): string => {
    const text = written.join("").trim();
    const said = text === "" ? "" : `${label}${text}`;
    [written, length] = [[], 0];
    return said;
  };
  const tellWaiting = () => {
    for (const block of waiting) out({ ...block, place: { ...placeOf(), ...block.place } });
    waiting = [];
  };
  const tell = (kind: Block["kind"], text: string) => {
    if (text.trim() !== "") out({ kind, text, place: placeOf() });
    startedOn = null;
  };
  const endRow = () => {
    if (cell.length > 0 || written.length > 0) cells.push([...cell, take()].join(" ").trim());
    const texts = cells.map((text) => text.replace(/\s+/g, " "));
    if (texts.reduce((sum, text) => sum + text.length, 0) <= LONGEST_ROW) tell("table_row", texts.join("\t").trimEnd());
    else for (const text of cells) tell("paragraph", text);
    [cells, cell, label] = [[], [], ""];
    tellWaiting();
  };
  const story: RtfStory = {
    part,
    text(text) {
      if (startedOn === null && pages && /\S/.test(text)) startedOn = pages.page;
      written.push(text);
      length += text.length;
      if (length > LONGEST) tell("paragraph", take());
    },
    label(text) {
      const sign = text.trim();
      label = sign === "" ? "" : /[\p{L}\p{N}]/u.test(sign) ? `${sign} ` : "• ";
    },
    endParagraph({ inTable, level }) {
      if (inTable) {
        const text = take();
        if (text !== "") cell.push(text);
        label = "";
        if (cell.length > 10_000) endRow();
        return;
      }
      if (cells.length > 0 || cell.length > 0) {
        const last = take();
        endRow();
        if (last !== "") written = [last];
      }
      const isItem = label !== "";
      const text = take();
      if (text !== "" && level !== null && part === undefined) {
        while ((headings.at(-1)?.level ?? -1) >= level) headings.pop();
        headings.push({ level, text: text.slice(0, 300) });
      }
      tell(
        level !== null
          ? "heading"
          : isItem
            ? "list_item"
            : part === "comment" || part === "footnote"
              ? "note"
              : "paragraph",
        text,
      );
      label = "";
      tellWaiting();
    },
    endCell() {
      cells.push([...cell, take()].join(" ").trim());
      [cell, label] = [[], ""];
      if (cells.length > 10_000) endRow();
    },
    endRow,
    after: (blocks) => void waiting.push(...blocks.slice(0, 10_000)),
    end() {
      if (cells.length > 0 || cell.length > 0) endRow();
      story.endParagraph({ inTable: false, level: null });
    },
  };
  return story;
}
