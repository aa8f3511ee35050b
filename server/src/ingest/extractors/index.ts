/** The readers of formats. Each is loaded with the first file of its type. */
import type { Extractor } from "./extractor.ts";

type Listed = { types: readonly string[]; load(): Promise<Extractor> };

const readers: readonly Listed[] = [
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
