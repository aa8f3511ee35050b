/** The package around an office document of Microsoft's: its parts, and how they refer to each other. ISO/IEC 29500-2. */
import { posix } from "node:path";
import { AppError } from "../../errors.ts";
import { childOf, elements, readTree, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { Source } from "../source.ts";
import { openZip, type Zip } from "../zip.ts";
import { EnoughText, type Findings } from "./extractor.ts";
import { unwrapOle } from "./ooxml-ole.ts";

/** `type` is the last word of its URI: the same in strict and transitional documents. */
export type Relation = { id: string; type: string; target: string; external: boolean };

export type Package = {
  zip: Zip;
  main: string;
  has(part: string): boolean;
  relations(part: string): Promise<Map<string, Relation>>;
  /** Null when it is not there, or cannot be read: then a warning says so. */
  tree(part: string): Promise<XmlElement | null>;
  stream(part: string): AsyncIterable<Uint8Array>;
};

/** Does something with a part of a document; when that fails, a warning says so, and the rest goes on. */
export async function attempt(findings: Findings, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EnoughText || (error instanceof AppError && error.code === "file.beyond_limits")) throw error;
    findings.warn("part_unreadable", `${what} could not be read: ${String((error as Error).message).slice(0, 300)}`);
  }
}

/** Names of parts are compared without regard to case, as Windows does. Throws when it is no ZIP. */
export async function openPackage(source: Source, findings: Findings): Promise<Package> {
  const zip = await openZip(source, findings);
  const names = new Map([...zip.entries.keys()].map((name) => [normal(name), name]));
  const actual = (part: string): string => names.get(normal(part)) ?? part;
  const reading = { depth: findings.limits.depth, pause: () => findings.pause() };
  const stream = (part: string) => zip.stream(actual(part));
  const tree = async (part: string): Promise<XmlElement | null> => {
    let found: XmlElement | null = null;
    if (names.has(normal(part)))
      await attempt(findings, part, async () => {
        found = await readTree(stream(part), reading);
      });
    return found;
  };
  const relations = async (part: string): Promise<Map<string, Relation>> => {
    const { dir, base } = posix.parse(part);
    const listed = await tree(posix.join(dir, "_rels", `${base}.rels`));
    return new Map(elements(listed ?? undefined).map((one) => relationOf(one, dir)));
  };
  const roots = [...(await relations("")).values()];
  const main = roots.find(({ type }) => type === "officeDocument")?.target ?? usualMain(names);
  if (!main) throw new AppError("file.unreadable", "It has no document in it");
  return { zip, main, stream, tree, relations, has: (part) => names.has(normal(part)) };
}

const normal = (part: string): string => part.replaceAll("\\", "/").replace(/^\/+/, "").toLowerCase();

const usualMain = (names: ReadonlyMap<string, string>): string | undefined =>
  ["word/document.xml", "ppt/presentation.xml"].map((name) => names.get(name)).find((name) => name !== undefined);

function relationOf(element: XmlElement, dir: string): [string, Relation] {
  const id = element.attribute("Id") ?? "";
  const target = element.attribute("Target") ?? "";
  const external = element.attribute("TargetMode") === "External";
  const type = (element.attribute("Type") ?? "").split("/").at(-1) ?? "";
  const inside = () => (target.startsWith("/") ? target.slice(1) : posix.join(dir, target)).split("#")[0] ?? "";
  return [id, { id, type, target: external ? target : inside(), external }];
}

/** The attribute `r:id` and its like: by namespace where it is declared, so that a plain `id` beside it is another one. */
export function relationId(element: XmlElement, local = "id"): string | undefined {
  return element.attributes().find((one) => one.local === local && /relationships$/.test(one.uri))?.value;
}

const named: Readonly<Record<string, string>> = {
  ...{ title: "title", creator: "author", subject: "subject", keywords: "keywords", description: "description" },
  ...{ lastModifiedBy: "modified_by", created: "created_at", modified: "modified_at", category: "category" },
  ...{ language: "language", contentStatus: "status", revision: "revision" },
  ...{ Company: "company", Manager: "manager", Application: "application", Template: "template" },
};
const counted: Readonly<Record<string, string>> = {
  ...{ Pages: "pages", Words: "words", Slides: "slides", HiddenSlides: "hidden_slides", Notes: "notes" },
  ...{ TotalTime: "edited_minutes" },
};

/** What docProps tell: core, app and custom properties. */
export async function tellProperties(pack: Package, findings: Findings): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  const custom: Record<string, string> = {};
  const wanted = new Set(["core-properties", "extended-properties", "extendedProperties", "custom-properties"]);
  for (const { type, target, external } of (await pack.relations("")).values()) {
    if (external || !(wanted.has(type) || type === "customProperties" || type === "metadata/core-properties")) continue;
    for (const one of elements((await pack.tree(target)) ?? undefined)) {
      const text = textOf(one).trim().slice(0, 2000);
      if (text === "") continue;
      const [name, count] = [named[one.local], counted[one.local]];
      if (name !== undefined) facts[name] = text;
      else if (count !== undefined && /^\d{1,9}$/.test(text)) facts[count] = Number(text);
      else if (one.local === "property" && Object.keys(custom).length < 200)
        custom[(one.attribute("name") ?? "").slice(0, 200)] = text;
    }
  }
  if (Object.keys(custom).length > 0) facts["custom"] = custom;
  if ([...pack.zip.entries.keys()].some((name) => /vbaProject\.bin$/i.test(name))) facts["macros"] = true;
  findings.facts(facts);
  return facts;
}

/** A file inside: as it is, or out of the wrapper in which Windows puts it. */
export async function tellEmbedded(pack: Package, findings: Findings, part: string, path: string): Promise<void> {
  await attempt(findings, part, async () => {
    const bytes = await pack.zip.bytes(part);
    const unwrapped = unwrapOle(bytes);
    const name = unwrapped?.name ?? posix.basename(part);
    await findings.inner(name, unwrapped?.bytes ?? bytes, path === "" ? name : `${path}/${name}`);
  });
}

export const onlyChoice = (alternate: XmlElement): XmlElement | undefined =>
  childOf(alternate, "Choice") ?? childOf(alternate, "Fallback");
