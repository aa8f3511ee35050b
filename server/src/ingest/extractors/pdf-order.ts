/** The order of reading of lines that were drawn in another one. */
import type { Line } from "./pdf-lines.ts";

/**
 * Lines as drawn, those on one level made rows; or sorted into columns and rows, where the drawing jumps up more often than columns
 * explain, or goes back and forth between columns of prose.
 */
export function inReadingOrder(lines: Line[]): Line[] {
  let jumps = 0;
  let aside = 0;
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (!before || before.angle !== line.angle) continue;
    if (line.level > before.level + 1.5 * line.size) jumps++;
    else if (onOneLevel(before, line) && [before, line].every((part) => width(part) > 10)) aside++;
  }
  if (jumps <= Math.max(4, 0.15 * lines.length) && aside <= Math.max(2, 0.1 * lines.length)) return rows(lines);
  const angles = new Set(lines.map(({ angle }) => angle));
  return [...angles].flatMap((angle) =>
    parted(
      lines.filter((line) => line.angle === angle),
      0,
    ),
  );
}

const onOneLevel = (a: Line, b: Line): boolean =>
  a.angle === b.angle && Math.abs(a.level - b.level) <= 0.4 * Math.min(a.size, b.size);

/** In sizes of its type. */
const width = (line: Line): number => (line.right - line.left) / line.size;

/** Cut at the clearest gutter between columns of prose, else at the widest gap between lines, until nothing parts. */
function parted(lines: Line[], depth: number): Line[] {
  if (lines.length < 2 || depth > 30) return rows(downwards(lines));
  const columns = gutter(lines);
  if (columns) return columns.flatMap((column) => parted(column, depth + 1));
  const sorted = downwards(lines);
  let [widest, at] = [0, 0];
  for (const [i, line] of sorted.entries()) {
    const before = sorted[i - 1];
    if (!before) continue;
    const gap = (before.level - line.level) / Math.max(before.size, line.size);
    if (gap > widest) [widest, at] = [gap, i];
  }
  if (widest < 1.7) return rows(sorted);
  return [...parted(sorted.slice(0, at), depth + 1), ...parted(sorted.slice(at), depth + 1)];
}

function gutter(lines: Line[]): [Line[], Line[]] | null {
  const sorted = lines.toSorted((a, b) => a.left - b.left);
  let reach = Number.NEGATIVE_INFINITY;
  for (const [i, line] of sorted.entries()) {
    if (i > 2 && sorted.length - i > 2 && line.left - reach > line.size) {
      const sides: [Line[], Line[]] = [sorted.slice(0, i), sorted.slice(i)];
      if (sides.every(isProse)) return line.rightToLeft ? [sides[1], sides[0]] : sides;
    }
    reach = Math.max(reach, line.right);
  }
  return null;
}

/** Columns of a table are narrow, and stay beside each other. */
const isProse = (lines: readonly Line[]): boolean =>
  lines.reduce((sum, line) => sum + width(line), 0) / lines.length > 10;

/** From the top; on one level, in the order of reading. */
function downwards(lines: readonly Line[]): Line[] {
  const levels: Line[][] = [];
  for (const line of lines.toSorted((a, b) => b.level - a.level)) {
    const last = levels.at(-1);
    if (last?.[0] && onOneLevel(last[0], line)) last.push(line);
    else levels.push([line]);
  }
  return levels.flatMap((level) => level.sort((a, b) => (a.rightToLeft ? b.right - a.right : a.left - b.left)));
}

/** What follows each other on one level is one line. */
function rows(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  for (const line of lines) {
    const last = out.at(-1);
    const goesOn = last && (line.rightToLeft ? line.right < last.right : line.left > last.left);
    if (!last || !goesOn || !onOneLevel(last, line)) {
      out.push({ ...line });
      continue;
    }
    last.cells = [...last.cells, ...line.cells];
    last.left = Math.min(last.left, line.left);
    last.right = Math.max(last.right, line.right);
    if (last.font !== line.font) last.font = null;
  }
  return out;
}
