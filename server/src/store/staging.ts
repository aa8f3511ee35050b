/**
 * Where bytes wait until all of an upload have come: one sparse file per upload, each byte at its own place.
 * What is asked to be durable is on the disk when it answers, so a row that says so is never wrong after a crash.
 */
import { createHash, type Hash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, opendir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import { flush, freeBytes, sizeOf, unlessAbsent } from "./blobs/disk.ts";
import { isFull } from "./blobs/keys.ts";

/** Left free for the database and everyone else. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export type Pieces = AsyncIterable<Uint8Array>;

/** An upload that is written to, from `start` on. */
export type Writer = {
  /** Bytes that have been written, from `start`. */
  written(): number;
  write(piece: Uint8Array): Promise<void>;
  /** What has been written survives a power cut. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

export type Staging = ReturnType<typeof openStaging>;

export function openStaging(dir: string) {
  const folder = join(dir, "incoming");
  const pathOf = (id: string) => join(folder, id);
  const hashes = openHashes();
  return {
    pathOf,
    hashes,

    /** Throws `file.disk_full` where so many bytes more would not leave enough for others. */
    async requireRoom(bytes: number): Promise<void> {
      const free = await freeBytes(dir);
      if (bytes + RESERVE_BYTES > free)
        throw new AppError("file.disk_full", `The file has ${bytes} bytes, and the disk has ${free} left for all`);
    },

    async openAt(id: string, start: number): Promise<Writer> {
      await mkdir(folder, { recursive: true });
      return writerOn(await open(pathOf(id), constants.O_RDWR | constants.O_CREAT, 0o600).catch(full), start, folder);
    },

    /** Undefined: nothing has come. */
    size: (id: string) => sizeOf(pathOf(id)),

    async remove(id: string): Promise<void> {
      hashes.forget(id);
      await unlink(pathOf(id)).catch(unlessAbsent);
    },

    /** Ids of those that nobody has written to since. */
    async *untouchedSince(moment: Date): AsyncGenerator<string> {
      for await (const { name } of (await opendir(folder).catch(unlessAbsent)) ?? []) {
        const found = await stat(pathOf(name)).catch(unlessAbsent);
        if (found && found.mtime < moment) yield name;
      }
    },
  };
}

function full(error: unknown): never {
  if (isFull(error)) throw new AppError("file.disk_full", "The disk is full", { cause: error });
  throw error;
}

function writerOn(file: FileHandle, start: number, folder: string): Writer {
  let at = start;
  return {
    written: () => at - start,
    async write(piece) {
      for (let rest = piece; rest.length > 0; ) {
        const { bytesWritten } = await file.write(rest, 0, rest.length, at).catch(full);
        at += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    },
    async flush() {
      await file.sync().catch(full);
      await flush(folder);
    },
    close: () => file.close(),
  };
}

/** Of how many uploads the hash is kept as they come: a state of OpenSSL's each. */
const MOST_HASHES = 1_000;

type Running = { hash: Hash; position: number };

/**
 * SHA-256 of uploads as far as they have come in order from their beginning. What came otherwise is read again at the end: these
 * save time, and nothing rests on them.
 */
function openHashes() {
  const running = new Map<string, Running>();
  return {
    /** A hash to go on with at `start`, handed back when the bytes are received; undefined: they come out of order. */
    from(id: string, start: number): Hash | undefined {
      if (start === 0) return createHash("sha256");
      const found = running.get(id);
      return found?.position === start ? found.hash.copy() : undefined;
    },
    keep(id: string, hash: Hash | undefined, position: number): void {
      if (hash === undefined || (running.get(id)?.position ?? 0) > position) return;
      running.delete(id);
      running.set(id, { hash, position });
      const [oldest] = running.keys();
      if (running.size > MOST_HASHES && oldest !== undefined) running.delete(oldest);
    },
    forget: (id: string): void => void running.delete(id),

    /** Of all bytes; `read` gives those from a position to the end. */
    async whole(id: string, size: number, read: (start: number) => Promise<Readable>): Promise<string> {
      const { hash, position } = running.get(id) ?? { hash: createHash("sha256"), position: 0 };
      const all = hash.copy();
      if (position < size) for await (const piece of await read(position)) all.update(piece);
      return all.digest("hex");
    },
  };
}

export const readFrom = async (path: string, start: number): Promise<Readable> =>
  createReadStream(path, { start, highWaterMark: 256 * 1024 });
