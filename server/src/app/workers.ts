/** Who works on threads in this process: so many at once, woken when one is accepted, and by a sweep for what was left lying. */
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { AlarmClock } from "../store/alarm.ts";
import type { Bridge } from "../store/bridge.ts";
import { type Jobs, openJobs } from "../store/jobs.ts";
import { unfinishedThreads } from "../store/threads.ts";
import { openLeases } from "./leases.ts";
import { openPartials } from "./partials.ts";
import { runThread, type Workshop } from "./threads.ts";

const SWEEP_EVERY_MS = 30_000;

export type Workers = {
  load(): { queued: number; running: number };
  /** Begin with what earlier processes left unfinished. */
  start(): Promise<void>;
  /** Take no more; calls under way have their time to end, then they are aborted. Resolves when nothing runs. */
  drain(): Promise<void>;
};

type Options = Omit<Workshop, "leases" | "partials" | "draining" | "stopping"> & {
  threadsAtOnce: number;
  drainMs: number;
  /** The server that other processes may share; null: the embedded database, which is this process's alone. */
  databaseUrl: string | null;
};

export function openWorkers({ threadsAtOnce, drainMs, databaseUrl, ...shop }: Options): Workers {
  const { database, books, live, onFault } = shop;
  const draining = new AbortController();
  const stopping = new AbortController();
  const leases = openLeases({ books, onFault: (error) => onFault("leases could not be renewed", error, null) });
  const partials = openPartials({
    books,
    live,
    onFault: (error) => onFault("texts so far were not saved", error, null),
  });
  const workshop: Workshop = { ...shop, leases, partials, draining: draining.signal, stopping: stopping.signal };
  const jobs = openJobs(threadsAtOnce, (threadId, taken) => runThread(workshop, threadId, taken));

  let shared: Shared | null = null;
  const sweep = async () => {
    const lying = await books.sweep();
    if (shared) shared.clock.ring();
    else for (const threadId of lying) if (!jobs.has(threadId)) jobs.add(threadId);
  };
  const timer = setInterval(
    () => void sweep().catch((error) => onFault("threads left lying could not be looked for", error, null)),
    SWEEP_EVERY_MS,
  ).unref();
  const off = live.onQueued((threadId) => (shared ? shared.clock.ring() : jobs.add(threadId)));

  return {
    load: () => ({ queued: jobs.queued(), running: jobs.running() }),
    async start() {
      if (databaseUrl !== null) {
        shared = await patiently(() => share(databaseUrl, jobs, shop), shop, draining.signal);
        return sweep();
      }
      // The folder's lock proves that their workers are dead, whatever their leases say.
      for (const { thread_id } of await unfinishedThreads(database)) jobs.add(thread_id);
    },
    async drain() {
      off();
      clearInterval(timer);
      draining.abort();
      const stop = () => stopping.abort(new AppError("server.stopping", "the server is stopping"));
      const grace = setTimeout(stop, drainMs);
      await shared?.clock.silence();
      await jobs.close();
      clearTimeout(grace);
      leases.close();
      partials.close();
      await shared?.bridge.close();
      await shared?.clock.close();
    },
  };
}

const AGAIN_MS = 2_000;

/** The server may be away again a moment after it was there. */
async function patiently<T>(work: () => Promise<T>, shop: Pick<Options, "onFault">, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      shop.onFault("the work cannot be shared with other processes yet", error, null);
      await pause(AGAIN_MS);
    }
  }
}

type Shared = { clock: AlarmClock; bridge: Bridge };

async function share(
  url: string,
  jobs: Jobs,
  { database, live, onFault }: Pick<Options, "database" | "live" | "onFault">,
): Promise<Shared> {
  const { openAlarmClock } = await import("../store/alarm.ts");
  const { openBridge } = await import("../store/bridge.ts");
  const clock = await openAlarmClock({
    url,
    jobs,
    onFault: (error) => onFault("the alarm clock has a fault", error, null),
  });
  const bridge = openBridge({
    ...{ database, url, live },
    onFault: (error) => onFault("wake-ups of other processes may come late", error, null),
  });
  return { clock, bridge };
}
