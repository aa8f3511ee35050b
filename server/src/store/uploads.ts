/**
 * The story of an upload, from a name and a size to a file that waits to be read. It may come as chunks in any order and several
 * at once, as tus sends it, or as one body; it survives the end of the process at any moment, and whoever sent it can go on.
 */
import { type InitiateUpload, type UploadState, uploadChunkBytes } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../errors.ts";
import { cleanFileName, extensionOf } from "./file-name.ts";
import type { Pieces } from "./staging.ts";
import { type Digest, passChunk, takeChunk, takeOn, takeWhole, tooLarge } from "./upload-arrival.ts";
import { openFinishing } from "./upload-completion.ts";
import {
  blobKeyOf,
  contiguous,
  covers,
  EXPIRES_AFTER_HOURS,
  type Exclusively,
  noFile,
  openLocks,
  ownUpload,
  type UploadMeans,
} from "./upload-means.ts";
import type { Range, Upload } from "./upload-rows.ts";
import { stateOf } from "./upload-state.ts";
import { openSweep } from "./upload-sweep.ts";

export type Uploads = ReturnType<typeof openUploads>;

type Story = UploadMeans & { exclusively: Exclusively; finish(id: string): Promise<void> };

export function openUploads(means: UploadMeans) {
  const { finish, drained } = openFinishing(means);
  const story: Story = { ...means, finish, exclusively: openLocks() };
  const sweep = openSweep(means, finish);
  return {
    ...{ ...begins(story), ...receives(story), ...tells(story), maxBytes: means.limits.maxBytes },
    /** What is left of one whose row is gone. */
    forget: (id: string) => means.staging.remove(id),
    ...sweep,
    /** What is being completed, is; the rest goes on after the next start. */
    async close(): Promise<void> {
      sweep.stop();
      await drained();
    },
  };
}

/** `id`: that it is to have. `known`: a file of the owner's with these bytes ends it at once. */
export type Wish = InitiateUpload & { id?: string; metadata?: Record<string, string | null>; known: boolean };

const begins = (story: Story) => ({
  /** Throws `file.too_large`, `file.type_not_allowed`, `file.quota_exceeded`, `file.disk_full`. */
  async begin(ownerId: string, wish: Wish): Promise<UploadState> {
    const name = cleanFileName(wish.name);
    requireSize(story, wish.size);
    requireType(story, name);
    const { size, sha256 = null, known } = wish;
    const begun = known && sha256 ? await story.rows.begun({ owner_id: ownerId, name, size, sha256 }) : undefined;
    if (begun !== undefined) return finishedState(story, ownerId, begun);
    await story.staging.requireRoom(size);
    return enter(story, ownerId, { ...wish, name });
  },

  /** A file as one body. `most`: the length of what brings it; null: unknown. Nothing is left of it unless `keep` of the answer is called. */
  async whole(ownerId: string, file: { name: string; mime: string | null; most: number | null }, pieces: Pieces) {
    const { staging, limits, rows } = story;
    const name = cleanFileName(file.name);
    const least = Math.max(0, (file.most ?? 0) - FRAME_BYTES);
    requireSize(story, least);
    requireType(story, name);
    if (limits.quotaBytes !== null) {
      const used = await rows.used(ownerId);
      if (used + least > limits.quotaBytes) throw noQuota(used, least, limits.quotaBytes);
    }
    await staging.requireRoom(least);
    const id = uuidv7();
    const { size, hash } = await takeWhole(story, id, pieces);
    const discard = () => staging.remove(id);
    return {
      discard,
      async keep(): Promise<UploadState> {
        const sha256 = hash.copy().digest("hex");
        const wish = { id, name, size, mime: file.mime, sha256, known: true };
        const begun = await enter(story, ownerId, wish).catch((error) => discard().then(() => Promise.reject(error)));
        if (begun.complete) {
          await discard();
          return begun;
        }
        staging.hashes.keep(id, hash, size);
        await rows.receive(id, { start: 0, end: size }, EXPIRES_AFTER_HOURS);
        return finishedState(story, ownerId, id);
      },
    };
  },
});

/** The row of a file to be; without bytes to wait for it is complete. */
async function enter(story: Story, ownerId: string, wish: Wish): Promise<UploadState> {
  const { rows, limits } = story;
  const { name, size, mime = null, sha256 = null, id = uuidv7(), known, metadata = {} } = wish;
  const begun = await rows.begin({
    ...{ id, owner_id: ownerId, name, size, mime, sha256, metadata, known },
    ...{ chunk_size: uploadChunkBytes, quota: limits.quotaBytes, hours: EXPIRES_AFTER_HOURS },
  });
  if (begun.code === "quota") throw noQuota(begun.used, size, limits.quotaBytes);
  if (begun.code === "known") return stateOf({ id: begun.file_id, size, chunk_size: uploadChunkBytes }, true);
  if (size === 0) await receiveNothing(story, id);
  return stateOf(await ownUpload(story, ownerId, id));
}

