/** Words of a query in a text. Pure. */

export type Piece = {
  text: string;
  /** Where it begins. */
  at: number;
  hit: boolean;
};

/** Two letters stand in every text. */
const SHORTEST = 3;
const MOST_WORDS = 30;
const WITHOUT_SPACES = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u;

/** The text in pieces, in order; those that are words of the query are marked. Languages without spaces are compared as written. */
export function piecesOf(text: string, query: string): readonly Piece[] {
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}]+/gu))]
    .filter((word) => word.length >= SHORTEST || WITHOUT_SPACES.test(word))
    .slice(0, MOST_WORDS)
    .sort((a, b) => b.length - a.length);
  if (words.length === 0) return [{ text, at: 0, hit: false }];
  // Only letters and digits are in them: nothing has to be escaped. They are looked for where words begin.
  const patterns = words.map((word) => (WITHOUT_SPACES.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}`));
  let at = 0;
  return text.split(new RegExp(`(${patterns.join("|")})`, "giu")).flatMap((piece, index) => {
    const begins = at;
    at += piece.length;
    return piece === "" ? [] : [{ text: piece, at: begins, hit: index % 2 === 1 }];
  });
}
