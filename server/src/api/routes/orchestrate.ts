/** Ask, look, stop. */
import { AskPrompt, isFinal, Preview, StopThread, ThreadState } from "@orchestratex/sdk/contract";
import { z } from "zod";
import type { FaultCode } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { Followers } from "../live.ts";
import { answer, answerOrStream, problems, type Routes } from "../openapi.ts";
import { requireOwnThread, ThreadPath, threadState } from "../owned.ts";
import { IdempotencyKey } from "../repeats.ts";
import { hangUpOf, streamThread, wantsStream } from "../sse.ts";
import { stateWithin, waitOf } from "../waiting.ts";

const tags = ["orchestrate"];

/** Why a prompt may not be taken. */
const refusals: FaultCode[] = [
  "session.not_found",
  "session.ended",
  "thread.not_found",
  "thread.started",
  "request.key_reused",
  "feature.not_available",
];

export function orchestrateRoutes(app: Routes, door: Door, followers: Followers, stopping: AbortSignal): void {
  prompt(app, door, followers, stopping);
  preview(app, door);
  status(app, door);
  stop(app, door);
}

function prompt(app: Routes, door: Door, followers: Followers, stopping: AbortSignal): void {
  app.post(
    "/api/orchestrate/prompt",
    {
      schema: {
        operationId: "ask",
        summary: "Ask: the prompt is accepted and worked on",
        description:
          "`Location` is where its state is. `Prefer: wait=60` waits for the end, at most 120 seconds. " +
          "Hanging up does not stop the thread.",
        tags,
        headers: z.looseObject({
          prefer: z.string().optional().describe("`wait=60`: answer at the end, or in 60 seconds"),
          "idempotency-key": IdempotencyKey,
        }),
        body: AskPrompt,
        response: {
          200: answerOrStream("With `Prefer: wait`: the state at the end", ThreadState),
          202: answer("Accepted: the state so far", ThreadState),
          ...problems(refusals, "body"),
        },
      },
    },
    async (request, reply) => {
      const key = request.headers["idempotency-key"] ?? null;
      const id = await door.ask(request.userId, withPlainIds(request.body), key);
      request.log.info({ thread_id: id }, "asked");
      reply.header("Location", `/api/orchestrate/status/${id}`);
      if (wantsStream(request)) return streamThread(request, reply, followers, { id, cursor: 0 });

      const seconds = waitOf(request.headers.prefer);
      const signal = AbortSignal.any([stopping, hangUpOf(reply).signal]);
      const state = await stateWithin(door, id, seconds * 1000, signal);
      if (seconds === 0 || !isFinal(state.thread_status)) return reply.code(202).send(state);
      return reply.code(200).header("Preference-Applied", `wait=${seconds}`).send(state);
    },
  );
}

/** Ids as the database shows them: wake-ups go by them. */
const withPlainIds = (body: AskPrompt): AskPrompt => ({
  ...body,
  ...(body.thread_id && { thread_id: body.thread_id.toLowerCase() }),
  ...(body.session_id && { session_id: body.session_id.toLowerCase() }),
});

function preview(app: Routes, door: Door): void {
  app.post(
    "/api/orchestrate/preview",
    {
      schema: {
        operationId: "preview",
        summary: "What would be chosen and what it might cost; nothing is spent or kept",
        tags,
        body: AskPrompt,
        response: {
          200: answer("The choice and its price", Preview),
          ...problems([...refusals.filter((code) => code !== "thread.started"), "model.none"], "body"),
        },
      },
    },
    ({ userId, body }) => door.preview(userId, withPlainIds(body)),
  );
}

function status(app: Routes, door: Door): void {
  app.get(
    "/api/orchestrate/status/:thread_id",
    {
      schema: {
        operationId: "getStatus",
        summary: "The state of a thread",
        tags,
        params: ThreadPath,
        response: { 200: answer("The state", ThreadState), ...problems(["thread.not_found"]) },
      },
    },
    async ({ userId, params }) => {
      await requireOwnThread(door.database, userId, params.thread_id);
      return threadState(door.database, params.thread_id);
    },
  );
}

function stop(app: Routes, door: Door): void {
  app.put(
    "/api/orchestrate/stop/:thread_id",
    {
      schema: {
        operationId: "stopThread",
        summary: "Stop a thread, now or after its iteration; the best answer so far stands",
        description: "Asking twice is asking once; `now` overrides `after_iteration`. The body may be left out.",
        tags,
        params: ThreadPath,
        body: StopThread.prefault({}),
        response: {
          202: answer("Asked to stop: the state so far", ThreadState),
          ...problems(["thread.not_found", "thread.finished", "thread.not_started"], "body"),
        },
      },
    },
    async (request, reply) => {
      const { thread_id } = request.params;
      await requireOwnThread(door.database, request.userId, thread_id);
      await door.books.stop(thread_id, request.body.when);
      return reply.code(202).send(await threadState(door.database, thread_id));
    },
  );
}
