/** What travels on `/ws/{session_id}` and `/ws/thread/{thread_id}` beside event envelopes. */
import { z } from "zod";
import { Id, Problem, Timestamp, userText } from "./common.ts";

export { SocketClose, socketCloses } from "./closes.ts";

const THREAD = "0193c0de-0000-7000-8000-000000000001";

export const SocketRequest = z
  .discriminatedUnion("type", [
    z
      .object({
        type: z.literal("subscribe"),
        thread_id: Id,
        after_seq: z.int().min(0).max(2_147_483_647).default(0).describe("only events with a higher seq; 0 is all"),
      })
      .describe(
        "Follow a thread of yours, of any session. Answered by `subscribed`, then its events. Sent again it goes on from the newer `after_seq`.",
      )
      .meta({ id: "SocketSubscribe", example: { type: "subscribe", thread_id: THREAD, after_seq: 7 } }),
    z
      .object({ type: z.literal("unsubscribe"), thread_id: Id })
      .describe("Follow it no longer. Not answered; what was on its way still arrives.")
      .meta({ id: "SocketUnsubscribe", example: { type: "unsubscribe", thread_id: THREAD } }),
    z
      .object({ type: z.literal("ping"), nonce: z.number() })
      .describe("Answered by `pong` with the same nonce.")
      .meta({ id: "SocketPing", example: { type: "ping", nonce: 1 } }),
    z
      .object({ type: z.literal("statistics") })
      .describe("Answered by `statistics`.")
      .meta({ id: "SocketAskStatistics", example: { type: "statistics" } }),
  ])
  .meta({ id: "SocketRequest" });
export type SocketRequest = z.infer<typeof SocketRequest>;

/** Of one server process. */
export const LiveStatistics = z.object({
  connections: z.int().describe("sockets and streams that are open in this process"),
  subscriptions: z.int().describe("threads they follow, each counted once for every connection that follows it"),
  messages: z.int().describe("events sent to them since the process started"),
  dropped: z
    .int()
    .describe(
      "times since the start that text or a notice was not sent because a reader was slow; logged events never",
    ),
});
export type LiveStatistics = z.infer<typeof LiveStatistics>;

export const SocketReply = z
  .discriminatedUnion("type", [
    z
      .object({
        type: z.literal("pong"),
        nonce: z.number(),
        delivered_to: Timestamp.describe(
          "all that happened up to then has been sent: give it as `since` when you come back to a session",
        ),
      })
      .meta({
        id: "SocketPong",
        example: { type: "pong", nonce: 1, delivered_to: "2026-11-21T10:00:00.000Z" },
      }),
    z
      .object({ type: z.literal("subscribed"), thread_id: Id, last_seq: z.int() })
      .describe("This thread is followed from here on; its events up to `last_seq` are there already.")
      .meta({ id: "SocketSubscribed", example: { type: "subscribed", thread_id: THREAD, last_seq: 12 } }),
    LiveStatistics.extend({ type: z.literal("statistics") }).meta({
      id: "SocketStatistics",
      example: { type: "statistics", connections: 2, subscriptions: 3, messages: 120, dropped: 0 },
    }),
    z
      .object({ type: z.literal("problem"), problem: Problem })
      .describe("A message of yours could not be done; the socket stays open.")
      .meta({
        id: "SocketProblem",
        example: {
          type: "problem",
          problem: {
            ...{ type: "/docs/errors#thread.not_found", title: "There is no such thread", status: 404 },
            ...{ detail: `There is no thread ${THREAD}`, instance: "5f0c", code: "thread.not_found", retry: false },
          },
        },
      }),
  ])
  .meta({ id: "SocketReply" });
export type SocketReply = z.infer<typeof SocketReply>;

/** `POST /api/system/notice` */
export const SystemNotice = z
  .object({
    message: userText(500).trim().min(1, "must not be empty"),
    level: z.enum(["info", "warning"]).default("info"),
  })
  .meta({ id: "SystemNotice", example: { message: "The server restarts at noon", level: "info" } });
export type SystemNotice = z.infer<typeof SystemNotice>;
