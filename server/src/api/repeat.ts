/** Requests that may come twice: `Idempotency-Key`. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Repeat } from "../store/journal.ts";

export const IdempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, "must be visible ASCII without spaces")
  .optional();

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
