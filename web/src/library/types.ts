/** Types of files as people group them, and what the end of a name says about one. Pure. */
import type { FileProcessing } from "@orchestratex/sdk/contract";

export const families = {
  document: ["pdf", "docx", "doc", "odt", "rtf", "epub", "txt", "md"],
  sheet: ["xlsx", "xls", "ods", "csv", "tsv"],
  slides: ["pptx", "ppt", "odp"],
  markup: ["html", "xml", "svg", "json", "ndjson", "yaml", "toml", "ini"],
  code: ["code", "ipynb"],
  mail: ["eml", "msg", "mbox"],
  subtitles: ["srt", "vtt"],
  archive: ["zip", "tar", "tar.gz", "gz", "bz2", "xz", "7z", "rar"],
  picture: ["jpg", "png", "gif", "webp", "tiff", "bmp", "heic", "avif", "ico"],
  sound: ["mp3", "wav", "flac", "ogg", "m4a", "aac"],
  film: ["mp4", "mov", "avi", "mkv", "webm"],
} as const;

export type Family = keyof typeof families;
export const familyNames = Object.keys(families) as Family[];

const familyOfType = new Map<string, Family>(
  familyNames.flatMap((family) => families[family].map((type): [string, Family] => [type, family])),
);

export const allTypes: readonly string[] = [...familyOfType.keys(), "unknown"];

/** Other ends of names for the same types. */
const aliases: Readonly<Record<string, string>> = {
  ...{ docm: "docx", dotx: "docx", dotm: "docx", dot: "doc", ott: "odt", xlsm: "xlsx", xltx: "xlsx", xltm: "xlsx" },
  ...{
    xlt: "xls",
    ots: "ods",
    pptm: "pptx",
    potx: "pptx",
    ppsx: "pptx",
    pps: "ppt",
    otp: "odp",
    text: "txt",
    log: "txt",
  },
  ...{
    markdown: "md",
    htm: "html",
    xhtml: "html",
    jsonl: "ndjson",
    yml: "yaml",
    tab: "tsv",
    tgz: "tar.gz",
    jpeg: "jpg",
  },
  ...{
    tif: "tiff",
    heif: "heic",
    oga: "ogg",
    opus: "ogg",
    m4v: "mp4",
    py: "code",
    js: "code",
    ts: "code",
    java: "code",
  },
  ...{ c: "code", cpp: "code", cs: "code", go: "code", rs: "code", rb: "code", php: "code", sh: "code", sql: "code" },
};

/** By the end of its name; null: it says nothing we know. */
export function typeByName(name: string): string | null {
  const lower = name.toLowerCase();
  if (lower.endsWith(".tar.gz")) return "tar.gz";
  const at = lower.lastIndexOf(".");
  const end = at < 0 ? "" : lower.slice(at + 1);
  const type = Object.hasOwn(aliases, end) ? (aliases[end] ?? end) : end;
  return familyOfType.has(type) ? type : null;
}

export const familyOf = (type: string | null): Family | null => familyOfType.get(type ?? "") ?? null;

/** As people call it: most are called by the end of a name. Null: it has a word in each language. */
export const abbreviationOf = (type: string): string | null =>
  type === "code" || type === "unknown" ? null : type.toUpperCase();

export type Refusal = "tooLarge" | "type";

/** Why the server would not take it, as far as that can be said before a byte is sent. What is not known is the server's to judge. */
export function refusalOf(
  { name, size }: { name: string; size: number },
  accepts: FileProcessing["accepts"] | undefined,
): Refusal | null {
  if (!accepts) return null;
  if (size > accepts.max_file_size) return "tooLarge";
  const type = typeByName(name);
  return accepts.types !== null && type !== null && !accepts.types.includes(type) ? "type" : null;
}
