/** Small pictures, byte by byte. */
import { crc32, deflateSync } from "node:zlib";

const chunk = (name: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

export function pngOf(width: number, height: number, chunks: [string, Buffer][] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    ...[Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header)],
    ...chunks.map(([name, data]) => chunk(name, data)),
    ...[chunk("IDAT", deflateSync(Buffer.alloc(10))), chunk("IEND", Buffer.alloc(0))],
  ]);
}

type Field = { tag: number; ascii: string } | { tag: number; short: number } | { tag: number; long: number };

/** A TIFF of such pages, and what EXIF is made of. */
export function tiffOf(pages: readonly (readonly Field[])[], options: { loops?: boolean } = {}): Buffer {
  const head = Buffer.from("II*\0\x08\0\0\0", "latin1");
  const parts: Buffer[] = [head];
  let at = 8;
  for (const [index, fields] of pages.entries()) {
    const last = index === pages.length - 1;
    const page = pageOf(fields, at, last ? (options.loops ? 8 : 0) : undefined);
    parts.push(page);
    at += page.length;
  }
  return Buffer.concat(parts);
}

function pageOf(fields: readonly Field[], at: number, next: number | undefined): Buffer {
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  const texts: Buffer[] = [];
  let textAt = at + directory.length;
  directory.writeUInt16LE(fields.length, 0);
  for (const [index, field] of fields.entries()) {
    const entry = 2 + index * 12;
    directory.writeUInt16LE(field.tag, entry);
    directory.writeUInt16LE("ascii" in field ? 2 : "short" in field ? 3 : 4, entry + 2);
    directory.writeUInt32LE(1, entry + 4);
    if ("short" in field) directory.writeUInt16LE(field.short, entry + 8);
    else if ("long" in field) directory.writeUInt32LE(field.long, entry + 8);
    else {
      const text = Buffer.from(`${field.ascii}\0${field.ascii.length % 2 === 0 ? "\0" : ""}`);
      directory.writeUInt32LE(text.length, entry + 4);
      directory.writeUInt32LE(textAt, entry + 8);
      texts.push(text);
      textAt += text.length;
    }
  }
  directory.writeUInt32LE(next ?? textAt, directory.length - 4);
  return Buffer.concat([directory, ...texts]);
}

export const exifOf = (fields: readonly Field[]): Buffer => tiffOf([fields]);

export function jpegOf(width: number, height: number, segments: [number, Buffer][]): Buffer {
  const segment = (mark: number, data: Buffer): Buffer => {
    const head = Buffer.from([0xff, mark, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  };
  const frame = Buffer.from([8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...segments.map(([mark, data]) => segment(mark, data)),
    ...[segment(0xc0, frame), segment(0xda, Buffer.alloc(6)), Buffer.from([0, 0xff, 0xd9])],
  ]);
}

/** Frames of one pixel, each shown for so many hundredths of a second. */
export function gifOf(width: number, height: number, delays: readonly number[], comment: string): Buffer {
  const head = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frames = delays.map((delay) => {
    const control = Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0]);
    control.writeUInt16LE(delay, 4);
    return Buffer.concat([control, Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])]);
  });
  const said = Buffer.concat([Buffer.from([0x21, 0xfe, comment.length]), Buffer.from(comment), Buffer.from([0])]);
  return Buffer.concat([head, said, ...frames, Buffer.from([0x3b])]);
}

/** An animation of frames of 100 ms. */
export function webpOf(width: number, height: number, frames: number, chunks: [string, Buffer][]): Buffer {
  const riff = (name: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name), length, data, Buffer.alloc(data.length & 1)]);
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = 0x2e;
  canvas.writeUIntLE(width - 1, 4, 3);
  canvas.writeUIntLE(height - 1, 7, 3);
  const frame = Buffer.alloc(16);
  frame.writeUIntLE(100, 12, 3);
  const body = Buffer.concat([
    ...[Buffer.from("WEBP"), riff("VP8X", canvas)],
    ...Array.from({ length: frames }, () => riff("ANMF", frame)),
    ...chunks.map(([name, data]) => riff(name, data)),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from("RIFF"), length, body]);
}

export const xmpOf = (inside: string): Buffer =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  );
