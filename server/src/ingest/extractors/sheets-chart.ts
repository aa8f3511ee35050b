/** A chart of a workbook: its titles, and the numbers it was drawn from. */
import type { Package } from "./sheets-package.ts";

type Series = { name: string; categories: string[]; values: string[] };

const mostPoints = 1000;

export async function readChart(parts: Package, part: string, sheet: string): Promise<void> {
  const titles: string[] = [];
  const series: Series[] = [];
  /** Elements that are open. */
  const open: string[] = [];
  let text = "";
  const within = (name: string) => open.includes(name);
  await parts.read(part, {
    open({ local }) {
      open.push(local);
      if (local === "ser") series.push({ name: "", categories: [], values: [] });
      if (local === "title" || local === "v") text = "";
    },
    text(piece) {
      if (["t", "v"].includes(open.at(-1) ?? "")) text += piece;
    },
    close(local) {
      open.pop();
      if (local === "title" || (local === "rich" && !within("title"))) {
        if (text.trim() !== "") titles.push(text.trim());
        text = "";
      }
      const last = series.at(-1);
      if (local !== "v" || !last) return;
      if (within("tx")) last.name += text;
      else if (within("cat") || within("xVal")) push(last.categories, text);
      else if (within("val") || within("yVal") || within("bubbleSize")) push(last.values, text);
      text = "";
    },
  });
  const place = { sheet, part: "chart" };
  for (const title of titles) parts.findings.block({ kind: "caption", text: title, place });
  let above = "";
  for (const { name, categories, values } of series) {
    const row = ["", ...categories].join("\t");
    if (row !== above && categories.length > 0) parts.findings.block({ kind: "table_row", text: row, place });
    above = row;
    parts.findings.block({ kind: "table_row", text: [name, ...values].join("\t"), place });
  }
}

const push = (list: string[], text: string): void => {
  if (list.length < mostPoints) list.push(text);
};
