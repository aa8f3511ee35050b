/** What a model asked directly needs of the rest of the server. */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Live } from "../store/live.ts";
import { getThread } from "../store/threads.ts";
import type { Asking } from "./asking.ts";
import { type Direct, openDirect } from "./direct.ts";
import type { ImplicitSessions } from "./implicit-session.ts";
import type { Speakers } from "./speakers.ts";

export const openDirectly = (
  asking: Asking & { sessions: ImplicitSessions },
  live: Live,
  speakers: Speakers,
  { drainMs, simulated: { policy } }: Config,
  log: Logger,
): Direct =>
  openDirect({
    ...{ books: asking.books, sessions: asking.sessions, live, simulatedPolicy: policy, drainMs },
    speakerOf: (profile) => speakers.wireOf(profile) && speakers.providerOf(profile),
    async totals(threadId) {
      const thread = await getThread(asking.database, threadId);
      if (!thread) throw new AppError("thread.not_found", `There is no thread ${threadId}`);
      const { total_cost, total_time_spent, cost_is_estimated } = thread;
      return { total_cost, total_time_spent, cost_is_estimated };
    },
    onFault: (message, error, threadId) => log.error({ err: error, thread_id: threadId }, message),
  });
