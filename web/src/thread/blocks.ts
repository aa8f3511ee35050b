/** A Markdown text in pieces that can be shown one by one, so that a growing text changes its last piece only. Pure. */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const DEFINITION = /^ {0,3}\[(?!\^)[^\]\n]+\]:\s*\S+.*$/gm;
const FOOTNOTE = /^ {0,3}\[\^[^\]\n]+\]:/m;

/** What ends the piece that is open: a closing fence, or nothing special. */
type Open = { mark: string; length: number } | { ends: "$$" | "\\]" } | null;

export const hasFootnotes = (text: string): boolean => FOOTNOTE.test(text);

/** Joined by line ends they are the text. A text with footnotes stays whole: they refer to each other across it. */
export function splitBlocks(text: string): string[] {
  if (hasFootnotes(text)) return [text];
  const blocks: string[] = [];
  let lines: string[] = [];
  let open: Open = null;
  let inList = false;
  let afterBlank = false;
  for (const line of text.split("\n")) {
    const begins = open === null && line.trim() !== "" && (afterBlank || lines.length >= LONG_LIST);
    if (begins && startsBlock(line, inList, lines.length, afterBlank)) {
      blocks.push(lines.join("\n"));
      lines = [];
    }
    if (open === null && line.trim() !== "" && lines.every((one) => one.trim() === "")) inList = LIST_ITEM.test(line);
    open = nextOpen(open, line);
    afterBlank = open === null && line.trim() === "";
    lines.push(line);
  }
  return [...blocks, lines.join("\n")];
}

/** Lines from which the next item of a list begins a piece of its own: nothing else may hold so many together. */
const LONG_LIST = 60;

function startsBlock(line: string, inList: boolean, lines: number, afterBlank: boolean): boolean {
  if (/^(?: {2,}|\t)/.test(line)) return false;
  if (inList && LIST_ITEM.test(line)) return lines >= LONG_LIST;
  return afterBlank;
}

function nextOpen(open: Open, line: string): Open {
  if (open && "ends" in open) return line.trimEnd().endsWith(open.ends) ? null : open;
  const fence = FENCE.exec(line)?.[1];
  if (open) {
    const closes = fence?.startsWith(open.mark) && fence.length >= open.length && line.trim() === fence;
    return closes ? null : open;
  }
  if (fence) return { mark: fence.charAt(0), length: fence.length };
  if (line.trim() === "$$") return { ends: "$$" };
  return /^ {0,3}\\\[(?!.*\\\])/.test(line) ? { ends: "\\]" } : null;
}

/** A piece that is a block of code and not at its end yet. */
export function openFence(block: string): { language: string; code: string } | null {
  const [first = "", ...rest] = block.split("\n");
  const open = nextOpen(null, first);
  if (!open || "ends" in open || rest.some((line) => nextOpen(open, line) === null)) return null;
  const language = /^[\s`~]*([^\s`]*)/.exec(first)?.[1] ?? "";
  return { language, code: rest.join("\n") };
}

/** Link targets that the text defines apart from where it uses them; each piece that may use one needs them all. */
export const definitionsOf = (text: string): string => (text.match(DEFINITION) ?? []).join("\n");

/** Code, spans of code, then the two ways of mathematics; what comes first keeps the rest out. */
const MATH =
  /(^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\2[`~]*[ \t]*$|$(?![\s\S]))|(`+)(?!`)[\s\S]*?(?<!`)\3(?!`))|\\\[([\s\S]+?)\\\]|\\\(([^\n]+?)\\\)/gm;

/** `\( \)` and `\[ \]` as the double dollars that the parser knows; code stays as it is. */
export const withDollars = (text: string): string =>
  text.includes("\\(") || text.includes("\\[")
    ? text.replace(
        MATH,
        (whole, code?: string, _fence?: string, _ticks?: string, display?: string, inline?: string) => {
          if (code !== undefined) return whole;
          if (display !== undefined) return `\n$$\n${display.trim()}\n$$\n`;
          return `$$${inline?.trim() ?? ""}$$`;
        },
      )
    : text;

/** How high the highest heading is, 1 to 6; null: there is none. */
export function topHeading(text: string): number | null {
  let fenced: Open = null;
  let top: number | null = null;
  for (const line of text.split("\n")) {
    const marks = fenced === null ? /^ {0,3}(#{1,6})\s/.exec(line)?.[1] : undefined;
    if (marks) top = Math.min(top ?? marks.length, marks.length);
    fenced = nextOpen(fenced, line);
  }
  return top;
}

/** Whether there is code in blocks, or mathematics, for which more has to be fetched. */
export const needsOf = (text: string): { code: boolean; math: boolean } => ({
  code: /^ {0,}(?:`{3}|~{3})/m.test(text),
  math: text.includes("$$") || /\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]/.test(text),
});
