/** A user's sittings. */
import {
  CreateSession,
  pageOf,
  Session,
  SessionFeedback,
  SessionsQuery,
  UpdateSessionSettings,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { byModelName } from "../../store/profiles.ts";
import { eraseSession, listSessions, setSatisfaction, updateSettings } from "../../store/sessions.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { ownSession, SessionPath } from "../owned.ts";
import { RepeatHeaders } from "../repeats.ts";

const tags = ["sessions"];
const Sessions = pageOf(Session);

export function sessionRoutes(app: Routes, door: Door): void {
  makeAndList(app, door);
  readOne(app, door);
  change(app, door);
  end(app, door);
}

function makeAndList(app: Routes, door: Door): void {
  app.post(
    "/api/sessions/",
    {
      schema: {
        operationId: "createSession",
        summary: "Make a session",
        description:
          "Every field is optional. `user_id` is taken but not used until there are accounts: sessions are yours.",
        tags,
        headers: RepeatHeaders,
        body: CreateSession,
        response: {
          201: answer("The session; its path is in `Location`", Session),
          ...problems(["request.key_reused"], "body"),
        },
      },
    },
    async (request, reply) => {
      const session = await door.createSession(
        request.userId,
        request.body,
        request.headers["idempotency-key"] ?? null,
      );
      return reply.code(201).header("Location", `/api/sessions/${session.id}`).send(session);
    },
  );
  app.get(
    "/api/sessions/",
    {
      schema: {
        operationId: "listSessions",
        summary: "Your sessions, newest first",
        tags,
        querystring: SessionsQuery,
        response: { 200: answer("A page of sessions", Sessions), ...problems(["request.invalid"]) },
      },
    },
    ({ userId, query }) => listSessions(door.database, userId, query),
  );
  app.get(
    "/api/sessions/user/:user_id",
    {
      schema: {
        operationId: "listSessionsOfUser",
        summary: "A user's sessions, newest first",
        description: "You see your own only: for any other user the page is empty.",
        tags,
        params: z.object({ user_id: z.string().describe("a user's id; yours, or the page is empty") }),
        querystring: SessionsQuery,
        response: { 200: answer("A page of sessions", Sessions), ...problems(["request.invalid"]) },
      },
    },
    async ({ userId, params, query }) =>
      params.user_id === userId ? listSessions(door.database, userId, query) : { items: [], next_cursor: null },
  );
}

function readOne(app: Routes, door: Door): void {
  app.get(
    "/api/sessions/:session_id",
    {
      schema: {
        operationId: "getSession",
        summary: "One session, with its money",
        tags,
        params: SessionPath,
        response: { 200: answer("The session", Session), ...problems(["session.not_found"]) },
      },
    },
    ({ userId, params }) => ownSession(door.database, userId, params.session_id),
  );
}

function change(app: Routes, door: Door): void {
  app.put(
    "/api/sessions/:session_id/settings",
    {
      schema: {
        operationId: "updateSessionSettings",
        summary: "Change settings; what is not named stays",
        description: "The cost limit may rise at any time; it cannot fall below what is spent or held.",
        tags,
        params: SessionPath,
        body: UpdateSessionSettings,
        response: {
          200: answer("The session as it is now", Session),
          ...problems(["session.not_found", "session.ended", "session.cost_limit_too_low"], "body"),
        },
      },
    },
    async ({ userId, params, body }) => {
      const { status } = await ownSession(door.database, userId, params.session_id);
      if (status !== "active")
        throw new AppError("session.ended", `Session ${params.session_id} has ended: its settings no longer matter`);
      const settings = Object.fromEntries(
        Object.entries(await byModelName(door.database, body.settings ?? {}, "settings.")).filter(
          ([, value]) => value !== undefined,
        ),
      );
      const session = await updateSettings(door.database, params.session_id, {
        maxIterations: body.max_iterations,
        settings,
      });
      // A thread that waits for money may fit under the new limit.
      door.live.room(session.id);
      return session;
    },
  );
  app.post(
    "/api/sessions/:session_id/feedback",
    {
      schema: {
        operationId: "rateSession",
        summary: "Say how satisfied you are, 1 to 10",
        tags,
        params: SessionPath,
        body: SessionFeedback,
        response: { 200: answer("The session as it is now", Session), ...problems(["session.not_found"], "body") },
      },
    },
    async ({ userId, params, body }) => {
      await ownSession(door.database, userId, params.session_id);
      return setSatisfaction(door.database, params.session_id, body.user_satisfaction);
    },
  );
}

const EndQuery = z.object({
  purge: z.stringbool().default(false).describe("true: erase the session and all under it"),
});

function end(app: Routes, door: Door): void {
  app.delete(
    "/api/sessions/:session_id",
    {
      schema: {
        operationId: "endSession",
        summary: "End a session, or erase it",
        description: "Ending stops what runs in it. `?purge=true` erases it and all under it, once nothing of it runs.",
        tags,
        params: SessionPath,
        querystring: EndQuery,
        response: {
          200: answer("The session, ended", Session),
          204: z.undefined().describe("Erased"),
          ...problems(["session.not_found", "thread.running", "request.invalid"]),
        },
      },
    },
    async ({ userId, params, query }, reply) => {
      await ownSession(door.database, userId, params.session_id);
      if (query.purge) {
        await eraseSession(door.database, params.session_id);
        door.live.erased(params.session_id);
        return reply.code(204).send();
      }
      await door.books.endSession(params.session_id);
      return reply.send(await ownSession(door.database, userId, params.session_id));
    },
  );
}
