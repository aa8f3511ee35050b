/** Documents of the bench's own, where no set is given: a few honest ones and some that mean harm. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { zipOf } from "../../server/test/ingest/archive-builders.ts";
import type { Row } from "./set.ts";

type Made = Omit<Row, "path"> & { name: string; bytes: Buffer | string };

/** Into an empty folder, with an `index.jsonl`. */
export function makeSet(folder: string): void {
  mkdirSync(path.join(folder, "files"));
  const rows = [...honest(), ...hostile()].map(({ name, bytes, ...row }) => {
    writeFileSync(path.join(folder, "files", name), bytes);
    return JSON.stringify({ path: `files/${name}`, ...row });
  });
  writeFileSync(path.join(folder, "index.jsonl"), `${rows.join("\n")}\n`);
}

export function docxOf(paragraphs: string, parts: { name: string; data: Buffer }[] = []): Buffer {
  const types =
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
  const relations =
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';
  const document = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs}</w:body></w:document>`;
  return zipOf([
    { name: "[Content_Types].xml", data: types },
    { name: "_rels/.rels", data: relations },
    { name: "word/document.xml", data: document },
    ...parts.map((part) => ({ ...part, stored: true })),
  ]);
}

export const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

function honest(): Made[] {
  const wav = Buffer.alloc(44 + 16_000);
  wav.write("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", "latin1");
  wav.writeUInt32LE(16_036, 4);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.set([2, 0, 16, 0], 32);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(16_000, 40);
  const notes = "# Harbour\n\nThe *old* quay was closed.\n\n- first\n- second\n";
  return [
    { name: "notes.md", type: "md", bytes: notes, expected: ["Harbour", "The old quay was closed"] },
    { name: "latin.txt", type: "txt", bytes: Buffer.from("Größe und Maß", "latin1"), expected: ["Größe und Maß"] },
    { name: "wide.txt", type: "txt", bytes: Buffer.from("\ufeffvéry wide", "utf16le"), expected: ["véry wide"] },
    { name: "page.html", type: "html", bytes: "<title>T</title><p>A <b>bold</b> move", expected: ["A bold move"] },
    { name: "costs.csv", type: "csv", bytes: "item;cost\nrope;12,50\n", expected: ["rope", "12,50"] },
    { name: "state.json", type: "json", bytes: '{"harbour":{"open":false}}', expected: ["harbour"] },
    {
      name: "mail.eml",
      type: "eml",
      bytes: "From: a@b.c\nSubject: The quay\n\nIt is closed.\n",
      expected: ["It is closed"],
    },
    {
      name: "short.docx",
      type: "docx",
      bytes: docxOf(paragraph("The quay was closed.")),
      expected: ["The quay was closed"],
    },
    {
      name: "both.zip",
      type: "zip",
      bytes: zipOf([{ name: "a.txt", data: "alpha" }]),
      expected: ["a.txt", "alpha"],
      expected_meta: { entries: 1 },
    },
    { name: "log.gz", type: "gz", bytes: gzipSync("the quay log"), expected: ["the quay log"] },
    { name: "second.wav", type: "wav", bytes: wav, expected_meta: { durationSec: 1, sampleRate: 8000, channels: 1 } },
  ];
}

function hostile(): Made[] {
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${"bcdefghij"
    .split("")
    .map((name, index) => `<!ENTITY ${name} "${`&${"abcdefghi"[index]};`.repeat(10)}">`)
    .join("")}]><l>&j;</l>`;
  let nested = zipOf([{ name: "deep.txt", data: "deep" }]);
  for (let depth = 0; depth < 40; depth++) nested = zipOf([{ name: `${depth}.zip`, data: nested, stored: true }]);
  const bomb = zipOf([{ name: "zeros.txt", data: Buffer.alloc(100 * 1024 * 1024) }]);
  return [
    { name: "laughs.xml", type: "xml", bytes: laughs, hostile: "a billion laughs" },
    {
      name: "xxe.xml",
      type: "xml",
      bytes: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      hostile: "reads a file of the server",
    },
    { name: "nested.zip", type: "zip", bytes: nested, hostile: "40 archives in each other" },
    { name: "bomb.zip", type: "zip", bytes: bomb, hostile: "100 MB of zeros" },
    { name: "bomb.gz", type: "gz", bytes: gzipSync(Buffer.alloc(64 * 1024 * 1024)), hostile: "64 MB of zeros" },
    { name: "deep.json", type: "json", bytes: "[".repeat(200_000), hostile: "200 000 arrays in each other" },
    { name: "deep.html", type: "html", bytes: "<div>".repeat(200_000), hostile: "200 000 elements in each other" },
    { name: "quotes.md", type: "md", bytes: ">".repeat(20_000), hostile: "20 000 quotes in each other" },
    { name: "stars.md", type: "md", bytes: "*a_".repeat(30_000), hostile: "emphasis that never ends" },
    { name: "cut.docx", type: "docx", bytes: docxOf(paragraph("cut")).subarray(0, 400), hostile: "cut off" },
    {
      name: "noise.pdf",
      type: "pdf",
      bytes: Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(5000, 0x5b)]),
      hostile: "no PDF",
    },
  ];
}
