/** What nobody needs any more of files: in the background, in small steps. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { keysOf } from "../ingest/kept-text.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { Database } from "../store/database.ts";
import { eraseChunks, eraseVectors } from "../store/file-chunks.ts";
import { doomedFiles, eraseFile, filesAmong, filesWithOldChunks, filesWithOldVectors } from "../store/file-erasing.ts";
import { thinEvents } from "../store/file-events.ts";

const EVERY_MS = 10 * 60_000;

/** A blob is kept before its row says so; one that is younger may be about to be somebody's. */
const ORPHAN_AFTER_MS = 60 * 60_000;

const KEYS_AT_ONCE = 200;

/** A reader has ended after minutes, and a copy of bytes on their way lives as long as what it is made for. */
const LEFT_AFTER_MS = 24 * 60 * 60_000;

/** `dir`: the folder of files. */
type Means = { database: Database; blobs: Blobs; dir: string };

/** One round of everything; again after ten minutes, until the signal. */
export async function keepFilesTidy(
  means: Means,
  { signal, onFault, everyMs = EVERY_MS }: { signal: AbortSignal; onFault(error: unknown): void; everyMs?: number },
): Promise<void> {
  while (!signal.aborted) {
    await tidyFiles(means, signal, Date.now()).catch((error: unknown) => {
      if (!signal.aborted) onFault(error);
    });
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** `now`: milliseconds of the epoch. */
export async function tidyFiles({ database, blobs, dir }: Means, signal: AbortSignal, now: number): Promise<void> {
  for (const { id, blob_key } of await doomedFiles(database)) {
    signal.throwIfAborted();
    await eraseFile({ database, blobs }, id, keysOf(id, blob_key));
  }
  for (const { id, chunk_version } of await filesWithOldChunks(database)) {
    signal.throwIfAborted();
    await eraseChunks(database, id, chunk_version);
  }
  for (const { id, embedding_model } of await filesWithOldVectors(database)) {
    signal.throwIfAborted();
    await eraseVectors(database, id, embedding_model);
  }
  while ((await thinEvents(database)) > 0) signal.throwIfAborted();
  await removeOrphans({ database, blobs }, signal, now);
  for (const folder of ["readers/shown", "readers/reading", "work"])
    await removeLeft(path.join(dir, folder), signal, now);
}

/** What a process that was killed had made for itself. A second name of a file has the time at which it was given. */
async function removeLeft(folder: string, signal: AbortSignal, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    signal.throwIfAborted();
    const one = path.join(folder, name);
    const found = await stat(one).catch(() => undefined);
    if (found && now - found.ctimeMs >= LEFT_AFTER_MS) await rm(one, { recursive: true, force: true });
  }
}

const FILE_KEY = /^(?:files|text)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/;

/** Blobs of files that are no more. What is named otherwise is not ours. */
async function removeOrphans({ database, blobs }: Omit<Means, "dir">, signal: AbortSignal, now: number): Promise<void> {
  let some: { key: string; id: string }[] = [];
  const look = async () => {
    const living = await filesAmong(database, [...new Set(some.map(({ id }) => id))]);
    for (const { key, id } of some) if (!living.has(id)) await blobs.remove(key);
    some = [];
  };
  for await (const { key, changedAt } of blobs.list()) {
    signal.throwIfAborted();
    const id = FILE_KEY.exec(key)?.[1];
    if (id === undefined || now - changedAt.getTime() < ORPHAN_AFTER_MS) continue;
    some.push({ key, id });
    if (some.length === KEYS_AT_ONCE) await look();
  }
  await look();
}
