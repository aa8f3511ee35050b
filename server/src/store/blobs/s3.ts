/**
 * Blobs in a bucket of S3 or of a server that speaks like it. Requests carry buffers of known length, never streams: they can be
 * signed over plain HTTP and sent again after a fault.
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "../../errors.ts";
import type { Blobs } from "./blobs.ts";
import { unlessAbsent } from "./disk.ts";
import { bytesLost, checkKey, isFull, isKey } from "./keys.ts";

export type Bucket = {
  bucket: string;
  /** Null: that of AWS. */
  endpoint: string | null;
  region: string;
  /** Null: as the SDK finds them (environment, profile, machine). */
  credentials(): { id: string; secret: string } | null;
};

/** S3 takes 5 MB to 5 GB a part and 10 000 parts. */
const PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;
const PARTS_AT_ONCE = 2;

export function s3Blobs(place: Bucket, dir: string, warn: (what: object) => void): Blobs {
  const { bucket: Bucket } = place;
  const told = toldTo(warn);
  const client = clientOf(place);
  const get = async (key: string, range?: { start: number; end: number }, signal?: AbortSignal) => {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new GetObjectCommand({ Bucket, Key: checkKey(key), ...(Range && { Range }) });
    const { Body } = await client.send(command, signal && { abortSignal: signal }).catch(told(key));
    if (!(Body instanceof Readable)) throw bytesLost(key);
    return Body;
  };
  return {
    kind: "s3",

    async keep(key, path) {
      const file = await open(path);
      try {
        const { size } = await file.stat();
        const sent = size <= PART_BYTES ? sendWhole(client, Bucket, key, file) : sendParts(client, Bucket, key, file);
        await sent.catch(told(key));
      } finally {
        await file.close();
      }
      await unlink(path).catch(unlessAbsent);
    },

    read: (key, range) => get(key, range),

    async local(key, signal) {
      const work = join(dir, "work");
      await mkdir(work, { recursive: true });
      const path = join(work, randomUUID());
      const release = () => unlink(path).catch(unlessAbsent);
      try {
        await pipeline(await get(key, undefined, signal), createWriteStream(path, { flags: "wx" }), { signal });
      } catch (error) {
        await release();
        if (signal.aborted) throw signal.reason;
        throw isFull(error) ? new AppError("file.disk_full", "The disk is full", { cause: error }) : error;
      }
      return { path, release };
    },

    async size(key) {
      const found = await client
        .send(new HeadObjectCommand({ Bucket, Key: checkKey(key) }))
        .catch((error) => (isMissing(error) ? undefined : told(key)(error)));
      return found?.ContentLength;
    },

    async remove(key) {
      await client
        .send(new DeleteObjectCommand({ Bucket, Key: checkKey(key) }))
        .catch((error) => isMissing(error) || told(key)(error));
    },

    list: () => list(client, Bucket, told),
    free: async () => null,
  };
}

const clientOf = ({ endpoint, region, credentials }: Bucket): S3Client => {
  const pair = credentials();
  return new S3Client({
    region,
    maxAttempts: 4,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    ...(pair && { credentials: { accessKeyId: pair.id, secretAccessKey: pair.secret } }),
    // Others than AWS do not all know the newer checksums; the signature covers the body.
    ...{ requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" },
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
  });
};

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && (error.name === "NoSuchKey" || error.$metadata.httpStatusCode === 404);

type Told = ReturnType<typeof toldTo>;

/** In words of ours; those of the SDK may hold what identifies us, and are for the log. */
const toldTo =
  (warn: (what: object) => void) =>
  (key: string) =>
  (error: unknown): never => {
    if (error instanceof Error && error.name === "AbortError") throw error;
    if (error instanceof S3ServiceException && error.name === "NoSuchKey") throw bytesLost(key, error);
    warn({ key, ...aboutFault(error) });
    const why = error instanceof S3ServiceException ? `answers ${error.name}` : "does not answer";
    throw new AppError("file.store_failed", `The bucket that keeps files ${why}`, { cause: error });
  };

const aboutFault = (error: unknown): object =>
  error instanceof Error
    ? {
        error: error.name,
        message: error.message,
        ...(error instanceof S3ServiceException && { status: error.$metadata.httpStatusCode }),
      }
    : { error: String(error) };

async function readAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw new Error("a file became shorter while it was sent");
    done += bytesRead;
  }
  return bytes;
}

async function sendWhole(client: S3Client, Bucket: string, key: string, file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  await client.send(new PutObjectCommand({ Bucket, Key: checkKey(key), Body: await readAt(file, 0, size) }));
}

async function sendParts(client: S3Client, Bucket: string, key: string, file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const partBytes = Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS));
  const count = Math.ceil(size / partBytes);
  const target = { Bucket, Key: checkKey(key) };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let next = 0;
  const sendSome = async () => {
    for (let index = next++; index < count; index = next++) {
      const start = index * partBytes;
      const Body = await readAt(file, start, Math.min(partBytes, size - start));
      const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: index + 1, Body }));
      parts[index] = { PartNumber: index + 1, ETag };
    }
  };
  const senders = Array.from({ length: Math.min(PARTS_AT_ONCE, count) }, sendSome);
  try {
    await Promise.all(senders);
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    next = count;
    await Promise.allSettled(senders);
    // Parts without an end are paid for until somebody takes them away.
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function* list(client: S3Client, Bucket: string, told: Told): ReturnType<Blobs["list"]> {
  let ContinuationToken: string | undefined;
  do {
    const page = await client
      .send(new ListObjectsV2Command({ Bucket, ...(ContinuationToken && { ContinuationToken }) }))
      .catch(told("the list"));
    for (const { Key, LastModified } of page.Contents ?? [])
      if (Key !== undefined && LastModified && isKey(Key)) yield { key: Key, changedAt: LastModified };
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}
