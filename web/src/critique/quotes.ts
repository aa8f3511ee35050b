/**
 * Where the words that a critic quotes stand in an answer. Critics quote by hand: white space, the marks of Markdown, upper
 * case and the shape of quotation marks and dashes count for nothing, and `...` leaves something out. Pure.
 */

/** From a place in one text node to a place in the same or a later one. */
export type Span = { from: { node: number; offset: number }; to: { node: number; offset: number } };

/** Text nodes made ready for searching. */
export type TextIndex = { folded: string; nodes: Int32Array; offsets: Int32Array };

const SPACES = " \t\n\v\f\r\u00a0\u2002\u2003\u2009\u200a\u200b\u2028\u2029\u202f\u3000\ufeff\u00ad";
const DROPPED = new Set(`${SPACES}*_\`~#>|\\[]`);
const SAME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'" },
    ...{ "–": "-", "—": "-", "−": "-", "…": "..." },
  }),
);

/** Each kept letter with where it was; some become several. */
function fold(texts: readonly string[]): TextIndex {
  const letters: string[] = [];
  const nodes: number[] = [];
  const offsets: number[] = [];
  texts.forEach((text, node) => {
    for (let offset = 0; offset < text.length; offset++) {
      const letter = text.charAt(offset);
      if (DROPPED.has(letter)) continue;
      const kept = SAME.get(letter) ?? letter.toLowerCase();
      for (let at = 0; at < kept.length; at++) {
        letters.push(kept.charAt(at));
        nodes.push(node);
        offsets.push(offset);
      }
    }
  });
  return { folded: letters.join(""), nodes: Int32Array.from(nodes), offsets: Int32Array.from(offsets) };
}

export const indexOf = (texts: readonly string[]): TextIndex => fold(texts);

/** Of a link only its words; of a list only what its items say. */
const bare = (text: string): string => text.replace(/\]\([^()\s]*\)/g, "]").replace(/^\s*(?:[-+*]|\d+[.)])\s+/gm, "");

const key = (quote: string): string => fold([quote]).folded;

/** Its parts between what it leaves out, without quotation marks around the whole. */
const partsOf = (folded: string): string[] =>
  folded
    .replace(/^["']+|["']+$/g, "")
    .split(/\.{3,}/)
    .filter((part) => part !== "");

/** One span for each part, in order; none where some part is not there. */
export function findQuote(index: TextIndex, quote: string): Span[] {
  for (const read of [key(quote), key(bare(quote))]) {
    const whole = read === "" ? -1 : index.folded.indexOf(read);
    if (whole >= 0) return [spanOf(index, whole, read.length)];
    const found = inOrder(index, partsOf(read));
    if (found.length > 0) return found;
  }
  return [];
}

function inOrder(index: TextIndex, parts: readonly string[]): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const part of parts) {
    const at = index.folded.indexOf(part, from);
    if (at < 0) return [];
    spans.push(spanOf(index, at, part.length));
    from = at + part.length;
  }
  return spans;
}

function spanOf({ nodes, offsets }: TextIndex, start: number, length: number): Span {
  const last = start + length - 1;
  return {
    from: { node: nodes[start] ?? 0, offset: offsets[start] ?? 0 },
    to: { node: nodes[last] ?? 0, offset: (offsets[last] ?? 0) + 1 },
  };
}

/** Which of the quotes stand in a text of Markdown. */
export function quotedIn(text: string, quotes: readonly string[]): ReadonlySet<string> {
  const [asItIs, asRead] = [fold([text]), fold([bare(text)])];
  return new Set(quotes.filter((quote) => findQuote(asItIs, quote).length > 0 || findQuote(asRead, quote).length > 0));
}
