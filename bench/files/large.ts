/** Large documents, made where they are needed: what they weigh is theirs, what is in them is chance with a seed. */
import { createWriteStream, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { zipOf } from "../../server/test/ingest/archive-builders.ts";
import { docxOf, paragraph } from "./made.ts";

export type Large = {
  name: string;
  file: string;
  size: number;
  /** Milliseconds to text that are aimed at; null: none. */
  barMs: number | null;
  /** Of memory. */
  barMb: number | null;
  /** Milliseconds until ready that are aimed at, with a model on this machine; null: it is not sent to a server. */
  readyMs: number | null;
};

type Bars = Partial<Pick<Large, "barMs" | "barMb" | "readyMs">>;

/** With `quick`, smaller ones of what takes long. */
export async function makeLarge(folder: string, quick: boolean): Promise<Large[]> {
  const words = wordsOf(20_000);
  const at = (name: string) => path.join(folder, name);
  const kept = (name: string, file: string, bars: Bars): Large => ({
    ...{ name, file, size: statSync(file).size, barMs: null, barMb: null, readyMs: null },
    ...bars,
  });
  const write = (name: string, file: string, bytes: Buffer, bars: Bars): Large => {
    writeFileSync(at(file), bytes);
    return kept(name, at(file), bars);
  };
  const noise = (size: number) => Buffer.from(Uint32Array.from({ length: size / 4 }, () => chance() * 2 ** 32).buffer);
  const pictures = Array.from({ length: 20 }, (_, index) => ({
    name: `word/media/${index}.bin`,
    data: noise(490_000),
  }));
  const prose = (characters: number) => {
    const paragraphs: string[] = [];
    for (let length = 0; length < characters; length += 480) paragraphs.push(paragraph(words(80)));
    return paragraphs.join("");
  };
  const csv = quick ? 100 : 1000;
  await writeCsv(at("large.csv"), csv * 1_000_000, words);
  const entries = Array.from({ length: 200 }, (_, index) => ({
    name: `data/${words(2).replace(" ", "/")}-${index}.bin`,
  }));
  return [
    write("PDF of 1 MB, with pictures", "pictures.pdf", pdfOf(150_000, words, noise(850_000)), {
      barMs: 700,
      readyMs: 3000,
    }),
    write("PDF of 1 MB of text", "text.pdf", pdfOf(1_000_000, words, Buffer.alloc(0)), {}),
    write("DOCX of 10 MB, with pictures", "pictures.docx", docxOf(prose(200_000), pictures), {
      barMs: 500,
      readyMs: 8000,
    }),
    write(quick ? "DOCX of text, 3 MB" : "DOCX of text, 15 MB", "text.docx", docxOf(prose(quick ? 5e6 : 26e6)), {
      barMs: 2000,
      barMb: 300,
    }),
    write(
      "ZIP of 100 MB",
      "large.zip",
      zipOf(entries.map((entry) => ({ ...entry, data: noise(500_000), stored: true }))),
      { barMs: 200 },
    ),
    kept(`CSV of ${csv} MB, up to the limit`, at("large.csv"), {}),
  ];
}

/** The same in every run: https://en.wikipedia.org/wiki/Xorshift */
let state = 0x2545f491;
function chance(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

/** Of a vocabulary so large that text packs as prose does. */
function wordsOf(vocabulary: number): (count: number) => string {
  const letters = "etaoinshrdlucmfwypvbgk";
  const letter = () => letters[Math.floor(chance() ** 1.6 * letters.length)] ?? "e";
  const known = Array.from({ length: vocabulary }, () => Array.from({ length: 2 + chance() * 8 }, letter).join(""));
  return (count) => Array.from({ length: count }, () => known[Math.floor(chance() ** 2 * vocabulary)]).join(" ");
}

/** Pages of plain text, not packed, `size` bytes of them; and something that is on none of them. */
function pdfOf(size: number, words: (count: number) => string, picture: Buffer): Buffer {
  const objects: string[] = ["", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"];
  const pages: number[] = [];
  for (let length = 0; length < size; ) {
    const lines = Array.from({ length: 45 }, () => `(${words(13)}) Tj T*`).join("\n");
    const content = `BT /F 10 Tf 14 TL 50 780 Td\n${lines}\nET`;
    objects.push(`<</Length ${content.length}>>stream\n${content}\nendstream`);
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents ${objects.length} 0 R>>`,
    );
    pages.push(objects.length);
    length += content.length + 200;
  }
  objects[0] = "<</Type/Catalog/Pages 2 0 R>>";
  objects[1] = `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((page) => `${page} 0 R`).join(" ")}]>>`;
  objects.push(`<</Length ${picture.length}>>stream\n${picture.toString("latin1")}\nendstream`);
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}`;
  const trailer = `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}${table}${trailer}`, "latin1");
}

async function writeCsv(file: string, size: number, words: (count: number) => string): Promise<void> {
  const stream = createWriteStream(file);
  stream.write("id,name,city,amount,note\n");
  const rows = Array.from(
    { length: 10_000 },
    (_, index) => `${index},${words(2)},${words(1)},${(chance() * 1e4).toFixed(2)},${words(6)}\n`,
  );
  const piece = Buffer.from(rows.join(""));
  for (let written = 0; written < size; written += piece.length)
    if (!stream.write(piece)) await new Promise<void>((resolve) => stream.once("drain", () => resolve()));
  stream.end();
  await finished(stream);
}
