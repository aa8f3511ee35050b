/** How far a file is: written at each change of the stage, and at most about once a second in between. */
import type { FileStage } from "@orchestratex/sdk/contract";
import type { FileJobs, HeldFileJob, StageReport, StageTimes } from "../store/file-jobs.ts";

const EVERY_MS = 1_000;

const messages: Record<FileStage, string> = {
  detect: "Recognizing what it is",
  extract: "Reading its text",
  chunk: "Dividing its text into chunks",
  store: "Storing its chunks",
  embed: "Comparing its chunks by meaning",
};

type Options = {
  jobs: FileJobs;
  held: HeldFileJob;
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /** The job is another's, or nobody's: what is still done for it is in vain. */
  onLost(): void;
};

export type Progress = ReturnType<typeof openProgress>;

type More = Pick<StageReport, "details" | "file">;

export function openProgress({ jobs, held, now, onLost }: Options) {
  const times = openTimes(held.job.kind === "read" ? held.job.stage_times : {}, now);
  let latest = { done: 0, total: null as number | null, advanced: false };
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const write = async (stage: FileStage, at: typeof latest, more: More = {}): Promise<void> => {
    const when = { stage_times: times.all(), elapsed_ms: times.elapsedMs(), message: messages[stage] };
    if (!(await jobs.stage(held, { stage, ...at, ...when, ...more }))) onLost();
  };
  /** After what is being written. */
  const inTurn = (more?: More): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // As it is now: by its turn another stage may have begun.
    const [stage, at] = [times.stage(), latest];
    const turn = writing.then(() => (stage === null ? undefined : write(stage, at, more)));
    // What could not be told of progress is told with the next.
    writing = turn.catch(() => undefined);
    return turn;
  };
  return {
    /** A stage begins, and what was learned before is kept. */
    enter(stage: FileStage, total: number | null, more?: More): Promise<void> {
      times.enter(stage);
      latest = { done: 0, total, advanced: more?.details !== undefined };
      return inTurn(more);
    },
    /** `advanced`: what is done is done for good. */
    at(stage: FileStage, done: number, total: number | null, advanced = false): void {
      const changed = times.enter(stage);
      latest = { done, total, advanced };
      if (changed) void inTurn().catch(() => undefined);
      else timer ??= setTimeout(() => void inTurn().catch(() => undefined), EVERY_MS).unref();
    },
    /** As measured where the work was done. */
    measured: times.measured,
    /** Writes no more; answers what is to stand beside the end. */
    async end(): Promise<{ stage_times: StageTimes; elapsed_ms: number }> {
      clearTimeout(timer);
      await writing;
      return { stage_times: times.all(), elapsed_ms: times.elapsedMs() };
    },
  };
}

/** Milliseconds by stage; a stage that is taken up again goes on from what it had. */
function openTimes(before: StageTimes, now: () => number) {
  const spent: Record<string, number> = { ...before };
  let stage: FileStage | null = null;
  let since = now();
  const settle = () => {
    if (stage !== null) spent[stage] = Math.round((spent[stage] ?? 0) + now() - since);
    since = now();
  };
  const all = (): StageTimes => {
    settle();
    return { ...spent };
  };
  return {
    all,
    stage: () => stage,
    elapsedMs: () => Object.values(all()).reduce((sum, ms) => sum + ms, 0),
    /** True when it is another one than before. */
    enter(next: FileStage): boolean {
      if (next === stage) return false;
      settle();
      stage = next;
      return true;
    },
    measured(times: StageTimes): void {
      settle();
      for (const [name, ms] of Object.entries(times)) spent[name] = Math.round(ms);
    },
  };
}
