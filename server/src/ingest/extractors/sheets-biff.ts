/** What stands beside the cells of an XLS, in the records of its stream: [MS-XLS] 2.1.4. */
import { decodeCodepage } from "./ole-properties.ts";
import { headerText } from "./sheets-shown.ts";

export type Beside = { sheet: string | null; part: "header" | "footer" | "textbox" | "chart"; text: string };

const record = { header: 0x14, footer: 0x15, boundSheet: 0x85, bof: 0x809, codepage: 0x42, object: 0x5d, text: 0x1b6 };
const continued = 0x3c;
const seriesText = 0x100d;

/** Of an object with text that is a comment, which cells tell of. */
const commentObject = 0x19;

export function besideCells(stream: Buffer): Beside[] {
  const found: Beside[] = [];
  const sheets = new Map<number, string>();
  let [sheet, wide, codepage, object]: [string | null, boolean, number, number] = [null, true, 1252, 0];
  const add = (part: Beside["part"], text: string) => {
    const last = found.findLast((other) => other.part === part);
    if (text.trim() !== "" && found.length < 10_000 && !(last?.text === text && last.sheet === sheet))
      found.push({ sheet, part, text: text.trim() });
  };
  for (let at = 0; at + 4 <= stream.length; ) {
    const type = stream.readUInt16LE(at);
    const end = Math.min(stream.length, at + 4 + stream.readUInt16LE(at + 2));
    const data = stream.subarray(at + 4, end);
    if (type === record.bof && data.length >= 4) {
      wide = data.readUInt16LE(0) >= 0x600;
      sheet = sheets.get(at) ?? sheet;
    } else if (type === record.codepage && data.length >= 2) codepage = data.readUInt16LE(0);
    else if (type === record.boundSheet && data.length > 8)
      sheets.set(data.readUInt32LE(0), wide ? wideText(data, 8, data[6] ?? 0, 7) : narrowText(data, 6, codepage));
    else if ((type === record.header || type === record.footer) && data.length > 1) {
      const code = wide && data.length > 3 ? wideText(data, 3, data.readUInt16LE(0), 2) : narrowText(data, 0, codepage);
      add(type === record.header ? "header" : "footer", headerText(code));
    } else if (type === record.object && data.length >= 6) object = data.readUInt16LE(4);
    else if (type === record.text && data.length >= 12 && object !== commentObject && wide)
      add("textbox", continuedText(stream, end, data.readUInt16LE(10)));
    else if (type === seriesText && data.length > 3)
      add("chart", wide ? wideText(data, 4, data[2] ?? 0, 3) : narrowText(data, 2, codepage));
    at = end;
    if (type === 0 && data.length === 0) break;
  }
  return found;
}

/** Of `length` letters from `at`; the byte at `flags` tells whether each has two bytes. */
const wideText = (data: Buffer, at: number, length: number, flags: number): string =>
  (data[flags] ?? 0) & 1 ? data.toString("utf16le", at, at + length * 2) : data.toString("latin1", at, at + length);

const narrowText = (data: Buffer, at: number, codepage: number): string =>
  decodeCodepage(data.subarray(at + 1, at + 1 + (data[at] ?? 0)), codepage);

/** The letters of a text object follow in records of their own. */
function continuedText(stream: Buffer, from: number, length: number): string {
  let text = "";
  for (let at = from; at + 5 <= stream.length && text.length < length; ) {
    const end = Math.min(stream.length, at + 4 + stream.readUInt16LE(at + 2));
    if (stream.readUInt16LE(at) !== continued) break;
    const data = stream.subarray(at + 4, end);
    text += wideText(data, 1, Math.min(length - text.length, data.length), 0);
    at = end;
  }
  return text;
}
