/** EPUB 2 and 3: the documents of a book in its order. https://www.w3.org/TR/epub-33/ */
import { posix } from "node:path";
import type { Block } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { allOf, childOf, elements, readTree, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { openZip, type Zip } from "../zip.ts";
import { openBookDocument } from "./epub-xhtml.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { attempt } from "./ooxml.ts";

export const epub: Extractor = {
  name: "epub",
  types: ["epub"],
  async read(source, findings) {
    const zip = await openZip(source, findings);
    await readBook({ zip, findings, links: new Set(), images: 0, blocks: 0 });
  },
};

type Reading = { zip: Zip; findings: Findings; links: Set<string>; images: number; blocks: number };
type Item = { path: string; type: string; properties: string };

const tree = async ({ zip, findings }: Reading, part: string): Promise<XmlElement | undefined> => {
  let found: XmlElement | undefined;
  if (zip.entries.has(part))
    await attempt(findings, part, async () => {
      found = await readTree(zip.stream(part), { depth: findings.limits.depth, pause: () => findings.pause() });
    });
  return found;
};

const inside = (from: string, href: string): string => {
  const path = href.split("#")[0] ?? "";
  let plain = path;
  try {
    plain = decodeURIComponent(path);
  } catch {
    // A percent sign that stands for itself.
  }
  return plain.startsWith("/") ? plain.slice(1) : posix.join(posix.dirname(from), plain);
};

async function readBook(reading: Reading): Promise<void> {
  const { zip, findings } = reading;
  const container = await tree(reading, "META-INF/container.xml");
  const [root] = [...allOf(container, "rootfile")].map((one) => one.attribute("full-path"));
  const packagePath = root ?? [...zip.entries.keys()].find((name) => /\.opf$/i.test(name));
  const book = packagePath === undefined ? undefined : await tree(reading, packagePath);
  const items = new Map<string, Item>();
  for (const one of elements(childOf(book, "manifest"))) {
    const path = inside(packagePath ?? "", one.attribute("href") ?? "");
    const properties = ` ${one.attribute("properties") ?? ""} `;
    items.set(one.attribute("id") ?? "", { path, type: one.attribute("media-type") ?? "", properties });
  }
  tellMetadata(childOf(book, "metadata"), findings);
  const spine = spineOf(book, items, zip);
  if (spine.length === 0) throw new AppError("file.unreadable", "It has no documents in it");
  await refuseProtected(reading, new Set(spine));
  const titles = await titlesOf(reading, childOf(book, "spine")?.attribute("toc"), items);
  for (const [at, path] of spine.entries()) {
    await attempt(findings, path, () => tellDocument(reading, path, titles.get(path)));
    findings.progress(at + 1, spine.length);
  }
  if (reading.blocks === 0) findings.warn("no_text", "The book has no text: its pages may be pictures");
  const links = reading.links.size > 0 ? { links: [...reading.links] } : {};
  findings.facts({ documents: spine.length, images: reading.images, ...links });
}

/** Once each. Where the order is missing, as they stand in the file. */
function spineOf(book: XmlElement | undefined, items: ReadonlyMap<string, Item>, zip: Zip): string[] {
  const ordered = elements(childOf(book, "spine"))
    .map((one) => items.get(one.attribute("idref") ?? "")?.path)
    .filter((path) => path !== undefined && zip.entries.has(path));
  const found = ordered.length > 0 ? ordered : [...zip.entries.keys()].filter((name) => /\.x?html?$/i.test(name));
  return [...new Set(found as string[])];
}

const named: Readonly<Record<string, string>> = {
  ...{ title: "title", creator: "author", language: "language", publisher: "publisher", date: "published_at" },
  ...{ description: "description", subject: "subject", identifier: "identifier", rights: "rights" },
};

function tellMetadata(metadata: XmlElement | undefined, findings: Findings): void {
  const facts: Record<string, string> = {};
  for (const one of elements(metadata)) {
    const name = named[one.local];
    const text = textOf(one).trim().slice(0, 2000);
    if (name !== undefined && text !== "")
      facts[name] = facts[name] === undefined ? text : `${facts[name]}, ${text}`.slice(0, 4000);
    if (one.attribute("property") === "dcterms:modified" && text !== "") facts["modified_at"] = text;
  }
  findings.facts(facts);
}

/** Fonts may be scrambled without any protection of the text. */
async function refuseProtected(reading: Reading, spine: ReadonlySet<string>): Promise<void> {
  const encryption = await tree(reading, "META-INF/encryption.xml");
  const hidden = [...allOf(encryption, "CipherReference")].map((one) => inside("x", one.attribute("URI") ?? ""));
  if (hidden.some((path) => spine.has(path)))
    throw new AppError("file.encrypted", "The book is protected (DRM): only the reader it was sold for can open it");
}

/** What the table of contents calls the documents: of EPUB 3, or of EPUB 2. */
async function titlesOf(
  reading: Reading,
  toc: string | undefined,
  items: ReadonlyMap<string, Item>,
): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  const keep = (from: string, href: string | undefined, text: string) => {
    const path = inside(from, href ?? "");
    if (text !== "" && !titles.has(path)) titles.set(path, text.replace(/\s+/g, " ").slice(0, 300));
  };
  const nav = [...items.values()].find(({ properties }) => properties.includes(" nav "));
  for (const one of nav ? allOf(await tree(reading, nav.path), "a") : [])
    keep(nav?.path ?? "", one.attribute("href"), textOf(one).trim());
  const ncx = items.get(toc ?? "") ?? [...items.values()].find(({ type }) => type === "application/x-dtbncx+xml");
  for (const one of ncx ? allOf(await tree(reading, ncx.path), "navPoint") : [])
    keep(ncx?.path ?? "", childOf(one, "content")?.attribute("src"), textOf(childOf(one, "navLabel")).trim());
  return titles;
}

/** The title from the table of contents stands in for headings where the document has none. */
async function tellDocument(reading: Reading, path: string, title: string | undefined): Promise<void> {
  const { zip, findings, links } = reading;
  const blocks: Block[] = [];
  let length = 0;
  const document = openBookDocument(
    (block) => {
      blocks.push(block);
      length += block.text.length;
    },
    (address) => void (links.size < 500 && links.add(address.slice(0, 2000))),
    () => void reading.images++,
  );
  const pour = (): void => {
    for (const block of blocks.splice(0)) {
      const heading = block.place.heading ?? (title === undefined ? undefined : [title]);
      findings.block(heading ? { ...block, place: { ...block.place, heading } } : block);
      reading.blocks++;
    }
    length = 0;
  };
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of zip.stream(path)) {
    decoder ??= new TextDecoder(encodingOf(piece));
    document.write(decoder.decode(piece, { stream: true }));
    if (length > 100_000) pour();
    await findings.pause();
  }
  document.end();
  pour();
}

function encodingOf(first: Uint8Array): string {
  if (first[0] === 0xff && first[1] === 0xfe) return "utf-16le";
  if (first[0] === 0xfe && first[1] === 0xff) return "utf-16be";
  const head = Buffer.from(first.subarray(0, 400)).toString("latin1");
  const label = /(?:encoding|charset)\s*=\s*["']?([\w.-]+)/i.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return "utf-8";
  }
}
