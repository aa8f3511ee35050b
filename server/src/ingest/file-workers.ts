/** Who works on files in this process: so many at once, and no one's thousand files keep another's first waiting. */
import { AppError } from "../errors.ts";
import type { FileJobs, HeldFileJob } from "../store/file-jobs.ts";
import type { Live } from "../store/live.ts";

/** A third of the lease. */
const RENEW_EVERY_MS = 10_000;

/** Where other processes share the database, for what was not heard of. */
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
  let open = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  const begin = (held: HeldFileJob) => {
    const control = new AbortController();
    const ended = run(held, control.signal).finally(() => {
      running.delete(held.job.id);
      look();
    });
    running.set(held.job.id, { held, control, ended });
  };
  /** One place more than there are is for someone who has nothing at work: a file takes minutes at most, but not seconds. */
  const handOut = async (): Promise<void> => {
    while (open && running.size <= atOnce) {
      const newcomers = running.size === atOnce;
      const taken = await jobs.take(newcomers);
      if ("job" in taken) begin(taken);
      else return later(newcomers ? null : taken.nextMs);
    }
  };
  const later = (ms: number | null) => {
    clearTimeout(timer);
    const soonest = Math.min(ms ?? LONGEST_MS, jobs.alone ? LONGEST_MS : LOOK_EVERY_MS);
    if (open) timer = setTimeout(look, Math.min(soonest, LONGEST_MS)).unref();
  };
  const lookOn = async () => {
    while (open && again) {
      again = false;
      await handOut().catch((error: unknown) => {
        onFault("files that wait could not be looked for", error);
        later(LOOK_EVERY_MS);
      });
    }
  };
  const look = () => {
    again = true;
    looking ??= lookOn().finally(() => {
      looking = undefined;
      if (again && open) look();
    });
  };
  const renewing = setInterval(
    () => void renew(running, jobs).catch((error) => onFault("leases of files could not be renewed", error)),
    RENEW_EVERY_MS,
  ).unref();
  const offs = [
    live.onFileQueued(look),
    live.onFileStopped((fileId) => {
      for (const { held, control } of running.values())
        if (held.file.id === fileId) control.abort(new AppError("file.cancelled", "Reading it was cancelled"));
    }),
  ];
  const of = (fileId: string) => [...running.values()].filter(({ held }) => held.file.id === fileId);
  return {
    async start() {
      await jobs.reclaim();
      open = true;
      look();
    },
    left: (fileId) => Promise.all(of(fileId).map(({ ended }) => ended)).then(() => undefined),
    async drain() {
      open = false;
      for (const off of offs) off();
      clearTimeout(timer);
      await looking;
      for (const { control } of running.values())
        control.abort(new AppError("server.stopping", "The server is stopping"));
      await Promise.all([...running.values()].map(({ ended }) => ended));
      clearInterval(renewing);
    },
  };
}

/** A job that is not held any more has been taken away: by a cancellation elsewhere, or by another worker. */
async function renew(running: ReadonlyMap<string, Running>, jobs: FileJobs): Promise<void> {
  const asked = [...running.values()];
  if (asked.length === 0) return;
  const kept = new Set(await jobs.renew(asked.map(({ held }) => held)));
  for (const { held, control } of asked)
    if (!kept.has(held.job.id) && running.has(held.job.id))
      control.abort(new AppError("file.cancelled", "It is worked on elsewhere, or not at all"));
}
