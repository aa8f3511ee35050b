/** OpenDocument texts and presentations, streaming: an own reader, because the libraries drop list numbers, notes, headers and objects. */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { childOf, elements, readTree, readUnits, textOf } from "../markup.ts";
import { openZip, type Zip } from "../zip.ts";
import { EnoughText, type Extractor, type Findings } from "./extractor.ts";
import { type OdfLists, openLists } from "./odf-lists.ts";
import { type OdfCounts, type OdfTold, openOdfStory, openTitles, type Titles } from "./odf-story.ts";
import { formulaOf } from "./odf-text.ts";
import { attempt } from "./ooxml.ts";
import { unwrapOle } from "./ooxml-ole.ts";

export const odf: Extractor = {
  name: "odf",
  types: ["odt", "odp"],
  async read(source, findings) {
    const zip = await openZip(source, findings);
    if (!zip.entries.has("content.xml")) throw new AppError("file.unreadable", "It has no content in it");
    await refuseEncrypted(zip, findings);
    await attempt(findings, "meta.xml", () => tellMeta(zip, findings));
    await readDocument(zip, findings);
  },
};

type Reading = {
  zip: Zip;
  findings: Findings;
  lists: OdfLists;
  titles: Titles;
  counts: OdfCounts;
  links: Set<string>;
};

const readingOf = (findings: Findings) => ({ depth: findings.limits.depth, pause: () => findings.pause() });

/** The list of its parts says which are encrypted; with a password that is all of them but this list. */
async function refuseEncrypted(zip: Zip, findings: Findings): Promise<void> {
  if (!zip.entries.has("META-INF/manifest.xml")) return;
  let isEncrypted = false;
  await attempt(findings, "META-INF/manifest.xml", async () => {
    const manifest = await readTree(zip.stream("META-INF/manifest.xml"), readingOf(findings));
    isEncrypted = elements(manifest).some(
      (one) =>
        /^(content\.xml|encrypted-package)$/.test(one.attribute("full-path") ?? "") && childOf(one, "encryption-data"),
    );
  });
  if (isEncrypted) throw new AppError("file.encrypted", "It is protected by a password");
}

const named: Readonly<Record<string, string>> = {
  ...{ title: "title", "initial-creator": "author", creator: "modified_by", subject: "subject", keyword: "keywords" },
  ...{ "creation-date": "created_at", date: "modified_at", language: "language", description: "description" },
  generator: "application",
};
const counted: Readonly<Record<string, string>> = { "page-count": "pages", "word-count": "words" };

async function tellMeta(zip: Zip, findings: Findings): Promise<void> {
  if (!zip.entries.has("meta.xml")) return;
  const meta = childOf(await readTree(zip.stream("meta.xml"), readingOf(findings)), "meta");
  const facts: Record<string, unknown> = {};
  const custom: Record<string, string> = {};
  for (const one of elements(meta)) {
    const text = textOf(one).trim().slice(0, 2000);
    const name = named[one.local];
    if (one.local === "user-defined" && text !== "" && Object.keys(custom).length < 200)
      custom[(one.attribute("name") ?? "").slice(0, 200)] = text;
    else if (name !== undefined && text !== "") facts[name] = name in facts ? `${facts[name]}, ${text}` : text;
    for (const [attribute, count] of Object.entries(counted)) {
      const value = one.local === "document-statistic" ? Number(one.attribute(attribute)) : Number.NaN;
      if (Number.isInteger(value)) facts[count] = value;
    }
  }
  if (!("author" in facts) && "modified_by" in facts) facts["author"] = facts["modified_by"];
  findings.facts({ ...facts, ...(Object.keys(custom).length > 0 ? { custom } : {}) });
}

async function readDocument(zip: Zip, findings: Findings): Promise<void> {
  const counts: OdfCounts = { headings: 0, tables: 0, images: 0, comments: 0, slides: 0 };
  const reading: Reading = { zip, findings, lists: openLists(), titles: openTitles(), counts, links: new Set() };
  const margins: Block[] = [];
  // Styles of lists stand there, too, and are needed before.
  if (zip.entries.has("styles.xml"))
    await attempt(findings, "styles.xml", () =>
      tellStory({ ...reading, counts: { ...counts } }, "styles.xml", (block) => void margins.push(block), new Set()),
    );
  for (const block of margins) if (block.place.part === "header") findings.block(block);
  let found = 0;
  try {
    await tellStory(reading, "content.xml", (block) => {
      findings.block(block);
      found++;
    });
  } catch (error) {
    if (found === 0 || error instanceof EnoughText) throw error;
    if (error instanceof AppError && error.code !== "file.unreadable") throw error;
    findings.warn("part_unreadable", `The document is broken: ${String((error as Error).message).slice(0, 300)}`);
  }
  for (const block of margins) if (block.place.part !== "header") findings.block(block);
  const { slides, ...others } = counts;
  findings.facts({
    ...others,
    ...(slides > 0 ? { slides } : {}),
    ...(reading.links.size > 0 ? { links: [...reading.links] } : {}),
  });
}

async function tellStory(
  reading: Reading,
  part: string,
  out: (block: Block) => void,
  seen?: Set<string>,
): Promise<void> {
  const { zip, findings, ...shared } = reading;
  const story = openOdfStory({ ...shared, ...(seen ? { seen } : {}) });
  const pour = async (): Promise<void> => {
    for (const one of story.take()) {
      if ("kind" in one) out(one);
      else await tellObject(reading, one.object, one.place, out);
    }
    await findings.pause();
  };
  try {
    await readUnits(zip.stream(part), story, { depth: findings.limits.depth, pause: pour });
  } finally {
    await pour();
  }
}

/** A folder with a document of its own (a chart, a table, a formula), or a file in a wrapper of Windows. */
async function tellObject(reading: Reading, path: string, place: Place, out: (block: Block) => void): Promise<void> {
  const { zip, findings, ...shared } = reading;
  const name = path.replace(/^\.\//, "").replace(/\/$/, "");
  const content = `${name}/content.xml`;
  await attempt(findings, name, async () => {
    if (zip.entries.has(content)) {
      const counts: OdfCounts = { headings: 0, tables: 0, images: 0, comments: 0, slides: 0 };
      const story = openOdfStory({ ...shared, counts, part: "embedded" });
      const told: OdfTold[] = [];
      const isFormula = { units: { has: (local: string) => local === "math" } };
      const pause = async () => void told.push(...story.take());
      await readUnits(zip.stream(content), story, { depth: findings.limits.depth, pause });
      await pause();
      for (const one of told) if ("kind" in one) out({ ...one, place: { ...place, part: "embedded" } });
      if (told.length > 0) return;
      await readUnits(
        zip.stream(content),
        {
          ...isFormula,
          unit: (math) => out({ kind: "paragraph", text: formulaOf(math), place: { ...place, part: "formula" } }),
        },
        readingOf(findings),
      );
    } else if (zip.entries.has(name)) {
      const bytes = await zip.bytes(name);
      const unwrapped = unwrapOle(bytes);
      await findings.inner(unwrapped?.name ?? name, unwrapped?.bytes ?? bytes, unwrapped?.name ?? name);
    }
  });
}
