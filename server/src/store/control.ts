/** What a user asks of a thread that was accepted: the functions of migrations/034_verdicts.sql, and the stop. */
import type { RateThread, StopWhen } from "@orchestratex/sdk/contract";
import { AppError, type FaultCode } from "../errors.ts";
import type { Means } from "./journal.ts";
import type { Repeat } from "./repeats.ts";

/** Each throws what it was refused for: see `refusals`. A `repeat` that was served before changes nothing. */
export const booksOfControl = ({ live, write }: Pick<Means, "live" | "write">) => {
  const asked = async (fn: string, threadId: string, argument: object) => {
    const answer = await write(fn, threadId, argument);
    const refused = refusals[answer.code];
    if (refused) throw new AppError(refused[0], refused[1](threadId));
    return answer;
  };
  return {
    async stop(threadId: string, when: StopWhen): Promise<void> {
      await asked("journal_ask", threadId, { kind: "stop", when });
      live.asked(threadId);
    },

    /** One more iteration of a completed thread. */
    async iterate(threadId: string, feedback: string | null, repeat?: Repeat): Promise<void> {
      const { code } = await asked("journal_iterate", threadId, { feedback, ...(repeat && { repeat }) });
      if (code === "asked") live.queued(threadId);
    },

    /** What the user thinks of it; a comment on a running thread steers it. */
    async rate(threadId: string, said: RateThread, repeat?: Repeat): Promise<void> {
      await asked("journal_rate", threadId, { ...said, ...(repeat && { repeat }) });
    },

    /** Accept the best so far, or reject the thread; what runs is stopped. */
    async setStatus(threadId: string, status: "completed" | "failed"): Promise<void> {
      await asked("journal_set_status", threadId, { status });
      live.asked(threadId);
    },

    /** An earlier version becomes the final one. */
    async restore(threadId: string, responseId: string): Promise<void> {
      await asked("journal_restore", threadId, { response_id: responseId });
    },
  };
};

const refusals: Readonly<Record<string, readonly [FaultCode, (id: string) => string]>> = {
  not_found: ["thread.not_found", (id) => `There is no thread ${id}`],
  draft: ["thread.not_started", (id) => `Thread ${id} is a draft: nothing runs`],
  finished: ["thread.finished", (id) => `Thread ${id} has ended already`],
  running: ["thread.running", (id) => `Thread ${id} is at work: wait for its end, or stop it`],
  failed: ["thread.no_answer", (id) => `Thread ${id} has failed: there is nothing to go on from`],
  rejected: [
    "thread.rejected",
    (id) => `Thread ${id} was rejected: accept it first, by its status or by restoring a version`,
  ],
  no_answer: ["thread.no_answer", (id) => `Thread ${id} has no answer that could be accepted`],
  limit: ["thread.iteration_limit", (id) => `Thread ${id} has had its ten iterations`],
  session_ended: ["session.ended", (id) => `The session of thread ${id} has ended: start another`],
  no_response: ["response.not_found", (id) => `Thread ${id} has no completed answer or revision with this id`],
  key_reused: ["request.key_reused", () => "This Idempotency-Key came with another body before: use a new key"],
};
