/** Following by WebSocket, a whole session by server-sent events, and a word to everyone who follows. */
import { SystemNotice, ThreadEvent, Timestamp } from "@orchestratex/sdk/contract";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Door } from "../door.ts";
import type { Followers } from "../live.ts";
import { answer, EventStream, problems, type Routes } from "../openapi.ts";
import { ownSession, SessionPath } from "../owned.ts";
import { liveEvent } from "../reader.ts";
import type { Sockets } from "../sockets.ts";
import { streamSession } from "../sse.ts";

const tags = ["live"];

const Since = Timestamp.describe(
  "you have seen everything up to then: threads that changed later (or up to a minute before) are sent from there",
);
const isTime = (text: unknown): text is string => Timestamp.safeParse(text).success;
const timeOf = (text: unknown): Date | null => (isTime(text) ? new Date(text) : null);

export function liveRoutes(app: Routes, door: Door, followers: Followers, sockets: Sockets): void {
  threadSocket(app, sockets);
  sessionSocket(app, door, sockets);
  sessionStream(app, door, followers);
  notice(app, door);
}

const switching = { 101: z.undefined().describe("A WebSocket: `/docs/live` has its messages and close codes") };

/** Any text: a socket says by its close code that there is no such thing, which a browser can read. */
const anyId = (name: string) => z.object({ [name]: z.string().describe("its id") });

function threadSocket(app: Routes, sockets: Sockets): void {
  app.get(
    "/ws/thread/:thread_id",
    {
      exposeHeadRoute: false,
      schema: {
        operationId: "followThreadBySocket",
        summary: "WebSocket: follow a thread, and any other of yours",
        description:
          "Greets with `connection_established`, sends the log above `after`, then what happens; stays open when the thread ends, " +
          "for it may go on. Messages of yours: `subscribe`, `unsubscribe`, `ping`, `statistics`.",
        tags,
        params: anyId("thread_id"),
        querystring: z.object({
          after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe("only events with a higher seq"),
        }),
        response: { ...switching, ...problems(["request.not_socket", "request.invalid"]) },
      },
    },
    (request, reply) =>
      sockets.accept(request, reply, {
        type: "thread",
        id: String(request.params["thread_id"]).toLowerCase(),
        after: request.query.after,
      }),
  );
}

function sessionSocket(app: Routes, door: Door, sockets: Sockets): void {
  app.get(
    "/ws/:session_id",
    {
      exposeHeadRoute: false,
      schema: {
        operationId: "followSessionBySocket",
        summary: "WebSocket: follow every thread of a session",
        description:
          "Greets with `connection_established`, then sends the threads that run from their beginning and those asked later; " +
          "`subscribed` says of each that it is followed. Come back with the `delivered_to` of the last `pong` as `since`.",
        tags,
        params: anyId("session_id"),
        querystring: z.object({ since: Since.optional() }),
        response: { ...switching, ...problems(["request.not_socket", "request.invalid"]) },
      },
    },
    (request, reply) => {
      const id = String(request.params["session_id"]).toLowerCase();
      const own = () => ownSession(door.database, request.userId, id);
      return sockets.accept(request, reply, { type: "session", id, since: timeOf(request.query.since), own });
    },
  );
}

const SessionStream = EventStream.describe(
  "Server-sent events: `id`, where there is one, is a time up to which you have been sent everything, `event` the event_type, `data` the envelope as JSON",
);

function sessionStream(app: Routes, door: Door, followers: Followers): void {
  app.get(
    "/api/sessions/:session_id/events",
    {
      exposeHeadRoute: false,
      schema: {
        operationId: "followSession",
        summary: "Follow every thread of a session, by server-sent events",
        description:
          "The threads that run from their beginning, and those asked later; it does not end by itself. An `id` is a time up to which " +
          "you have been sent everything: a browser comes back with it as `Last-Event-ID`, and gets what it missed and up to a minute " +
          "more. Drop the numbers (per thread) that you have.",
        tags,
        params: SessionPath,
        querystring: z.object({ since: Since.optional() }),
        headers: z.looseObject({ "last-event-id": z.string().optional().describe("the last id you have seen") }),
        response: {
          200: {
            description: "The events as they happen",
            content: { "text/event-stream": { schema: SessionStream } },
          },
          ...problems(["session.not_found", "request.invalid"]),
        },
      },
    },
    async (request, reply) => {
      const { session_id: id } = request.params;
      await ownSession(door.database, request.userId, id);
      const since = timeOf(request.headers["last-event-id"]) ?? timeOf(request.query.since);
      return streamSession(request as unknown as FastifyRequest, reply, followers, { id, since });
    },
  );
}

function notice(app: Routes, door: Door): void {
  app.post(
    "/api/system/notice",
    {
      schema: {
        operationId: "giveNotice",
        summary: "Tell everyone who follows anything, on every server process",
        description: "Who follows at this moment gets a `system_notice`; it is not kept.",
        tags: ["system"],
        body: SystemNotice,
        response: { 202: answer("The notice as it is sent", ThreadEvent), ...problems([], "body") },
      },
    },
    async (request, reply) => {
      const { level, message } = request.body;
      const nowhere = { thread_id: null, session_id: null, simulated: false };
      const event = liveEvent("system_notice", { level }, { ...nowhere, message });
      door.live.notice(event);
      return reply.code(202).send(event);
    },
  );
}
