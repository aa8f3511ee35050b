/** Which kind of document a ZIP is, by the names of its parts: far cheaper than its whole directory. */
import { constants, inflateRawSync } from "node:zlib";
import { decoded } from "./encoding.ts";
import type { Source } from "./source.ts";
import { type FileType, typeByName } from "./types.ts";

/** Of the directory: some thousand names. */
const DIRECTORY_BYTES = 256 * 1024;
const TAIL_BYTES = 66_000;
/** Of one without a directory. */
const CUT_BYTES = 4 * 1024 * 1024;

/** `at`: where its local header begins. */
type Listed = { name: string; at: number };

const byMimetype: readonly (readonly [RegExp, FileType])[] = [
  [/^application\/epub\+zip/, "epub"],
  [/^application\/vnd\.oasis\.opendocument\.text/, "odt"],
  [/^application\/vnd\.oasis\.opendocument\.spreadsheet/, "ods"],
  [/^application\/vnd\.oasis\.opendocument\.presentation/, "odp"],
  [/^application\/vnd\.sun\.xml\.writer/, "odt"],
  [/^application\/vnd\.sun\.xml\.calc/, "ods"],
  [/^application\/vnd\.sun\.xml\.impress/, "odp"],
];

/** Its parts in the order of what says most. */
const byPart: readonly (readonly [RegExp, FileType])[] = [
  [/^xl\/workbook\.bin$/i, "xlsx"],
  [/^word\/[^/]*\.xml$/i, "docx"],
  [/^xl\/[^/]*\.xml$/i, "xlsx"],
  [/^ppt\/[^/]*\.xml$/i, "pptx"],
];

export async function zipKind(source: Source, head: Uint8Array): Promise<FileType> {
  const first = mimetypePart(head);
  const known = byMimetype.find(([pattern]) => pattern.test(first))?.[1];
  if (known) return known;
  const listed = (await directoryNames(source)) ?? localNames(await source.slice(0, CUT_BYTES));
  const later = await mimetypeAt(source, listed);
  const told = byMimetype.find(([pattern]) => pattern.test(later))?.[1];
  if (told) return told;
  const names = listed.map(({ name }) => name);
  if (names.includes("META-INF/container.xml") && names.some((name) => name.endsWith(".opf"))) return "epub";
  // OpenDocument that was packed anew, with another part in front.
  const named = typeByName(source.name);
  const isOpen = first === "" && names.includes("META-INF/manifest.xml") && names.includes("content.xml");
  if (isOpen && (named === "odt" || named === "ods" || named === "odp")) return named;
  if (names.some((name) => name.replaceAll("\\", "/").toLowerCase() === "[content_types].xml"))
    for (const [pattern, type] of byPart)
      if (names.some((name) => pattern.test(name.replaceAll("\\", "/").replace(/^\//, "")))) return type;
  return "zip";
}

/** EPUB and ODF have a first part that is not compressed and says what they are. */
function mimetypePart(head: Uint8Array): string {
  const { name, at } = localAt(head, 0) ?? { name: "", at: 0 };
  return name === "mimetype" ? decoded(head.subarray(at, at + 100), "latin1").trim() : "";
}

/** Of one that was packed anew by another program: somewhere, and deflated. */
async function mimetypeAt(source: Source, listed: readonly Listed[]): Promise<string> {
  const found = listed.find(({ name }) => name === "mimetype");
  if (!found) return "";
  const bytes = Buffer.from(await source.slice(found.at, 400));
  const local = localAt(bytes, 0);
  if (!local) return "";
  try {
    const packed = bytes.subarray(local.at);
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 };
    return (bytes.readUInt16LE(8) === 8 ? inflateRawSync(packed, options) : packed).toString("latin1").trim();
  } catch {
    return "";
  }
}

/** Of the directory at the end; null: it has none, or cannot be read. */
async function directoryNames(source: Source): Promise<Listed[] | null> {
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - TAIL_BYTES), TAIL_BYTES));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > tail.length) return null;
  const length = Math.min(tail.readUInt32LE(end + 12), DIRECTORY_BYTES);
  const start = tail.readUInt32LE(end + 16);
  if (start >= source.size) return null;
  const directory = Buffer.from(await source.slice(start, length));
  const names: Listed[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    names.push({
      name: directory.toString("latin1", at + 46, at + 46 + nameLength),
      at: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return names.length > 0 ? names : null;
}

/** Of one that was cut off: what its beginning shows. */
function localNames(head: Uint8Array): Listed[] {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const names: Listed[] = [];
  for (let at = 0; at >= 0 && names.length < 1000; at = bytes.indexOf("PK\x03\x04", at + 4, "latin1")) {
    const local = localAt(bytes, at);
    if (local) names.push({ name: local.name, at });
  }
  return names;
}

function localAt(bytes: Uint8Array, start: number): { name: string; at: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 30 > bytes.length || view.getUint32(start, true) !== 0x04034b50) return null;
  const [nameLength, extraLength] = [view.getUint16(start + 26, true), view.getUint16(start + 28, true)];
  const name = decoded(bytes.subarray(start + 30, start + 30 + nameLength), "latin1");
  return { name, at: start + 30 + nameLength + extraLength };
}
