/** Pieces of text as a PDF draws them, made into lines: only geometry tells what belongs together. */

/** As pdf.js tells it. */
export type Piece = {
  str: string;
  dir: string;
  /** From text space to the page: a b c d e f. */
  transform: number[];
  width: number;
  height: number;
  fontName: string;
};

export type Line = {
  /** One, until rows are made of lines on one level. */
  cells: string[];
  /** Where it begins and ends along its own direction, and how high it stands across it. Points. */
  left: number;
  right: number;
  level: number;
  /** Of the type. Points. */
  size: number;
  /** Degrees the line is turned by, in steps of 5. */
  angle: number;
  rightToLeft: boolean;
  monospace: boolean;
  /** Null: several. */
  font: string | null;
};

type Placed = Pick<Line, "level" | "size" | "angle" | "rightToLeft" | "monospace"> & {
  text: string;
  start: number;
  end: number;
  space: boolean;
  font: string;
};

/** Parted by gaps wider than one and a half letters. In the order they are drawn, which for what programs write is nearly always the order of reading. */
export function linesOf(pieces: readonly Piece[], monospaceFonts: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  let open: Placed[] = [];
  let space = false;
  const rightToLeft = pieces.some(({ dir }) => dir === "rtl");
  const finish = () => {
    lines.push(...partsOf(open));
    open = [];
  };
  for (const piece of pieces) {
    if (piece.str.trim() === "") {
      space ||= piece.str !== "";
      continue;
    }
    const placed = place(piece, monospaceFonts.has(piece.fontName), space);
    space = /\s$/.test(piece.str);
    const last = open.at(-1);
    if (last && !sameLine(last, placed, rightToLeft)) finish();
    else if (last && drawnTwice(last, placed)) continue;
    open.push(placed);
  }
  finish();
  return lines;
}

function place(piece: Piece, monospace: boolean, space: boolean): Placed {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = piece.transform;
  const angle = Math.round((Math.atan2(b, a) * 180) / Math.PI / 5) * 5;
  const turn = (angle * Math.PI) / 180;
  const start = x * Math.cos(turn) + y * Math.sin(turn);
  return {
    text: piece.str.normalize("NFKC").replace(/\p{Cc}/gu, ""),
    start,
    end: start + Math.abs(piece.width),
    level: y * Math.cos(turn) - x * Math.sin(turn),
    size: piece.height || Math.hypot(c, d) || 1,
    angle,
    space: space || /^\s/.test(piece.str),
    rightToLeft: piece.dir === "rtl",
    monospace,
    font: piece.fontName,
  };
}

/** A step back on one level begins another cell, or another column, unless the page has letters that go from right to left. */
const sameLine = (last: Placed, next: Placed, rightToLeft: boolean): boolean =>
  last.angle === next.angle &&
  Math.abs(last.level - next.level) <
    Math.min(0.5 * Math.max(last.size, next.size), 0.9 * Math.min(last.size, next.size)) &&
  (rightToLeft || next.start > last.start - next.size);

/** Bold type is faked by drawing it again, a little aside. */
const drawnTwice = (last: Placed, next: Placed): boolean =>
  last.text === next.text &&
  Math.abs(last.start - next.start) < 0.2 * next.size &&
  Math.abs(last.level - next.level) < 0.2 * next.size;

/** One line, or several beside each other in the order of reading. */
function partsOf(placed: Placed[]): Line[] {
  const rightToLeft =
    letters(placed, (piece) => piece.rightToLeft) > letters(placed, ({ text }) => /\p{L}/u.test(text)) / 2;
  const parts: Placed[][] = [];
  for (const piece of ordered(placed, rightToLeft)) {
    const before = parts.at(-1)?.at(-1);
    if (before && gapBetween(before, piece) <= 1.5 * Math.min(before.size, piece.size)) parts.at(-1)?.push(piece);
    else parts.push([piece]);
  }
  return parts.map((part) => lineOf(part, rightToLeft));
}

const letters = (placed: readonly Placed[], wanted: (piece: Placed) => boolean): number =>
  placed.reduce((sum, piece) => sum + (wanted(piece) ? piece.text.length : 0), 0);

const gapBetween = (before: Placed, next: Placed): number => Math.max(next.start - before.end, before.start - next.end);

function lineOf(placed: readonly Placed[], rightToLeft: boolean): Line {
  const all = letters(placed, () => true);
  const largest = placed.reduce((most, piece) => (piece.text.length > most.text.length ? piece : most));
  return {
    cells: [textOf(placed, rightToLeft)],
    left: placed.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    right: placed.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY),
    level: largest.level,
    size: largest.size,
    angle: largest.angle,
    rightToLeft,
    monospace: letters(placed, (piece) => piece.monospace) > all / 2,
    font: letters(placed, (piece) => piece.font === largest.font) > all * 0.95 ? largest.font : null,
  };
}

/** In a line of Arabic or Hebrew, runs of Latin letters and numbers still go from left to right. */
function ordered(placed: Placed[], rightToLeft: boolean): Placed[] {
  const inOrder = placed.every((piece, i) => i === 0 || piece.start >= (placed[i - 1]?.start ?? 0));
  if (!rightToLeft) return inOrder ? placed : placed.toSorted((a, b) => a.start - b.start);
  const out: Placed[] = [];
  let run: Placed[] = [];
  for (const piece of placed.toSorted((a, b) => b.start - a.start)) {
    if (piece.rightToLeft) {
      out.push(...run.toReversed(), piece);
      run = [];
    } else run.push(piece);
  }
  return [...out, ...run.toReversed()];
}

function textOf(placed: readonly Placed[], rightToLeft: boolean): string {
  let text = "";
  for (const [i, piece] of placed.entries()) {
    const before = placed[i - 1];
    if (before && (piece.space || gapBetween(before, piece) > 0.15 * piece.size) && !/\s$/.test(text)) text += " ";
    text += piece.text;
  }
  return mended(text, rightToLeft).replace(/\s+/g, " ").trim();
}

/**
 * The one glyph of lam with alef stands in many fonts' tables as "alef lam".
 * Two alefs in a row are no word of Arabic or Persian, so that after an alef the order is known.
 */
const mended = (text: string, rightToLeft: boolean): string =>
  (rightToLeft ? text.replaceAll("اال", "الا") : text).replace(/(?: ?[.…·_]){5,}/g, " … ");
