/** Requests that may come twice, told by their Idempotency-Key. */
import { AppError } from "../errors.ts";

/** The first answer to a request that may come twice. `body_hash`: SHA-256, hex. */
export type Repeat = { user_id: string; route: string; key: string; body_hash: string };

export const keyReused = (): AppError =>
  new AppError("request.key_reused", "This Idempotency-Key came with another body before: use a new key");
