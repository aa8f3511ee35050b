/** A growing text and what is known of its pieces: only its end is looked at anew. */
import { definitionsOf, hasFootnotes, needsOf, splitBlocks, topHeading } from "./blocks.ts";

type Piece = { text: string; definitions: string; code: boolean; math: boolean; top: number | null };

export type Pieces = {
  texts: readonly string[];
  /** Link targets of the whole text. */
  definitions: string;
  code: boolean;
  math: boolean;
  /** The highest heading, 1 to 6; null: there is none. */
  top: number | null;
};

const pieceOf = (text: string): Piece => ({
  ...{ text, definitions: definitionsOf(text), ...needsOf(text), top: topHeading(text) },
});

/** As many pieces at the end may still become others when the text grows. */
const UNSURE = 2;

/** It remembers the last text it was given: use one for each text. */
export function createReader(): (text: string) => Pieces {
  let known = "";
  let pieces: readonly Piece[] = [];
  return (text) => {
    const grown = text.startsWith(known) ? pieces.slice(0, -UNSURE) : [];
    const from = grown.reduce((sum, piece) => sum + piece.text.length + 1, 0);
    const tail = text.slice(from);
    const whole = grown.length > 0 && hasFootnotes(tail);
    pieces = whole ? [pieceOf(text)] : [...grown, ...splitBlocks(tail).map(pieceOf)];
    known = text;
    return summed(pieces);
  };
}

function summed(pieces: readonly Piece[]): Pieces {
  const tops = new Set(pieces.flatMap(({ top }) => top ?? []));
  return {
    texts: pieces.map(({ text }) => text),
    definitions: pieces.flatMap(({ definitions }) => (definitions === "" ? [] : [definitions])).join("\n"),
    code: pieces.some(({ code }) => code),
    math: pieces.some(({ math }) => math),
    top: tops.size > 0 ? Math.min(...tops) : null,
  };
}
