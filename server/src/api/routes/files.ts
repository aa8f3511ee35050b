/** Files that were uploaded: what they are, what was read of them, and what may be done with them. */
import {
  FileContent,
  FileContentQuery,
  FileProcessing,
  FilesQuery,
  pageOf,
  StoredFile,
  uploadChunkBytes,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { reworkProgress } from "../../ingest/rework.ts";
import { chunksAfter, listFiles, type ShownFile, sumsOf } from "../../store/files.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { FilePath, ownFile, storedFile } from "../stored-file.ts";

const tags = ["files"];

export function fileRoutes(app: Routes, door: Door): void {
  lists(app, door);
  reading(app, door);
  asking(app, door);
  deleting(app, door);
}

function lists(app: Routes, door: Door): void {
  const { database, files } = door;
  app.get(
    "/api/files/",
    {
      schema: {
        operationId: "listFiles",
        summary: "Your files, newest first",
        tags,
        querystring: FilesQuery,
        response: { 200: answer("A page of files", pageOf(StoredFile)), ...problems(["request.invalid"]) },
      },
    },
    async ({ userId, query }) => {
      const { limit, cursor, ...filters } = query;
      const { items, next_cursor } = await listFiles(database, userId, { limit, cursor }, filters);
      return { items: items.map(storedFile), next_cursor };
    },
  );
  app.get(
    "/api/files/processing",
    {
      schema: {
        operationId: "getFileProcessing",
        summary: "How files are taken and read here, and what is at work",
        tags,
        response: { 200: answer("Limits, room, the embedding model, jobs", FileProcessing), ...problems([]) },
      },
    },
    async ({ userId }) => {
      const { allowedTypes, maxBytes, quotaBytes, chunking } = files.settings;
      const { stored, jobs } = await sumsOf(database, userId);
      const rework = await reworkProgress(database, userId);
      const types = allowedTypes === null ? null : [...allowedTypes];
      return {
        accepts: { types, max_file_size: maxBytes, chunk_size: uploadChunkBytes },
        stored: { ...stored, quota: quotaBytes, free: await files.blobs.free() },
        ...{ chunking, jobs, rework, embedding: files.embedding() },
      };
    },
  );
}

function reading(app: Routes, door: Door): void {
  const { database } = door;
  app.get(
    "/api/files/:file_id/status",
    {
      schema: {
        operationId: "getFile",
        summary: "A file: what it is, how far it has been read, what is wrong with it",
        tags,
        params: FilePath,
        response: { 200: answer("The file", StoredFile), ...problems(["file.not_found"]) },
      },
    },
    async ({ userId, params }) => storedFile(await ownFile(database, userId, params.file_id)),
  );
  app.get(
    "/api/files/:file_id/content",
    {
      schema: {
        operationId: "getFileContent",
        summary: "What was read of a file: its blocks, or the chunks that searches see",
        tags,
        params: FilePath,
        querystring: FileContentQuery,
        response: {
          200: answer("A window of it", FileContent),
          ...problems(["file.not_found", "file.no_text", "file.bytes_lost", "request.invalid"]),
        },
      },
    },
    async ({ userId, params, query }) => {
      const file = await ownFile(database, userId, params.file_id);
      if (file.text_length === null)
        throw new AppError("file.no_text", "The file has not been read: its status says how far it is, or why not");
      const { part, cursor, near, limit } = query;
      const place =
        cursor === undefined && near !== undefined ? await placeNear(door, file, part, near) : placeOf(cursor);
      const page = part === "blocks" ? blocks(door, file, place, limit) : chunks(door, file, place, limit);
      return { file: storedFile(file), blocks: [], chunks: [], ...(await page) };
    },
  );
}

async function blocks({ files }: Door, { id }: ShownFile, offset: number, limit: number) {
  const { blocks: found, next } = await files.blocks(id, offset, limit);
  return { blocks: found, next_cursor: next === null ? null : String(next) };
}

/** `place`: the position to begin at. */
async function chunks({ database }: Door, file: ShownFile, place: number, limit: number) {
  const found = await chunksAfter(database, file, place - 1, limit + 1);
  return { chunks: found.slice(0, limit), next_cursor: found.length > limit ? String(place + limit) : null };
}

/** Of a passage that is not there: the beginning. */
async function placeNear(door: Door, file: ShownFile, part: "blocks" | "chunks", near: number): Promise<number> {
  if (part === "chunks") return near;
  const [chunk] = await chunksAfter(door.database, file, near - 1, 1);
  return chunk ? door.files.offsetNear(file.id, chunk) : 0;
}

/** A byte, or a position, from 0. */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new AppError("request.invalid", "The cursor is not one of ours: take next_cursor of the page before", {
    errors: [{ path: "cursor", problem: "must be the next_cursor of a page" }],
  });
}

function asking(app: Routes, { database, files }: Door): void {
  const state = async (userId: string, id: string) => storedFile(await ownFile(database, userId, id));
  app.post(
    "/api/files/:file_id/retry",
    {
      schema: {
        operationId: "retryFile",
        summary: "Read a file again",
        description:
          "One that has failed, or that is ready: what was read before stays until the new text takes its place.",
        tags,
        params: FilePath,
        response: {
          202: answer("The file, which waits for its turn", StoredFile),
          ...problems(["file.not_found", "file.running", "upload.incomplete"]),
        },
      },
    },
    async ({ userId, params }, reply) => {
      const { id } = await ownFile(database, userId, params.file_id);
      await files.jobs.retry(id);
      return reply.code(202).send(await state(userId, id));
    },
  );
  app.post(
    "/api/files/:file_id/cancel",
    {
      schema: {
        operationId: "cancelFile",
        summary: "Stop reading a file, at once",
        description:
          "The file is kept, and can be read again. One that is ready, and only chunked or embedded anew, stays ready.",
        tags,
        params: FilePath,
        response: { 200: answer("The file", StoredFile), ...problems(["file.not_found", "file.not_running"]) },
      },
    },
    async ({ userId, params }) => {
      const { id, owner_id } = await ownFile(database, userId, params.file_id);
      await files.jobs.cancel(id, owner_id);
      return state(userId, id);
    },
  );
}

function deleting(app: Routes, { database, files }: Door): void {
  app.delete(
    "/api/files/:file_id",
    {
      schema: {
        operationId: "deleteFile",
        summary: "Delete a file and everything made of it",
        description:
          "Its bytes, text, chunks, vectors, log and places in collections; also while it arrives or is read.",
        tags,
        params: FilePath,
        response: { 204: z.undefined().describe("Nothing of it is left"), ...problems(["file.not_found"]) },
      },
    },
    async ({ userId, params }, reply) => {
      await files.remove(await ownFile(database, userId, params.file_id));
      return reply.code(204).send();
    },
  );
}
