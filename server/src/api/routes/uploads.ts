/** Bytes on their way in: in chunks, or as one form. tus has a room of its own. */
import type { IncomingMessage } from "node:http";
import { Id, InitiateUpload, Sha256, UploadState } from "@orchestratex/sdk/contract";
import type { FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { AppError, type FaultCode } from "../../errors.ts";
import { piecesOf, takeTime } from "../arriving.ts";
import type { Door } from "../door.ts";
import { type FormFile, readForm, readForms } from "../multipart.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["files"];

/** Lower case as the database shows them. */
const FilePath = z.object({ file_id: Id.toLowerCase() });

const ChunkPlace = z.object({
  index: z.coerce.number({ error: "must be a number" }).int().min(0).default(0).describe("of the chunk, from 0"),
  sha256: Sha256.optional().describe("of the chunk: another one is refused, and nothing of it is kept"),
});

const refusals: FaultCode[] = [
  ...(["file.too_large", "file.type_not_allowed", "file.quota_exceeded", "file.disk_full"] as const),
  "file.store_failed",
];

export function uploadRoutes(app: Routes, door: Door): void {
  initiate(app, door);
  tell(app, door);
  drop(app, door);
  app.register(async (scope) => {
    takeTime(scope);
    readForms(scope);
    scope.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    chunk(routes, door);
    whole(routes, door);
  });
}

function initiate(app: Routes, { uploads }: Door): void {
  app.post(
    "/api/files/upload/initiate",
    {
      schema: {
        operationId: "initiateUpload",
        summary: "Begin an upload: its name and size, before any byte",
        description:
          "Send the chunks to the path in `Location`, in any order, several at once if you like; `missing` tells which are not here yet. " +
          "With the `sha256` of a file that you have already, nothing has to be sent: 200, `duplicate` is true, and `file_id` is that file. " +
          "With the name, size and `sha256` of an upload that broke off, the answer is that one: send what is `missing`. " +
          "An upload to which nothing is sent for 24 hours is dropped. The tus protocol is at `/api/files/tus`.",
        tags,
        body: InitiateUpload,
        response: {
          200: answer("You have a file with these bytes: nothing is to be sent", UploadState),
          201: answer("The upload; its path is in `Location`", UploadState),
          ...problems(refusals, "body"),
        },
      },
    },
    async ({ userId, body }, reply) => {
      const state = await uploads.begin(userId, { ...body, known: true });
      return reply
        .code(state.duplicate ? 200 : 201)
        .header("Location", `/api/files/${state.file_id}/upload`)
        .send(state);
    },
  );
}

function tell(app: Routes, { uploads }: Door): void {
  app.get(
    "/api/files/:file_id/upload",
    {
      schema: {
        operationId: "getUpload",
        summary: "How far an upload is: what has arrived, and what is missing",
        tags,
        params: FilePath,
        response: {
          200: answer("Where it stands", UploadState),
          ...problems([
            "file.not_found",
            "upload.checksum",
            "upload.incomplete",
            "file.disk_full",
            "file.store_failed",
          ]),
        },
      },
    },
    ({ userId, params }) => uploads.state(userId, params.file_id),
  );
}

function drop(app: Routes, { uploads }: Door): void {
  app.delete(
    "/api/files/:file_id/upload",
    {
      schema: {
        operationId: "dropUpload",
        summary: "Drop an unfinished upload and all that has come of it",
        tags,
        params: FilePath,
        response: { 204: z.undefined().describe("It is gone"), ...problems(["file.not_found", "upload.complete"]) },
      },
    },
    async ({ userId, params }, reply) => {
      await uploads.drop(userId, params.file_id);
      return reply.code(204).send();
    },
  );
}

function chunk(app: Routes, { uploads }: Door): void {
  app.post(
    "/api/files/:file_id/upload",
    {
      schema: {
        operationId: "uploadChunk",
        summary: "One chunk of an upload; the last one completes it",
        description:
          "The bytes as they are, or a form with `index` and `sha256` before `file`. Each chunk but the last has `chunk_size` bytes. " +
          "Chunks may come in any order, several at once, and again. Once complete, the file waits to be read: `GET /api/files/{file_id}/status`; " +
          "where you had the same bytes already, `duplicate` is true and `file_id` is that file.",
        tags,
        params: FilePath,
        querystring: ChunkPlace,
        response: {
          200: answer("Where the upload stands", UploadState),
          ...problems(
            [
              ...(["file.not_found", "file.disk_full", "file.store_failed"] as const),
              ...(["upload.length", "upload.checksum", "upload.incomplete"] as const),
            ],
            "body",
          ),
        },
      },
    },
    async (request) => {
      const { userId, params, query, raw } = request;
      const send = (place: z.infer<typeof ChunkPlace>, length: number | null, pieces: FormFile["pieces"]) =>
        uploads.chunk(userId, params.file_id, {
          ...{ index: place.index, sha256: place.sha256 ?? null, length, pieces },
        });
      if (request.isMultipart())
        return readForm(request, ({ fields, pieces }) => send(placeIn(query, fields), null, pieces));
      await uploads.upload(userId, params.file_id);
      requireBytes(request);
      return send(query, lengthOf(raw), piecesOf(raw));
    },
  );
}

/** Fields of the form win over the query. */
function placeIn(query: z.infer<typeof ChunkPlace>, fields: FormFile["fields"]): z.infer<typeof ChunkPlace> {
  const { index, sha256 } = fields;
  const parsed = ChunkPlace.safeParse({ ...query, ...(index !== undefined && { index }), ...(sha256 && { sha256 }) });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), problem: message }));
  throw new AppError("request.invalid", "The fields of the form do not fit the contract", { errors });
}

/** Other types of body were read as what they say they are. */
function requireBytes({ headers }: FastifyRequest): void {
  if (!/^application\/octet-stream\b/i.test(headers["content-type"] ?? ""))
    throw new AppError(
      "request.media_type",
      "Send the chunk as application/octet-stream, or as multipart/form-data with a field `file`",
    );
}

function lengthOf({ headers }: IncomingMessage): number | null {
  const length = headers["content-length"];
  return length === undefined ? null : Number(length);
}

function whole(app: Routes, { uploads }: Door): void {
  app.post(
    "/api/files/upload",
    {
      schema: {
        operationId: "uploadFile",
        summary: "A whole file in one request, of any size that is allowed",
        description:
          "`curl -F file=@report.pdf http://127.0.0.1:8000/api/files/upload`. Of a request that is cut nothing is kept: what takes long " +
          "is better sent in chunks, or by tus.",
        tags,
        response: {
          200: answer("You had a file with these bytes: `file_id` is that one", UploadState),
          201: answer("The file waits to be read; its status is at the path in `Location`", UploadState),
          ...problems([...refusals, "upload.checksum"], "body"),
        },
      },
    },
    async (request, reply) => {
      if (!request.isMultipart())
        throw new AppError(
          "request.media_type",
          "Send a form of multipart/form-data with the file in its field `file`",
        );
      const { userId, raw } = request;
      const most = lengthOf(raw);
      let arrived: Awaited<ReturnType<typeof uploads.whole>> | undefined;
      const form = readForm(request, async ({ name, mime, pieces }) => {
        arrived = await uploads.whole(userId, { name, mime, most }, pieces);
        return arrived;
      });
      const { keep } = await form.catch(async (error) => {
        await arrived?.discard();
        throw error;
      });
      const state = await keep();
      return reply
        .code(state.duplicate ? 200 : 201)
        .header("Location", `/api/files/${state.file_id}/status`)
        .send(state);
    },
  );
}
