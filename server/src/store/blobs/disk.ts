/** Blobs in a folder: `kept/<2 hexadecimal digits>/<key>`, so that no folder has very many. */
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, open, opendir, rename, rmdir, stat, statfs, unlink } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "../../errors.ts";
import type { Blobs } from "./blobs.ts";
import { bytesLost, checkKey, isFull, isKey, systemCode } from "./keys.ts";

export function diskBlobs(dir: string): Blobs {
  const kept = join(dir, "kept");
  const pathOf = (key: string) => join(kept, shardOf(checkKey(key)), ...key.split("/"));
  return {
    kind: "disk",
    keep: (key, path) => keep(path, pathOf(key), dir),

    async read(key, range): Promise<Readable> {
      const file = await open(pathOf(key)).catch((error) => {
        throw isAbsent(error) ? bytesLost(key, error) : error;
      });
      return file.createReadStream({ highWaterMark: 256 * 1024, ...range });
    },

    async local(key) {
      const path = pathOf(key);
      if ((await sizeOf(path)) === undefined) throw bytesLost(key);
      return { path, release: async () => {} };
    },

    size: (key) => sizeOf(pathOf(key)),

    async remove(key) {
      const path = pathOf(key);
      await unlink(path).catch(unlessAbsent);
      await removeEmpty(dirname(path), kept);
    },

    list: () => walk(kept, kept),
    free: () => freeBytes(dir),
  };
}

/** By the first two parts of a key: what belongs to one file stands together. */
const shardOf = (key: string): string =>
  createHash("sha256").update(key.split("/").slice(0, 2).join("/")).digest("hex").slice(0, 2);

/** Bytes that whoever is not root may still write there. */
export async function freeBytes(dir: string): Promise<number> {
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

async function keep(from: string, to: string, dir: string): Promise<void> {
  try {
    const near = await onSameDisk(from, dir);
    await flush(near);
    // The folder may be removed as empty just before something is put into it.
    for (let attempt = 1; ; attempt++) {
      await makeFolders(dirname(to));
      const failure = await rename(near, to).catch((error: unknown) => error);
      if (failure === undefined) break;
      if (!isAbsent(failure) || attempt === 5) throw failure;
    }
    await flush(dirname(to));
    if (near !== from) await unlink(from).catch(unlessAbsent);
  } catch (error) {
    throw isFull(error) ? new AppError("file.disk_full", "The disk is full", { cause: error }) : error;
  }
}

/** A rename does not cross disks: a copy on ours. */
async function onSameDisk(path: string, dir: string): Promise<string> {
  const work = join(dir, "work");
  await mkdir(work, { recursive: true });
  if ((await stat(path)).dev === (await stat(work)).dev) return path;
  const copy = join(work, randomUUID());
  await copyFile(path, copy, constants.COPYFILE_EXCL);
  return copy;
}

/** What was created or renamed in a folder outlives a power cut once the folder is flushed, and so up to one that was there before. */
async function makeFolders(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let at = folder; ; at = dirname(at)) {
    await flush(dirname(at));
    if (at === first) return;
  }
}

export async function flush(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const isAbsent = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(systemCode(error));

export function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

export const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then((found) => (found.isFile() ? found.size : undefined), unlessAbsent);

async function removeEmpty(folder: string, upTo: string): Promise<void> {
  for (let at = folder; at !== upTo; at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function* walk(folder: string, top: string): ReturnType<Blobs["list"]> {
  const entries = await opendir(folder).catch(unlessAbsent);
  for await (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, top);
    const key = relative(top, path).split(sep).slice(1).join("/");
    if (!entry.isFile() || !isKey(key)) continue;
    const found = await stat(path).catch(unlessAbsent);
    if (found) yield { key, changedAt: found.mtime };
  }
}
