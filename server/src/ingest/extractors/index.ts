/** The readers of formats. Each is loaded with the first file of its type. */
import type { Extractor } from "./extractor.ts";

type Listed = { types: readonly string[]; load(): Promise<Extractor> };

const readers: readonly Listed[] = [
  { types: ["pdf"], load: async () => (await import("./pdf.ts")).pdf },
  { types: ["eml", "mbox"], load: async () => (await import("./mail.ts")).mail },
  { types: ["msg"], load: async () => (await import("./msg.ts")).msg },
  { types: ["doc"], load: async () => (await import("./doc.ts")).doc },
  { types: ["ods"], load: async () => (await import("./sheets-ods.ts")).ods },
  { types: ["ppt"], load: async () => (await import("./ppt.ts")).ppt },
  { types: ["xls"], load: async () => (await import("./sheets-xls.ts")).xls },
  { types: ["xlsx"], load: async () => (await import("./sheets-xlsx.ts")).xlsx },
];

/** Null: files of this type have no text that anybody here could read. */
export async function extractorFor(type: string): Promise<Extractor | null> {
  const listed = readers.find(({ types }) => types.includes(type));
  return listed ? listed.load() : null;
}
