/** DOC: Word's files until 2003. */
import type { Place } from "@orchestratex/sdk/contract";
import { type DocFile, openDoc, type Story, stories } from "./doc-file.ts";
import { type Numbering, numberingOf } from "./doc-lists.ts";
import { resolved, type Style, stylesOf } from "./doc-styles.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { openOle } from "./ole.ts";
import { tellOleObjects } from "./ole-embedded.ts";
import { oleProperties } from "./ole-properties.ts";

export const doc: Extractor = {
  name: "doc",
  types: ["doc"],
  async read(source, findings) {
    const ole = openOle(await source.bytes(findings.limits.wholeBytes));
    const file = openDoc(ole);
    findings.facts(oleProperties(ole));
    const reading: Reading = {
      file,
      findings,
      styles: stylesOf(file),
      numbering: numberingOf(file),
      headings: [],
      links: new Set(),
      told: new Set(),
    };
    let at = 0;
    for (const story of stories) {
      const length = file.lengths.get(story) ?? 0;
      if (length > 0 && story !== "macro") await readStory(reading, story, at, at + length);
      at += length;
    }
    await tellOleObjects(ole, findings);
    if (reading.links.size > 0) findings.facts({ links: [...reading.links] });
  },
};

type Reading = {
  file: DocFile;
  findings: Findings;
  styles: readonly Style[];
  numbering: Numbering;
  headings: { text: string; level: number }[];
  links: Set<string>;
  /** Headers, which each section has again. */
  told: Set<string>;
};

/** Ends of paragraphs and of cells, and page breaks. */
const ends = new Set(["\r", "\x07", "\f"]);

function* endsIn(text: string): Generator<{ mark: string; index: number }> {
  for (let index = 0; index < text.length; index++) {
    const mark = text.charAt(index);
    if (ends.has(mark)) yield { mark, index };
  }
}

async function readStory(reading: Reading, story: Story, from: number, to: number): Promise<void> {
  const text = reading.file.text.slice(from, to);
  const authors = story === "comment" ? authorsOf(reading.file) : [];
  const table = openTable(reading, story);
  let [start, open, count] = [0, "", 0];
  for (const { mark, index } of endsIn(text)) {
    const piece = open + text.slice(start, index);
    const empty = start === index;
    start = index + 1;
    // A field may hold several paragraphs.
    open = endsInField(piece) && piece.length < 100_000 ? `${piece}\n` : "";
    if (open !== "") continue;
    const properties = resolved(reading.file.properties(from + index), reading.styles);
    const shown = plain(piece, reading.links);
    const number =
      properties.list && shown !== "" ? reading.numbering.next(properties.list, properties.level ?? 0) : "";
    const numbered = number === "" ? shown : `${number} ${shown}`;
    if (mark === "\x07") table.mark(numbered, properties.rowEnd || (reading.file.old && empty));
    else if (properties.inTable) table.paragraph(numbered);
    else {
      table.end();
      const author = authors.find((author) => index < author.to)?.name;
      tell(reading, story, { text: numbered, heading: properties.heading, listed: number !== "", author });
    }
    if (++count % 500 === 0) await reading.findings.pause();
  }
  table.end();
  const rest = plain(open + text.slice(start), reading.links);
  tell(reading, story, { text: rest, heading: null, listed: false, author: undefined });
}

/** Rows: each cell ends with a mark, and so does the row. */
function openTable(reading: Reading, story: Story) {
  let [cells, cell]: [string[], string[]] = [[], []];
  const end = () => {
    const text = cells.join("\t").trimEnd();
    if (text.trim() !== "") reading.findings.block({ kind: "table_row", text, place: placeOf(reading, story) });
    [cells, cell] = [[], []];
  };
  return {
    end,
    paragraph(text: string) {
      cell.push(text);
    },
    mark(text: string, endsRow: boolean) {
      if (endsRow) return end();
      cells.push([...cell, text].join(" ").replace(/\s+/g, " ").trim());
      cell = [];
    },
  };
}

function placeOf({ headings }: Reading, story: Story): Place {
  if (story !== "body") return { part: story === "header_textbox" ? "header" : story };
  return headings.length > 0 ? { heading: headings.map(({ text }) => text) } : {};
}

type Paragraph = { text: string; heading: number | null; listed: boolean; author: string | undefined };

function tell(reading: Reading, story: Story, { text, heading, listed, author }: Paragraph): void {
  if (text === "") return;
  const { findings, headings, told } = reading;
  const place = placeOf(reading, story);
  if (story !== "body") {
    const kind = story === "textbox" ? "paragraph" : "note";
    if (story !== "header" || !told.has(text))
      findings.block({ kind, text: author ? `${author}: ${text}` : text, place });
    told.add(text);
    return;
  }
  if (heading === null) {
    findings.block({ kind: listed ? "list_item" : "paragraph", text, place });
    return;
  }
  while ((headings.at(-1)?.level ?? Number.NEGATIVE_INFINITY) >= heading) headings.pop();
  findings.block({ kind: "heading", text, place: placeOf(reading, story) });
  headings.push({ text: text.slice(0, 200), level: heading });
}

const endsInField = (text: string): boolean => text.split("\x13").length > text.split("\x15").length;

/** What a field shows stands behind its instruction. */
function plain(text: string, links: Set<string>): string {
  let out = "";
  const open: { instruction: string; shows: boolean }[] = [];
  for (const letter of text) {
    const field = open.at(-1);
    if (letter === "\x13") open.push({ instruction: "", shows: false });
    else if (letter === "\x14" && field) field.shows = true;
    else if (letter === "\x15") noteLink(open.pop()?.instruction ?? "", links);
    else if (field && !field.shows) field.instruction += letter;
    else out += replaced[letter] ?? letter;
  }
  return out
    .replace(/[\p{Cc}\ufffc]/gu, (letter) => (letter === "\n" ? letter : ""))
    .replace(/[^\S\n]+/g, " ")
    .trim();
}

const replaced: Record<string, string> = { "\x0b": "\n", "\x1e": "-", "\x1f": "", "\xad": "", "\t": " ", "\x0e": " " };

function noteLink(instruction: string, links: Set<string>): void {
  const [, address] = /^\s*HYPERLINK\s+"([^"]+)"/.exec(instruction) ?? [];
  if (address && links.size < 500) links.add(address.slice(0, 2000));
}

/** Who wrote which part of the comments; `to`: where theirs ends, in letters. */
function authorsOf(file: DocFile): { to: number; name: string }[] {
  const owners: string[] = [];
  const names = file.table(36);
  for (let at = 0; at + 2 <= Math.min(names.length, names.bytes.length) && owners.length < 1000; ) {
    const end = at + 2 + names.bytes.readUInt16LE(at) * 2;
    owners.push(names.bytes.toString("utf16le", at + 2, end));
    at = end;
  }
  const places = file.table(5);
  const references = file.table(4);
  const count = Math.max(0, Math.floor((Math.min(references.length, references.bytes.length) - 4) / 34));
  const found: { to: number; name: string }[] = [];
  for (let i = 0; i < count && (i + 2) * 4 <= places.bytes.length; i++) {
    const owner = references.bytes.readUInt16LE((count + 1) * 4 + i * 30 + 20);
    found.push({ to: places.bytes.readUInt32LE((i + 1) * 4), name: owners[owner] ?? "" });
  }
  return found;
}
