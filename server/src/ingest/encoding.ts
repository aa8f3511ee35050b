/** Which encoding text is in, and text from its bytes: byte order mark, strict UTF-8, then by how often what occurs. */
import { isAscii, isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import jschardet from "jschardet";
import { AppError } from "../errors.ts";
import { fromEbcdic, isEbcdic } from "./ebcdic.ts";
import type { Source } from "./source.ts";

/** Bytes of the beginning that say what a file is. */
export const HEAD_BYTES = 64 * 1024;
/** How far a file whose head is all ASCII is searched for its first other byte. */
const ASCII_BYTES = 32 * 1024 * 1024;
const PIECE = 1024 * 1024;

/** As `iconv-lite` names it; null: these bytes are no text. */
export async function encodingOf(source: Pick<Source, "size" | "slice">): Promise<string | null> {
  const head = await source.slice(0, HEAD_BYTES);
  const marked = byMark(head);
  // The mark of UTF-16 is how sound of MPEG layer 1 begins too.
  if (marked !== null && (!marked.startsWith("utf-16") || readsWell(head.subarray(2), marked))) return marked;
  if (!isText(head)) return wide(head);
  if (!isAscii(head)) return ofBytes(head);
  if (["\x1b$B", "\x1b$@"].some((shift) => Buffer.from(head).includes(shift))) return "iso-2022-jp";
  for (let at = head.length; at < Math.min(source.size, ASCII_BYTES); at += PIECE) {
    const piece = await source.slice(at, PIECE);
    if (piece.length === 0) break;
    if (isAscii(piece)) continue;
    const first = piece.findIndex((byte) => byte > 0x7f);
    return ofBytes(await source.slice(at + first, HEAD_BYTES)) ?? "windows-1252";
  }
  return "utf-8";
}

/** https://www.unicode.org/faq/utf_bom.html */
function byMark([a, b, c, d]: Uint8Array): string | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32be" : null;
}

/** Few control characters, as every text of one byte a unit has. */
function isText(bytes: Uint8Array): boolean {
  let [controls, zeros] = [0, 0];
  for (const byte of bytes) {
    if (byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b) continue;
    controls++;
    if (byte === 0) zeros++;
  }
  return zeros <= Math.max(bytes.length * 0.002, bytes.length < 40 ? 0 : 1) && controls <= bytes.length * 0.02;
}

const SAMPLE_UNITS = 4096;

const sampled = (bytes: Uint8Array, encoding: string): string =>
  decoded(bytes.subarray(0, Math.min(bytes.length & ~1, SAMPLE_UNITS * 2)), encoding);

/** Whether these are characters that somebody wrote. */
function readsWell(bytes: Uint8Array, encoding: string): boolean {
  const text = sampled(bytes, encoding);
  const strange = text.match(/(?!\s)\p{Cc}|\p{Cn}|\p{Co}|\ufffd/gu)?.length ?? 0;
  return strange <= text.length * 0.01;
}

/** UTF-16 without a mark: what is read as such has the spaces and line ends of text, and no controls. */
function wide(bytes: Uint8Array): string | null {
  if (bytes.length < 8) return null;
  const share = (encoding: string): number => {
    const text = sampled(bytes, encoding);
    const common = text.match(/[\t\n\r\x20-\x7e\u3000-\u3002\uff0c]/g)?.length ?? 0;
    return common >= text.length * 0.05 && readsWell(bytes, encoding) ? common : 0;
  };
  const [little, big] = [share("utf-16le"), share("utf-16be")];
  if (little === 0 && big === 0) return null;
  return little >= big ? "utf-16le" : "utf-16be";
}

/** Zeros, or more than stray controls. */
const isBinary = (bytes: Uint8Array): boolean =>
  bytes.includes(0) ||
  bytes.reduce((sum, byte) => sum + (byte < 0x09 || (byte > 0x0d && byte < 0x1a) ? 1 : 0), 0) > bytes.length * 0.002;

