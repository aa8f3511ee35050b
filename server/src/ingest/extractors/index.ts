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
];

/** Null: files of this type have no text that anybody here could read. */
export async function extractorFor(type: string): Promise<Extractor | null> {
  const listed = readers.find(({ types }) => types.includes(type));
  return listed ? listed.load() : null;
}
