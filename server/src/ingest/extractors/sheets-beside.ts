/** What stands beside the cells of a sheet: comments, text boxes, charts, files. */
import path from "node:path";
import { unwrapOle } from "./ooxml-ole.ts";
import { readChart } from "./sheets-chart.ts";
import type { Package, Relation } from "./sheets-package.ts";

export async function readBeside(
  parts: Package,
  relations: readonly Relation[],
  sheet: string,
  people: ReadonlyMap<string, string>,
): Promise<void> {
  const threaded = new Set<string>();
  const of = (...types: string[]) => relations.filter(({ type, external }) => types.includes(type) && !external);
  for (const { target } of of("threadedComment")) await readThread(parts, target, { sheet, people, threaded });
  for (const { target } of of("comments")) await readComments(parts, target, sheet, threaded);
  for (const { target } of of("drawing")) await readDrawing(parts, target, sheet);
  for (const { target } of of("oleObject", "package")) await readEmbedded(parts, target);
}

type Thread = { sheet: string; people: ReadonlyMap<string, string>; threaded: Set<string> };

async function readThread(parts: Package, part: string, { sheet, people, threaded }: Thread): Promise<void> {
  let [cell, who, text, inText] = ["", "", "", false];
  await parts.read(part, {
    open(element) {
      inText = element.local === "text";
      if (element.local !== "threadedComment") return;
      cell = element.attribute("ref") ?? "";
      who = people.get(element.attribute("personId") ?? "") ?? "";
      text = "";
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(local) {
      inText = false;
      if (local !== "threadedComment") return;
      threaded.add(cell);
      tellComment(parts, { sheet, cell, who, text });
    },
  });
}

type Comment = { sheet: string; cell: string; who: string; text: string };

const tellComment = (parts: Package, { sheet, cell, who, text }: Comment): void =>
  parts.findings.block({
    kind: "note",
    text: who !== "" && !text.startsWith(who) ? `${who}: ${text.trim()}` : text.trim(),
    place: { sheet, cells: cell, part: "comment" },
  });

/** For older programs each thread has a comment of the old kind as well, which is left out. */
async function readComments(parts: Package, part: string, sheet: string, threaded: ReadonlySet<string>): Promise<void> {
  const authors: string[] = [];
  let [cell, author, text] = ["", 0, ""];
  let into: "author" | "text" | null = null;
  await parts.read(part, {
    open(element) {
      into = element.local === "author" ? "author" : element.local === "t" ? "text" : null;
      if (into === "author") authors.push("");
      if (element.local !== "comment") return;
      cell = element.attribute("ref") ?? "";
      author = Number(element.attribute("authorId"));
      text = "";
    },
    text(piece) {
      if (into === "author") authors[authors.length - 1] += piece;
      if (into === "text") text += piece;
    },
    close(local) {
      into = null;
      if (local === "comment" && !threaded.has(cell))
        tellComment(parts, { sheet, cell, who: authors[author] ?? "", text });
    },
  });
}

/** Boxes with text, and the charts it shows. */
async function readDrawing(parts: Package, part: string, sheet: string): Promise<void> {
  let [text, inText, inBody] = ["", false, false];
  await parts.read(part, {
    open(element) {
      if (element.local === "txBody") inBody = true;
      inText = element.local === "t" && inBody;
      const described = element.local === "cNvPr" ? (element.attribute("descr") ?? "") : "";
      parts.findings.block({ kind: "caption", text: described, place: { sheet, part: "picture" } });
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(local) {
      inText = false;
      if (local === "p" && inBody) text += "\n";
      if (local !== "txBody") return;
      parts.findings.block({ kind: "paragraph", text: text.trim(), place: { sheet, part: "textbox" } });
      [text, inBody] = ["", false];
    },
  });
  for (const { type, target, external } of await parts.relations(part))
    if (!external && (type === "chart" || type === "chartEx")) await readChart(parts, target, sheet);
}

async function readEmbedded(parts: Package, part: string): Promise<void> {
  if (!parts.has(part)) return;
  const bytes = await parts.zip.bytes(part).catch(() => null);
  if (!bytes) return parts.warn(part);
  const unwrapped = unwrapOle(bytes);
  const name = unwrapped?.name ?? path.posix.basename(part);
  await parts.findings.inner(name, unwrapped?.bytes ?? bytes, name);
}
