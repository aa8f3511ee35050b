/** The order of reading of lines that were drawn in another one. */
import type { Line } from "./pdf-lines.ts";

/** Lines as drawn, or sorted into columns and rows where the drawing jumps up more often than columns explain. */
export function inReadingOrder(lines: Line[]): Line[] {
  let jumps = 0;
  let aside = 0;
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (!before || before.angle !== line.angle) continue;
    if (line.level > before.level + 1.5 * line.size) jumps++;
    else if (Math.abs(line.level - before.level) < 0.3 * line.size) aside++;
  }
  if (jumps + aside <= Math.max(4, 0.15 * lines.length)) return lines;
  const angles = new Set(lines.map(({ angle }) => angle));
  return [...angles].flatMap((angle) =>
    parted(
      lines.filter((line) => line.angle === angle),
      0,
    ),
  );
}

/** Cut at the clearest gutter between columns of prose, else at the widest gap between lines, until nothing parts. */
function parted(lines: Line[], depth: number): Line[] {
  if (lines.length < 2 || depth > 30) return rows(lines);
  const columns = gutter(lines);
  if (columns) return columns.flatMap((column) => parted(column, depth + 1));
  const sorted = lines.toSorted((a, b) => b.level - a.level);
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
  lines.reduce((sum, line) => sum + (line.right - line.left) / line.size, 0) / lines.length > 10;

/** From the top, what stands on one level made one line. */
function rows(lines: Line[]): Line[] {
  const out: Line[] = [];
  for (const line of lines.toSorted((a, b) => b.level - a.level || a.left - b.left)) {
    const last = out.at(-1);
    if (!last || last.level - line.level > 0.4 * Math.min(last.size, line.size)) {
      out.push({ ...line });
      continue;
    }
    const before = line.rightToLeft ? line.left > last.left : line.left < last.left;
    last.cells = before ? [...line.cells, ...last.cells] : [...last.cells, ...line.cells];
    last.left = Math.min(last.left, line.left);
    last.right = Math.max(last.right, line.right);
  }
  return out;
}
