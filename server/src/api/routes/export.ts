/** A thread to take away. */
import { Readable } from "node:stream";
import { ExportFormat, ThreadExport, threadMarkdown } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { exportHead } from "../../store/thread-export.ts";
import type { Door } from "../door.ts";
import { exportJson } from "../export-json.ts";
import { exportMarkdown } from "../export-markdown.ts";
import { problems, type Routes } from "../openapi.ts";
import { noThread, requireOwnThread, ThreadPath } from "../owned.ts";

const Markdown = z.string().meta({ example: threadMarkdown });

const kinds = {
  json: { type: "application/json; charset=utf-8", ending: "json", write: exportJson },
  markdown: { type: "text/markdown; charset=utf-8", ending: "md", write: exportMarkdown },
} as const;

export function exportRoutes(app: Routes, door: Door): void {
  app.get(
    "/api/threads/:thread_id/export",
    {
      schema: {
        operationId: "exportThread",
        summary: "A thread with everything behind it, as a file",
        description:
          "JSON has everything, Markdown what a person wants to read. One that runs can be exported too: it says so. " +
          "What models wrote stands in Markdown as text, fenced or escaped.",
        tags: ["threads"],
        params: ThreadPath,
        querystring: z.object({
          format: ExportFormat.optional().describe("json when nothing is said; `Accept: text/markdown` says markdown"),
        }),
        response: {
          200: {
            description: "The file; its name is in `Content-Disposition`",
            content: { "application/json": { schema: ThreadExport }, "text/markdown": { schema: Markdown } },
          },
          ...problems(["thread.not_found", "request.invalid"]),
        },
      },
    },
    async ({ userId, params, query, headers }, reply) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      const head = await exportHead(door.database, params.thread_id);
      if (!head) throw noThread(params.thread_id);
      const { type, ending, write } = kinds[query.format ?? formatOf(headers.accept)];
      reply.headers({
        "Content-Type": type,
        "Content-Disposition": `attachment; filename="orchestratex-thread-${params.thread_id}.${ending}"`,
        Vary: "Accept",
      });
      return reply.send(Readable.from(write(door.database, head)) as never);
    },
  );
}

const formatOf = (accept = ""): ExportFormat =>
  /\btext\/markdown\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept) ? "markdown" : "json";
