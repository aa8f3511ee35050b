/** The blocks pictures are made of: pages, frames, comments, and where EXIF and XMP stand. All of it walks a buffer, and ends at what is no block. */
import { inflateSync } from "node:zlib";
import type { Limits } from "../limits.ts";
import type { Facts } from "./extractor.ts";

export type PictureParts = {
  facts: Facts;
  /** Label and text, as they stand. */
  texts: [string, string][];
  /** Of a TIFF. */
  pages?: { width: number; height: number }[];
  /** Where `exifr` would not look for it. */
  exif?: Buffer;
  xmp?: Buffer;
};

export function partsOf(type: string, bytes: Buffer, limits: Limits): PictureParts {
  const walk = walks[type];
  const parts: PictureParts = { facts: {}, texts: [] };
  if (!walk) return parts;
  try {
    return walk(bytes, parts, limits);
  } catch (error) {
    // A block that ends after the file: what was found before it stands.
    if (error instanceof RangeError) return parts;
    throw error;
  }
}

type Walk = (bytes: Buffer, parts: PictureParts, limits: Limits) => PictureParts;

const walks: Readonly<Record<string, Walk>> = {
  png: walkPng,
  gif: walkGif,
  webp: walkWebp,
  jpg: walkJpeg,
  tiff: walkTiff,
};

const TEXT = 100_000;

/** https://www.w3.org/TR/png-3/ */
function walkPng(bytes: Buffer, parts: PictureParts): PictureParts {
  const colours = ["grey", "", "rgb", "palette", "grey with alpha", "", "rgb with alpha"];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === "IHDR" && data.length >= 13)
      parts.facts = {
        ...parts.facts,
        bit_depth: data[8],
        colour: colours[data[9] ?? 0] || null,
        interlaced: data[12] === 1,
      };
    else if (name === "acTL" && data.length >= 8)
      parts.facts = { ...parts.facts, frames: data.readUInt32BE(0), plays: data.readUInt32BE(4) };
    else if (name === "tEXt" || name === "zTXt" || name === "iTXt") pngText(name, data, parts);
    at += 12 + length;
  }
  return parts;
}

function pngText(chunk: string, data: Buffer, parts: PictureParts): void {
  const end = data.indexOf(0);
  if (end <= 0) return;
  const keyword = data.toString("latin1", 0, end);
  let text: string;
  if (chunk === "tEXt") text = data.toString("latin1", end + 1, end + 1 + TEXT);
  else if (chunk === "zTXt") text = inflated(data.subarray(end + 2)).toString("latin1");
  else {
    const language = data.indexOf(0, end + 3);
    const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
    if (translated < 0) return;
    const rest = data.subarray(translated + 1);
    text = (data[end + 1] === 1 ? inflated(rest) : rest.subarray(0, TEXT)).toString("utf8");
    if (keyword === "XML:com.adobe.xmp") parts.xmp = Buffer.from(text);
  }
  if (!/^(XML:|Raw profile)/i.test(keyword) && parts.texts.length < 200) parts.texts.push([keyword, text]);
}

