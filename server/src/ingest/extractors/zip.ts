/** ZIP archives: listed by their directory alone; documents inside are inflated in memory, and only as far as the directory says. */
import { promisify } from "node:util";
import { crc32, inflateRaw, zstdDecompress } from "node:zlib";
import type { Source } from "../source.ts";
import { type ArchiveEntry, openListing } from "./archive.ts";
import { type NameDecoder, nameDecoder, shownName, utf8Of } from "./archive-names.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { readDirectory, type ZipRecord } from "./zip-directory.ts";

export const zip: Extractor = { name: "zip", types: ["zip"], read };

const IS_UTF8 = 0x800;
const ENCRYPTED = 0x1;
const SIZE_FOLLOWS = 0x8;

async function read(source: Source, findings: Findings): Promise<void> {
  const { records, count, rawComment, whole } = await readDirectory(source, findings.limits.entries);
  const unmarked = records.filter(({ flags, unicodeName }) => (flags & IS_UTF8) === 0 && unicodeName === null);
  const decoder = nameDecoder(
    unmarked.map(({ rawName }) => rawName),
    "cp437",
  );
  const listing = openListing(findings);
  for (const [index, record] of records.entries()) {
    const entry = entryOf(record, decoder, whole);
    await listing.add(entry);
    if (whole && listing.wants(entry)) listing.keep(entry.path, record.size, () => bytesOf(source, record));
    if (index % 1000 === 0) findings.progress(index, count);
  }
  if (!whole) findings.warn("part_unreadable", "Its end is missing: the entries found before it are listed");
  else if (count > records.length && records.length < findings.limits.entries)
    findings.warn("part_unreadable", `Its directory is damaged: ${records.length} of ${count} entries can be listed`);
  const comment = shownComment(rawComment, decoder);
  if (comment !== "") findings.block({ kind: "note", text: comment, place: { part: "comment" } });
  await listing.end(source.size, {
    ...(comment !== "" && { comment: comment.slice(0, 2000) }),
    ...(decoder.encoding !== "utf-8" && { name_encoding: decoder.encoding }),
    ...(count > records.length && { entry_count: count }),
  });
}

const shownComment = (raw: Uint8Array, decoder: NameDecoder): string =>
  decoder.decode(raw).replaceAll("\r\n", "\n").replaceAll("\0", "").trim();

function entryOf(record: ZipRecord, decoder: NameDecoder, whole: boolean): ArchiveEntry {
  const path = shownName(nameOf(record, decoder)).replaceAll("\\", "/");
  const comment = shownComment(record.rawComment, decoder);
  const told = whole || (record.flags & SIZE_FOLLOWS) === 0;
  return {
    path,
    kind: kindOf(record, path),
    size: told ? record.size : null,
    compressedSize: told ? record.compressedSize : null,
    modified: record.modified,
    encrypted: (record.flags & ENCRYPTED) !== 0,
    ...(comment !== "" && { comment }),
  };
}

function nameOf({ rawName, unicodeName, flags }: ZipRecord, decoder: NameDecoder): string {
  if (unicodeName && unicodeName.readUInt32LE(0) === crc32(rawName)) {
    const name = utf8Of(unicodeName.subarray(4));
    if (name !== null) return name;
  }
  return (flags & IS_UTF8) !== 0 ? rawName.toString("utf8") : decoder.decode(rawName);
}

function kindOf({ mode }: ZipRecord, path: string): ArchiveEntry["kind"] {
  const type = mode & 0o170000;
  if (type === 0o120000) return "link";
  if (path.endsWith("/") || type === 0o040000) return "folder";
  return type === 0 || type === 0o100000 ? "file" : "other";
}

const inflaters: Readonly<
  Record<number, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  8: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw),
  93: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(zstdDecompress),
};

async function bytesOf(source: Source, record: ZipRecord): Promise<Uint8Array> {
  const header = Buffer.from(await source.slice(record.offset, 30));
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw new Error("its bytes are not where they should be");
  const begin = record.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await source.slice(begin, record.compressedSize);
  if (packed.length < record.compressedSize) throw new Error("its bytes are cut off");
  const bytes = await unpacked(packed, record);
  if (bytes.length !== record.size || crc32(bytes) !== record.crc) throw new Error("its bytes are damaged");
  return bytes;
}

async function unpacked(packed: Uint8Array, { method, size }: ZipRecord): Promise<Uint8Array> {
  if (method === 0) return packed;
  const inflater = inflaters[method];
  if (!inflater) throw new Error(`it is packed by a method that is not known here (${method})`);
  return inflater(packed, { maxOutputLength: Math.max(1, size) });
}
