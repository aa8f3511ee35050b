/** What is behind a thread, part by part, and the list of one's threads. */
import {
  EvaluationsQuery,
  ModelEvaluation,
  ModelResponse,
  pageOf,
  ResponsesQuery,
  Revision,
  RevisionsQuery,
  Selection,
  SelectionsQuery,
  ThreadItem,
  ThreadsQuery,
} from "@orchestratex/sdk/contract";
import { listThreads } from "../../store/thread-list.ts";
import { pageOfEvaluations, pageOfResponses, pageOfRevisions, pageOfSelections } from "../../store/thread-parts.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { requireOwnThread, ThreadPath } from "../owned.ts";

const tags = ["threads"];
const faults = problems(["thread.not_found", "request.invalid"]);
const STABLE = "Oldest first: while the thread grows, what comes is on a later page. Several filters must all fit.";

export function threadPartRoutes(app: Routes, door: Door): void {
  threads(app, door);
  calls(app, door);
  choices(app, door);
}

function threads(app: Routes, door: Door): void {
  app.get(
    "/api/threads/",
    {
      schema: {
        operationId: "listOwnThreads",
        summary: "Your threads of all sessions, newest first",
        description:
          "With filters a request looks at 1000 threads: a page may be short, or empty, and `next_cursor` still goes on.",
        tags,
        querystring: ThreadsQuery,
        response: { 200: answer("A page of states", pageOf(ThreadItem)), ...problems(["request.invalid"]) },
      },
    },
    ({ userId, query }) => {
      const { limit, cursor, ...filters } = query;
      return listThreads(door.database, { userId }, { limit, cursor }, filters);
    },
  );
}

function calls(app: Routes, door: Door): void {
  app.get(
    "/api/threads/:thread_id/responses",
    {
      schema: {
        operationId: "listResponses",
        summary: "Every model call of a thread, whatever its role",
        description: STABLE,
        tags,
        params: ThreadPath,
        querystring: ResponsesQuery,
        response: { 200: answer("A page of calls", pageOf(ModelResponse)), ...faults },
      },
    },
    async ({ userId, params, query }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      return pageOfResponses(door.database, params.thread_id, query);
    },
  );
  app.get(
    "/api/threads/:thread_id/evaluations",
    {
      schema: {
        operationId: "listEvaluations",
        summary: "Scores and criticism of a thread's answers",
        description: STABLE,
        tags,
        params: ThreadPath,
        querystring: EvaluationsQuery,
        response: { 200: answer("A page of evaluations", pageOf(ModelEvaluation)), ...faults },
      },
    },
    async ({ userId, params, query }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      return pageOfEvaluations(door.database, params.thread_id, query);
    },
  );
}

function choices(app: Routes, door: Door): void {
  app.get(
    "/api/threads/:thread_id/selections",
    {
      schema: {
        operationId: "listSelections",
        summary: "Who was chosen to answer and to judge, among whom, and why",
        description: STABLE,
        tags,
        params: ThreadPath,
        querystring: SelectionsQuery,
        response: { 200: answer("A page of selections", pageOf(Selection)), ...faults },
      },
    },
    async ({ userId, params, query }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      return pageOfSelections(door.database, params.thread_id, query);
    },
  );
  app.get(
    "/api/threads/:thread_id/revisions",
    {
      schema: {
        operationId: "listRevisions",
        summary: "How the author answered the criticism: accepted, disputed, changed",
        description: STABLE,
        tags,
        params: ThreadPath,
        querystring: RevisionsQuery,
        response: { 200: answer("A page of revisions", pageOf(Revision)), ...faults },
      },
    },
    async ({ userId, params, query }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      return pageOfRevisions(door.database, params.thread_id, query);
    },
  );
}
