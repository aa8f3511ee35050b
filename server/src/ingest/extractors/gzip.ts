/** What was packed with gzip: one file, or a TAR. It is inflated as a stream, up to the limit. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { openListing } from "./archive.ts";
import { nameDecoder, shownName } from "./archive-names.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { readTar } from "./tar.ts";

export const gzip: Extractor = { name: "gzip", types: ["gz", "tar.gz"], read };

/** Bytes of one file that are kept to be read. */
const KEPT = 32 * 1024 * 1024;

async function read(source: Source, findings: Findings): Promise<void> {
  const pieces = inflated(source, findings);
  const first = await pieces.next().catch((error: Error) => {
    throw new AppError("file.unreadable", `It cannot be unpacked: ${error.message.slice(0, 200)}`);
  });
  const begin = first.done ? Buffer.alloc(0) : first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield begin;
    yield* pieces;
  }
  // Either the first file's name and mark, or its folder's.
  const isTar = source.type === "tar.gz" || Buffer.from(begin.subarray(257, 262)).toString("latin1") === "ustar";
  if (isTar) await readTar(all(), source.size, findings, { compression: "gzip" });
  else await readSingle(source, all(), findings);
}

async function* inflated(source: Source, { limits }: Findings): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // What goes wrong is thrown to whoever reads.
  pipeline(Readable.from(source.stream()), gunzip).catch(() => {});
  let length = 0;
  for await (const piece of gunzip as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limits.inflatedBytes)
      throw new AppError("file.beyond_limits", `It unpacks to more than ${limits.inflatedBytes} bytes`);
    yield piece;
  }
}

async function readSingle(source: Source, pieces: AsyncIterable<Uint8Array>, findings: Findings): Promise<void> {
  const { name, comment, modified } = await headerOf(source);
  const kept: Uint8Array[] = [];
  let size = 0;
  let fault: string | null = null;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size <= KEPT) kept.push(piece);
      await findings.pause();
    }
  } catch (error) {
    if (size === 0) throw error;
    fault = error instanceof Error ? error.message.slice(0, 200) : "";
    // Of what was cut off the beginning is read, of what never ends nothing.
    if (error instanceof AppError) kept.length = 0;
  }
  const path = shownName(name ?? source.name.replace(/\.(gz|gzip|z)$/i, ""));
  const listing = openListing(findings);
  const entry = { path, kind: "file" as const, size, compressedSize: source.size, modified, encrypted: false };
  await listing.add({ ...entry, ...(comment !== null && { comment }) });
  if (fault !== null) findings.warn("part_unreadable", `It cannot be unpacked past ${size} bytes: ${fault}`);
  if (listing.wants(entry)) listing.keep(path, size, async () => Buffer.concat(kept));
  await listing.end(source.size, { compression: "gzip" });
}

/** https://www.rfc-editor.org/rfc/rfc1952 */
async function headerOf(source: Source) {
  const head = Buffer.from(await source.slice(0, 70_000));
  const flags = head[3] ?? 0;
  const seconds = head.length >= 10 ? head.readUInt32LE(4) : 0;
  let at = 10;
  if ((flags & 4) !== 0 && head.length >= 12) at += 2 + head.readUInt16LE(10);
  const zeroEnded = (present: boolean): string | null => {
    const end = head.indexOf(0, at);
    if (!present || end < 0) return null;
    const bytes = head.subarray(at, end);
    at = end + 1;
    return nameDecoder([bytes], "win1252").decode(bytes);
  };
  const name = zeroEnded((flags & 8) !== 0);
  const comment = zeroEnded((flags & 16) !== 0);
  return { name, comment, modified: seconds > 0 ? new Date(seconds * 1000).toISOString() : null };
}
