/** What a client may send twice without doing it twice. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Repeat } from "../store/repeats.ts";

export const IdempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, "must be visible ASCII without spaces")
  .optional()
  .describe("any name for this request: sent again within a day, it brings the first answer's thing, not another");

/** The headers of a route that takes a key and no others. */
export const RepeatHeaders = z.looseObject({ "idempotency-key": IdempotencyKey });

/** `key`: null where the client gave none. */
export const repeatOf = (userId: string, route: string, key: string | null, body: object): Repeat | undefined =>
  key === null
    ? undefined
    : {
        user_id: userId,
        route,
        key,
        body_hash: createHash("sha256").update(JSON.stringify(body)).digest("hex"),
      };
