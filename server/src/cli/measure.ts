/** How many columns text takes, and breaking it into lines. Text is safe already, and without colour. */

const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** Columns in a terminal. East Asian and emoji take two, marks none; what terminals disagree about may be off by one. */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let count = 0;
  for (const character of text) count += columnsOf(character);
  return count;
}

const columnsOf = (character: string): number => (NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** At most `width` columns, with an ellipsis where something is left out. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - columns(text)));

export const padStart = (text: string, width: number): string => " ".repeat(Math.max(0, width - columns(text))) + text;

/**
 * Where a text that arrives in pieces stands on the screen: the column within the current line, and what is held back
 * because the next piece may go on with it.
 */
export type Flow = { column: number; space: string; word: string };

export const emptyFlow: Flow = { column: 0, space: "", word: "" };

/** Breaks at spaces, and inside words longer than a line. `gutter` starts every line; `width` is without it. */
export function flow(before: Flow, text: string, width: number, gutter: string): { flow: Flow; out: string } {
  let { column, space, word } = before;
  let out = "";
  const start = () => {
    if (column === 0) out += gutter;
  };
  const put = () => {
    if (word === "") return;
    const needed = columns(space) + columns(word);
    if (column > 0 && column + needed > width) {
      out += "\n";
      column = 0;
      space = "";
    }
    start();
    for (const character of space + word) {
      const wide = columnsOf(character);
      if (column + wide > width) {
        out += `\n${gutter}`;
        column = 0;
      }
      out += character;
      column += wide;
    }
    space = "";
    word = "";
  };
  for (const character of text) {
    if (character === "\n") {
      put();
      out += column === 0 ? `${gutter.trimEnd()}\n` : "\n";
      column = 0;
      space = "";
    } else if (character === " " || character === "\t") {
      put();
      space += character === "\t" ? "    " : " ";
    } else {
      if (columnsOf(character) === 2) put();
      word += character;
    }
  }
  return { flow: { column, space, word }, out };
}

/** What is held back, at the end. */
export const flowEnd = (before: Flow, width: number, gutter: string): string =>
  before.word === "" ? "" : flow(before, "\n", width, gutter).out.replace(/\n$/, "");

/** A paragraph as lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const { flow: end, out } = flow(emptyFlow, text, Math.max(10, width), "");
  return (out + flowEnd(end, Math.max(10, width), "")).split("\n");
}
