/** Charts and diagrams of office documents: their titles and what they show, as a table. ISO/IEC 29500-1 21.2 and 21.4 */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { allOf, childOf, downTo, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { Findings } from "./extractor.ts";
import { attempt, type Package, relationId, tellEmbedded } from "./ooxml.ts";

/** Of one series; more is left out. */
const POINTS = 10_000;

/** The text of one body of DrawingML, a line for each paragraph. */
export const drawingText = (of: XmlElement | undefined): string =>
  [...allOf(of, "p")]
    .map((paragraph) => [...allOf(paragraph, "t")].map(textOf).join(""))
    .filter((line) => line.trim() !== "")
    .join("\n");

/** A chart part: what it says, and the numbers behind it when they are not kept in the chart itself. */
export async function tellChart(pack: Package, findings: Findings, part: string, place: Place): Promise<void> {
  const tree = await pack.tree(part);
  if (!tree) return;
  const blocks = chartBlocks(tree, { ...place, part: "chart" });
  for (const block of blocks) findings.block(block);
  if (blocks.some(({ kind }) => kind === "table_row")) return;
  for (const { type, target, external } of (await pack.relations(part)).values())
    if (type === "package" && !external) await tellEmbedded(pack, findings, target, "chart");
}

export async function tellDiagram(pack: Package, findings: Findings, part: string, place: Place): Promise<void> {
  await attempt(findings, part, async () => {
    const tree = await pack.tree(part);
    for (const point of allOf(tree ?? undefined, "pt")) {
      const text = drawingText(childOf(point, "t"));
      if (text !== "") findings.block({ kind: "paragraph", text, place: { ...place, part: "diagram" } });
    }
  });
}

/** Which parts a picture in a text points to. */
export function drawnParts(drawing: XmlElement): { charts: string[]; diagrams: string[] } {
  const ids = (local: string, attribute: string) =>
    [...allOf(drawing, local)].map((one) => relationId(one, attribute)).filter((id) => id !== undefined);
  return { charts: ids("chart", "id"), diagrams: ids("relIds", "dm") };
}

export function chartBlocks(tree: XmlElement, place: Place): Block[] {
  const blocks: Block[] = [];
  const say = (kind: Block["kind"], text: string) => {
    if (text.trim() !== "") blocks.push({ kind, text, place });
  };
  const chart = childOf(tree, "chart") ?? tree;
  say("caption", titleOf(childOf(chart, "title")));
  const area = childOf(chart, "plotArea");
  for (const axis of elements(area))
    if (axis.local.endsWith("Ax") || axis.local === "axis") say("caption", titleOf(childOf(axis, "title")));
  let above = "";
  for (const series of allOf(area, "ser")) {
    const x = points(childOf(series, "cat") ?? childOf(series, "xVal"));
    const header = x.join("\t");
    if (header !== above) say("table_row", `\t${header}`);
    above = header;
    const y = points(childOf(series, "val") ?? childOf(series, "yVal"));
    const sizes = points(childOf(series, "bubbleSize"));
    say("table_row", [points(childOf(series, "tx")).join(" "), ...y].join("\t"));
    if (sizes.length > 0) say("table_row", ["", ...sizes].join("\t"));
  }
  for (const data of allOf(childOf(tree, "chartData"), "data"))
    for (const level of elements(data)) say("table_row", [...allOf(level, "pt")].map(textOf).join("\t"));
  for (const series of allOf(area, "series")) say("caption", textOf(downTo(series, "tx", "txData", "v")));
  return blocks;
}

function titleOf(title: XmlElement | undefined): string {
  const rich = drawingText(downTo(title, "tx", "rich"));
  return rich || points(childOf(title, "tx")).join(" ");
}

/** What was computed last, by its index; categories of several levels are joined. */
function points(of: XmlElement | undefined): string[] {
  const levels = [...allOf(of, "lvl")];
  const lists = (levels.length > 0 ? levels : [...(of ? [of] : [])]).map((level) => {
    const found: string[] = [];
    for (const point of allOf(level, "pt")) {
      const at = Number(point.attribute("idx") ?? found.length);
      if (at >= 0 && at < POINTS) found[at] = textOf(childOf(point, "v"));
    }
    return Array.from(found, (text) => text ?? "");
  });
  const [inner = [], ...outer] = lists;
  if (inner.length === 0 && of) return [...allOf(of, "v")].map(textOf).slice(0, 1);
  let above: string[] = [];
  return inner.map((text, at) => {
    above = outer.map((list, level) => list[at] || above[level] || "");
    return [...above.toReversed(), text].filter((one) => one !== "").join(" / ");
  });
}