/** Null: what is no UTF-8 and has zeros or controls is no text. */
function ofBytes(bytes: Uint8Array): string | null {
  const whole = withoutCutEnd(bytes);
  if (isUtf8(whole)) return "utf-8";
  const text = new TextDecoder().decode(whole);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const others = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0;
  if (broken * 10 < others) return "utf-8";
  if (isEbcdic(whole)) return "cp500";
  if (isBinary(whole)) return null;
  const name = mostLikely(whole);
  if (name === "windows-1250" || name === "iso-8859-2") return centralEuropean(whole);
  return name === "iso-8859-1" ? "windows-1252" : name;
}

/** Short texts of the west are often taken for something rare, or for scripts whose words have no ASCII letters in them. */
function mostLikely(bytes: Uint8Array): string {
  const text = decoded(bytes, "latin1");
  const letters = text.match(/[\xa0-\xff]/g)?.length ?? 0;
  const mixed = text.match(/(?<=[a-z])[\xa0-\xff]|[\xa0-\xff](?=[a-z])/gi)?.length ?? 0;
  const isLatin = mixed > letters / 2;
  for (const { encoding, confidence } of jschardet.detectAll(Buffer.from(bytes))) {
    const name = (encoding ?? "ascii").toLowerCase();
    const rare = confidence < 0.1 && /^(mac|cp(?!932|949)\d|ibm|tis|utf-7|iso8859)/.test(name);
    const other =
      isLatin &&
      /^(windows-(1251|1253|1255|1256|874)|iso-8859-[5-8]|koi8|tis|mac(cy|gr)|cp(737|855|86[2469]))/.test(name);
    const iso = /^iso-?8859-(?!1$)/.test(name) && bytes.some((byte) => byte >= 0x80 && byte < 0xa0);
    if (!rare && !other && !iso && name !== "ascii" && iconv.encodingExists(name)) return name;
  }
  return "windows-1252";
}

/** Both look alike to statistics: where Windows has letters ISO has controls, and ISO's own letters are signs in Windows. */
function centralEuropean(bytes: Uint8Array): string {
  const isIso = [0xa6, 0xa9, 0xab, 0xae, 0xb6, 0xb9, 0xbb, 0xbe].some((letter) => bytes.includes(letter));
  return isIso && !bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? "iso-8859-2" : "windows-1250";
}

/** A last character of UTF-8 that the window cut in two is left out. */
function withoutCutEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
  }
  return bytes;
}

export function decoded(bytes: Uint8Array, encoding: string): string {
  if (encoding === "cp500") return fromEbcdic(bytes);
  if (!iconv.encodingExists(encoding)) return new TextDecoder(encoding).decode(bytes);
  return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding);
}

/** The text of a file, piece by piece, without the byte order mark. */
export async function* textPieces(source: Source): AsyncGenerator<string> {
  const decoder = openDecoder(await encodingFor(source));
  for await (const piece of source.stream()) {
    const text = decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    if (text !== "") yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}

function openDecoder(encoding: string): { write(piece: Buffer): string; end(): string | undefined } {
  if (encoding === "cp500") return { write: fromEbcdic, end: () => undefined };
  if (iconv.encodingExists(encoding)) return iconv.getDecoder(encoding);
  const decoder = new TextDecoder(encoding);
  return { write: (piece) => decoder.decode(piece, { stream: true }), end: () => decoder.decode() };
}

/** All of it. Throws `file.beyond_limits` above `most` bytes. */
export async function wholeText(source: Source, most: number): Promise<string> {
  return decoded(await source.bytes(most), await encodingFor(source));
}

const LINE_LENGTH = 1_000_000;

/** Without their ends; a longer one comes in parts. Numbers count from 1. */
export async function* textLines(source: Source): AsyncGenerator<{ text: string; line: number }> {
  let [rest, line] = ["", 1];
  for await (const piece of textPieces(source)) {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!\n|$)/);
    rest = lines.pop() ?? "";
    for (const text of lines) yield { text, line: line++ };
    if (rest.length > LINE_LENGTH) {
      yield { text: rest, line };
      rest = "";
    }
  }
  if (rest !== "") yield { text: rest.replace(/\r$/, ""), line };
}

async function encodingFor(source: Source): Promise<string> {
  const encoding = source.encoding ?? (await encodingOf(source));
  if (encoding === null) throw new AppError("file.unreadable", "It is not text");
  return encoding;
}
