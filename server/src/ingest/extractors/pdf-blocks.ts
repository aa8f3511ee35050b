/** Lines of pages made into headings, paragraphs, rows and lists; what stands on page after page is told once. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import type { Line } from "./pdf-lines.ts";

export type Page = { number: number; lines: Line[] };
type Kind = Block["kind"];
type Open = { kind: Kind; text: string; last: Line; left: number; lines: number };

export type PageBlocks = {
  /** Pages in their order; what can be told already comes back: two pages behind, to know what repeats. */
  add(page: Page): Block[];
  end(): Block[];
};

/** `titles`: of the outline, without space and in small letters, with how deep they stand. */
export function openPageBlocks(titles: ReadonlyMap<string, number>): PageBlocks {
  const waiting: Page[] = [];
  const told: Page[] = [];
  const running = new Set<string>();
  const runningTold = new Set<string>();
  const sizes = new Map<number, number>();
  const fonts = new Map<string | null, number>();
  const path: { text: string; rank: number }[] = [];
  const placeOf = (page: Page): Place =>
    path.length > 0 ? { page: page.number, heading: path.map(({ text }) => text) } : { page: page.number };
  const runningHeads = (page: Page): Block[] => {
    const blocks: Block[] = [];
    for (const line of page.lines.filter((line) => running.has(repeated(line)))) {
      if (runningTold.has(repeated(line))) continue;
      runningTold.add(repeated(line));
      const part = line.level > middle(page) ? "header" : "footer";
      blocks.push({ kind: "note", text: line.cells.join(" "), place: { page: page.number, part } });
    }
    return blocks;
  };
  const tell = (page: Page): Block[] => {
    const blocks = runningHeads(page);
    const lines = page.lines.filter((line) => !running.has(repeated(line)));
    const usual = {
      size: mostUsed(sizes, page.lines, ({ size }) => Math.round(size * 2) / 2) ?? 0,
      font: mostUsed(fonts, page.lines, ({ font }) => font),
    };
    for (const { kind, text, last } of joined(lines, usual, titles)) {
      const rank = titles.get(plain(text)) ?? 1000 - last.size;
      if (kind === "heading") while (path.length >= 8 || (path.at(-1)?.rank ?? -1) >= rank) path.pop();
      blocks.push({ kind, text, place: placeOf(page) });
      if (kind === "heading") path.push({ text: text.slice(0, 200), rank });
    }
    return blocks;
  };
  return {
    add(page) {
      for (const other of [...told, ...waiting]) for (const key of shared(other, page)) running.add(key);
      waiting.push(page);
      const due = waiting.length > 2 ? waiting.shift() : undefined;
      if (!due) return [];
      if (told.push(due) > 2) told.shift();
      return tell(due);
    },
    end: () => waiting.splice(0).flatMap(tell),
  };
}

/** The letters alone: numbers of pages differ. */
const repeated = (line: Line): string =>
  `${Math.round(line.level / 4)} ${line.cells.join(" ").replace(/\d+/g, "#").slice(0, 200)}`;

const middle = (page: Page): number => {
  const levels = page.lines.map(({ level }) => level);
  return (levels.reduce((a, b) => Math.max(a, b), -1e9) + levels.reduce((a, b) => Math.min(a, b), 1e9)) / 2;
};

/** Keys of the outermost lines that both pages have at one height. */
function shared(a: Page, b: Page): string[] {
  const keys = new Set(outermost(a).map(repeated));
  return outermost(b)
    .map(repeated)
    .filter((key) => keys.has(key));
}

/** The first and the last line, and the one beside them where it is near. */
function outermost({ lines }: Page): Line[] {
  const level = lines.filter(({ angle }) => angle === 0).toSorted((a, b) => b.level - a.level);
  const [first, second] = level;
  const [last, beforeLast] = level.toReversed();
  if (level.length < 5 || !first || !second || !last || !beforeLast) return [];
  const near = (a: Line, b: Line) => a.level - b.level < 3 * b.size;
  return [first, ...(near(first, second) ? [second] : []), ...(near(beforeLast, last) ? [beforeLast] : []), last];
}

/** What most letters have so far. */
function mostUsed<T>(letters: Map<T, number>, lines: readonly Line[], of: (line: Line) => T): T | null {
  for (const line of lines) {
    const length = line.cells.reduce((sum, cell) => sum + cell.length, 0);
    letters.set(of(line), (letters.get(of(line)) ?? 0) + length);
  }
  let [found, most]: [T | null, number] = [null, 0];
  for (const [value, count] of letters) if (count > most) [found, most] = [value, count];
  return found;
}

