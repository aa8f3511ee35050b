/**
 * Markdown cut into pieces that a parser can take. `micromark` reads 0.2 MB a second, and some kilobytes of brackets, stars or
 * quotes in quotes keep it for minutes or end it: what looks like that is told as plain.
 */

export type Piece = {
  text: string;
  /** Of its first line, from 1. */
  line: number;
  plain: boolean;
};

/** Characters. A piece ends at a heading from the first on, at an empty line from the second on. */
const [SOON, LATE] = [8_000, 32_000];
/** Of all that is parsed; the rest is plain. */
const PARSED = 6_000_000;
/** Of a paragraph: characters, signs that may open or close something, and marks of quotes and lists in front of a line. */
const [PARAGRAPH, SIGNS, NESTED] = [40_000, 1500, 24];

export function* markdownPieces(text: string): Generator<Piece> {
  let [lines, first, length, fence, parsed, line] = [[] as string[], 1, 0, "", 0, 0];
  const cut = function* (): Generator<Piece> {
    if (lines.length === 0) return;
    for (const piece of safe(lines, first)) {
      parsed += piece.plain ? 0 : piece.text.length;
      yield parsed > PARSED ? { ...piece, plain: true } : piece;
    }
    [lines, first, length] = [[], line + 1, 0];
  };
  for (const one of text.split(/\r\n|\n|\r/)) {
    if (fence === "" && length > SOON && /^#{1,6}\s/.test(one)) yield* cut();
    line++;
    if (lines.length === 0) first = line;
    lines.push(one);
    length += one.length + 1;
    const [, mark = ""] = /^ {0,3}(`{3,}|~{3,})/.exec(one) ?? [];
    if (fence === "") fence = mark;
    else if (mark.startsWith(fence) && one.trim() === mark) fence = "";
    if (length > LATE && (one.trim() === "" ? fence === "" || length > PARAGRAPH : length > PARAGRAPH * 2))
      yield* cut();
  }
  yield* cut();
}

/** The paragraphs that may hurt stand alone, as plain; what is between them stays together. */
function* safe(lines: readonly string[], first: number): Generator<Piece> {
  let [start, begin] = [0, 0];
  const piece = (from: number, to: number, plain: boolean): Piece[] =>
    from < to ? [{ text: lines.slice(from, to).join("\n"), line: first + from, plain }] : [];
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && (lines[at] ?? "").trim() !== "") continue;
    if (hurts(lines.slice(begin, at))) {
      yield* piece(start, begin, false);
      yield* piece(begin, at, true);
      start = at;
    }
    begin = at + 1;
  }
  yield* piece(start, lines.length, false);
}

function hurts(paragraph: readonly string[]): boolean {
  let [length, signs] = [0, 0];
  for (const line of paragraph) {
    length += line.length;
    const [marks = ""] = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*/.exec(line.slice(0, 4000)) ?? [];
    if (marks.replace(/\s/g, "").length > NESTED) return true;
    // A cell of a table is cheap, unless there are many in one line.
    if (!/^\s*\|/.test(line) || line.length > 5000) signs += line.match(/[*_[\]`<~!^|@]/g)?.length ?? 0;
  }
  return length > PARAGRAPH || signs > SIGNS;
}
