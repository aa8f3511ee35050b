/** What was read of a file, as it is kept beside its bytes: its blocks and its chunks, one a line of JSON. */
import { createInterface } from "node:readline";
import { Block, Chunk } from "@orchestratex/sdk/contract";
import type { z } from "zod";
import { AppError } from "../errors.ts";
import type { Blobs } from "../store/blobs/blobs.ts";

export type KeptPart = "blocks" | "chunks";

export const textKey = (fileId: string, part: KeptPart): string => `text/${fileId}/${part}.jsonl`;

/** Of all blobs of a file, whatever has become of it. */
export const keysOf = (fileId: string, blobKey: string | null): string[] => [
  blobKey ?? `files/${fileId}`,
  textKey(fileId, "blocks"),
  textKey(fileId, "chunks"),
];

/** The process that wrote it may have been taken over by what it read. */
const ChunkLine = Chunk.pick({ text: true, place: true });

export type KeptChunk = z.infer<typeof ChunkLine> & { position: number };

/** Chunks from `from` on, so many together. */
export async function* keptChunks(
  blobs: Blobs,
  fileId: string,
  from: number,
  together: number,
): AsyncGenerator<KeptChunk[]> {
  const stream = await blobs.read(textKey(fileId, "chunks"));
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let position = 0;
  let some: KeptChunk[] = [];
  try {
    // A stream that breaks must not look like one that ends.
    const broken = new Promise<never>((_resolve, reject) => stream.once("error", reject));
    broken.catch(() => undefined);
    for (const next = lines[Symbol.asyncIterator](); ; ) {
      const { done, value } = await Promise.race([next.next(), broken]);
      if (done) break;
      if (position >= from) some.push({ position, ...ChunkLine.parse(JSON.parse(value)) });
      position++;
      if (some.length === together) {
        yield some;
        some = [];
      }
    }
    if (some.length > 0) yield some;
  } finally {
    lines.close();
    stream.destroy();
  }
}

/** Bytes that are asked for at once, and of one answer: a block alone may be longer. */
const PIECE = 256 * 1024;
const ENOUGH = 1024 * 1024;

const NEWLINE = 10;

export type BlockWindow = { blocks: Block[]; next: number | null };

/**
 * Blocks from the byte `offset` on, at most `limit`, and where the next one begins; null: that was all. Throws `file.bytes_lost`,
 * and `request.invalid` where no block begins at `offset`.
 */
export async function keptBlocks(blobs: Blobs, fileId: string, offset: number, limit: number): Promise<BlockWindow> {
  const key = textKey(fileId, "blocks");
  const size = await blobs.size(key);
  if (size === undefined)
    throw new AppError("file.bytes_lost", "What was read of the file is gone: have it read again");
  if (offset > size) throw noPlace();
  const blocks: Block[] = [];
  let rest = Buffer.alloc(0);
  // Where `rest` begins.
  let at = offset;
  for (let read = offset; read < size && blocks.length < limit && at - offset < ENOUGH; ) {
    const piece = await bytesOf(blobs, key, read, Math.min(size, read + PIECE));
    read += piece.length;
    rest = Buffer.concat([rest, piece]);
    let begin = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0 && blocks.length < limit; end = rest.indexOf(NEWLINE, begin)) {
      blocks.push(blockOf(rest.toString("utf8", begin, end)));
      begin = end + 1;
    }
    at += begin;
    rest = rest.subarray(begin);
  }
  return { blocks, next: at < size ? at : null };
}

async function bytesOf(blobs: Blobs, key: string, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of await blobs.read(key, { start, end: end - 1 })) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function blockOf(line: string): Block {
  try {
    return Block.parse(JSON.parse(line));
  } catch {
    throw noPlace();
  }
}

const noPlace = () =>
  new AppError("request.invalid", "The cursor is not one of ours: take next_cursor of the page before", {
    errors: [{ path: "cursor", problem: "must be the next_cursor of a page" }],
  });
