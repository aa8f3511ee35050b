/** Who works on files in this process: so many at once, and no one's thousand files keep another's first waiting. */
import { AppError } from "../errors.ts";
import type { FileJobs, HeldFileJob } from "../store/file-jobs.ts";
import type { Live } from "../store/live.ts";

/** A third of the lease. */
const RENEW_EVERY_MS = 10_000;

/** Where other processes share the database, for what was not heard of; and after a look that failed. */
const LOOK_EVERY_MS = 1_000;

/** The longest a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

type Options = {
  jobs: FileJobs;
  live: Live;
  atOnce: number;
  /** Never throws; leaves soon after the signal. */
  run(held: HeldFileJob, signal: AbortSignal): Promise<void>;
  onFault(message: string, error: unknown): void;
};

export type FileWorkers = {
  /** Begin with what earlier processes left unfinished. */
  start(): Promise<void>;
  /** Resolves when nobody here works on the file. */
  left(fileId: string): Promise<void>;
  /** Take no more, let go of what runs: it is gone on with at the next start. */
  drain(): Promise<void>;
};

type Running = { held: HeldFileJob; control: AbortController; ended: Promise<void> };

export function openFileWorkers({ jobs, live, atOnce, run, onFault }: Options): FileWorkers {
  const running = new Map<string, Running>();
  const begin = (held: HeldFileJob) => {
    const control = new AbortController();
    const ended = run(held, control.signal).finally(() => {
      running.delete(held.job.id);
      lookout.look();
    });
    running.set(held.job.id, { held, control, ended });
  };
  /** One place more than there are is for someone who has nothing at work. Answers in how many milliseconds to look again; null: when told. */
  const handOut = async (): Promise<number | null> => {
    for (;;) {
      const newcomers = running.size >= atOnce;
      if (running.size > atOnce) return null;
      const taken = await jobs.take(newcomers);
      if (!("job" in taken)) return newcomers ? null : taken.nextMs;
      begin(taken);
    }
  };
  const mostMs = jobs.alone ? LONGEST_MS : LOOK_EVERY_MS;
  const lookout = openLookout(handOut, mostMs, (error) => onFault("files that wait could not be looked for", error));
  const renewing = setInterval(
    () => void renew(running, jobs).catch((error) => onFault("leases of files could not be renewed", error)),
    RENEW_EVERY_MS,
  ).unref();
  const stop = (reason: AppError, which: (one: Running) => boolean) => {
    for (const one of running.values()) if (which(one)) one.control.abort(reason);
  };
  const offs = [
    live.onFileQueued(lookout.look),
    live.onFileStopped((fileId) => stop(cancelled(), ({ held }) => held.file.id === fileId)),
  ];
  const ends = (which: (one: Running) => boolean) =>
    Promise.all([...running.values()].filter(which).map(({ ended }) => ended)).then(() => undefined);
  return {
    async start() {
      await jobs.reclaim();
      lookout.open();
    },
    left: (fileId) => ends(({ held }) => held.file.id === fileId),
    async drain() {
      for (const off of offs) off();
      await lookout.close();
      stop(new AppError("server.stopping", "The server is stopping"), () => true);
      await ends(() => true);
      clearInterval(renewing);
    },
  };
}

const cancelled = () => new AppError("file.cancelled", "It is worked on elsewhere, or not at all");

/** Looks one at a time: when told, and after the time that the last look named. */
function openLookout(handOut: () => Promise<number | null>, mostMs: number, onFault: (error: unknown) => void) {
  let open = false;
  let told = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const work = async () => {
    while (open && told) {
      told = false;
      const nextMs = await handOut().catch((error: unknown) => {
        onFault(error);
        return LOOK_EVERY_MS;
      });
      clearTimeout(timer);
      timer = setTimeout(look, Math.min(nextMs ?? mostMs, mostMs)).unref();
    }
  };
  const look = () => {
    told = true;
    looking ??= work().finally(() => {
      looking = undefined;
      if (told && open) look();
    });
  };
  return {
    look,
    open() {
      open = true;
      look();
    },
    async close() {
      open = false;
      clearTimeout(timer);
      await looking;
      clearTimeout(timer);
    },
  };
}

/** A job that is not held any more has been taken away: by a cancellation elsewhere, or by another worker. */
async function renew(running: ReadonlyMap<string, Running>, jobs: FileJobs): Promise<void> {
  const asked = [...running.values()];
  if (asked.length === 0) return;
  const kept = new Set(await jobs.renew(asked.map(({ held }) => held)));
  for (const { held, control } of asked)
    if (!kept.has(held.job.id) && running.has(held.job.id)) control.abort(cancelled());
}
