/** Which criticism brought about which change: by the words that were quoted, else by what the author says was done. Pure. */
import type { Point } from "../thread/view.ts";
import type { Hunk } from "./compare.ts";

/** A point that a revision answered; `iteration` is that of the version it was said of. */
export type Cause = Point & { iteration: number };

export type Causes = {
  /** For each hunk, in their order. */
  byHunk: readonly (readonly Cause[])[];
  /** Accepted, yet no change is known to be theirs. */
  elsewhere: readonly Cause[];
  /** Not worked in, by the author's own word. */
  disputed: readonly Cause[];
  /** The author said nothing to them. */
  unanswered: readonly Cause[];
};

/** How far from the quoted words an insertion may stand, in characters, with no other paragraph between. */
const NEAR = 80;
const ENOUGH = 0.5;

export function causesOf(from: string, hunks: readonly Hunk[], points: readonly Cause[]): Causes {
  const byHunk: Cause[][] = hunks.map(() => []);
  const elsewhere: Cause[] = [];
  const sought = hunks.map((hunk) => ({ ...hunk, words: wordsOf(hunk.added), gone: wordsOf(hunk.removed) }));
  const plain = plainOf(from);
  for (const point of points.filter(({ state }) => state === "accepted")) {
    const found = hunksOf(point, sought, from, plain);
    for (const at of found) byHunk[at]?.push(point);
    if (found.length === 0) elsewhere.push(point);
  }
  return {
    ...{ byHunk, elsewhere },
    disputed: points.filter(({ state }) => state === "disputed"),
    unanswered: points.filter(({ state }) => state === "open"),
  };
}

type Sought = Hunk & { words: ReadonlySet<string>; gone: ReadonlySet<string> };

const indexes = (sought: readonly Sought[], holds: (hunk: Sought) => boolean): number[] =>
  sought.flatMap((hunk, at) => (holds(hunk) ? [at] : []));

function hunksOf(point: Cause, sought: readonly Sought[], from: string, plain: Plain): number[] {
  const { quote, improvement, suggestion } = point;
  const range = rangeOf(quote, plain);
  if (range) {
    const touched = indexes(sought, ({ start, end }) => start < range.end && end > range.start);
    if (touched.length > 0) return touched;
    const inserted = indexes(sought, (hunk) => isNear(from, hunk, range));
    if (inserted.length > 0) return inserted;
  } else {
    const said = wordsOf(quote);
    const misquoted = indexes(sought, ({ gone }) => said.size > 2 && contained(said, gone) >= ENOUGH);
    if (misquoted.length > 0) return misquoted;
  }
  const done = [improvement, suggestion].map((text) => wordsOf(text ?? ""));
  return indexes(sought, ({ words }) => done.some((told) => alike(told, words)));
}

function isNear(from: string, { start, end, removed }: Hunk, range: { start: number; end: number }): boolean {
  if (removed.trim() !== "") return false;
  const between = start >= range.end ? from.slice(range.end, start) : from.slice(end, range.start);
  return between.length <= NEAR && !between.trim().includes("\n");
}

/** Most of the words of the one are in the other, and it is more than one word. */
function alike(told: ReadonlySet<string>, words: ReadonlySet<string>): boolean {
  const shared = told.intersection(words).size;
  return shared >= 2 && shared / Math.min(told.size, words.size) >= ENOUGH;
}

const contained = (part: ReadonlySet<string>, all: ReadonlySet<string>): number =>
  part.size === 0 ? 0 : part.intersection(all).size / part.size;

/** A text in small letters with single spaces, and where its characters stood. */
type Plain = { text: string; places: readonly number[] };

function plainOf(text: string): Plain {
  const places: number[] = [];
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    const isSpace = /\s/.test(letter);
    if (isSpace && (plain === "" || plain.endsWith(" "))) continue;
    const small = isSpace ? " " : letter.toLowerCase();
    for (let one = 0; one < small.length; one++) places.push(at);
    plain += small;
  }
  return { text: plain, places };
}

function rangeOf(quote: string, { text, places }: Plain): { start: number; end: number } | null {
  const sought = plainOf(quote).text.trim();
  const at = sought === "" ? -1 : text.indexOf(sought);
  if (at < 0) return null;
  return { start: places[at] ?? 0, end: (places[at + sought.length - 1] ?? 0) + 1 };
}

/** Words that any sentence may have. */
const common = new Set(
  (
    "about after also been being does each from have into like more most must only other over same should some such " +
    "than that their them then there these they this those very were what when where which while will with would your " +
    "aber alle auch dass dem den der des die das ein eine einem einen einer für ist mit nicht oder sein sich sind und " +
    "von werden wird wurde zum zur"
  ).split(" "),
);

const wordsOf = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).filter((word) => !common.has(word)));
