/** What a client may send twice without doing it twice. */
import { z } from "zod";

export const IdempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, "must be visible ASCII without spaces")
  .optional()
  .describe("any name for this request: sent again within a day, it brings the first answer's thing, not another");

/** The headers of a route that takes a key and no others. */
export const RepeatHeaders = z.looseObject({ "idempotency-key": IdempotencyKey });
