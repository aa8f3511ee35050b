/** Word documents (OOXML), streaming: an own reader, because none of the libraries tried keeps list numbers, comments, notes or charts. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { readUnits } from "../markup.ts";
import { readNotes } from "./docx-notes.ts";
import { openNumbering } from "./docx-numbering.ts";
import { type Document, openStory, type Told } from "./docx-story.ts";
import { openStyles } from "./docx-styles.ts";
import type { Inline, Pages } from "./docx-text.ts";
import { EnoughText, type Extractor, type Findings } from "./extractor.ts";
import { attempt, openPackage, type Package, type Relation, tellEmbedded, tellProperties } from "./ooxml.ts";
import { tellChart, tellDiagram } from "./ooxml-chart.ts";

export const docx: Extractor = {
  name: "docx",
  types: ["docx"],
  async read(source, findings) {
    const pack = await openPackage(source, findings);
    await readDocument(pack, findings);
  },
};

/** Links that are told as facts. */
const LINKS = 500;

export type Reading = {
  pack: Package;
  findings: Findings;
  document: Document;
  links: Set<string>;
  /** `footnote 3` -> what it says; it is told where it is referred to, and then no more. */
  notes: Map<string, Block[]>;
};

async function readDocument(pack: Package, findings: Findings): Promise<void> {
  const properties = await tellProperties(pack, findings);
  const relations = await pack.relations(pack.main);
  const parts = (type: string) => [...relations.values()].filter((one) => one.type === type && !one.external);
  const part = async (type: string) => {
    const found = parts(type)[0];
    return found ? pack.tree(found.target) : null;
  };
  const styles = openStyles(await part("styles"));
  const numbering = openNumbering(await part("numbering"), styles.listOf);
  const counts = { tables: 0, pictures: 0, headings: 0, inserted: 0, deleted: 0 };
  const reading: Reading = {
    pack,
    findings,
    document: { styles, numbering, counts },
    links: new Set(),
    notes: new Map(),
  };
  await readNotes(reading, relations);
  const comments = [...reading.notes.keys()].filter((key) => key.startsWith("comment ")).length;
  const margins = async (type: string) => {
    const said = new Set<string>();
    for (const { target } of parts(type))
      await attempt(findings, target, () => tellMargin(reading, target, type, said));
  };
  await margins("header");
  const pages: Pages = { page: 1, known: Number(properties["pages"]) > 1, pending: false };
  await tellBody(reading, relations, pages);
  for (const block of [...reading.notes.values()].flat()) findings.block(block);
  await margins("footer");
  await tellRest(reading, parts);
  findings.facts({
    ...{ headings: counts.headings, tables: counts.tables, images: counts.pictures, comments },
    ...(reading.links.size > 0 ? { links: [...reading.links] } : {}),
    ...(pages.known && properties["pages"] === undefined ? { pages: pages.page } : {}),
    ...(counts.inserted + counts.deleted > 0
      ? { tracked_changes: { insertions: counts.inserted, deletions: counts.deleted } }
      : {}),
  });
}

/** What was found before it broke stays. */
async function tellBody(reading: Reading, relations: Map<string, Relation>, pages: Pages): Promise<void> {
  let found = 0;
  try {
    await tellStory(reading, reading.pack.main, { pages, relations, told: () => void found++ });
  } catch (error) {
    if (found === 0 || error instanceof EnoughText) throw error;
    if (error instanceof AppError && error.code !== "file.unreadable") throw error;
    reading.findings.warn(
      "part_unreadable",
      `The document is broken: ${String((error as Error).message).slice(0, 300)}`,
    );
  }
}

/** Glossaries, files inside that no picture stands for, and texts of other formats that Word would merge in. */
async function tellRest({ pack, findings, ...reading }: Reading, parts: (type: string) => Relation[]): Promise<void> {
  for (const { target } of parts("glossaryDocument"))
    await attempt(findings, target, () => tellStory({ pack, findings, ...reading }, target, { part: "glossary" }));
  const inside = [...parts("oleObject"), ...parts("package"), ...parts("aFChunk")];
  for (const target of new Set(inside.map((one) => one.target)))
    if (pack.has(target)) await tellEmbedded(pack, findings, target, "");
}

async function tellMargin(reading: Reading, part: string, type: string, said: Set<string>): Promise<void> {
  const blocks: Block[] = [];
  const findings = { ...reading.findings, block: (block: Block) => void blocks.push(block) };
  await tellStory({ ...reading, findings }, part, { part: type });
  for (const block of blocks) {
    const isNew = !said.has(block.text);
    said.add(block.text);
    if (isNew) reading.findings.block(block);
  }
}

type StoryOptions = { part?: string; pages?: Pages; relations?: Map<string, Relation>; told?: () => void };

async function tellStory(reading: Reading, part: string, options: StoryOptions): Promise<void> {
  const { pack, findings, document } = reading;
  const relations = options.relations ?? (await pack.relations(part));
  const story = openStory(document, {
    ...(options.part === undefined ? {} : { part: options.part }),
    ...(options.pages ? { pages: options.pages } : {}),
    link: (link) => keepLink(reading, link, relations),
  });
  const pour = async (): Promise<void> => {
    for (const one of story.take()) {
      await tellOne(reading, one, relations);
      options.told?.();
    }
    await findings.pause();
  };
  try {
    await readUnits(pack.stream(part), story, { depth: findings.limits.depth, pause: pour });
  } finally {
    await pour();
  }
}

export function keepLink({ links }: Reading, link: Inline["links"][number], relations: Map<string, Relation>): void {
  const address = "address" in link ? link.address : relations.get(link.relation)?.target;
  if (address !== undefined && address !== "" && links.size < LINKS) links.add(address.slice(0, 2000));
}

async function tellOne(reading: Reading, one: Told, relations: Map<string, Relation>): Promise<void> {
  const { pack, findings, notes } = reading;
  if ("kind" in one) return findings.block(one);
  const { extra, place } = one;
  if (extra.type === "footnote" || extra.type === "endnote" || extra.type === "comment") {
    const key = `${extra.type} ${extra.id}`;
    const blocks = notes.get(key) ?? [];
    notes.delete(key);
    for (const block of blocks) findings.block({ ...block, place: { ...notePlace(place), ...block.place } });
    return;
  }
  const target = "relation" in extra ? relations.get(extra.relation)?.target : undefined;
  // Files inside come last: they are told of whether or not a picture stands for them.
  if (target === undefined || extra.type === "embedded") return;
  if (extra.type === "chart") await attempt(findings, target, () => tellChart(pack, findings, target, place));
  else await tellDiagram(pack, findings, target, place);
}

const notePlace = ({ part: _, ...place }: Place): Place => place;
