/** What happens to files: one file's log in pages or live, or all of yours from now on. */
import { pageOf, ThreadEvent } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventsAfter } from "../../store/events.ts";
import { followedFile } from "../../store/file-events.ts";
import type { Door } from "../door.ts";
import { EventPageQuery, sendEventPage } from "../event-page.ts";
import { type FileFollowers, fileGreeting } from "../file-follow.ts";
import { bareFrame, streamFrame } from "../frames.ts";
import { answerOrStream, EventStream, problems, type Routes } from "../openapi.ts";
import { lastEventId, sinkTo, stream, wantsStream } from "../sse.ts";
import { FilePath, ownFile } from "../stored-file.ts";

const tags = ["files"];

export function fileEventRoutes(app: Routes, door: Door, followers: FileFollowers): void {
  everyFile(app, followers);
  oneFile(app, door, followers);
}

function everyFile(app: Routes, followers: FileFollowers): void {
  app.get(
    "/api/files/events",
    {
      exposeHeadRoute: false,
      schema: {
        operationId: "followFiles",
        summary: "Follow all files of yours, from now on, by server-sent events",
        description:
          "Greets, then tells what happens to any file; it does not end by itself. `seq` counts per file (`details.file_id`). " +
          "What happened while you were away is in the list of files.",
        tags,
        response: {
          200: { description: "The events as they happen", content: { "text/event-stream": { schema: EventStream } } },
          ...problems([]),
        },
      },
    },
    (request, reply) =>
      stream(request as unknown as FastifyRequest, reply, { files: "all" }, async (signal) => {
        const sink = sinkTo(reply.raw, bareFrame);
        const leave = followers.all(request.userId, sink);
        sink.send(fileGreeting(0));
        await untilAborted(AbortSignal.any([signal, followers.stopping]));
        leave();
      }),
  );
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });

function oneFile(app: Routes, { database }: Door, followers: FileFollowers): void {
  app.get(
    "/api/files/:file_id/events",
    {
      schema: {
        operationId: "listFileEvents",
        summary: "What happened to a file, in order; or follow it live",
        description:
          "With `Accept: text/event-stream` the log is replayed after `Last-Event-ID` (or `?after=`) and followed until nothing more is " +
          "done with the file: it is ready, or has failed. A day after that only the first event of each stage is kept.",
        tags,
        params: FilePath,
        querystring: EventPageQuery,
        headers: z.looseObject({
          "last-event-id": z.string().optional().describe("for streams: the last seq you have seen"),
        }),
        response: {
          200: answerOrStream("A page of events", pageOf(ThreadEvent)),
          204: z.undefined().describe("To a stream that comes back: nothing more is to come and you have it all"),
          ...problems(["file.not_found", "request.invalid"]),
        },
      },
    },
    async (request, reply) => {
      const { after, cursor = after, limit } = request.query;
      const { id } = await ownFile(database, request.userId, request.params.file_id);
      if (!wantsStream(request)) return sendEventPage(reply, await eventsAfter(database, id, cursor, limit + 1), limit);
      const seen = lastEventId(request.headers["last-event-id"]);
      const file = await followedFile(database, id);
      const last = file?.last_seq ?? 0;
      if (seen !== undefined && seen >= last && (file?.isOver ?? true)) return reply.code(204).send();
      return follow(request as unknown as FastifyRequest, reply, followers, {
        id,
        after: Math.min(seen ?? cursor, last),
        last,
      });
    },
  );
}

const follow = (
  request: FastifyRequest,
  reply: FastifyReply,
  followers: FileFollowers,
  { id, after, last }: { id: string; after: number; last: number },
): Promise<void> =>
  stream(request, reply, { file_id: id }, (signal) => {
    const sink = sinkTo(reply.raw, streamFrame);
    sink.send(fileGreeting(last));
    return followers.one(id, after, sink, signal);
  });
