/** Looks for files that are chunked or embedded otherwise than is wanted: at the start, when the model changes, and now and then. */
import { setTimeout as wait } from "node:timers/promises";
import { makeReworkJobs } from "../ingest/rework.ts";
import type { Database } from "../store/database.ts";
import type { Embeddings } from "./embeddings.ts";

/** A file that was read while the model changed is found by the next look. */
const LOOK_EVERY_MS = 300_000;

export type ReworkOptions = {
  database: Database;
  embeddings: Pick<Embeddings, "current" | "state" | "onChange">;
  chunking: { size: number; overlap: number };
  /** There is a job for this file. */
  fileQueued(fileId: string): void;
  onFault(error: unknown): void;
};

/** Resolves `close` when the look under way has ended. */
export function startRework({ database, embeddings, chunking, fileQueued, onFault }: ReworkOptions) {
  const closing = new AbortController();
  let changed = new AbortController();
  const off = embeddings.onChange(() => changed.abort());
  const made = (fileIds: string[]) => {
    for (const fileId of fileIds) fileQueued(fileId);
  };
  const looks = async () => {
    while (!closing.signal.aborted) {
      changed = new AbortController();
      const model = embeddings.state().state === "ready" ? embeddings.current().model : null;
      await makeReworkJobs(database, { model, chunking }, { signal: closing.signal, made }).catch((error) => {
        if (!closing.signal.aborted) onFault(error);
      });
      const either = AbortSignal.any([closing.signal, changed.signal]);
      await wait(LOOK_EVERY_MS, undefined, { signal: either, ref: false }).catch(() => undefined);
    }
  };
  const work = looks();
  return {
    async close() {
      off();
      closing.abort();
      await work;
    },
  };
}
