/** The life of one prompt, and everything behind it. */
import {
  CreateThread,
  EventFilters,
  pageOf,
  Thread,
  ThreadEvent,
  ThreadItem,
  ThreadState,
  ThreadsOfSessionQuery,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError, type FaultCode } from "../../errors.ts";
import { eventsAfter } from "../../store/events.ts";
import { getThreadDetail } from "../../store/thread-detail.ts";
import { listThreads } from "../../store/thread-list.ts";
import type { Door } from "../door.ts";
import { EventPageQuery, sendEventPage } from "../event-page.ts";
import type { Followers } from "../live.ts";
import { answer, answerOrStream, problems, type Routes } from "../openapi.ts";
import { noThread, ownSession, requireOwnThread, SessionPath, ThreadPath, threadState } from "../owned.ts";
import { RepeatHeaders } from "../repeats.ts";
import { lastEventId, streamThread, wantsStream } from "../sse.ts";

const tags = ["threads"];

export function threadRoutes(app: Routes, door: Door, followers: Followers): void {
  drafts(app, door);
  reading(app, door);
  events(app, door, followers);
}

/** Why a draft may not be kept. */
const refusals: FaultCode[] = [
  "session.not_found",
  "session.ended",
  "thread.not_found",
  "feature.not_available",
  "request.key_reused",
];

function drafts(app: Routes, door: Door): void {
  app.post(
    "/api/threads/",
    {
      schema: {
        operationId: "createThread",
        summary: "Keep a prompt as a draft; nothing runs",
        description: "It runs once `POST /api/orchestrate/prompt` gets its `thread_id`.",
        tags,
        headers: RepeatHeaders,
        body: CreateThread,
        response: {
          201: answer("The draft; its path is in `Location`", ThreadState),
          ...problems(refusals, "body"),
        },
      },
    },
    async (request, reply) => {
      const id = await door.draft(request.userId, request.body, request.headers["idempotency-key"] ?? null);
      const state = await threadState(door.database, id);
      return reply.code(201).header("Location", state.links.thread).send(state);
    },
  );
}

function reading(app: Routes, door: Door): void {
  app.get(
    "/api/threads/:thread_id",
    {
      schema: {
        operationId: "getThread",
        summary: "A thread with its selections, responses, evaluations and revisions",
        tags,
        params: ThreadPath,
        response: { 200: answer("The thread", Thread), ...problems(["thread.not_found"]) },
      },
    },
    async ({ userId, params }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      const thread = await getThreadDetail(door.database, params.thread_id);
      if (!thread) throw noThread(params.thread_id);
      return thread;
    },
  );
  app.get(
    "/api/threads/session/:session_id",
    {
      schema: {
        operationId: "listThreads",
        summary: "The threads of a session, newest first",
        tags,
        params: SessionPath,
        querystring: ThreadsOfSessionQuery,
        response: {
          200: answer("A page of states", pageOf(ThreadItem)),
          ...problems(["session.not_found", "request.invalid"]),
        },
      },
    },
    async ({ userId, params, query }) => {
      await ownSession(door.database, userId, params.session_id);
      const { limit, cursor, ...filters } = query;
      return listThreads(door.database, { sessionId: params.session_id }, { limit, cursor }, filters);
    },
  );
}

const EventsQuery = EventPageQuery.extend(EventFilters.shape);

function events(app: Routes, door: Door, followers: Followers): void {
  app.get(
    "/api/threads/:thread_id/events",
    {
      schema: {
        operationId: "listEvents",
        summary: "What happened in a thread, in order; or follow it live",
        description:
          "With `Accept: text/event-stream` the log is replayed after `Last-Event-ID` (or `?after=`) and followed until the thread ends. " +
          "Text that is being written comes as `response_delta` and `response_snapshot`, which have no seq and are not replayed. " +
          "The filters `event_type` and `iteration` are for pages: a stream has everything.",
        tags,
        params: ThreadPath,
        querystring: EventsQuery,
        headers: z.looseObject({
          "last-event-id": z.string().optional().describe("for streams: the last seq you have seen"),
        }),
        response: {
          200: answerOrStream("A page of events", pageOf(ThreadEvent)),
          204: z.undefined().describe("To a stream that comes back: the thread is at its end and you have it all"),
          ...problems(["thread.not_found", "request.invalid"]),
        },
      },
    },
    async (request, reply) => {
      const { thread_id } = request.params;
      const { after, cursor = after, limit, event_type, iteration } = request.query;
      const filters = { event_type, iteration };
      if (wantsStream(request)) {
        refuseFilters(filters);
        const seen = lastEventId(request.headers["last-event-id"]);
        return followers.visit(request.userId, thread_id, async ({ lastSeq, isOver }) => {
          if (isOver && seen !== undefined && seen >= lastSeq) return reply.code(204).send();
          return streamThread(request, reply, followers, { id: thread_id, cursor: seen ?? cursor });
        });
      }
      await requireOwnThread(door.database, request.userId, thread_id);
      const found = await eventsAfter(door.database, thread_id, cursor, limit + 1, filters);
      return sendEventPage(reply, found, limit);
    },
  );
}

/** What is left out of a stream would look like a gap. */
function refuseFilters(filters: EventFilters): void {
  const errors = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([path]) => ({ path, problem: "is for pages: a stream has every event" }));
  if (errors.length > 0)
    throw new AppError("request.invalid", errors.map(({ path, problem }) => `${path} ${problem}`).join("; "), {
      errors,
    });
}
