/** All bytes are in: they are hashed, kept, and a file that waits to be read; or one that was there already. */
import { AppError } from "../errors.ts";
import { readFrom } from "./staging.ts";
import { blobKeyOf, noFile, type UploadMeans } from "./upload-means.ts";
import type { Completed, Upload } from "./upload-rows.ts";

/** Once at a time for each upload; whoever comes meanwhile waits for the same end. */
export function openFinishing(means: UploadMeans) {
  const running = new Map<string, Promise<void>>();
  return {
    /** Throws `upload.checksum`, `upload.incomplete` (all has to be sent again) and `file.not_found`. */
    finish(id: string): Promise<void> {
      const now = running.get(id) ?? complete(means, id).finally(() => running.delete(id));
      running.set(id, now);
      return now;
    },
    drained: async (): Promise<void> => void (await Promise.allSettled(running.values())),
  };
}

/** A crash between any two steps leaves what the next attempt goes on with. */
async function complete(means: UploadMeans, id: string): Promise<void> {
  const { rows, staging } = means;
  const upload = await rows.find(id);
  if (!upload) throw noFile(id);
  if (upload.completed_at !== null) return;
  const blobs = await means.blobs;
  const key = blobKeyOf(id);
  const where = await whereBytesAre(means, upload);
  if (where === "nowhere") {
    await startAgain(means, id);
    throw new AppError("upload.incomplete", "What had arrived was lost on the server's disk: send all of it again");
  }
  const sha256 = await staging.hashes.whole(id, upload.size, (start) =>
    where === "staged" ? readFrom(staging.pathOf(id), start) : blobs.read(key, { start, end: upload.size - 1 }),
  );
  if (upload.expected_sha256 !== null && sha256 !== upload.expected_sha256) {
    await startAgain(means, id);
    if (where === "kept") await blobs.remove(key);
    throw new AppError(
      "upload.checksum",
      `The whole file has the SHA-256 ${sha256}, not the one that was promised: send all of it again`,
    );
  }
  let answer = await rows.complete(id, sha256, where === "kept" ? key : null);
  if (answer.code === "keep") {
    await blobs.keep(key, staging.pathOf(id));
    answer = await rows.complete(id, sha256, key);
  }
  await close(means, upload, answer);
}

async function whereBytesAre({ staging, blobs }: UploadMeans, { id, size }: Upload) {
  if ((await staging.size(id)) === size) return "staged";
  return (await (await blobs).size(blobKeyOf(id))) === size ? "kept" : "nowhere";
}

async function startAgain({ rows, staging }: UploadMeans, id: string): Promise<void> {
  await rows.forgetReceived(id);
  await staging.remove(id);
}

async function close(means: UploadMeans, { id, owner_id }: Upload, answer: Completed): Promise<void> {
  const { staging, told, gone, fileQueued } = means;
  await staging.remove(id);
  if (answer.code === "queued") {
    told(answer.file_id, owner_id, answer.last_seq);
    fileQueued(answer.file_id);
  }
  if (answer.code === "duplicate" || answer.code === "gone") await (await means.blobs).remove(blobKeyOf(id));
  if (answer.code === "duplicate") gone(id, owner_id);
  if (answer.code === "gone") throw noFile(id);
}
