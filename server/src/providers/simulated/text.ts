/** A text as its reader sees it: sentences, list items and code, each with its place. */

export type Sentence = { text: string; start: number; end: number; code: boolean };

/** Only this much of a text is looked at sentence by sentence; the rest counts by its length. */
const READ = 30_000;
const MOST = 500;

const shortForms = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|al|dr|mr|mrs|ms|st|no|fig|approx|[a-z]|\d{1,2})\.$/i;
const marker = /^[ \t>]{0,12}(?:[-*•+][ \t]+|\d{1,3}[.)][ \t]+|#{1,6}[ \t]+)?/;

/** Sentences in order; a fenced block is one. `text.slice(start, end)` is the sentence's own text. */
export function sentencesOf(whole: string): Sentence[] {
  const text = whole.slice(0, READ);
  const found: Sentence[] = [];
  let at = 0;
  while (at < text.length && found.length < MOST) {
    const lineEnd = endOf(text, "\n", at);
    const line = text.slice(at, lineEnd);
    if (line.trimStart().startsWith("```")) {
      const close = text.indexOf("\n```", lineEnd - 1);
      const end = close < 0 ? text.length : endOf(text, "\n", close + 1);
      found.push({ text: text.slice(at, end), start: at, end, code: true });
      at = end + 1;
      continue;
    }
    splitLine(line, at, found);
    at = lineEnd + 1;
  }
  return found;
}

function splitLine(line: string, offset: number, into: Sentence[]): void {
  let start = marker.exec(line)?.[0].length ?? 0;
  for (let i = start; i < line.length && into.length < MOST; i++) {
    if (!".!?。！？".includes(line[i] ?? "")) continue;
    let end = i + 1;
    while (end < line.length && `.!?"'”’)*_`.includes(line[end] ?? "")) end++;
    const wide = "。！？".includes(line[i] ?? "");
    if (end < line.length && !wide && line[end] !== " ") continue;
    if (line[i] === "." && shortForms.test(line.slice(Math.max(start, i - 8), i + 1))) continue;
    push(line, start, end, offset, into);
    start = end;
    i = end - 1;
  }
  push(line, start, line.length, offset, into);
}

function push(line: string, from: number, to: number, offset: number, into: Sentence[]): void {
  const raw = line.slice(from, to);
  const text = raw.trim();
  if (text === "" || into.length >= MOST) return;
  const start = offset + from + raw.indexOf(text);
  into.push({ text, start, end: start + text.length, code: false });
}

const endOf = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
};

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’_-]*/gu;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words in lower case; a script without spaces gives its pairs of signs. */
export function wordsOf(text: string, limit = READ): string[] {
  const found: string[] = [];
  for (const [token] of text.slice(0, limit).matchAll(word)) {
    if (!unspaced.test(token)) found.push(token.toLowerCase());
    else for (let i = 0; i + 1 < token.length || i === 0; i++) found.push(token.slice(i, i + 2));
  }
  return found;
}

/** A crude stem: enough to see that "revising" and "revised" are about the same. */
export const stem = (token: string): string => token.slice(0, token.length > 7 ? 6 : 4);

/** The text with one sentence replaced; an empty replacement takes its blanks, or its whole list item, along. */
export function replaced(text: string, { start, end }: Sentence, by: string): string {
  if (by !== "") return text.slice(0, start) + by + text.slice(end);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = endOf(text, "\n", end);
  const rest = text.slice(lineStart, start).replace(marker, "") + text.slice(end, lineEnd);
  if (rest.trim() === "") return tidy(text.slice(0, lineStart) + text.slice(lineEnd + 1));
  const after = text.slice(end).replace(/^ {1,20}/, "");
  return (/^(?:\n|$)/.test(after) ? text.slice(0, start).trimEnd() : text.slice(0, start)) + after;
}

export const tidy = (text: string): string => text.replace(/\n{3,}/g, "\n\n").trim();

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");
