/** What a file is, by its content; its name and the declared type only break ties. */
import { gunzipSync } from "node:zlib";
import type { FileWarning } from "@orchestratex/sdk/contract";
import { fileTypeFromBuffer } from "file-type";
import { AppError } from "../errors.ts";
import { decoded, encodingOf, HEAD_BYTES } from "./encoding.ts";
import type { Facts } from "./extractors/extractor.ts";
import { languageByName, languageByShebang } from "./languages.ts";
import { oleKind } from "./ole-kind.ts";
import type { Source } from "./source.ts";
import { textKind } from "./text-kind.ts";
import { aboutType, endingOf, type FileType, typeByName } from "./types.ts";
import { zipKind } from "./zip-kind.ts";

export type Detected = {
  type: FileType;
  mime: string | null;
  /** Of plain text, as `iconv-lite` names it. */
  encoding: string | null;
  facts: Facts;
  warnings: FileWarning[];
  /** Why it cannot be read, although what it is is known. */
  fault: AppError | null;
};

type Kind = Partial<Detected> & { type: FileType };

export async function detect(source: Source, { declaredMime }: { declaredMime: string | null }): Promise<Detected> {
  const { name } = source;
  const head = await source.slice(0, HEAD_BYTES);
  const kind =
    (await binaryKind(source, head)) ??
    (await plainKind(source, head, declaredMime)) ??
    (await otherKind(source, head));
  const warnings = mismatch(name, kind.type, source.size);
  const mime = aboutType(kind.type).mime;
  return { mime, encoding: null, facts: {}, fault: null, warnings, ...kind };
}

/** Of an entry, of an empty archive, of one in several parts. */
const zipMarks = [3, 5, 7];

const starts = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, at) => bytes[at] === byte);

