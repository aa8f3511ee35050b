/** The server asks itself: a fixed prompt through the door, the journal, a worker, the engine and simulated models, and back. */
import { type AskPrompt, isFinal, type SelfTest } from "@orchestratex/sdk/contract";
import { stateWithin } from "../api/waiting.ts";
import { AppError } from "../errors.ts";
import { eventsAfter } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import { eraseOldTests, eraseTest, SELF_TEST_USER } from "../store/self-test.ts";
import { getSession } from "../store/sessions.ts";
import { getThreadDetail } from "../store/thread-detail.ts";
import { type Asking, ask, newSession } from "./asking.ts";
import { type Seen, verdicts } from "./self-test-steps.ts";

export type SelfTester = {
  asking: Asking;
  live: Live;
  load(): { queued: number; running: number };
  threadsAtOnce: number;
  withinMs: number;
  stopping: AbortSignal;
  /** Something could not be erased. */
  onFault(error: unknown): void;
};

/** Refined once at least: nothing simulated is ever as good as this asks. */
const ASKED: AskPrompt = {
  prompt: "Explain in a few sentences why the sky is blue at noon and red in the evening.",
  ...{ mode: "checked", evaluators: 2, max_iterations: 2, quality_threshold: 10, context_mode: "none" },
};

/** One at a time: who asks meanwhile gets the same result. */
export function openSelfTest(tester: SelfTester): () => Promise<SelfTest> {
  let running: Promise<SelfTest> | undefined;
  return () => {
    running ??= test(tester).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function test(tester: SelfTester): Promise<SelfTest> {
  const tested_at = new Date().toISOString();
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const seen: Seen = { askedAt: 0, acceptedAt: null, thread: null, session: null, events: [], fault: null };
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, tester.withinMs);
  const walk = walkThrough(tester, seen, elapsed).catch((error: unknown) => {
    seen.fault = error instanceof AppError ? error.message : "something failed on our side; the log has it";
    if (!(error instanceof AppError)) tester.onFault(error);
  });
  await Promise.race([walk, over.promise]);
  clearTimeout(timer);
  tester.stopping.throwIfAborted();
  const steps = verdicts(seen, { ...tester.load(), atOnce: tester.threadsAtOnce });
  const ok = steps.every((step) => step.ok);
  return { ok, simulated: true, cost: 0, total_time: elapsed(), steps, tested_at };
}

/** Left for the reading once the thread has not ended in time. */
const READING_MS = 500;

async function walkThrough(tester: SelfTester, seen: Seen, elapsed: () => number): Promise<void> {
  const { asking, live, withinMs, stopping } = tester;
  const { database } = asking;
  await eraseOldTests(database);
  const session = await newSession(asking, SELF_TEST_USER, { settings: { cost_limit: 1, deadline_ms: 10_000 } }, null);
  let threadId: string | null = null;
  try {
    seen.askedAt = elapsed();
    threadId = await ask(asking, SELF_TEST_USER, { ...ASKED, session_id: session.id }, null);
    seen.acceptedAt = elapsed();
    const left = Math.max(0, withinMs - READING_MS - elapsed());
    await stateWithin({ database, live }, threadId, left, stopping);
    seen.events = await eventsAfter(database, threadId, 0, 1_000);
    seen.thread = (await getThreadDetail(database, threadId)) ?? null;
    seen.session = (await getSession(database, session.id)) ?? null;
  } finally {
    const ended = seen.thread !== null && isFinal(seen.thread.thread_status);
    const erased = ended ? eraseTest(database, session.id) : stopAndErase(tester, session.id, threadId);
    erased.catch(tester.onFault);
    if (ended) await erased.catch(() => undefined);
  }
}

const TO_STOP_MS = 30_000;

async function stopAndErase({ asking, live, stopping }: SelfTester, sessionId: string, threadId: string | null) {
  if (threadId !== null) {
    await asking.books.stop(threadId, "now").catch(() => undefined);
    await stateWithin({ database: asking.database, live }, threadId, TO_STOP_MS, stopping);
  }
  await eraseTest(asking.database, sessionId);
}
