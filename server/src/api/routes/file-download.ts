/** The bytes of a file as they came. A browser never shows them under our name: a page in them would speak for the server. */
import { Readable } from "node:stream";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { Door } from "../door.ts";
import { problems, type Routes } from "../openapi.ts";
import { attachment, rangeOf } from "../range.ts";
import { FilePath, ownFile } from "../stored-file.ts";

const Download = z.string().meta({ format: "binary", example: "(the bytes)" }).describe("the bytes");

export function downloadRoutes(app: Routes, { database, files }: Door): void {
  app.get(
    "/api/files/:file_id/download",
    {
      schema: {
        operationId: "downloadFile",
        summary: "A file as it was uploaded, or a range of its bytes",
        tags: ["files"],
        params: FilePath,
        headers: z.looseObject({
          range: z.string().optional().describe("`bytes=0-99`: one range; the whole otherwise"),
          "if-range": z.string().optional().describe("the `ETag`: the whole when it is not this one any more"),
        }),
        response: {
          200: { description: "The whole file", content: { "application/octet-stream": { schema: Download } } },
          206: { description: "The range", content: { "application/octet-stream": { schema: Download } } },
          ...problems(["file.not_found", "file.bytes_lost", "upload.incomplete", "request.range"]),
        },
      },
    },
    async (request, reply) => {
      const file = await ownFile(database, request.userId, request.params.file_id);
      if (file.blob_key === null) throw new AppError("upload.incomplete", "Bytes of the file are missing");
      const etag = `"${file.sha256 ?? file.id}"`;
      const { range, "if-range": ifRange } = request.headers;
      const wanted = ifRange !== undefined && ifRange !== etag ? null : rangeOf(range, file.size);
      if (wanted === "none") {
        reply.header("Content-Range", `bytes */${file.size}`);
        throw new AppError("request.range", `The file has ${file.size} bytes: there are none in that range`);
      }
      const bytes = wanted ?? { start: 0, end: file.size - 1 };
      reply.headers({
        ...{ "Content-Type": "application/octet-stream", "Content-Disposition": attachment(file.name), ETag: etag },
        ...{ "Accept-Ranges": "bytes", "Content-Length": String(bytes.end - bytes.start + 1) },
        "Content-Security-Policy": "sandbox; default-src 'none'",
      });
      if (wanted) reply.code(206).header("Content-Range", `bytes ${bytes.start}-${bytes.end}/${file.size}`);
      const nothing = file.size === 0 || request.method === "HEAD";
      if (nothing) return reply.send(Readable.from([]) as never);
      return reply.send((await files.blobs.read(file.blob_key, wanted ?? undefined)) as never);
    },
  );
}
