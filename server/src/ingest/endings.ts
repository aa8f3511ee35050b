/** How a job ends that has not come to its end. */
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { goneAmong } from "../store/file-events.ts";
import type { IngestMeans, Work } from "./ingest.ts";
import { textKey } from "./kept-text.ts";

/** The job is another's by now, or nobody's: whoever took it away has written why. */
export class Lost extends Error {
  override readonly name = "Lost";
}

const AGAIN_AFTER_S = [2, 10];

/** A model that cannot be used is waited for. */
const UNAVAILABLE_AFTER_S = 60;

/** Writes what became of it: let go, to be tried again, or failed. `signal`: the worker leaves. */
export async function endOf({ means, held, progress }: Work, reason: unknown, signal: AbortSignal): Promise<void> {
  const { stage_times, elapsed_ms } = await progress.end();
  const { jobs, onFault } = means;
  const { job, file } = held;
  if (reason instanceof Lost || isOf(reason, "file.cancelled")) return forgetDeleted(means, file.id);
  if (isOf(reason, "server.stopping")) {
    // In vain where the database is away too: then the next start finds it.
    await jobs.letGo(held, { after_s: 0, stage_times, counts: false }).catch(() => undefined);
    return;
  }
  if (!(reason instanceof AppError)) onFault("a file could not be read, by a fault on our side", reason, file.id);
  const fault = reason instanceof AppError ? reason : new AppError("internal", "Something failed on our side");
  const why = { error_code: fault.code, error_message: fault.message, stage_times };
  const waits = job.kind === "embed" && fault.retry;
  const again = () => {
    if (waits) return jobs.letGo(held, { ...why, after_s: UNAVAILABLE_AFTER_S, counts: false });
    if (!fault.retry || job.attempt >= job.max_attempts)
      return jobs.close(held, { ...why, elapsed_ms, message: fault.message });
    return jobs.letGo(held, { ...why, after_s: AGAIN_AFTER_S[job.attempt - 1] ?? 10, counts: true });
  };
  await written(again, signal).catch((error: unknown) =>
    onFault("the end of a file's reading could not be written", error, file.id),
  );
}

/** Whoever deleted it elsewhere has taken away what was kept; what was kept a moment later goes now. */
async function forgetDeleted({ database, blobs, onFault }: IngestMeans, id: string): Promise<void> {
  try {
    if ((await goneAmong(database, [id])).length === 0) return;
    for (const part of ["blocks", "chunks"] as const) await blobs.remove(textKey(id, part));
  } catch (error) {
    onFault("the text of a deleted file is still to be taken away", error, id);
  }
}

const isOf = (reason: unknown, code: AppError["code"]): boolean => reason instanceof AppError && reason.code === code;

const AGAIN_MS = 1_000;

/**
 * Until the database takes it, or refuses it: false when the job is another's by now. Where the worker leaves first, the next start
 * finds the job.
 */
export async function written(write: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isOf(error, "store.failed") || signal.aborted) throw error;
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  }
}
