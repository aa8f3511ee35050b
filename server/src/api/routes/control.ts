/** What a user does with a thread that was asked: has it go on, rates it, accepts or rejects it, takes an earlier version back. */
import {
  isFinal,
  NextIteration,
  RateThread,
  RestoreFinal,
  SetThreadStatus,
  ThreadState,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { seqOfLastAsk } from "../../store/events.ts";
import { answerAsked, askedAnswers, askedHeaders, type Watching } from "../asked.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { requireOwnThread, ThreadPath, threadState } from "../owned.ts";
import { IdempotencyKey, repeatOf } from "../repeats.ts";

export function controlRoutes(app: Routes, watching: Watching): void {
  iteration(app, watching);
  feedback(app, watching.door);
  status(app, watching.door);
  final(app, watching.door);
}

function iteration(app: Routes, watching: Watching): void {
  const { door } = watching;
  app.post(
    "/api/orchestrate/iteration",
    {
      schema: {
        operationId: "nextIteration",
        summary: "One more iteration of a completed thread",
        description:
          "The best version is revised once more: by the user's `feedback`, then by the criticism it had. A revision that scores worse " +
          "does not replace it. `Prefer: wait` and `Accept: text/event-stream` as for a prompt; the stream begins with this request's own event.",
        tags: ["orchestrate"],
        headers: askedHeaders,
        body: NextIteration,
        response: {
          ...askedAnswers,
          ...problems(
            [
              "thread.not_found",
              "thread.rejected",
              "thread.not_started",
              "thread.running",
              "thread.no_answer",
              "thread.iteration_limit",
              "session.ended",
              "request.key_reused",
            ],
            "body",
          ),
        },
      },
    },
    async (request, reply) => {
      const id = request.body.thread_id.toLowerCase();
      const text = request.body.feedback?.trim() || null;
      await requireOwnThread(door.database, request.userId, id);
      const key = request.headers["idempotency-key"] ?? null;
      await door.books.iterate(id, text, repeatOf(request.userId, "iterate", key, request.body));
      return answerAsked(request, reply, watching, {
        id,
        cursor: async () => (await seqOfLastAsk(door.database, id)) - 1,
      });
    },
  );
}

function feedback(app: Routes, door: Door): void {
  app.post(
    "/api/threads/:thread_id/feedback",
    {
      schema: {
        operationId: "rateThread",
        summary: "Accept, rate, comment; a comment steers a thread that runs",
        description:
          "What is said is kept with the thread. While it runs, a `comment` is worked in by one more iteration, also where the answer " +
          "would have been good enough, unless `user_accepted` is true; the cost limit and the deadline hold as ever.",
        tags: ["threads"],
        params: ThreadPath,
        headers: z.looseObject({
          "idempotency-key": IdempotencyKey.describe(
            "any name for this request: sent again within a day, it changes nothing",
          ),
        }),
        body: RateThread,
        response: {
          200: answer("Kept: the state so far", ThreadState),
          ...problems(["thread.not_found", "thread.not_started", "request.key_reused"], "body"),
        },
      },
    },
    async (request) => {
      const { thread_id } = request.params;
      await requireOwnThread(door.database, request.userId, thread_id);
      const key = request.headers["idempotency-key"] ?? null;
      const repeat = repeatOf(request.userId, "rate", key, { thread_id, ...request.body });
      await door.books.rate(thread_id, request.body, repeat);
      return threadState(door.database, thread_id);
    },
  );
}

function status(app: Routes, door: Door): void {
  app.put(
    "/api/threads/:thread_id/status",
    {
      schema: {
        operationId: "setThreadStatus",
        summary: "Accept the best answer so far, or reject the thread; what runs is stopped",
        description: "Idempotent. 202 while what runs still winds down: the thread then ends with this status.",
        tags: ["threads"],
        params: ThreadPath,
        body: SetThreadStatus,
        response: {
          200: answer("It is so: the state", ThreadState),
          202: answer("It will be so once what runs has stopped: the state so far", ThreadState),
          ...problems(["thread.not_found", "thread.not_started", "thread.no_answer", "thread.status_reserved"], "body"),
        },
      },
    },
    async (request, reply) => {
      const { thread_id } = request.params;
      const { thread_status } = request.body;
      await requireOwnThread(door.database, request.userId, thread_id);
      if (thread_status !== "completed" && thread_status !== "failed")
        throw new AppError(
          "thread.status_reserved",
          `${thread_status} is the server's word: set completed (accept the best so far) or failed (reject the thread)`,
        );
      await door.books.setStatus(thread_id, thread_status);
      const state = await threadState(door.database, thread_id);
      return reply.code(isFinal(state.thread_status) ? 200 : 202).send(state);
    },
  );
}

function final(app: Routes, door: Door): void {
  app.put(
    "/api/threads/:thread_id/final",
    {
      schema: {
        operationId: "restoreFinal",
        summary: "Make an earlier version the final answer",
        description: "Idempotent. A later iteration starts from this version.",
        tags: ["threads"],
        params: ThreadPath,
        body: RestoreFinal,
        response: {
          200: answer("The state with this answer", ThreadState),
          ...problems(["thread.not_found", "thread.not_started", "thread.running", "response.not_found"], "body"),
        },
      },
    },
    async ({ userId, params, body }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      await door.books.restore(params.thread_id, body.response_id);
      return threadState(door.database, params.thread_id);
    },
  );
}
