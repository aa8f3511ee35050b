/** `Prefer: wait=N` (RFC 7240): the answer may wait for the thread's end. */
import { isFinal, type ThreadState } from "@orchestratex/sdk/contract";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Live } from "../store/live.ts";
import { getThread } from "../store/threads.ts";

const LONGEST_WAIT_SECONDS = 120;

/** Seconds the client is willing to wait; 0 when it does not say so, or not properly. */
export function waitOf(prefer: string | undefined): number {
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/i.exec(prefer ?? "") ?? [];
  return Math.min(Number(seconds ?? 0), LONGEST_WAIT_SECONDS);
}

/** The thread's state at its end, or as it is when time is up or `signal` fires. */
export async function stateWithin(
  { database, live }: { database: Database; live: Live },
  threadId: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<ThreadState> {
  const bell = openBell();
  let late = waitMs === 0;
  const timer = setTimeout(() => {
    late = true;
    bell.ring();
  }, waitMs);
  const off = live.onEnded(threadId, bell.ring);
  signal.addEventListener("abort", bell.ring);
  try {
    for (;;) {
      const state = await getThread(database, threadId);
      if (!state) throw new AppError("thread.not_found", `There is no thread ${threadId}`);
      if (late || signal.aborted || isFinal(state.thread_status)) return state;
      await bell.rung();
    }
  } finally {
    clearTimeout(timer);
    off();
    signal.removeEventListener("abort", bell.ring);
  }
}

/** A ring is not lost when nobody waits for it yet. */
function openBell() {
  let rang = false;
  let wake = () => {};
  return {
    ring: () => {
      rang = true;
      wake();
    },
    async rung(): Promise<void> {
      if (!rang) await new Promise<void>((resolve) => (wake = resolve));
      rang = false;
    },
  };
}
