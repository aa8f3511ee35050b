/** An office document as one XML file ("Word XML Document"): its parts are put back into a package. */
import { strToU8, zipSync } from "fflate";
import { wholeText } from "../encoding.ts";
import { bytesSource, type Source } from "../source.ts";
import type { Findings } from "./extractor.ts";
import { extractorFor } from "./index.ts";

const kinds = { "word/": "docx", "ppt/": "pptx", "xl/": "xlsx" } as const;

/** False: there is no reader for what is in it. */
export async function readPackage(source: Source, findings: Findings): Promise<boolean> {
  const parts = partsOf(await wholeText(source, findings.limits.wholeBytes));
  const names = Object.keys(parts);
  const type = Object.entries(kinds).find(([folder]) => names.some((name) => name.startsWith(folder)))?.[1];
  const extractor = type === undefined ? null : await extractorFor(type);
  if (!extractor || type === undefined) return false;
  await extractor.read(
    bytesSource(zipSync(parts, { level: 0 }), { name: source.name, type, encoding: null }),
    findings,
  );
  return true;
}

const PART = /<pkg:part\b([^>]*)>\s*<pkg:(xmlData|binaryData)\b[^>]*>/g;

function partsOf(text: string): Record<string, Uint8Array> {
  const parts: Record<string, Uint8Array> = {};
  const overrides: string[] = [];
  for (const found of text.matchAll(PART)) {
    const [all, attributes = "", kind] = found;
    const name = /\bpkg:name="\/?([^"]+)"/.exec(attributes)?.[1];
    const type = /\bpkg:contentType="([^"]+)"/.exec(attributes)?.[1];
    const start = found.index + all.length;
    const end = text.indexOf(`</pkg:${kind}>`, start);
    if (name === undefined || end < 0) continue;
    const inside = text.slice(start, end);
    parts[name] = kind === "xmlData" ? strToU8(inside) : new Uint8Array(Buffer.from(inside, "base64"));
    if (type !== undefined) overrides.push(`<Override PartName="/${name}" ContentType="${type}"/>`);
  }
  const types = "http://schemas.openxmlformats.org/package/2006/content-types";
  const rels = "application/vnd.openxmlformats-package.relationships+xml";
  parts["[Content_Types].xml"] = strToU8(
    `<Types xmlns="${types}"><Default Extension="rels" ContentType="${rels}"/>${overrides.join("")}</Types>`,
  );
  return parts;
}
