/** Bytes on their way in: onto the disk as they come, never whole in memory, and into the row once they are durable. */
import { createHash, type Hash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Pieces, Writer } from "./staging.ts";
import { record, type UploadMeans } from "./upload-means.ts";
import type { Range, Upload } from "./upload-rows.ts";

const wrongLength = (range: Range, came: string): AppError =>
  new AppError("upload.length", `The chunk has ${range.end - range.start} bytes, and ${came} came`);

const wrongHash = (): AppError =>
  new AppError("upload.checksum", "The bytes that came have another checksum than the one sent with them");

/** Throws `upload.length`, `upload.checksum`, `file.disk_full`, and what `pieces` throws: nothing of the chunk counts then. */
export async function takeChunk(
  means: UploadMeans,
  upload: Upload,
  range: Range,
  { pieces, sha256 }: { pieces: Pieces; sha256: string | null },
): Promise<void> {
  const { staging } = means;
  const { id } = upload;
  const own = sha256 === null ? undefined : createHash("sha256");
  const whole = staging.hashes.from(id, range.start);
  const writer = await staging.openAt(id, range.start);
  try {
    for await (const piece of within(pieces, range)) {
      own?.update(piece);
      whole?.update(piece);
      await writer.write(piece);
    }
    if (own && own.digest("hex") !== sha256) throw wrongHash();
    await writer.flush();
  } finally {
    await writer.close();
  }
  await record(means, upload, range);
  staging.hashes.keep(id, whole, range.end);
}

/** Here already: what comes is only looked at. */
export async function passChunk(range: Range, pieces: Pieces, sha256: string | null): Promise<void> {
  const own = createHash("sha256");
  for await (const piece of within(pieces, range)) own.update(piece);
  if (sha256 !== null && own.digest("hex") !== sha256) throw wrongHash();
}

async function* within(pieces: Pieces, range: Range): AsyncGenerator<Uint8Array> {
  let rest = range.end - range.start;
  for await (const piece of pieces) {
    rest -= piece.length;
    if (rest < 0) throw wrongLength(range, "more");
    yield piece;
  }
  if (rest > 0) throw wrongLength(range, `${range.end - range.start - rest}`);
}

/** Of what one request of tus brings. */
export type Digest = { algorithm: "sha1" | "sha256" | "md5"; base64: string };

/**
 * From `offset` on, as much as comes: it is kept a chunk at a time, so that a cut or a crash costs little. With a digest all of it
 * counts, or, where it is another, nothing. Answers how far the upload is.
 */
export async function takeOn(
  means: UploadMeans,
  upload: Upload,
  offset: number,
  { pieces, digest }: { pieces: Pieces; digest: Digest | null },
): Promise<number> {
  const own = digest && createHash(digest.algorithm);
  const writer = await means.staging.openAt(upload.id, offset);
  const keeper = openKeeper(means, upload, offset, writer);
  let failure: unknown;
  try {
    for await (const piece of pieces) {
      if (offset + writer.written() + piece.length > upload.size)
        throw new AppError("upload.length", `The file has ${upload.size} bytes, and more came`);
      own?.update(piece);
      await keeper.take(piece);
      if (!own && keeper.waiting() >= upload.chunk_size) await keeper.keep();
    }
  } catch (error) {
    failure = error;
  }
  try {
    if (own && failure === undefined && own.digest("base64") !== digest.base64) failure = wrongHash();
    if (!own || failure === undefined) await keeper.keep().catch((error) => (failure ??= error));
  } finally {
    await writer.close();
  }
  if (failure !== undefined) throw failure;
  return offset + writer.written();
}

function openKeeper(means: UploadMeans, upload: Upload, offset: number, writer: Writer) {
  const { id } = upload;
  const { hashes } = means.staging;
  const whole = hashes.from(id, offset);
  let kept = offset;
  let hashed = offset;
  return {
    waiting: () => offset + writer.written() - kept,
    async take(piece: Uint8Array): Promise<void> {
      await writer.write(piece);
      whole?.update(piece);
      hashed += piece.length;
    },
    async keep(): Promise<void> {
      const end = offset + writer.written();
      if (end === kept) return;
      await writer.flush();
      await record(means, upload, { start: kept, end });
      // Where a piece was written in part, the hash is behind.
      if (hashed === end) hashes.keep(id, whole?.copy(), end);
      kept = end;
    },
  };
}

/** A file of unknown size, before there is a row of it. Nothing is left of what fails. */
export async function takeWhole(
  { staging, limits }: UploadMeans,
  id: string,
  pieces: Pieces,
): Promise<{ size: number; hash: Hash }> {
  const hash = createHash("sha256");
  const writer = await staging.openAt(id, 0);
  try {
    for await (const piece of pieces) {
      if (writer.written() + piece.length > limits.maxBytes) throw tooLarge(limits.maxBytes);
      hash.update(piece);
      await writer.write(piece);
    }
    await writer.flush();
  } catch (error) {
    await staging.remove(id);
    throw error;
  } finally {
    await writer.close();
  }
  return { size: writer.written(), hash };
}

export const tooLarge = (most: number): AppError =>
  new AppError("file.too_large", `A file may have ${most} bytes here at most`);
