/** The readers of formats. Each is loaded with the first file of its type. */
import type { Extractor } from "./extractor.ts";

type Listed = { types: readonly string[]; load(): Promise<Extractor> };

const readers: readonly Listed[] = [
  { types: ["txt"], load: async () => (await import("./text.ts")).text },
  { types: ["md"], load: async () => (await import("./markdown.ts")).markdown },
  { types: ["html"], load: async () => (await import("./html.ts")).html },
  { types: ["xml", "svg"], load: async () => (await import("./xml.ts")).xml },
  { types: ["json", "ndjson"], load: async () => (await import("./json.ts")).json },
  { types: ["ipynb"], load: async () => (await import("./notebook.ts")).notebook },
  { types: ["yaml"], load: async () => (await import("./yaml.ts")).yaml },
  { types: ["toml"], load: async () => (await import("./toml.ts")).toml },
  { types: ["ini"], load: async () => (await import("./ini.ts")).ini },
  { types: ["csv", "tsv"], load: async () => (await import("./csv.ts")).csv },
  { types: ["srt", "vtt"], load: async () => (await import("./subtitles.ts")).subtitles },
  { types: ["code"], load: async () => (await import("./code.ts")).code },
  { types: ["docx"], load: async () => (await import("./docx.ts")).docx },
  { types: ["pptx"], load: async () => (await import("./pptx.ts")).pptx },
  { types: ["odt", "odp"], load: async () => (await import("./odf.ts")).odf },
  { types: ["rtf"], load: async () => (await import("./rtf.ts")).rtf },
  { types: ["epub"], load: async () => (await import("./epub.ts")).epub },
  { types: ["pdf"], load: async () => (await import("./pdf.ts")).pdf },
  { types: ["eml", "mbox"], load: async () => (await import("./mail.ts")).mail },
  { types: ["msg"], load: async () => (await import("./msg.ts")).msg },
  { types: ["doc"], load: async () => (await import("./doc.ts")).doc },
  { types: ["ods"], load: async () => (await import("./sheets-ods.ts")).ods },
  { types: ["ppt"], load: async () => (await import("./ppt.ts")).ppt },
  { types: ["xls"], load: async () => (await import("./sheets-xls.ts")).xls },
  { types: ["xlsx"], load: async () => (await import("./sheets-xlsx.ts")).xlsx },
  { types: ["zip"], load: async () => (await import("./zip.ts")).zip },
  { types: ["tar"], load: async () => (await import("./tar.ts")).tar },
  { types: ["gz", "tar.gz"], load: async () => (await import("./gzip.ts")).gzip },
  {
    types: ["jpg", "png", "gif", "webp", "tiff", "bmp", "heic", "avif", "ico"],
    load: async () => (await import("./image.ts")).image,
  },
  { types: ["7z", "rar", "bz2", "xz"], load: async () => (await import("./seven.ts")).seven },
  { types: ["mp3", "wav", "flac", "ogg", "m4a", "aac"], load: async () => (await import("./sound.ts")).sound },
  { types: ["mp4", "mov", "avi", "mkv", "webm"], load: async () => (await import("./film.ts")).film },
];

/** Null: files of this type have no text that anybody here could read. */
export async function extractorFor(type: string): Promise<Extractor | null> {
  const listed = readers.find(({ types }) => types.includes(type));
  return listed ? listed.load() : null;
}
