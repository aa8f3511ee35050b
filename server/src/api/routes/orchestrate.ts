/** Ask, look, stop. */
import { AskPrompt, Preview, StopThread, ThreadState } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../../errors.ts";
import { answerAsked, askedAnswers, askedHeaders, type Watching } from "../asked.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { requireOwnThread, ThreadPath, threadState } from "../owned.ts";

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

export function orchestrateRoutes(app: Routes, watching: Watching): void {
  const { door } = watching;
  prompt(app, watching);
  preview(app, door);
  status(app, door);
  stop(app, door);
}

function prompt(app: Routes, watching: Watching): void {
  const { door } = watching;
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
        headers: askedHeaders,
        body: AskPrompt,
        response: {
          ...askedAnswers,
          ...problems(refusals, "body"),
        },
      },
    },
    async (request, reply) => {
      const key = request.headers["idempotency-key"] ?? null;
      const id = await door.ask(request.userId, withPlainIds(request.body), key);
      request.log.info({ thread_id: id }, "asked");
      return answerAsked(request, reply, watching, { id, cursor: async () => 0 });
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
