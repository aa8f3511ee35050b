/** `/v1`: OpenAI's own API, so that clients made for it work here. */
import { ChatCompletion, ChatCompletionRequest, OpenAiModel, OpenAiModels } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { AppError, type FaultCode } from "../../errors.ts";
import type { Watching } from "../asked.ts";
import type { Door } from "../door.ts";
import { answer, type Routes } from "../openapi.ts";
import { OPENAI_BODY_LIMIT_BYTES } from "../problems.ts";
import { IdempotencyKey } from "../repeats.ts";
import { hangUpOf } from "../sse.ts";
import { answerInChunks, answerWhole, type Speaking } from "../v1/answer.ts";
import { headingOf } from "../v1/completions.ts";
import { openAiErrors } from "../v1/errors.ts";
import { offerOf, promptOf, speakByLoop } from "../v1/loop.ts";
import { modelNamed, openAiModel, usableModels } from "../v1/models.ts";
import { directCall, speakDirectly } from "../v1/single.ts";
import { ModelPath } from "./models.ts";

const tags = ["v1"];

export function openAiRoutes(app: Routes, watching: Watching): void {
  models(app, watching.door);
  completions(app, watching);
}

function models(app: Routes, door: Door): void {
  app.get(
    "/v1/models",
    {
      schema: {
        operationId: "listOpenAiModels",
        summary: "The ids that `model` may be",
        description: "Every model that can be asked now, and the whole loop under four names.",
        tags,
        response: { 200: answer("All of them", OpenAiModels), ...openAiErrors([]) },
      },
    },
    async () => ({ object: "list" as const, data: await usableModels(door) }),
  );
  app.get(
    "/v1/models/:model",
    {
      schema: {
        operationId: "getOpenAiModel",
        summary: "One of them",
        tags,
        params: z.object({ model: ModelPath.shape.model_name }),
        response: { 200: answer("The model", OpenAiModel), ...openAiErrors(["model.not_found"]) },
      },
    },
    ({ params }) => openAiModel(door, params.model),
  );
  // An id with a slash in it, that the client has not encoded.
  app.get(
    "/v1/models/orchestratex/:mode",
    { schema: { hide: true, params: z.object({ mode: z.string() }) } },
    ({ params }) => openAiModel(door, `orchestratex/${params.mode}`),
  );
}

/** Why a completion may not be had; what a model's provider does comes on top. */
const refusals: FaultCode[] = [
  ...(["model.not_found", "model.none", "model.unknown_price", "model.no_provider", "model.output_invalid"] as const),
  ...([
    "session.not_found",
    "session.ended",
    "request.key_reused",
    "feature.not_available",
    "budget.exceeded",
  ] as const),
  ...(["deadline.passed", "thread.stopped", "thread.parked", "call.lost", "call.not_sent"] as const),
  ...(["provider.rate_limited", "provider.rejected", "provider.unreachable", "provider.key_rejected"] as const),
  ...(["provider.no_credit", "provider.model_unknown", "provider.too_long", "provider.failed"] as const),
  ...(["provider.unreadable", "provider.form_refused", "provider.paused", "provider.empty"] as const),
];

const chunk = { id: "chatcmpl-01a1fe80", object: "chat.completion.chunk", created: 1_795_255_200, model: "claude" };
const choice = { index: 0, delta: { content: "Air scatters" }, logprobs: null, finish_reason: null };
const Chunks = z
  .string()
  .describe("Server-sent events: each `data` a chunk of the answer as JSON, the last one `[DONE]`; comments in between")
  .meta({ example: `data: ${JSON.stringify({ ...chunk, choices: [choice] })}\n\ndata: [DONE]\n\n` });

function completions(app: Routes, watching: Watching): void {
  app.post(
    "/v1/chat/completions",
    {
      bodyLimit: OPENAI_BODY_LIMIT_BYTES,
      schema: {
        operationId: "createChatCompletion",
        summary: "Ask one model, or the whole loop",
        tags,
        headers: z.looseObject({ "idempotency-key": IdempotencyKey }),
        body: ChatCompletionRequest,
        response: {
          200: {
            description: "The answer, or with `stream` its chunks (`chat.completion.chunk`)",
            content: { "application/json": { schema: ChatCompletion }, "text/event-stream": { schema: Chunks } },
          },
          ...openAiErrors(refusals, "body"),
        },
      },
    },
    async (request, reply) => {
      const { body, headers } = request;
      const idempotencyKey = headers["idempotency-key"] ?? null;
      const speaking = await begin({ ...watching, request, reply }, body, idempotencyKey);
      if (!body.stream) return answerWhole(reply, speaking);
      return answerInChunks(request, reply, speaking, body.stream_options?.include_usage === true);
    },
  );
}

type Asked = Watching & { request: FastifyRequest; reply: FastifyReply };

/** The thread is accepted; what speaks is still to be started. */
async function begin(asked: Asked, body: ChatCompletionRequest, idempotencyKey: string | null): Promise<Speaking> {
  const { door, request, reply } = asked;
  const { userId } = request;
  const at = new Date();
  const model = await modelNamed(door, body.model);
  const gone = hangUpOf(reply).signal;
  const accepted = (threadId: string) => {
    request.log.info({ thread_id: threadId }, "asked");
    reply.header("x-orchestratex-thread", threadId);
    return headingOf(threadId, model.id, at);
  };
  if (model.type === "profile") {
    const { thread_id, events } = await door.direct(userId, directCall(model.profile, body), gone);
    const oneCall = body.parallel_tool_calls === false;
    return { heading: accepted(thread_id), speak: (to) => speakDirectly(events, { oneCall }, to) };
  }
  const id = await inSession(door, userId, body, (sessionId) =>
    door.ask(userId, promptOf(model, body, sessionId), idempotencyKey, offerOf(body)),
  );
  // Who has named the request may come back for it.
  const thread = { id, userId, gone, stopWhenGone: idempotencyKey === null, body };
  return { heading: accepted(id), speak: (to) => speakByLoop(asked, thread, to) };
}

/** The session that is named, or the user's of the day; where that has ended or was erased, another takes its place. */
async function inSession<T>(
  { implicitSession }: Door,
  userId: string,
  { metadata }: ChatCompletionRequest,
  work: (sessionId: string) => Promise<T>,
): Promise<T> {
  if (metadata?.session_id) return work(metadata.session_id.toLowerCase());
  const sessionId = await implicitSession.of(userId);
  try {
    return await work(sessionId);
  } catch (error) {
    if (!(error instanceof AppError) || !/^session\.(ended|not_found)$/.test(error.code)) throw error;
    await implicitSession.forget(userId, sessionId);
    return work(await implicitSession.of(userId));
  }
}