function inflated(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: TEXT });
  } catch {
    return Buffer.alloc(0);
  }
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function walkGif(bytes: Buffer, parts: PictureParts): PictureParts {
  const tableSize = (flags: number): number => ((flags & 0x80) !== 0 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let [frames, hundredths, at] = [0, 0, 13 + tableSize(bytes.readUInt8(10))];
  const skipBlocks = (from: number): number => {
    let next = from;
    while (next < bytes.length && bytes[next] !== 0) next += 1 + (bytes[next] ?? 0);
    return next + 1;
  };
  while (at + 2 < bytes.length) {
    const mark = bytes[at];
    if (mark === 0x2c) {
      frames++;
      at = skipBlocks(at + 11 + tableSize(bytes.readUInt8(at + 9)));
    } else if (mark === 0x21) {
      const label = bytes[at + 1];
      if (label === 0xf9) hundredths += bytes.readUInt16LE(at + 4);
      if (label === 0xfe && parts.texts.length < 200) parts.texts.push(["Comment", gifComment(bytes, at + 2)]);
      if (label === 0xff && bytes.toString("latin1", at + 3, at + 14) === "XMP DataXMP")
        parts.xmp = bytes.subarray(at + 14, Math.min(skipBlocks(at + 14), at + 14 + 1_000_000));
      at = skipBlocks(at + 2);
    } else break;
    parts.facts = { frames, ...(frames > 1 && { duration_s: hundredths / 100 }), animated: frames > 1 };
  }
  return parts;
}

function gifComment(bytes: Buffer, from: number): string {
  const pieces: Buffer[] = [];
  for (let at = from; at < bytes.length && bytes[at] !== 0 && pieces.length < 400; at += 1 + (bytes[at] ?? 0))
    pieces.push(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)));
  return Buffer.concat(pieces).toString("utf8");
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function walkWebp(bytes: Buffer, parts: PictureParts): PictureParts {
  let [frames, milliseconds] = [0, 0];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === "VP8X") parts.facts = { ...parts.facts, alpha: ((data[0] ?? 0) & 0x10) !== 0 };
    if (name === "VP8L") parts.facts = { ...parts.facts, lossless: true };
    if (name === "ANMF" && data.length >= 16) {
      frames++;
      milliseconds += data.readUIntLE(12, 3);
    }
    if (name === "EXIF") parts.exif = data.toString("latin1", 0, 4) === "Exif" ? data.subarray(6) : data;
    if (name === "XMP ") parts.xmp = data.subarray(0, 1_000_000);
    at += 8 + length + (length & 1);
  }
  if (frames > 0) parts.facts = { ...parts.facts, frames, animated: frames > 1, duration_s: milliseconds / 1000 };
  return parts;
}

/** https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B */
function walkJpeg(bytes: Buffer, parts: PictureParts): PictureParts {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const mark = bytes.readUInt8(at + 1);
    const length = bytes.readUInt16BE(at + 2);
    const data = bytes.subarray(at + 4, at + 2 + length);
    if (mark === 0xda || length < 2) break;
    if (mark === 0xfe && parts.texts.length < 200) parts.texts.push(["Comment", data.toString("utf8")]);
    const isFrame = mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark);
    if (isFrame && data.length >= 6)
      parts.facts = {
        ...{ bit_depth: data[0], progressive: mark === 0xc2 || mark === 0xca },
        colour: { 1: "grey", 3: "colour", 4: "cmyk" }[data[5] ?? 0] ?? null,
      };
    at += 2 + length;
  }
  return parts;
}

type Tiff = { number(at: number): number; short(at: number): number; big: boolean };

/** https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, and BigTIFF. A chain that leads back to itself ends there. */
function walkTiff(bytes: Buffer, parts: PictureParts, limits: Limits): PictureParts {
  const little = bytes.toString("latin1", 0, 2) === "II";
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const wide = (at: number): number => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const big = short(2) === 43;
  const tiff: Tiff = { big, short, number: big ? wide : long };
  const pages: { width: number; height: number }[] = [];
  parts.pages = pages;
  const seen = new Set<number>();
  let at = tiff.number(big ? 8 : 4);
  while (at > 0 && !seen.has(at) && pages.length < limits.pages) {
    seen.add(at);
    const { page, next } = tiffPage(bytes, at, tiff, long);
    if (page.width > 0) pages.push(page);
    parts.facts = { pages: pages.length };
    at = next;
  }
  return parts;
}

function tiffPage(bytes: Buffer, at: number, { big, short, number }: Tiff, long: (at: number) => number) {
  const count = big ? number(at) : short(at);
  const entry = big ? 20 : 12;
  const first = at + (big ? 8 : 2);
  const page = { width: 0, height: 0 };
  for (let index = 0; index < Math.min(count, 4096) && first + (index + 1) * entry <= bytes.length; index++) {
    const field = first + index * entry;
    const tag = short(field);
    if (tag !== 256 && tag !== 257) continue;
    const value = field + (big ? 12 : 8);
    page[tag === 256 ? "width" : "height"] = short(field + 2) === 3 ? short(value) : long(value);
  }
  const end = first + count * entry;
  return { page, next: end + (big ? 8 : 4) <= bytes.length ? number(end) : 0 };
}
