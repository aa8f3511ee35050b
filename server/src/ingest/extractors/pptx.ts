/** PowerPoint presentations (OOXML): slides in their order, with notes, comments, charts, and what masters really show. */
import type { Place } from "@orchestratex/sdk/contract";
import { childOf, elements } from "../markup.ts";
import type { Extractor, Findings } from "./extractor.ts";
import {
  attempt,
  openPackage,
  type Package,
  type Relation,
  relationId,
  tellEmbedded,
  tellProperties,
} from "./ooxml.ts";
import { tellChart, tellDiagram } from "./ooxml-chart.ts";
import { openComments, type TellComments } from "./pptx-comments.ts";
import { inReadingOrder, isTitle, type Shape, shapesOf, tellShape } from "./pptx-shapes.ts";

export const pptx: Extractor = {
  name: "pptx",
  types: ["pptx"],
  async read(source, findings) {
    const pack = await openPackage(source, findings);
    await readPresentation(pack, findings);
  },
};

type Reading = {
  pack: Package;
  findings: Findings;
  tellComments: TellComments;
  counts: { hidden: number; images: number; comments: number };
  links: Set<string>;
  /** By part. */
  layouts: Map<string, { shapes: Shape[]; relations: Map<string, Relation> }>;
  /** What was told of masters and layouts: they repeat each other. */
  said: Set<string>;
  embedded: Set<string>;
};

const LINKS = 500;

async function readPresentation(pack: Package, findings: Findings): Promise<void> {
  await tellProperties(pack, findings);
  const tree = await pack.tree(pack.main);
  const relations = await pack.relations(pack.main);
  const counts = { hidden: 0, images: 0, comments: 0 };
  const reading: Reading = {
    ...{ pack, findings, counts, tellComments: await openComments(pack, relations, findings) },
    ...{ links: new Set(), layouts: new Map(), said: new Set(), embedded: new Set() },
  };
  const slides = elements(childOf(tree ?? undefined, "sldIdLst"))
    .map((one) => relations.get(relationId(one) ?? "")?.target)
    .filter((target) => target !== undefined);
  if (slides.length > findings.limits.pages)
    findings.warn("text_limited", `Only the first ${findings.limits.pages} of ${slides.length} slides were read`);
  for (const [at, part] of slides.slice(0, findings.limits.pages).entries()) {
    await attempt(findings, part, () => tellSlide(reading, part, at + 1));
    findings.progress(at + 1, slides.length);
    await findings.pause();
  }
  for (const part of reading.layouts.keys()) await tellMaster(reading, part, "layout");
  for (const { type, target } of relations.values())
    if (type === "slideMaster" || type === "notesMaster" || type === "handoutMaster")
      await tellMaster(reading, target, "master");
  findings.facts({
    ...{ slides: slides.length, hidden_slides: counts.hidden, images: counts.images, comments: counts.comments },
    ...(reading.links.size > 0 ? { links: [...reading.links] } : {}),
  });
}

async function tellSlide(reading: Reading, part: string, slide: number): Promise<void> {
  const { pack, counts } = reading;
  const tree = await pack.tree(part);
  const relations = await pack.relations(part);
  const isHidden = /^(0|false)$/.test(tree?.attribute("show") ?? "");
  if (isHidden) counts.hidden++;
  const shapes = shapesOf(tree);
  const layout = await layoutOf(reading, relations);
  const title = shapes.find(isTitle);
  const told = title ? tellShape(title, {}, true)[0] : undefined;
  const heading = told && "text" in told ? [told.text.slice(0, 300)] : [];
  const place: Place = { slide, ...(heading.length > 0 ? { heading } : {}), ...(isHidden ? { part: "hidden" } : {}) };
  for (const shape of inReadingOrder(shapes, layout)) await tell(reading, shape, place, relations, shape === title);
  for (const { type, target, external } of relations.values()) {
    if (external) continue;
    if (type === "notesSlide") await tellNotes(reading, target, place);
    else if (type === "comments") counts.comments += await reading.tellComments(target, place);
    else if ((type === "oleObject" || type === "package") && !reading.embedded.has(target)) {
      reading.embedded.add(target);
      await tellEmbedded(pack, reading.findings, target, `slide ${slide}`);
    }
  }
}

async function tell(
  { pack, findings, counts, links }: Reading,
  shape: Shape,
  place: Place,
  relations: Map<string, Relation>,
  isHeading = false,
): Promise<void> {
  for (const one of tellShape(shape, place, isHeading)) {
    if ("kind" in one) findings.block(one);
    else if (one.type === "picture") counts.images++;
    else {
      const relation = relations.get(one.relation);
      if (!relation) continue;
      const { target, external } = relation;
      if (one.type === "link" && external && links.size < LINKS) links.add(target.slice(0, 2000));
      else if (one.type === "chart") await attempt(findings, target, () => tellChart(pack, findings, target, place));
      else if (one.type === "diagram") await tellDiagram(pack, findings, target, place);
    }
  }
}

/** All but the picture of the slide and its number. */
async function tellNotes(reading: Reading, part: string, { part: _, ...place }: Place): Promise<void> {
  await attempt(reading.findings, part, async () => {
    const tree = await reading.pack.tree(part);
    const relations = await reading.pack.relations(part);
    const shapes = shapesOf(tree).filter(({ placeholder }) => !/^sld(Img|Num)$/.test(placeholder?.type ?? ""));
    for (const shape of inReadingOrder(shapes, [])) await tell(reading, shape, { ...place, part: "notes" }, relations);
  });
}

async function layoutOf(reading: Reading, relations: Map<string, Relation>): Promise<Shape[]> {
  const part = [...relations.values()].find(({ type }) => type === "slideLayout")?.target;
  if (part === undefined) return [];
  const known = reading.layouts.get(part);
  if (known) return known.shapes;
  const shapes = shapesOf(await reading.pack.tree(part));
  const above = await reading.pack.relations(part);
  // What a layout leaves open, its master says.
  const master = [...above.values()].find(({ type }) => type === "slideMaster")?.target;
  const all = master === undefined ? shapes : [...shapes, ...shapesOf(await reading.pack.tree(master))];
  reading.layouts.set(part, { shapes: all.filter(({ at }) => at !== null), relations: above });
  return all;
}

/** Not what placeholders prompt for, which nobody sees; but headers, footers and dates, and whatever else stands there. */
async function tellMaster(reading: Reading, part: string, kind: string): Promise<void> {
  await attempt(reading.findings, part, async () => {
    const relations = await reading.pack.relations(part);
    const findings: Findings = {
      ...reading.findings,
      block(block) {
        const isNew = !reading.said.has(block.text) && !/^[‹<]#[›>]$/.test(block.text.trim());
        reading.said.add(block.text);
        if (isNew) reading.findings.block(block);
      },
    };
    for (const shape of shapesOf(await reading.pack.tree(part)))
      if (shape.placeholder === null || /^(hdr|ftr|dt|sldNum)$/.test(shape.placeholder.type))
        await tell({ ...reading, findings }, shape, { part: kind }, relations);
  });
}