/** What a multipart body has around its file at most, so that a file of the greatest size still fits. */
const FRAME_BYTES = 64 * 1024;

function requireSize({ limits }: Story, size: number): void {
  if (size > limits.maxBytes) throw tooLarge(limits.maxBytes);
}

/** By its name; its bytes are looked at once they are here. What has no extension, or may be source code, is let in until then. */
function requireType({ limits, typeByName }: Story, name: string): void {
  const extension = extensionOf(name);
  const { allowedTypes: allowed } = limits;
  if (allowed === null || extension === "" || allowed.includes(extension)) return;
  if (!allowed.includes(typeByName(name) ?? "code"))
    throw new AppError("file.type_not_allowed", `Here only these types are taken: ${allowed.join(", ")}`);
}

const noQuota = (used: number, size: number, quota: number | null): AppError =>
  new AppError("file.quota_exceeded", `You have ${used} of ${quota} bytes in use, and this file has ${size}`);

async function receiveNothing({ staging, finish }: Story, id: string): Promise<void> {
  const writer = await staging.openAt(id, 0);
  await writer.flush();
  await writer.close();
  await finish(id);
}

export type ArrivingChunk = {
  index: number;
  sha256: string | null;
  /** As the sender says; null: unknown. */
  length: number | null;
  pieces: Pieces;
};

const receives = (story: Story) => ({
  /** A chunk that is here already is only compared with its checksum. Throws `upload.length`, `upload.checksum`, `file.disk_full`. */
  async chunk(ownerId: string, id: string, { index, sha256, length, pieces }: ArrivingChunk): Promise<UploadState> {
    const upload = await ownUpload(story, ownerId, id);
    const range = rangeOf(upload, index);
    if (length !== null && length !== range.end - range.start)
      throw new AppError("upload.length", `Chunk ${index} has ${range.end - range.start} bytes, not ${length}`);
    await story.exclusively(id, range, async () => {
      const now = await ownUpload(story, ownerId, id);
      if (now.completed_at !== null || covers(now, range)) await passChunk(range, pieces, sha256);
      else await takeChunk(story, now, range, { pieces, sha256 });
    });
    return finishedState(story, ownerId, id);
  },

  /** What tus sends, from `offset` on. Answers how far it is; undefined: it is not at `offset`. */
  append: (
    ownerId: string,
    id: string,
    offset: number,
    arriving: { pieces: Pieces; digest: Digest | null },
  ): Promise<number | undefined> =>
    story.exclusively(id, { start: offset, end: Number.MAX_SAFE_INTEGER }, async () => {
      const upload = await ownUpload(story, ownerId, id);
      if (upload.completed_at === null && contiguous(upload) === offset) return takeOn(story, upload, offset, arriving);
      return upload.completed_at !== null && offset === upload.size ? offset : undefined;
    }),
});

function rangeOf({ size, chunk_size }: Upload, index: number): Range {
  const start = index * chunk_size;
  if (start >= size && !(size === 0 && index === 0)) {
    const problem = `must be below ${Math.ceil(size / chunk_size)}`;
    throw new AppError("request.invalid", `The query does not fit the upload: index: ${problem}`, {
      errors: [{ path: "index", problem }],
    });
  }
  return { start, end: Math.min(start + chunk_size, size) };
}

async function finishedState(story: Story, ownerId: string, id: string): Promise<UploadState> {
  const upload = await ownUpload(story, ownerId, id);
  if (upload.completed_at !== null || upload.received_bytes < upload.size) return stateOf(upload);
  await story.finish(id);
  return stateOf(await ownUpload(story, ownerId, id));
}

const tells = (story: Story) => ({
  /** How far it is; one whose bytes are all here is completed first. */
  async state(ownerId: string, id: string): Promise<UploadState> {
    const upload = await story.rows.find(id);
    if (upload) return finishedState(story, ownerId, id);
    const file = await story.rows.findFile(id);
    if (file?.owner_id !== ownerId) throw noFile(id);
    return stateOf({ ...file, chunk_size: uploadChunkBytes }, false);
  },

  /** As it stands, for tus. */
  upload: (ownerId: string, id: string): Promise<Upload> => ownUpload(story, ownerId, id),
  offset: contiguous,

  /** An unfinished one, and all that has come of it. Throws `upload.complete`. */
  async drop(ownerId: string, id: string): Promise<void> {
    const { code } = await story.rows.drop(id, ownerId);
    const complete = code === "complete" || (code === "gone" && (await story.rows.findFile(id))?.owner_id === ownerId);
    if (complete) throw new AppError("upload.complete", "All bytes are there: delete the file itself");
    if (code === "gone") throw noFile(id);
    story.gone(id, ownerId);
    await story.staging.remove(id);
    await (await story.blobs).remove(blobKeyOf(id));
  },
});
