/** Which kind of document an OLE2 file is, by the names of its streams. */
import type { Source } from "./source.ts";
import type { FileType } from "./types.ts";

/** Of the directory, four to eight entries each. */
const SECTORS = 512;

const byStream: readonly (readonly [RegExp, FileType | "encrypted"])[] = [
  [/^encryptedpackage$/i, "encrypted"],
  [/^worddocument$/i, "doc"],
  [/^powerpoint document$/i, "ppt"],
  [/^(workbook|book)$/i, "xls"],
  [/^__properties_version1\.0$/i, "msg"],
];

/** `encrypted`: an office document under a password. */
export async function oleKind(source: Source): Promise<FileType | "encrypted"> {
  const names = await streamNames(source);
  return byStream.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1] ?? "unknown";
}

/** [MS-CFB] 2.2 and 2.6: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb */
async function streamNames(source: Source): Promise<string[]> {
  const header = Buffer.from(await source.slice(0, 512));
  if (header.length < 512) return [];
  const sectorSize = header.readUInt16LE(30) === 12 ? 4096 : 512;
  const sectorAt = (sector: number) => (sector + 1) * sectorSize;
  const entries: Entry[] = [];
  const seen = new Set<number>();
  let sector = header.readUInt32LE(48);
  while (sector < 0xfffffff0 && !seen.has(sector) && seen.size < SECTORS) {
    seen.add(sector);
    const bytes = Buffer.from(await source.slice(sectorAt(sector), sectorSize));
    for (let at = 0; at + 128 <= bytes.length; at += 128) {
      const length = Math.min(bytes.readUInt16LE(at + 64), 64);
      const [left, right, child] = [68, 72, 76].map((offset) => bytes.readUInt32LE(at + offset)) as Links;
      entries.push({ name: length >= 2 ? bytes.toString("utf16le", at, at + length - 2) : "", left, right, child });
    }
    sector = await nextSector(source, header, sector, sectorSize);
  }
  return outermost(entries);
}

type Links = [left: number, right: number, child: number];
type Entry = { name: string; left: number; right: number; child: number };

/** Those below the root, not those of a document inside; where the tree is broken, all. */
function outermost(entries: readonly Entry[]): string[] {
  const names: string[] = [];
  // The root is nobody's child.
  const seen = new Set([0]);
  const open = [entries[0]?.child ?? 0];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const entry = entries[id];
    if (!entry || seen.has(id)) continue;
    seen.add(id);
    names.push(entry.name);
    open.push(entry.left, entry.right);
  }
  return names.length > 0 ? names : entries.map(({ name }) => name);
}

/** By the allocation table, of which the header names the first 109 sectors: enough for 7 MB, and directories stand early. */
async function nextSector(source: Source, header: Buffer, sector: number, sectorSize: number): Promise<number> {
  const perSector = sectorSize / 4;
  const index = Math.floor(sector / perSector);
  if (index >= 109) return sector + 1;
  const table = header.readUInt32LE(76 + index * 4);
  const entry = Buffer.from(await source.slice((table + 1) * sectorSize + (sector % perSector) * 4, 4));
  return entry.length === 4 ? entry.readUInt32LE(0) : 0xffffffff;
}
