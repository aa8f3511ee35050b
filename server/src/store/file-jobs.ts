/** Work on files: who has which job, how far it is, how it ends. The functions are those of migrations/043 and 044. */
import type { FileStage, FileWarning } from "@orchestratex/sdk/contract";
import { type Selectable, sql } from "kysely";
import { AppError } from "../errors.ts";
import type { Database } from "./database.ts";
import type { Live } from "./live.ts";
import type { FilesTable, ProcessingJobsTable } from "./tables-files.ts";
import { jsonText } from "./text-format.ts";

export type FileRow = Selectable<FilesTable>;

/** `read`: everything; `chunk`: from its blocks, anew; `embed`: its chunks, by another model. */
type JobKind = "read" | "chunk" | "embed";

/** How far a job has come for good: what was read is kept and has so many chunks, which go under `version`; searches see them. */
export type JobDetails = { chunks?: number; version?: number; shown?: true };

export type HeldFileJob = {
  job: Pick<Selectable<ProcessingJobsTable>, "id" | "epoch" | "attempt" | "max_attempts" | "stage_times"> & {
    kind: JobKind;
    details: JobDetails;
  };
  file: FileRow;
};

/** Stage -> milliseconds. */
export type StageTimes = Readonly<Record<string, number>>;

export type StageReport = {
  stage: FileStage;
  done: number;
  /** Null: not known. */
  total: number | null;
  stage_times: StageTimes;
  elapsed_ms: number;
  message: string;
  details?: JobDetails;
  /** What was learned of the file. */
  file?: Partial<Pick<FileRow, "type" | "mime" | "encoding" | "metadata" | "analysis" | "warnings" | "text_length">>;
  /** What is done will not be done again, whatever happens: the job has all its tries again. */
  advanced?: boolean;
};

export type JobEnd = {
  error_code?: string;
  error_message?: string;
  stage_times: StageTimes;
  elapsed_ms: number;
  message: string;
  embedding_model?: string;
  warnings?: FileWarning[];
  /** Its vectors are to be made later, by a job of their own. */
  embed_after_s?: number;
};

export type LetGo = {
  after_s: number;
  error_code?: string;
  error_message?: string;
  stage_times: StageTimes;
  /** Whether this was one of the tries it has. */
  counts: boolean;
};

type Shown = {
  version: number;
  chunk_count: number;
  chunking: { size: number; overlap: number };
  embedding_model: string | null;
};

/** What is told of a file that took its worker along, each time. */
const DEAD = "Each time it was read the server ended: it is not tried again by itself";

export type FileJobs = ReturnType<typeof openFileJobs>;

/** Everything that changes the state of a file, once its bytes are there. */
export function openFileJobs(database: Database, live: Live) {
  const alone = database.engine === "embedded";
  const ask = async <T extends object>(fn: string, argument: object): Promise<T & { code: string }> => {
    const { rows } = await sql<{ answer: T & { code: string } }>`
      select ${sql.raw(fn)}(${jsonText(argument)}::jsonb) as answer`.execute(database.sql);
    const answer = rows[0]?.answer;
    if (!answer) throw new Error(`${fn} has answered nothing`);
    return answer;
  };
  /** False when the job is another's by now, or nobody's. */
  const write = async (kind: string, { job, file }: HeldFileJob, what: object): Promise<boolean> => {
    const held = { file_id: file.id, job_id: job.id, epoch: job.epoch };
    const { code, last_seq } = await ask<{ last_seq?: number | null }>("file_write", { ...what, ...held, write: kind });
    if (last_seq) live.file(file.id, file.owner_id, last_seq);
    return code === "written";
  };
  return {
    alone,
    ...asked({ ask, live }),
    /** What earlier processes left: the folder's lock proves that none of them lives. */
    async reclaim(): Promise<void> {
      if (alone) await sql`select file_reclaim(true)`.execute(database.sql);
    },
    /** The next job; or in how many milliseconds there may be one: null, when one is added. */
    async take(newcomers: boolean): Promise<HeldFileJob | { nextMs: number | null }> {
      for (;;) {
        const answer = await ask<HeldFileJob & Told & { next_ms?: number | null }>("file_take", {
          ...{ alone, newcomers, dead: DEAD },
        });
        if (answer.code === "taken") return { job: answer.job, file: answer.file };
        if (answer.code === "none") return { nextMs: answer.next_ms ?? null };
        live.file(answer.file_id, answer.owner_id, answer.last_seq);
      }
    },
    /** Answers the ids of those that are still held. */
    async renew(held: readonly HeldFileJob[]): Promise<string[]> {
      const jobs = held.map(({ job }) => ({ job_id: job.id, epoch: job.epoch }));
      return (await ask<{ jobs: string[] }>("file_renew", { jobs })).jobs;
    },
    stage: (held: HeldFileJob, report: StageReport) => write("stage", held, report),
    show: (held: HeldFileJob, shown: Shown) => write("show", held, shown),
    close: (held: HeldFileJob, end: JobEnd) => write("close", held, end),
    letGo: (held: HeldFileJob, why: LetGo) => write("let_go", held, why),
  };
}

type Told = { file_id: string; owner_id: string; last_seq: number };

type Asking = {
  ask<T extends object>(fn: string, argument: object): Promise<T & { code: string }>;
  live: Live;
};

/** What others ask than its worker. */
const asked = ({ ask, live }: Asking) => ({
  /** Throws `file.not_found`, `file.running`, `upload.incomplete`. */
  async retry(fileId: string): Promise<void> {
    const { code } = await ask("file_retry", { file_id: fileId });
    if (code === "not_found") throw noFile(fileId);
    if (code === "uploading") throw new AppError("upload.incomplete", "Bytes of the file are missing: send them first");
    if (code === "running") throw new AppError("file.running", "The file is being worked on already");
    live.fileQueued(fileId);
  },
  /** Throws `file.not_found`, `file.not_running`. */
  async cancel(fileId: string, ownerId: string): Promise<void> {
    const why = { error_code: "file.cancelled", error_message: "Reading it was cancelled" };
    const { code, last_seq } = await ask<{ last_seq?: number }>("file_cancel", { file_id: fileId, ...why });
    if (code === "not_found") throw noFile(fileId);
    if (code === "not_running") throw new AppError("file.not_running", "Nothing is done with the file now");
    live.fileStopped(fileId);
    live.file(fileId, ownerId, last_seq ?? 0);
  },
  /** From now on it is not there for anybody; `store/file-erasing.ts` takes away what is left. False: it is not there at all. */
  async doom(fileId: string, ownerId: string): Promise<boolean> {
    const { code } = await ask("file_doom", { file_id: fileId });
    live.fileStopped(fileId);
    live.fileGone(fileId, ownerId);
    return code === "doomed";
  },
});

export const noFile = (id: string): AppError => new AppError("file.not_found", `There is no file ${id}`);
