/** Rows under headings, columns as wide as their widest cell. Pure. */
import type { Look } from "./look.ts";
import { columns, cut, pad, padStart } from "./measure.ts";

export type Column<Row> = { title: string; align?: "right"; cell: (row: Row) => string };

const GAP = 2;

/** The last column is cut to the width where somebody watches; nothing is, in a file. */
export function table<Row>(rows: readonly Row[], shape: readonly Column<Row>[], look: Look): string {
  const cells = rows.map((row) => shape.map(({ cell }) => cell(row)));
  const widths = shape.map(({ title }, at) => Math.max(columns(title), ...cells.map((row) => columns(row[at] ?? ""))));
  const line = (texts: readonly string[]) => {
    const set = texts.map((text, at) => (shape[at]?.align === "right" ? padStart : pad)(text, widths[at] ?? 0));
    const whole = set.join(" ".repeat(GAP)).trimEnd();
    return look.live ? cut(whole, look.width) : whole;
  };
  const head = look.paint("dim", line(shape.map(({ title }) => title)));
  return `${[head, ...cells.map(line)].join("\n")}\n`;
}
