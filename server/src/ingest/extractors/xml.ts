/** XML by its elements, and what SVG pictures say. */
import { AppError } from "../../errors.ts";
import { decoded } from "../encoding.ts";
import { type Element, readXml, type XmlHandlers } from "../markup.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { readPackage } from "./xml-package.ts";

/** Paths of elements that the facts name. */
const TOLD = 300;
/** Characters of one block; what elements say is gathered until there are so many. */
const BLOCK_LENGTH = 800;
/** Of an attribute that is told. */
const ATTRIBUTE_LENGTH = 1000;
/** Of an element's text that is held before it is told. */
const HELD_LENGTH = 100_000;
/** Elements whose inside is one text in most vocabularies of documents. */
const PARAGRAPH =
  /^(p|para|simpara|paragraph|title|subtitle|caption|li|td|th|entry|verse|tspan|text|head|aff|citation|mixed-citation|bibl)$/i;
/** Attributes that arrange things rather than say something. */
const FORMAL =
  /^(id|ref|class|style|type|version|space|base|schemalocation|rsid\w*|val|width|height|[a-z]\d?|[cdr][xy]|points|fill|stroke|transform|viewbox|href)$/i;
const SILENT = /^(style|script)$/;

export const xml: Extractor = {
  name: "xml",
  types: ["xml", "svg"],
  async read(source, findings) {
    const head = decoded(await source.slice(0, 2000), "latin1");
    if (/<pkg:package\b/.test(head) && (await readPackage(source, findings))) return;
    const tree = openTree(findings, source.type === "svg");
    try {
      await readXml(pieces(source, findings), tree, { depth: findings.limits.depth, pause: findings.pause });
    } catch (error) {
      tree.end();
      if (!(error instanceof AppError) || tree.elements() < 2) throw error;
      findings.warn("part_unreadable", `Only what stands before a fault could be read. ${error.message}`);
    }
    tree.end();
    findings.facts(tree.facts());
  },
};

async function* pieces(source: Source, findings: Findings): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const piece of source.stream()) {
    read += piece.length;
    findings.progress(read, source.size);
    // The parser is fed a little at a time, so that the world may breathe between.
    for (let at = 0; at < piece.length; at += 32_768) yield piece.subarray(at, at + 32_768);
  }
}

type Level = { name: string; local: string; text: string; inline: boolean };

function openTree(findings: Findings, isPicture: boolean) {
  const levels: Level[] = [];
  const paths: string[] = [""];
  const counts = new Map<string, number>();
  const say = openRecords(findings);
  let [elements, deepest, title] = [0, 0, null as string | null];

  function told(level: Level): void {
    const words = level.text.replace(/\s+/g, " ").trim();
    level.text = "";
    if (words === "" || (isPicture && SILENT.test(level.local))) return;
    if (level.local === "title") title ??= words.slice(0, 500);
    const prose = isPicture || PARAGRAPH.test(level.local);
    say.add(
      prose ? words : `${level.name}: ${words}`,
      paths[Math.max(1, levels.length - 1)] ?? "/",
      prose && !isPicture,
    );
  }

  const handlers: XmlHandlers = {
    open(element) {
      const above = levels.at(-1);
      // Beside words, an element marks some of them.
      const inline = above !== undefined && (above.inline || PARAGRAPH.test(above.local) || above.text.trim() !== "");
      const path = `${paths[levels.length]}/${element.name}`;
      levels.push({ name: element.name, local: element.local, text: "", inline });
      paths[levels.length] = path;
      elements++;
      deepest = Math.max(deepest, levels.length);
      if (counts.has(path) || counts.size < TOLD) counts.set(path, (counts.get(path) ?? 0) + 1);
      if (!isPicture && !inline)
        for (const [name, value] of said(element)) say.add(`${element.name} ${name}: ${value}`, path, false);
    },
    text(words) {
      const level = levels.at(-1);
      if (!level) return;
      level.text += words;
      if (level.text.length > HELD_LENGTH) told(level);
    },
    close() {
      const level = levels.at(-1);
      const above = levels.at(-2);
      if (level?.inline && above) above.text += spacedIn(level);
      else if (level) told(level);
      levels.pop();
    },
  };
  return {
    ...handlers,
    end: say.flush,
    elements: () => elements,
    facts: () => ({
      ...(title === null ? {} : { title }),
      ...{ elements, depth: deepest },
      tree: [...counts].map(([path, count]) => ({ path, count })),
    }),
  };
}

/** Marks in a text are no ends of words, paragraphs in it are. */
function spacedIn({ local, text }: Level): string {
  return PARAGRAPH.test(local) || /^(br|tab|lb|cr)$/.test(local) ? ` ${text} ` : text;
}

/** What stands beside each other is told together, under the path of what it is in. */
function openRecords(findings: Findings) {
  let [gathered, length, path] = [[] as string[], 0, ""];
  const flush = () => {
    if (gathered.length > 0) findings.block({ kind: "record", text: gathered.join("\n"), place: { path } });
    [gathered, length] = [[], 0];
  };
  return {
    flush,
    add(words: string, under: string, alone: boolean) {
      if (under !== path || length > BLOCK_LENGTH || alone) flush();
      path = under;
      if (alone) {
        findings.block({ kind: "paragraph", text: words, place: { path } });
        return;
      }
      gathered.push(words);
      length += words.length;
    },
  };
}

function* said(element: Element): Generator<[string, string]> {
  for (const { name, local, value } of element.attributes()) {
    const formal = FORMAL.test(local) || name === "xmlns" || name.startsWith("xmlns:") || name.startsWith("xsi:");
    if (!formal && value.length <= ATTRIBUTE_LENGTH && /\p{L}|\d/u.test(value)) yield [name, value];
  }
}
