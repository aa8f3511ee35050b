/** Where a text may be cut: between sentences, lines, cells, words, and if need be characters. Nothing is dropped at a cut. */
import type { Block, Place } from "@orchestratex/sdk/contract";

export type Piece = { kind: Block["kind"]; text: string; place: Place };

/** Locale-free; it is slow [about 12 MB/s], so only what does not fit goes through it. */
const sentences = new Intl.Segmenter("und", { granularity: "sentence" });

/** No part is longer, so that whatever is done to a part costs little. */
const LONGEST_PART = 16_384;

/** A block as its sentences, lines or cells, each with the white space that follows it. */
export function* splitBlock(block: Piece): Generator<Piece> {
  const { kind, place } = block;
  const counted = knowsLines(block);
  let line = place.line ?? 0;
  for (const part of partsOf(block)) {
    const breaks = counted ? breaksIn(part) : 0;
    const line_end = line + breaksIn(counted ? part.trimEnd() : "");
    yield { kind, text: part, place: counted ? { ...place, line, line_end } : place };
    line += breaks;
  }
}

function* partsOf({ kind, text }: Piece): Generator<string> {
  if (kind !== "code" && kind !== "table_row") return yield* sentencesOf(text);
  for (const [part] of text.matchAll(kind === "code" ? /[^\n]*\n|[^\n]+$/g : /[^\t]*\t|[^\t]+$/g))
    for (let at = 0; at < part.length; ) {
      const end = whole(part, at, Math.min(part.length, at + LONGEST_PART));
      yield part.slice(at, end);
      at = end;
    }
}

/** The segmenter takes a copy of what it is given: of a long text it gets windows, and the last sentence of each goes on. */
function* sentencesOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const window = text.slice(at, whole(text, at, Math.min(text.length, at + LONGEST_PART)));
    const isLast = at + window.length === text.length;
    let held = "";
    for (const { segment } of sentences.segment(window)) {
      if (held !== "") yield held;
      at += held.length;
      held = segment;
    }
    if (isLast || held.length === window.length) {
      yield held;
      at += held.length;
    }
  }
}

/** Two parts of a piece: the first has `room` characters at most, and at least one. */
export function cut(piece: Piece, room: number): [Piece, Piece] {
  const { text } = piece;
  const space = text.slice(0, room + 1).search(/\s\S*$/);
  const at = space >= room / 2 ? space + 1 : whole(text, 0, room);
  const end = Math.min(at, text.length);
  return [pieceOf(piece, 0, end), pieceOf(piece, end, text.length)];
}

/** Marks that belong to the character before them, and joiners. */
const CLINGS = /^(?:\p{M}|\p{Emoji_Modifier}|\u200d)/u;

/** The last place at or before `end` that does not tear a character apart; where marks go on and on, only pairs are kept. */
function whole(text: string, start: number, end: number): number {
  const pairSafe = (at: number) => (isPairInside(text, at) ? at - 1 : at);
  const tears = (at: number) => CLINGS.test(text.slice(at, at + 2)) || text[at - 1] === "\u200d";
  let at = pairSafe(end);
  for (let steps = 0; steps < 32 && at > start && at < text.length && tears(at); steps++) at = pairSafe(at - 1);
  if (at > start && !(at < text.length && tears(at))) return at;
  return Math.max(pairSafe(end), start + (isPairInside(text, start + 1) ? 2 : 1));
}

const isPairInside = (text: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");

/** Its last sentences or lines that have `most` characters at most; null: not even one has. */
export function tailOf(piece: Piece, most: number): Piece | null {
  const { kind, text } = piece;
  if (text.length <= most) return piece;
  if (most < 1) return null;
  // Twice as much as is wanted, so that a sentence's beginning is seen as one.
  const from = whole(text, 0, Math.max(1, text.length - 2 * most));
  const parts = kind === "code" ? text.slice(from).match(/[^\n]*\n|[^\n]+$/g) : sentencesIn(text.slice(from));
  let start = text.length;
  for (const part of (parts ?? []).slice(1).toReversed()) {
    if (text.length - start + part.length > most) break;
    start -= part.length;
  }
  return start === text.length ? null : pieceOf(piece, start, text.length);
}

const sentencesIn = (text: string): string[] => [...sentences.segment(text)].map(({ segment }) => segment);

/** With its own lines, where the lines of the whole are known. */
function pieceOf(piece: Piece, start: number, end: number): Piece {
  const { kind, text, place } = piece;
  const part = text.slice(start, end);
  if (!knowsLines(piece)) return { kind, text: part, place };
  const line = (place.line ?? 0) + breaksIn(text.slice(0, start));
  return { kind, text: part, place: { ...place, line, line_end: line + breaksIn(part.trimEnd()) } };
}

/** Whether the lines of its place are those of its text. */
const knowsLines = ({ text, place: { line, line_end } }: Piece): boolean =>
  line !== undefined && line_end !== undefined && line_end - line === breaksIn(text.trimEnd());

const breaksIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
};
