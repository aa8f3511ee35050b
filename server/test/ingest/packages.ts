/** Office documents for tests, made of their parts. */
import { strToU8, zipSync } from "fflate";

/** Part -> its text or bytes. */
export function zipped(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const files = Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part]);
  return zipSync(Object.fromEntries(files));
}

const W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT = "http://purl.oclc.org/ooxml";
const R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export const namespaces = [
  `xmlns:w="${W}" xmlns:r="${R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`,
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"',
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:o="urn:schemas-microsoft-com:office:office"',
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"',
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:wps="urn:wps" xmlns:w15="urn:w15"',
].join(" ");

/** Type -> target; ids are `r` and the number of the entry, from 1. An address is outside. */
export function relations(...listed: [type: string, target: string][]): string {
  const entries = listed.map(([type, target], at) => {
    const mode = target.includes("://") ? ' TargetMode="External"' : "";
    return `<Relationship Id="r${at + 1}" Type="${R}/${type}" Target="${target}"${mode}/>`;
  });
  const uri = "http://schemas.openxmlformats.org/package/2006/relationships";
  return `<?xml version="1.0"?><Relationships xmlns="${uri}">${entries.join("")}</Relationships>`;
}

export const part = (name: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${namespaces}>${content}</${name}>`;

export type Word = {
  body: string;
  links?: [string, string][];
  parts?: Record<string, string | Uint8Array>;
  strict?: boolean;
};

/** A Word document; `links` are the relations of its main part. */
export function wordDocument({ body, links = [], parts = {}, strict = false }: Word): Uint8Array {
  const turned = (text: string) =>
    strict
      ? text.replaceAll(W, `${STRICT}/wordprocessingml/main`).replaceAll(R, `${STRICT}/officeDocument/relationships`)
      : text;
  return zipped({
    "_rels/.rels": turned(
      relations(["officeDocument", "word/document.xml"], ["extended-properties", "docProps/app.xml"]),
    ),
    "word/document.xml": turned(part("w:document", `<w:body>${body}</w:body>`)),
    "word/_rels/document.xml.rels": turned(relations(...links)),
    ...parts,
  });
}

/** A paragraph with properties before its text. */
export const para = (text: string, properties = ""): string =>
  `<w:p><w:pPr>${properties}</w:pPr>${text.startsWith("<") ? text : run(text)}</w:p>`;
export const run = (text: string): string => `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
export const inList = (list: number, level: number): string =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`;
