/** A thread shown to others by a link: read-only, until the link is withdrawn. */
import { z } from "zod";
import { Id, Timestamp } from "./common.ts";
import { ids, prompt } from "./story.ts";
import { Mode, ThreadStatus } from "./words.ts";

/** Nobody can guess it: to know it is the permission to read. */
export const ShareId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22,64}$/, "must be 22-64 of A-Z a-z 0-9 _ -")
  .describe("what the link ends with");

const example = {
  ...{ id: "Zt3m0aXf8bYq2LwR6cKd1PnS", thread_id: ids.thread, path: "/r/Zt3m0aXf8bYq2LwR6cKd1PnS" },
  created_at: "2026-11-21T10:01:00.000Z",
};

export const Share = z
  .object({
    id: ShareId,
    thread_id: Id,
    path: z.string().describe("the page of the link, on this server"),
    created_at: Timestamp,
  })
  .meta({ id: "Share", example });
export type Share = z.infer<typeof Share>;

export const ShareOfThread = z
  .object({ share: Share.nullable().describe("null: it is not shared") })
  .meta({ id: "ShareOfThread", example: { share: example } });
export type ShareOfThread = z.infer<typeof ShareOfThread>;

export const NoShare = z
  .object({ share: z.null().describe("it is not shared any more") })
  .meta({ id: "NoShare", example: { share: null } });
export type NoShare = z.infer<typeof NoShare>;

/** What a link shows of a thread, beside its events. */
export const SharedThread = z
  .object({
    share_id: ShareId,
    original_prompt: z.string(),
    thread_status: ThreadStatus,
    mode: Mode,
    simulated: z.boolean().describe("true: every model of this thread is a built-in simulation"),
    created_at: Timestamp,
    completed_at: Timestamp.nullable(),
    last_seq: z.int().describe("of its last event"),
  })
  .meta({
    id: "SharedThread",
    example: {
      ...{ share_id: example.id, original_prompt: prompt, thread_status: "completed", mode: "checked" },
      ...{ simulated: false, created_at: "2026-11-21T10:00:00.560Z", completed_at: "2026-11-21T10:00:12.400Z" },
      last_seq: 16,
    },
  });
export type SharedThread = z.infer<typeof SharedThread>;