export const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function joined(lines: readonly Line[], usual: Usual, titles: ReadonlyMap<string, number>): Open[] {
  const out: Open[] = [];
  const leading = usualLeading(lines);
  let open: Open | null = null;
  for (const [i, line] of lines.entries()) {
    const kind = kindOf(line, { before: lines[i - 1], after: lines[i + 1], usual, titles });
    const text = line.cells.join(kind === "table_row" ? "\t" : " ");
    if (open && continues(open, line, kind, leading)) {
      open.text = kind === "code" ? `${open.text}\n${text}` : glued(open.text, text);
      open.last = line;
      open.left = open.lines === 1 && open.kind === "paragraph" ? Math.min(open.left, line.left) : open.left;
      open.lines++;
    } else {
      open = { kind, text, last: line, left: line.left, lines: 1 };
      out.push(open);
    }
  }
  return out;
}

type Usual = { size: number; font: string | null };
type Around = { before: Line | undefined; after: Line | undefined; usual: Usual; titles: ReadonlyMap<string, number> };

const bullet = /^(?:[•·▪◦‣●○■□▶➢✓–—*-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s/;

const caption = /^(?:figure|fig\.|table|listing|chart|abbildung|abb\.|tabelle|tableau|figura|tabla)\s+[\dIVX]/i;

function kindOf(line: Line, { before, after, usual, titles }: Around): Kind {
  const text = line.cells.join(" ");
  if (titles.has(plain(text))) return "heading";
  if (line.size > 1.15 * usual.size && text.length < 200 && /\p{L}/u.test(text)) return "heading";
  if (line.monospace) return "code";
  if (line.cells.length > 1 && [before, after].some((other) => (other?.cells.length ?? 0) > 1)) return "table_row";
  if (caption.test(text)) return "caption";
  if (bullet.test(text) && !/^\d+\.\s/.test(text)) return "list_item";
  if (standsOut(line, text, before, usual)) return "heading";
  return bullet.test(text) ? "list_item" : "paragraph";
}

/** A short line of its own, in another font than the text, as large: bold, most often. */
function standsOut(line: Line, text: string, before: Line | undefined, usual: Usual): boolean {
  if (line.font === null || line.font === usual.font || line.size < 0.95 * usual.size) return false;
  if (text.length > 100 || /[.,;:]$/.test(text) || !/^[\p{Lu}\p{N}\p{Lo}].*\p{L}{2}/u.test(text)) return false;
  return (
    !before || before.font !== line.font || before.level - line.level > 1.6 * line.size || before.level < line.level
  );
}

function continues(open: Open, line: Line, kind: Kind, leading: number): boolean {
  const { last } = open;
  if (line.angle !== last.angle || kind === "list_item" || kind === "table_row") return false;
  if (kind !== open.kind && !(kind === "paragraph" && (open.kind === "list_item" || open.kind === "caption")))
    return false;
  if (Math.abs(line.size - last.size) > 0.12 * last.size || kind === "caption") return false;
  const drop = (last.level - line.level) / line.size;
  const ended = /[.!?:;。؟]["”’)]?$/.test(open.text);
  if (open.kind === "heading" && line.font !== last.font) return false;
  if (drop < 0) return !ended && /^\p{Ll}/u.test(line.cells[0] ?? "");
  if (drop > 1.35 * leading) return false;
  if (kind !== "paragraph" || line.rightToLeft) return true;
  if (ended && last.right < line.right - 8 * line.size) return false;
  return (
    open.kind === "list_item" || line.left < (open.lines === 1 ? last.left : open.left) + 0.8 * line.size || !ended
  );
}

/** Of one line below the other, in sizes of its type: the median. */
function usualLeading(lines: readonly Line[]): number {
  const drops: number[] = [];
  for (const [i, line] of lines.entries()) {
    const drop = ((lines[i - 1]?.level ?? line.level) - line.level) / line.size;
    if (drop > 0.7 && drop < 3) drops.push(drop);
  }
  return drops.sort((a, b) => a - b)[Math.floor(drops.length / 2)] ?? 1.3;
}

/** A word parted at the end of a line is one again. */
function glued(text: string, next: string): string {
  if (/\p{L}\u00ad$/u.test(text)) return text.slice(0, -1) + next;
  if (/\p{Ll}[-‐]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  const solid = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(text);
  return solid && /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(next)
    ? text + next
    : `${text} ${next}`;
}
