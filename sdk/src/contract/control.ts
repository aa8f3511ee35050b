/** What a user does with a thread beside asking: rate it, accept or reject it, take an earlier version back. */
import { z } from "zod";
import { Id, Score, userText } from "./common.ts";
import { ThreadStatus } from "./words.ts";

/** At least one of the three. */
export const RateThread = z
  .object({
    user_accepted: z.boolean().nullish().describe("whether the user takes the answer as it is"),
    rating: Score.nullish(),
    comment: userText(20_000)
      .trim()
      .min(1, "must not be empty")
      .nullish()
      .describe(
        "to a thread that runs it is also feedback, worked in by its next iteration, unless `user_accepted` is true",
      ),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined && value !== null), {
    path: ["comment"],
    message: "give at least one of user_accepted, rating and comment",
  })
  .meta({ id: "RateThread", example: { user_accepted: false, rating: 6, comment: "Shorter, and with an example." } });
export type RateThread = z.infer<typeof RateThread>;

export const SetThreadStatus = z
  .object({
    thread_status: ThreadStatus.describe(
      "`completed`: the best so far is accepted; `failed`: the thread is rejected. The other words are the server's",
    ),
  })
  .meta({ id: "SetThreadStatus", example: { thread_status: "completed" } });
export type SetThreadStatus = z.infer<typeof SetThreadStatus>;

export const RestoreFinal = z
  .object({ response_id: Id.describe("a completed answer or revision of this thread") })
  .meta({ id: "RestoreFinal", example: { response_id: "01993c00-0000-7000-8000-000000000011" } });
export type RestoreFinal = z.infer<typeof RestoreFinal>;
