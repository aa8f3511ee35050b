/** 7Z, RAR, and what bzip2 or xz have packed: listed by libarchive, in WebAssembly. */
import { ArchiveReader, libarchiveWasm } from "libarchive-wasm";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { type ArchiveEntry, type Listing, openListing } from "./archive.ts";
import { shownName } from "./archive-names.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { MOST_KEPT, unpacked } from "./single.ts";

export const seven: Extractor = { name: "seven", types: ["7z", "rar", "bz2", "xz"], read };

type ReaderEntry = NonNullable<ReturnType<ArchiveReader["nextEntry"]>>;

/** What packs one file only, and how such files are called. */
const single: Readonly<Record<string, RegExp>> = { bz2: /\.(bz2?|tbz2?)$/i, xz: /\.(xz|txz)$/i };

type End = { entries: number; problem: string };

async function read(source: Source, findings: Findings): Promise<void> {
  const listing = openListing(findings);
  const bytes = await source.bytes(findings.limits.wholeBytes);
  const { entries, problem } = await listed(bytes, listing, findings);
  const ending = single[source.type];
  if (entries === 0 && ending) await readSingle(source, bytes, listing, findings);
  // Of a RAR that is cut in its first header the library says nothing.
  else if (entries === 0) throw faultOf(problem || "it ends before its first entry");
  else if (problem !== "")
    findings.warn("part_unreadable", `After ${entries} entries the list ends: ${problem.slice(0, 200)}`);
  await listing.end(source.size, ending ? { compression: source.type } : {});
}

async function readSingle(source: Source, bytes: Uint8Array, listing: Listing, findings: Findings): Promise<void> {
  const found = await unpacked(source.type, bytes, findings);
  if (!found) throw new AppError("file.unreadable", "It cannot be unpacked: it is damaged");
  const told = source.type === "xz" ? xzSize(Buffer.from(bytes)) : null;
  const entry: ArchiveEntry = {
    ...{ path: shownName(source.name.replace(single[source.type] ?? "", "")), kind: "file" },
    ...{ size: told ?? found.size, compressedSize: source.size, modified: null, encrypted: false },
  };
  await listing.add(entry);
  if (!listing.wants(entry)) return;
  if (found.size > MOST_KEPT)
    findings.warn("text_limited", `Only the first ${MOST_KEPT / 1024 / 1024} MB of what is packed were read`);
  listing.keep(entry.path, found.content.length, async () => found.content);
}

const faultOf = (problem: string): AppError =>
  /encrypt|passphrase/i.test(problem)
    ? new AppError("file.encrypted", "Even the names inside are protected by a password")
    : new AppError("file.unreadable", `It cannot be listed: ${problem.slice(0, 200)}`);

/** Ends where the archive does, or at what cannot be read. */
async function listed(bytes: Uint8Array, listing: Listing, findings: Findings): Promise<End> {
  const library = await libarchiveWasm();
  let reader: ArchiveReader;
  try {
    reader = new ArchiveReader(library, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    return { entries: 0, problem: reasonOf(error) };
  }
  let entries = 0;
  let unpacked = 0;
  try {
    for (let entry = reader.nextEntry(); entry; entry = reader.nextEntry()) {
      const described = entryOf(entry);
      if (!(await listing.add(described))) return { entries, problem: "" };
      entries++;
      // What is passed over is unpacked as well where entries are packed together.
      unpacked += described.size ?? 0;
      if (unpacked > findings.limits.inflatedBytes)
        return { entries, problem: "it would unpack to more than is allowed" };
      take(entry, described, listing);
      await findings.pause();
    }
    return { entries, problem: library.error_string(reader.archive) ?? "" };
  } catch (error) {
    return { entries, problem: passed(error) };
  } finally {
    freed(reader);
  }
}

/** `EnoughText` goes on to who asked for it. */
function passed(error: unknown): string {
  if (error instanceof Error && error.name === "EnoughText") throw error;
  return reasonOf(error);
}

const reasonOf = (error: unknown): string => (error instanceof Error && error.message) || "it is damaged";

function freed(reader: ArchiveReader): void {
  try {
    reader.free();
  } catch {
    // The module is thrown away with all its memory.
  }
}

function take(entry: ReaderEntry, described: ArchiveEntry, listing: Listing): void {
  const size = described.size ?? 0;
  if (listing.wants(described)) {
    const bytes = listing.fits(size) ? entry.readData() : undefined;
    listing.keep(described.path, size, async () => (bytes ? Buffer.from(bytes) : Buffer.alloc(0)));
  }
  entry.skipData();
}

const kinds: Readonly<Record<string, ArchiveEntry["kind"]>> = {
  ...{ File: "file", Directory: "folder", SymbolicLink: "link" },
};

function entryOf(entry: ReaderEntry): ArchiveEntry {
  const target = entry.getSymlinkTarget() || entry.getHardlinkTarget();
  const modified = entry.getModificationTime();
  return {
    path: shownName(entry.getPathname() || "(a name that cannot be read)"),
    kind: target ? "link" : (kinds[entry.getFiletype()] ?? "other"),
    // The upper half of 64 bits is lost on the way out of the module.
    size: entry.getSize() >>> 0,
    compressedSize: null,
    modified: modified > 0 ? new Date(modified).toISOString() : null,
    encrypted: entry.isEncrypted(),
    target: target ? shownName(target) : null,
  };
}

/** What it unpacks to, by the index at its end: https://tukaani.org/xz/xz-file-format.txt */
function xzSize(bytes: Buffer): number | null {
  const footer = bytes.length - 12;
  if (footer < 12 || bytes.toString("latin1", footer + 10) !== "YZ") return null;
  let at = footer - (bytes.readUInt32LE(footer + 4) + 1) * 4;
  if (at < 12 || bytes[at++] !== 0) return null;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  let size = 0;
  const blocks = number();
  for (let block = 0; block < blocks && at < footer; block++) {
    number();
    size += number();
  }
  return size;
}
