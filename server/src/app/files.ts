/** Files: the places of their bytes, the workers that read them, and what the door may ask of both. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "pino";
import type { Door } from "../api/door.ts";
import type { FileConfig } from "../config-files.ts";
import { openFileWorkers } from "../ingest/file-workers.ts";
import { ingest } from "../ingest/ingest.ts";
import { keptBlocks, keysOf } from "../ingest/kept-text.ts";
import { usualLimits } from "../ingest/limits.ts";
import { offsetNear } from "../ingest/near.ts";
import { openSandbox } from "../ingest/sandbox.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { Database } from "../store/database.ts";
import { eraseFile } from "../store/file-erasing.ts";
import { openFileJobs } from "../store/file-jobs.ts";
import type { Live } from "../store/live.ts";
import type { Embeddings } from "./embeddings.ts";
import { keepFilesTidy } from "./file-upkeep.ts";
import { startRework } from "./rework.ts";
import { uploadsIn } from "./uploads.ts";

type Options = {
  config: FileConfig;
  database: Database;
  live: Live;
  log: Logger;
  blobs: Blobs;
  embeddings: Embeddings;
};

export type Files = {
  door: Pick<Door, "files" | "uploads">;
  /** Take up what was left, and what comes. */
  start(): Promise<void>;
  /** Let go of what is read: it is gone on with at the next start. */
  drain(): Promise<void>;
  close(): Promise<void>;
};

export function openFiles({ config, database, live, log, blobs, embeddings }: Options): Files {
  const { chunking, allowedTypes, atOnce } = config;
  const jobs = openFileJobs(database, live);
  // One more than there are places: see `FileWorkers`.
  const sandbox = openSandbox({ atOnce: atOnce + 1 });
  const workDir = path.join(config.dir, READERS);
  const means = {
    ...{ database, jobs, blobs, sandbox, chunking, allowedTypes, workDir, limits: usualLimits },
    embedding: embeddings.current,
    now: () => performance.now(),
    onFault: (message: string, error: unknown, fileId: string) => log.error({ err: error, file_id: fileId }, message),
  };
  const onFault = (message: string, error: unknown) => log.error({ err: error }, message);
  const run = ingest.bind(null, means);
  const workers = openFileWorkers({ jobs, live, atOnce, onFault, run });
  const uploads = uploadsIn({
    ...{ database, files: config, blobs: Promise.resolve(blobs), log },
    ...{ fileQueued: live.fileQueued, told: live.file, gone: live.fileGone },
  });
  const leaving = new AbortController();
  let rework: ReturnType<typeof startRework> | undefined;
  let upkeep = Promise.resolve();

  return {
    door: {
      uploads,
      files: {
        ...{ jobs, blobs, embedding: embeddings.state, settings: config },
        blocks: (fileId, offset, limit) => keptBlocks(blobs, fileId, offset, limit),
        offsetNear: (fileId, passage) => offsetNear(blobs, fileId, passage),
        async remove({ id, owner_id, blob_key }) {
          if (!(await jobs.doom(id, owner_id))) return;
          await workers.left(id);
          await uploads.forget(id);
          await eraseFile({ database, blobs }, id, keysOf(id, blob_key));
        },
      },
    },
    async start() {
      if (jobs.alone) await removeWork(config.dir);
      await workers.start();
      await uploads.start();
      rework = startRework({
        ...{ database, embeddings, chunking, fileQueued: live.fileQueued },
        onFault: (error) => onFault("files are not chunked or embedded anew yet", error),
      });
      upkeep = keepFilesTidy(
        { database, blobs, dir: config.dir },
        { signal: leaving.signal, onFault: (error) => onFault("the upkeep of files failed", error) },
      );
    },
    drain: () => workers.drain(),
    async close() {
      leaving.abort(new Error("the server is stopping"));
      await Promise.all([uploads.close(), rework?.close(), sandbox.close(), upkeep]);
    },
  };
}

const READERS = "readers";

/** What readers wrote and nobody took, and copies on their way: where other processes share the folder it may be theirs. */
async function removeWork(dir: string): Promise<void> {
  for (const name of [READERS, "work"]) await rm(path.join(dir, name), { recursive: true, force: true });
}
