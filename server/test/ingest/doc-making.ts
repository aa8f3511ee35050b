/** DOC and PPT files with the fewest structures their readers need, for tests. */
import { deflateSync } from "node:zlib";
import { oleOf, u16, u32, utf16 } from "./ole-making.ts";

type Paragraph = { text: string; style?: number; list?: number; level?: number };

const levelOf = (format: number, pattern: string): Buffer =>
  Buffer.concat([
    u32(1),
    Buffer.from([format]),
    Buffer.alloc(19),
    Buffer.alloc(4),
    u16(pattern.length),
    utf16(pattern),
  ]);

/** One list of three levels: 1, 1.a, 1.a.I. Styles 1 to 3 are headings. `after`: stories, as numbers of letters by their order. */
export function docOf(
  paragraphs: readonly Paragraph[],
  { flags = 0, after = [] as [index: number, text: string][] } = {},
): Buffer {
  const body = paragraphs.map(({ text }) => `${text}\r`).join("");
  const text = body + after.map(([, more]) => more).join("");
  const main = Buffer.alloc(2048 + text.length * 2);
  main.writeUInt16LE(0xa5ec, 0);
  main.writeUInt16LE(0xc1, 2);
  main.writeUInt16LE(flags, 0x0a);
  main.writeUInt32LE(body.length, 0x4c);
  for (const [index, more] of after) main.writeUInt32LE(more.length, 0x4c + index * 4);
  utf16(text).copy(main, 2048);
  page(paragraphs, text.length).copy(main, 1024);
  const parts: [index: number, bytes: Buffer, length?: number][] = [
    [1, styles()],
    [13, Buffer.concat([u32(2048, 2048 + text.length * 2), u32(2)])],
    [33, Buffer.concat([Buffer.from([2]), u32(16), u32(0, text.length), u16(0), u32(2048), u16(0)])],
    [73, lists(), 30],
    [74, Buffer.concat([u32(1), u32(7), Buffer.alloc(12), u32(0xffffffff)])],
  ];
  let at = 0;
  for (const [index, bytes, length = bytes.length] of parts) {
    main.writeUInt32LE(at, 0x9a + index * 8);
    main.writeUInt32LE(length, 0x9a + index * 8 + 4);
    at += bytes.length;
  }
  return oleOf({ WordDocument: main, "0Table": Buffer.concat(parts.map(([, bytes]) => bytes)) });
}

function lists(): Buffer {
  const simple = Buffer.alloc(28);
  simple.writeInt32LE(7, 0);
  const levels = [
    levelOf(0, "\0"),
    levelOf(4, "\0.\x01"),
    levelOf(1, "\0.\x01.\x02"),
    ...Array.from({ length: 6 }, () => levelOf(0, "")),
  ];
  return Buffer.concat([u16(1), simple, ...levels]);
}

function styles(): Buffer {
  const style = (builtIn: number) =>
    Buffer.concat([u16(22), u16(builtIn, 0xfff1, 1, 0, 0), u16(1), utf16("x"), u16(0), u16(2, builtIn, 0)]);
  return Buffer.concat([u16(4), u16(4, 10), ...[0, 1, 2, 3].map(style)]);
}

/** Where in the file each paragraph ends, and its properties. */
function page(paragraphs: readonly Paragraph[], length: number): Buffer {
  const out = Buffer.alloc(512);
  const runs = paragraphs.length;
  let [at, end] = [2048, 500];
  for (const [i, { text, style = 0, list = 0, level = 0 }] of paragraphs.entries()) {
    out.writeUInt32LE(at, i * 4);
    at += (text.length + 1) * 2;
    const properties = Buffer.concat([u16(style), u16(0x460b, list), u16(0x260a), Buffer.from([level])]);
    end -= 12;
    out[end] = 5;
    properties.copy(out, end + 1);
    out[(runs + 1) * 4 + i * 13] = end / 2;
  }
  out.writeUInt32LE(2048 + length * 2, runs * 4);
  out[511] = runs;
  return out;
}

const atom = (type: number, data: Buffer, { instance = 0, holds = false } = {}): Buffer =>
  Buffer.concat([u16((instance << 4) | (holds ? 0xf : 0), type), u32(data.length), data]);

/** A slide with a title and lines, a box, a comment, and notes; a master, a footer, and a file inside. */
export function pptOf(inside: Uint8Array): Buffer {
  const box = (text: string) =>
    atom(0xf00d, Buffer.concat([atom(3999, u32(4)), atom(4000, utf16(text))]), { holds: true });
  const comment = atom(12000, Buffer.concat([atom(4026, utf16("Ada")), atom(4026, utf16("Why?"), { instance: 1 })]), {
    holds: true,
  });
  const slide = atom(1006, Buffer.concat([box("In a box"), comment]), { holds: true });
  const notes = atom(1008, Buffer.concat([atom(1009, u32(256, 0)), box("Say it slowly"), box("*")]), { holds: true });
  const outline = [atom(1011, u32(1, 0, 2, 256, 0)), atom(3999, u32(0)), atom(4008, Buffer.from("The title"))];
  const lines = [atom(3999, u32(1)), atom(4000, utf16("first\rsecond"))];
  const slides = atom(4080, Buffer.concat([...outline, ...lines]), { holds: true });
  const noteList = atom(4080, atom(1011, u32(2, 0, 0, 0, 0)), { instance: 2, holds: true });
  const footer = atom(4057, atom(4026, utf16("On every page"), { instance: 2 }), { holds: true });
  const document = atom(1000, Buffer.concat([slides, noteList, footer]), { holds: true });
  const shape = (...parts: Buffer[]) => atom(0xf004, Buffer.concat(parts), { holds: true });
  const placeholder = atom(0xf011, atom(3011, Buffer.alloc(8)), { holds: true });
  const shapes = [shape(placeholder, box("Click to edit")), shape(box("Our company"))];
  const master = atom(1016, Buffer.concat(shapes), { holds: true });
  const object = atom(4113, Buffer.concat([u32(inside.length), deflateSync(inside)]), { instance: 1 });
  const parts = [document, slide, notes, object];
  const places = parts.map((_, i) => parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const directory = atom(6002, u32((3 << 20) | 1, ...places.slice(1)));
  return oleOf({ "PowerPoint Document": Buffer.concat([...parts, master, directory]) });
}
