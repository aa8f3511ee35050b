/** TAR archives: read through once, as a stream. */
import { type Extract, extract, type Header } from "tar-stream";
import { AppError } from "../../errors.ts";
import { type ArchiveEntry, type Listing, openListing } from "./archive.ts";
import { nameDecoder, shownName } from "./archive-names.ts";
import { EnoughText, type Extractor, type Facts, type Findings } from "./extractor.ts";

export const tar: Extractor = {
  name: "tar",
  types: ["tar"],
  read: (source, findings) => readTar(source.stream(), source.size, findings, {}),
};

/** Known to the library, and not to its types. */
type Options = Parameters<typeof extract>[0] & { filenameEncoding: string; allowUnknownFormat: boolean };
const options: Options = { filenameEncoding: "latin1", allowUnknownFormat: true };

/** `archiveSize`: of the file as it was sent, in bytes. What is wrong in the middle ends the list, and a warning says so. */
export async function readTar(
  pieces: AsyncIterable<Uint8Array>,
  archiveSize: number,
  findings: Findings,
  facts: Facts,
): Promise<void> {
  const listing = openListing(findings);
  const unpacker = extract(options);
  let entries = 0;
  try {
    feed(pieces, unpacker, archiveSize, findings).catch((error: Error) => unpacker.destroy(error));
    for await (const entry of unpacker) {
      const described = entryOf(entry.header);
      entries++;
      await listing.add(described);
      await takeBytes(entry, described, listing);
    }
  } catch (error) {
    if (error instanceof EnoughText) throw error;
    const reason = error instanceof Error ? error.message.slice(0, 200) : "";
    if (entries === 0)
      throw error instanceof AppError ? error : new AppError("file.unreadable", `It cannot be listed: ${reason}`);
    findings.warn("part_unreadable", `It is damaged after ${entries} entries: ${reason}`);
  } finally {
    unpacker.destroy();
  }
  await listing.end(archiveSize, facts);
}

async function feed(
  pieces: AsyncIterable<Uint8Array>,
  unpacker: Extract,
  archiveSize: number,
  findings: Findings,
): Promise<void> {
  let fed = 0;
  for await (const piece of pieces) {
    if (unpacker.destroyed) return;
    if (!unpacker.write(piece))
      await new Promise((resolve) => unpacker.once("drain", () => resolve(null)).once("close", () => resolve(null)));
    fed += piece.length;
    findings.progress(Math.min(fed, archiveSize), archiveSize);
  }
  unpacker.end(null);
}

async function takeBytes(entry: AsyncIterable<unknown>, described: ArchiveEntry, listing: Listing): Promise<void> {
  const size = described.size ?? 0;
  const wanted = listing.wants(described);
  const taken = wanted && listing.fits(size);
  const pieces: Uint8Array[] = [];
  for await (const piece of entry) if (taken) pieces.push(piece as Uint8Array);
  if (wanted) listing.keep(described.path, size, async () => Buffer.concat(pieces));
}

const kinds: Readonly<Record<string, ArchiveEntry["kind"]>> = {
  ...{ file: "file", "contiguous-file": "file", directory: "folder", symlink: "link", link: "link" },
};

function entryOf(header: Header): ArchiveEntry {
  const { name, size, mtime, type, linkname } = header;
  const pax = header.pax as { path?: string; linkpath?: string } | null | undefined;
  const time = mtime.getTime();
  return {
    path: shownName(pax?.path ?? decoded(name)),
    kind: kinds[type] ?? "other",
    size,
    compressedSize: null,
    modified: time > 0 && Number.isFinite(time) ? new Date(time).toISOString() : null,
    encrypted: false,
    target: linkname ? shownName(pax?.linkpath ?? decoded(linkname)) : null,
  };
}

/** Read as Latin-1, to have the bytes: nothing in a TAR says in which characters its names are. */
function decoded(name: string): string {
  const bytes = Buffer.from(name, "latin1");
  return nameDecoder([bytes], "win1252").decode(bytes);
}
