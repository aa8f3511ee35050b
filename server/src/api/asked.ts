/** The answer to whoever has asked a thread to run: at once, at its end, or as a stream of what happens. */
import { isFinal, ThreadState } from "@orchestratex/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Door } from "./door.ts";
import type { Followers } from "./live.ts";
import { answer, answerOrStream } from "./openapi.ts";
import { IdempotencyKey } from "./repeats.ts";
import { hangUpOf, streamThread, wantsStream } from "./sse.ts";
import { stateWithin, waitOf } from "./waiting.ts";

export type Watching = { door: Door; followers: Followers; stopping: AbortSignal };

export const askedHeaders = z.looseObject({
  prefer: z.string().optional().describe("`wait=60`: answer at the end, or in 60 seconds"),
  "idempotency-key": IdempotencyKey.describe(
    "any name for this request: sent again within a day, it brings the same thread, not another",
  ),
});

export const askedAnswers = {
  200: answerOrStream("With `Prefer: wait`: the state at the end", ThreadState),
  202: answer("Accepted: the state so far", ThreadState),
};

/** `cursor`: of the last event before those that a stream shows. */
export async function answerAsked(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, followers, stopping }: Watching,
  thread: { id: string; cursor(): Promise<number> },
) {
  const { id } = thread;
  reply.header("Location", `/api/orchestrate/status/${id}`);
  if (wantsStream(request)) return streamThread(request, reply, followers, { id, cursor: await thread.cursor() });

  const seconds = waitOf([request.headers["prefer"]].flat().join(","));
  const signal = AbortSignal.any([stopping, hangUpOf(reply).signal]);
  const state = await stateWithin(door, id, seconds * 1000, signal);
  if (seconds === 0 || !isFinal(state.thread_status)) return reply.code(202).send(state);
  return reply.code(200).header("Preference-Applied", `wait=${seconds}`).send(state);
}
