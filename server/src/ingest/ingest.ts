/** THE STORY OF A FILE: read in a process of its own, kept, stored in chunks, shown to searches, compared by meaning. */
import { copyFile, link, lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import type { FileWarning } from "@orchestratex/sdk/contract";
import { AppError } from "../errors.ts";
import type { Embedding } from "../providers/embedding.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { Database } from "../store/database.ts";
import {
  CHUNKS_AT_ONCE,
  eraseChunks,
  eraseVectors,
  nextVersion,
  storeChunks,
  storedChunks,
} from "../store/file-chunks.ts";
import type { FileJobs, HeldFileJob, JobDetails, StageReport } from "../store/file-jobs.ts";
import { isAllowed } from "./allowed.ts";
import { embedChunks } from "./embed.ts";
import { endOf, Lost, written } from "./endings.ts";
import { type KeptPart, keptChunks, textKey } from "./kept-text.ts";
import type { Limits } from "./limits.ts";
import { openProgress, type Progress } from "./progress.ts";
import type { Sandbox } from "./sandbox.ts";

export type IngestMeans = {
  database: Database;
  jobs: FileJobs;
  blobs: Blobs;
  sandbox: Sandbox;
  limits: Limits;
  /** Characters. */
  chunking: { size: number; overlap: number };
  /** Null: every type. */
  allowedTypes: readonly string[] | null;
  /** Where readers write: on the disk of the blobs, where those are on one. */
  workDir: string;
  /** The one in use now. */
  embedding(): Embedding;
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  onFault(message: string, error: unknown, fileId: string): void;
};

/** One job under way. */
export type Work = {
  means: IngestMeans;
  held: HeldFileJob;
  progress: Progress;
  /** How far it has come for good. */
  reached: JobDetails;
  warnings: FileWarning[];
  /** Aborted with the reason to stop. */
  control: AbortController;
};

/** Does a job to its end, or as far as it comes before `signal` fires: then it is gone on with from there. Never throws. */
export async function ingest(means: IngestMeans, held: HeldFileJob, signal: AbortSignal): Promise<void> {
  const control = new AbortController();
  const stop = () => control.abort(signal.reason);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const onLost = () => control.abort(new Lost());
  const progress = openProgress({ jobs: means.jobs, held, now: means.now, onLost });
  const { job, file } = held;
  const work: Work = { means, held, progress, control, reached: job.details, warnings: file.warnings };
  try {
    await story(work);
  } catch (error) {
    await endOf(work, control.signal.aborted ? control.signal.reason : error, signal);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

type Learned = NonNullable<StageReport["file"]>;

async function story(work: Work): Promise<void> {
  const { kind } = work.held.job;
  work.control.signal.throwIfAborted();
  let learned: Learned | undefined;
  if (work.reached.chunks === undefined) {
    if (kind === "read") learned = await read(work);
    if (kind === "chunk") await chunkAnew(work);
  }
  if (kind !== "embed" && !work.reached.shown) await store(work, learned);
  // A file that is read is found by its words now; chunks made anew take the place of the old ones once they have vectors as well.
  if (kind === "read" && !work.reached.shown) await show(work, null);
  const model = await embed(work);
  if (kind === "chunk") await show(work, model);
  await finish(work, model);
}

/** Stages detect, extract and chunk, in a process that may die of it. */
async function read(work: Work): Promise<Learned> {
  const { means, held, progress, control } = work;
  const { file } = held;
  await progress.enter("detect", null);
  const check = (type: string) => {
    if (!isAllowed(means.allowedTypes, type, file.name)) control.abort(notAllowed(type));
  };
  const onType = (type: string) => {
    check(type);
    progress.at("extract", 0, null);
  };
  const answer = await withFolder(work, file.blob_key ?? `files/${file.id}`, async (bytes, into) => {
    const { name, size, declared_mime: declaredMime } = file;
    const { chunking, limits } = means;
    const found = await means.sandbox.read(
      { path: bytes, into, name, size, declaredMime, chunking, limits },
      { signal: control.signal, onType, onProgress: (stage, done, total) => progress.at(stage, done, total) },
    );
    check(found.type);
    control.signal.throwIfAborted();
    await keep(means, file.id, into, ["blocks", "chunks"]);
    return found;
  });
  const { stageTimes, chunkCount, textLength, ...learned } = answer;
  progress.measured(stageTimes);
  work.warnings = answer.warnings;
  work.reached = { chunks: chunkCount, version: await nextVersion(means.database, file.id) };
  return { ...learned, text_length: textLength };
}

/** From the blocks that are kept, with other sizes. */
async function chunkAnew(work: Work): Promise<void> {
  const { means, held, progress, control } = work;
  await progress.enter("chunk", null);
  const chunks = await withFolder(work, textKey(held.file.id, "blocks"), async (blocksPath, into) => {
    const { chunking, limits } = means;
    const made = await means.sandbox.chunk({ blocksPath, into, chunking, limits }, control.signal);
    await keep(means, held.file.id, into, ["chunks"]);
    return made.chunkCount;
  });
  work.reached = { chunks, version: await nextVersion(means.database, held.file.id) };
}

/** Under a version of their own, which nobody sees yet; after a crash it goes on where it was. */
async function store(work: Work, learned: Learned | undefined): Promise<void> {
  const { means, held, progress, control, reached } = work;
  const { chunks = 0, version = 1 } = reached;
  const { database, blobs } = means;
  await progress.enter("store", chunks, { details: reached, ...(learned && { file: learned }) });
  if (chunks === 0) return;
  const from = await storedChunks(database, held.file.id, version);
  for await (const some of keptChunks(blobs, held.file.id, from, CHUNKS_AT_ONCE)) {
    control.signal.throwIfAborted();
    if (!(await storeChunks(database, held, version, some))) throw new Lost();
    progress.at("store", (some.at(-1)?.position ?? 0) + 1, chunks, true);
  }
}

async function show({ means, held, reached, control }: Work, model: string | null): Promise<void> {
  control.signal.throwIfAborted();
  const { chunks = 0, version = 1 } = reached;
  const shown = { version, chunk_count: chunks, chunking: means.chunking, embedding_model: model };
  if (!(await means.jobs.show(held, shown))) throw new Lost();
  await eraseChunks(means.database, held.file.id, version);
}

/** Answers the model; null where there are no chunks, or the model cannot be used now: then `work.warnings` says so. */
async function embed(work: Work): Promise<string | null> {
  const { means, held, progress, control, reached } = work;
  const { file, job } = held;
  const chunks = job.kind === "embed" ? file.chunk_count : (reached.chunks ?? 0);
  work.warnings = work.warnings.filter(({ code }) => code !== NOT_EMBEDDED);
  if (chunks === 0) return null;
  await progress.enter("embed", chunks);
  const embedding = means.embedding();
  try {
    await embedChunks({
      ...{ database: means.database, embedding, fileId: file.id, ownerId: file.owner_id },
      version: job.kind === "embed" ? file.chunk_version : (reached.version ?? 1),
      signal: control.signal,
      onProgress: (done: number, total: number) => progress.at("embed", done, total, true),
    });
  } catch (error) {
    control.signal.throwIfAborted();
    // What is read is found by its words; and a job of its own that fails says by itself what is wrong.
    if (job.kind === "embed" || !isOfEmbedding(error)) throw error;
    const message = `It is found by its words, not by its meaning yet: ${error.message}`;
    work.warnings = [...work.warnings, { code: NOT_EMBEDDED, message }];
    return null;
  }
  return embedding.model;
}

const NOT_EMBEDDED = "not_embedded";

const isOfEmbedding = (error: unknown): error is AppError =>
  error instanceof AppError && /^(embedding|provider)\./.test(error.code);

/** Vectors that could not be made are tried again after so long; at once, when the model can be used again. */
const EMBED_AFTER_S = 60;

async function finish(
  { means, held, progress, warnings, reached, control }: Work,
  model: string | null,
): Promise<void> {
  const chunks = held.job.kind === "embed" ? held.file.chunk_count : (reached.chunks ?? 0);
  const later = warnings.some(({ code }) => code === NOT_EMBEDDED);
  const told = chunks === 0 ? "It is kept; there is no text in it" : `Ready: ${chunks} chunks can be searched`;
  const end = { ...(await progress.end()), warnings, message: told };
  const extra = { ...(model !== null && { embedding_model: model }), ...(later && { embed_after_s: EMBED_AFTER_S }) };
  if (!(await written(() => means.jobs.close(held, { ...end, ...extra }), control.signal))) throw new Lost();
  if (model !== null) await eraseVectors(means.database, held.file.id, model);
}

/**
 * With the bytes of a blob, and an empty folder to write into. A reader sees `workDir` alone, and may change nothing but what is
 * in its folder: other people's files are not there to be seen.
 */
async function withFolder<T>(
  { means, control }: Work,
  key: string,
  use: (file: string, into: string) => Promise<T>,
): Promise<T> {
  const bytes = await means.blobs.local(key, control.signal);
  const taken: string[] = [];
  try {
    const [shown, writing] = [path.join(means.workDir, "shown"), path.join(means.workDir, "reading")];
    for (const folder of [shown, writing]) await mkdir(folder, { recursive: true });
    const into = await mkdtemp(path.join(writing, "read-"));
    const file = path.join(shown, path.basename(into));
    taken.push(into, file);
    // Where a disk knows no second name for a file.
    await link(bytes.path, file).catch(() => copyFile(bytes.path, file));
    return await use(file, into);
  } finally {
    await bytes.release();
    for (const one of taken) await rm(one, { recursive: true, force: true });
  }
}

async function keep({ blobs }: IngestMeans, fileId: string, folder: string, parts: readonly KeptPart[]): Promise<void> {
  for (const part of parts) {
    const file = path.join(folder, `${part}.jsonl`);
    // Whoever wrote it may have been taken over by what it read: a link would lead anywhere.
    if (!(await lstat(file)).isFile()) throw new AppError("file.reader_died", "The reader has not left what it should");
    await blobs.keep(textKey(fileId, part), file);
  }
}

const notAllowed = (type: string): AppError =>
  new AppError("file.type_not_allowed", `By its content it is ${type}: files of this type are not taken here`);
