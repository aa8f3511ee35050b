/** What travels on `/ws/{session_id}` and `/ws/thread/{thread_id}` beside event envelopes. */
import { z } from "zod";
import { Id, Problem } from "./common.ts";

export const SocketRequest = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("subscribe"), thread_id: Id, after_seq: z.int().min(0).default(0) }),
    z.object({ type: z.literal("unsubscribe"), thread_id: Id }),
    z.object({ type: z.literal("ping"), nonce: z.number() }),
    z.object({ type: z.literal("statistics") }),
  ])
  .meta({ id: "SocketRequest" });
export type SocketRequest = z.infer<typeof SocketRequest>;

export const SocketReply = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("pong"), nonce: z.number() }),
    z.object({ type: z.literal("subscribed"), thread_id: Id, last_seq: z.int() }),
    z.object({
      type: z.literal("statistics"),
      connections: z.int(),
      subscriptions: z.int(),
      messages: z.int(),
      dropped: z.int(),
    }),
    z.object({ type: z.literal("problem"), problem: Problem }),
  ])
  .meta({ id: "SocketReply" });
export type SocketReply = z.infer<typeof SocketReply>;

/** Close codes and what they tell the client. */
export const SocketClose = {
  restart: 1012,
  binary: 1003,
  not_json: 1007,
  policy: 1008,
  too_large: 1009,
  not_signed_in: 4401,
  not_found: 4404,
  heartbeat_missed: 4408,
  too_many: 4429,
} as const;
