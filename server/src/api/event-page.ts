/** Events in pages: by their own numbers. */
import { PageQuery, type ThreadEvent } from "@orchestratex/sdk/contract";
import type { FastifyReply } from "fastify";
import { z } from "zod";

/** PostgreSQL's `int`. */
const Seq = z.coerce.number().int().min(0).max(2_147_483_647);

export const EventPageQuery = z.object({
  after: Seq.default(0).describe("only events with a higher seq"),
  cursor: Seq.optional().describe("`next_cursor` of the page before: the same as `after`"),
  limit: PageQuery.shape.limit,
});

/** From `limit + 1` events. They are shown as they were written, also those of an older version: not checked against today's contract. */
export function sendEventPage(reply: FastifyReply, found: readonly ThreadEvent[], limit: number): never {
  const items = found.slice(0, limit);
  const next_cursor = found.length > limit ? String(items.at(-1)?.seq) : null;
  return reply.type("application/json; charset=utf-8").send(JSON.stringify({ items, next_cursor })) as never;
}
