/** The readers of formats. Each is loaded with the first file of its type. */
import type { Extractor } from "./extractor.ts";

type Listed = { types: readonly string[]; load(): Promise<Extractor> };

const readers: readonly Listed[] = [
  { types: ["docx"], load: async () => (await import("./docx.ts")).docx },
  { types: ["pptx"], load: async () => (await import("./pptx.ts")).pptx },
  { types: ["odt", "odp"], load: async () => (await import("./odf.ts")).odf },
  { types: ["rtf"], load: async () => (await import("./rtf.ts")).rtf },
  { types: ["epub"], load: async () => (await import("./epub.ts")).epub },
];

/** Null: files of this type have no text that anybody here could read. */
export async function extractorFor(type: string): Promise<Extractor | null> {
  const listed = readers.find(({ types }) => types.includes(type));
  return listed ? listed.load() : null;
}
