/** A thread shown to others by a link, read-only; and the link withdrawn. */
import { NoShare, pageOf, Share, SharedThread, ShareId, ShareOfThread, ThreadEvent } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { findShare, sharedEvents, sharedThread, shareThread, withdrawShare } from "../../store/shares.ts";
import type { Door } from "../door.ts";
import { EventPageQuery, sendEventPage } from "../event-page.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { noThread, requireOwnThread, ThreadPath } from "../owned.ts";

const tags = ["shares"];
const SharePath = z.object({ share_id: ShareId });

/** A page of the whole course at once, as far as it goes. */
const SharedEventsQuery = EventPageQuery.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe("items of a page, 1 to 500"),
});

export function shareRoutes(app: Routes, door: Door): void {
  giving(app, door);
  reading(app, door);
}

function giving(app: Routes, { database }: Door): void {
  const faults = problems(["thread.not_found"]);
  app.put(
    "/api/threads/:thread_id/share",
    {
      schema: {
        operationId: "shareThread",
        summary: "A link by which others may read the thread",
        description:
          "The same one when it is asked for again. It shows the prompt and the thread's events, also those to come; " +
          "not the session, the context, a comment on the answer, or what was sent to models.",
        tags,
        params: ThreadPath,
        response: { 200: answer("The link", Share), ...faults },
      },
    },
    async ({ userId, params }) => {
      await requireOwnThread(database, userId, params.thread_id);
      const share = await shareThread(database, params.thread_id, userId);
      if (!share) throw noThread(params.thread_id);
      return share;
    },
  );
  app.get(
    "/api/threads/:thread_id/share",
    {
      schema: {
        operationId: "getShare",
        summary: "Whether the thread is shared, and its link",
        tags,
        params: ThreadPath,
        response: { 200: answer("The link, or null", ShareOfThread), ...faults },
      },
    },
    async ({ userId, params }) => {
      await requireOwnThread(database, userId, params.thread_id);
      return { share: await findShare(database, params.thread_id) };
    },
  );
  app.delete(
    "/api/threads/:thread_id/share",
    {
      schema: {
        operationId: "unshareThread",
        summary: "Withdraw the link: it is dead at once, and never comes back",
        tags,
        params: ThreadPath,
        response: { 200: answer("It is not shared", NoShare), ...faults },
      },
    },
    async ({ userId, params }) => {
      await requireOwnThread(database, userId, params.thread_id);
      await withdrawShare(database, params.thread_id);
      return { share: null };
    },
  );
}

function reading(app: Routes, { database }: Door): void {
  const shared = async (shareId: string) => {
    const found = await sharedThread(database, shareId);
    if (!found) throw new AppError("share.not_found", "There is no such link: it was withdrawn, or never existed");
    return found;
  };
  app.get(
    "/api/shared/:share_id",
    {
      schema: {
        operationId: "getSharedThread",
        summary: "What a link shows: the prompt and where its thread stands",
        tags,
        params: SharePath,
        response: { 200: answer("The shared thread", SharedThread), ...problems(["share.not_found"]) },
      },
    },
    async ({ params }) => (await shared(params.share_id)).shown,
  );
  app.get(
    "/api/shared/:share_id/events",
    {
      schema: {
        operationId: "listSharedEvents",
        summary: "What happened in a shared thread, in order",
        description: "As the thread's own events, with `session_id` null, and without the owner's comment.",
        tags,
        params: SharePath,
        querystring: SharedEventsQuery,
        response: {
          200: answer("A page of events", pageOf(ThreadEvent)),
          ...problems(["share.not_found", "request.invalid"]),
        },
      },
    },
    async ({ params, query }, reply) => {
      const { after, cursor = after, limit } = query;
      const { threadId } = await shared(params.share_id);
      const found = await sharedEvents(database, threadId, cursor, limit + 1);
      return sendEventPage(reply, found, limit);
    },
  );
}