/** Those whose first bytes are not what text begins with, and those that are more than they seem. */
async function binaryKind(source: Source, head: Uint8Array): Promise<Kind | null> {
  if (source.size === 0) return { type: "unknown", warnings: [{ code: "no_text", message: "The file is empty" }] };
  const latin = decoded(head.subarray(0, 1024), "latin1");
  if (latin.includes("%PDF-")) return { type: "pdf" };
  if (/^(\xef\xbb\xbf)?\s{0,20}\{\\rtf/.test(latin)) return { type: "rtf" };
  if (starts(head, 0x50, 0x4b) && zipMarks.includes(head[2] ?? 0)) return { type: await zipKind(source, head) };
  if (starts(head, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return ofOle(source, await oleKind(source));
  // Excel 2 to 4, before there were streams.
  if (head[0] === 9 && [0, 2, 4].includes(head[1] ?? 9) && [4, 6, 8].includes(head[2] ?? 0) && head[3] === 0)
    return { type: "xls" };
  if (starts(head, 0x1f, 0x8b)) return { type: holdsTar(head) ? "tar.gz" : "gz" };
  if (latin.startsWith("ID3")) return { type: await behindTags(source, head) };
  return null;
}

/** What a document under a password may be: the first of those its name is one of. */
const encryptedTypes: readonly (readonly FileType[])[] = [
  ["xlsx", "xls"],
  ["pptx", "ppt"],
];

function ofOle(source: Source, kind: FileType | "encrypted"): Kind {
  if (kind === "unknown") return { type: kind, mime: "application/x-ole-storage" };
  if (kind !== "encrypted") return { type: kind };
  const named = typeByName(source.name);
  const type = encryptedTypes.find((group) => named !== null && group.includes(named))?.[0] ?? "docx";
  return { type, fault: new AppError("file.encrypted", "The document is protected by a password") };
}

function holdsTar(head: Uint8Array): boolean {
  try {
    // Z_SYNC_FLUSH: what there is of it.
    const inflated = gunzipSync(head.subarray(0, 8192), { finishFlush: 2 });
    return inflated.toString("latin1", 257, 262) === "ustar";
  } catch {
    return false;
  }
}

/** ID3v2 stands before MP3, and before others too. */
async function behindTags(source: Source, head: Uint8Array): Promise<FileType> {
  const [a = 0, b = 0, c = 0, d = 0] = head.subarray(6, 10);
  const sound = await source.slice(10 + ((a << 21) | (b << 14) | (c << 7) | d), 4);
  if (starts(sound, 0x66, 0x4c, 0x61, 0x43)) return "flac";
  return sound[0] === 0xff && ((sound[1] ?? 0) & 0xf6) === 0xf0 ? "aac" : "mp3";
}

async function plainKind(source: Source, head: Uint8Array, declaredMime: string | null): Promise<Kind | null> {
  if (isPicture(head)) return null;
  const encoding = (await encodingOf(source)) ?? (isPage(head) ? "windows-1252" : null);
  if (encoding === null) return null;
  const text = decoded(head, encoding);
  const type = textKind(text, { name: source.name, declaredMime, whole: source.size <= head.length });
  const language = type === "code" ? (languageByName(source.name) ?? languageByShebang(text.trimStart())) : null;
  return { type, encoding, ...(language === null ? {} : { facts: { language } }) };
}

/** A page with some bytes that no text has is still one. */
const isPage = (head: Uint8Array): boolean =>
  /^\s{0,20}<(!doctype html|html|head|body)[\s>]/i.test(decoded(head.subarray(0, 100), "latin1"));

/** Small ones that might pass for text in some encoding. */
const isPicture = (head: Uint8Array): boolean =>
  starts(head, 0x89, 0x50, 0x4e, 0x47) ||
  starts(head, 0xff, 0xd8, 0xff) ||
  /^GIF8[79]a/.test(decoded(head.subarray(0, 6), "latin1"));

/** As `file-type` names what we have another name for. */
const others: Readonly<Record<string, FileType>> = {
  tif: "tiff",
  oga: "ogg",
  opus: "ogg",
  spx: "ogg",
  ogv: "ogg",
  ogx: "ogg",
  ogm: "ogg",
  m4v: "mp4",
  m4b: "m4a",
  m4p: "m4a",
  f4a: "m4a",
  f4v: "mp4",
  "3gp": "mp4",
  "3g2": "mp4",
  f4b: "m4a",
  f4p: "mp4",
  apng: "png",
  cur: "ico",
  mka: "mkv",
  // Layers 1 and 2 of the same.
  mp1: "mp3",
  mp2: "mp3",
};

async function otherKind({ name }: Source, head: Uint8Array): Promise<Kind> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  // Its directory stands behind the pictures, often beyond what was looked at.
  if (!found && (starts(head, 0x49, 0x49, 0x2a, 0) || starts(head, 0x4d, 0x4d, 0, 0x2a))) return { type: "tiff" };
  if (!found) return { type: typeByName(name) === "mp3" && hasFrames(head) ? "mp3" : "unknown" };
  // Icons have no mark of their own: Lotus 1-2-3 begins with the same bytes.
  if ((found.ext === "ico" || found.ext === "cur") && !listsPictures(head)) return { type: "unknown" };
  const type = others[found.ext] ?? typeByName(`x.${found.ext}`) ?? "unknown";
  // Whether there is a picture in it is told far behind.
  if (type === "mp4" && typeByName(name) === "m4a") return { type: "m4a" };
  return type === "unknown" ? { type, mime: found.mime } : { type };
}

/** As many pictures as it says, each behind the list: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10) */
function listsPictures(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 22) return false;
  const listed = 6 + 16 * view.getUint16(4, true);
  return listed > 6 && head[9] === 0 && view.getUint32(14, true) > 0 && view.getUint32(18, true) >= listed;
}

/** Kilobits a second of MPEG 1 layer 3, by the index in a frame's header. */
const BIT_RATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** Three frames of MP3, each where the one before ends, behind what does not belong to them. */
function hasFrames(head: Uint8Array): boolean {
  const lengthAt = (at: number): number => {
    const [first = 0, second = 0, third = 0] = head.subarray(at, at + 3);
    const [bits = 0, samples] = [BIT_RATES[third >> 4], SAMPLE_RATES[(third >> 2) & 3]];
    if (first !== 0xff || (second & 0xfe) !== 0xfa || bits === 0 || samples === undefined) return 0;
    return Math.floor((144_000 * bits) / samples) + ((third >> 1) & 1);
  };
  for (let at = head.indexOf(0xff); at >= 0; at = head.indexOf(0xff, at + 1)) {
    const second = at + lengthAt(at);
    const third = second + lengthAt(second);
    if (second > at && third > second && lengthAt(third) > 0) return true;
  }
  return false;
}

/** Types that are rightly called by each other's names. */
const kindred: readonly (readonly FileType[])[] = [
  [
    "txt",
    "csv",
    "tsv",
    "md",
    "json",
    "ndjson",
    "yaml",
    "ini",
    "toml",
    "xml",
    "html",
    "srt",
    "vtt",
    "eml",
    "mbox",
    "code",
  ],
  ["xml", "svg", "html", "code"],
  ["json", "ndjson", "ipynb", "code"],
  ["csv", "tsv"],
  ["gz", "tar.gz"],
  ["mp4", "mov", "m4a"],
  ["mkv", "webm"],
  ["heic", "avif"],
  ["mp3", "aac"],
];

function mismatch(name: string, type: FileType, size: number): FileWarning[] {
  const named = typeByName(name);
  if (named === null || named === type || size === 0) return [];
  if (kindred.some((group) => group.includes(named) && group.includes(type)) && (named === "txt" || type !== "txt"))
    return [];
  const found = type === "unknown" ? `is not ${aboutType(named).label}` : `is ${aboutType(type).label}`;
  return [{ code: "type_mismatch", message: `It is named .${endingOf(name)}, and ${found}` }];
}

/** What can be said of bytes that nobody here reads. */
export async function describeUnknown(source: Source): Promise<Facts> {
  if (source.size === 0) return {};
  const sample = await source.slice(0, 1024 * 1024);
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / sample.length) * Math.log2(count / sample.length);
  const printable = counts.subarray(0x20, 0x7f).reduce((sum, count) => sum + count, 0);
  return {
    first_bytes: Buffer.from(sample.subarray(0, 32)).toString("hex"),
    entropy_bits_per_byte: Math.round(entropy * 100) / 100,
    printable_share: Math.round((printable / sample.length) * 1000) / 1000,
  };
}
