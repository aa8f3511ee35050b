/** The text of a DOC and the properties of its paragraphs: [MS-DOC]. */
import { AppError } from "../../errors.ts";
import type { Ole } from "./ole.ts";
import { decodeCodepage } from "./ole-properties.ts";

/** Where a text stands: in this order they follow each other in the file. */
export const stories = [
  "body",
  "footnote",
  "header",
  "macro",
  "comment",
  "endnote",
  "textbox",
  "header_textbox",
] as const;
export type Story = (typeof stories)[number];

export type Properties = {
  style: number;
  list: number | null;
  level: number | null;
  rowEnd: boolean;
  inTable: boolean;
  outline: number | null;
};

export type DocFile = {
  /** Of Word 6 or 95: nothing is known of its paragraphs. */
  old: boolean;
  /** With marks of paragraphs, cells and fields in it. */
  text: string;
  /** Lengths in letters, by story. */
  lengths: ReadonlyMap<Story, number>;
  /** Of the paragraph that ends with the letter at this position. */
  properties(position: number): Properties;
  /** A structure of the table stream by its number in FibRgFcLcb97, with all that follows it. */
  table(index: number): { bytes: Buffer; length: number };
};

type Piece = { from: number; to: number; offset: number; narrow: boolean };

const lengthsAt = 0x4c;
const tablesAt = 0x9a;

export function openDoc(ole: Ole): DocFile {
  const main = ole.stream("WordDocument");
  if (!main || main.length < 0x60) throw new AppError("file.unreadable", "It has no text of Word in it");
  const flags = main.readUInt16LE(0x0a);
  if (flags & 0x0100) throw new AppError("file.encrypted", "The document is protected by a password");
  if (main.readUInt16LE(2) < 0xc1 || main.length < 0x1aa) return openOld(main);
  const table = ole.stream(flags & 0x0200 ? "1Table" : "0Table") ?? Buffer.alloc(0);
  const structure = (index: number) => {
    const at = tablesAt + index * 8;
    if (at + 8 > main.length) return { bytes: Buffer.alloc(0), length: 0 };
    return { bytes: table.subarray(main.readUInt32LE(at)), length: main.readUInt32LE(at + 4) };
  };
  const pieces = piecesOf(structure(33).bytes);
  const text = pieces
    .map(({ from, to, offset, narrow }) =>
      narrow
        ? decodeCodepage(main.subarray(offset, offset + to - from), 1252)
        : main.toString("utf16le", offset, offset + (to - from) * 2),
    )
    .join("");
  const runs = paragraphRuns(main, structure(13));
  return {
    old: false,
    text,
    lengths: new Map(stories.map((story, i) => [story, main.readUInt32LE(lengthsAt + i * 4)])),
    properties(position) {
      const piece = pieces.find(({ from, to }) => position >= from && position < to);
      if (!piece) return { ...unknown };
      return runs(piece.offset + (position - piece.from) * (piece.narrow ? 1 : 2));
    },
    table: structure,
  };
}

export const unknown: Properties = { style: 0, list: null, level: null, rowEnd: false, inTable: false, outline: null };

/** Word 6 and 95: one piece, of one byte a letter. */
function openOld(main: Buffer): DocFile {
  const text = decodeCodepage(main.subarray(main.readUInt32LE(0x18), main.readUInt32LE(0x1c)), 1252);
  return {
    old: true,
    text,
    lengths: new Map([["body", text.length]]),
    properties: () => ({ ...unknown }),
    table: () => ({ bytes: Buffer.alloc(0), length: 0 }),
  };
}

/** Clx: changes of properties, then the table of pieces. */
function piecesOf(clx: Buffer): Piece[] {
  let at = 0;
  while (clx[at] === 1 && at + 3 <= clx.length) at += 3 + clx.readUInt16LE(at + 1);
  if (clx[at] !== 2 || at + 5 > clx.length) return [];
  const plc = clx.subarray(at + 5, at + 5 + clx.readUInt32LE(at + 1));
  const count = Math.max(0, Math.floor((plc.length - 4) / 12));
  const pieces: Piece[] = [];
  for (let i = 0; i < count; i++) {
    const [from, to] = [plc.readUInt32LE(i * 4), plc.readUInt32LE(i * 4 + 4)];
    const place = plc.readUInt32LE((count + 1) * 4 + i * 8 + 2);
    const narrow = (place & 0x40000000) !== 0;
    const offset = place & 0x3fffffff;
    if (to > from && from === (pieces.at(-1)?.to ?? 0))
      pieces.push({ from, to, offset: narrow ? offset >> 1 : offset, narrow });
  }
  return pieces;
}

/** Pages of 512 bytes tell of paragraphs by where in the file they end. */
function paragraphRuns(main: Buffer, { bytes, length }: { bytes: Buffer; length: number }) {
  const plc = bytes.subarray(0, length);
  const count = Math.max(0, Math.floor((plc.length - 4) / 8));
  const pages: { from: number; page: Buffer }[] = [];
  for (let i = 0; i < count; i++) {
    const number = plc.readUInt32LE((count + 1) * 4 + i * 4);
    const page = main.subarray(number * 512, number * 512 + 512);
    if (page.length === 512) pages.push({ from: plc.readUInt32LE(i * 4), page });
  }
  return (offset: number): Properties => {
    const page = pages.findLast(({ from }) => from <= offset)?.page;
    const runs = page?.[511] ?? 0;
    if (!page || runs * 17 + 4 > 511) return { ...unknown };
    for (let i = 0; i < runs; i++)
      if (offset >= page.readUInt32LE(i * 4) && offset < page.readUInt32LE(i * 4 + 4)) {
        const at = (page[(runs + 1) * 4 + i * 13] ?? 0) * 2;
        return at === 0 ? { ...unknown } : propertiesOf(page, at);
      }
    return { ...unknown };
  };
}

function propertiesOf(page: Buffer, at: number): Properties {
  const words = page[at] ?? 0;
  const start = words === 0 ? at + 2 : at + 1;
  const end = start + (words === 0 ? (page[at + 1] ?? 0) * 2 : words * 2 - 1);
  if (start + 2 > page.length) return { ...unknown };
  return applied({ ...unknown, style: page.readUInt16LE(start) }, page.subarray(start + 2, Math.min(end, 511)));
}

/** Single property modifiers: two bytes tell which one, and how long it is. */
export function applied(to: Properties, modifiers: Buffer): Properties {
  const out = { ...to };
  for (let at = 0; at + 3 <= modifiers.length; ) {
    const code = modifiers.readUInt16LE(at);
    const value = modifiers[at + 2] ?? 0;
    if (code === 0x260a) out.level = value;
    else if (code === 0x460b && at + 4 <= modifiers.length) out.list = modifiers.readUInt16LE(at + 2);
    else if (code === 0x2416) out.inTable = value === 1;
    else if (code === 0x2417) out.rowEnd = value === 1;
    else if (code === 0x2640) out.outline = value < 9 ? value : null;
    at += 2 + lengthOf(code >> 13, modifiers.subarray(at + 2), code);
  }
  return out;
}

/** Of no fixed length: the first byte tells it, but for the definition of a table, which needs two. */
function lengthOf(kind: number, operand: Buffer, code: number): number {
  if (kind !== 6) return [1, 1, 2, 4, 2, 2, 0, 3][kind] ?? 1;
  return code === 0xd608 && operand.length >= 2 ? operand.readUInt16LE(0) + 1 : (operand[0] ?? 0) + 1;
}
