/** What all parts of uploading work with. */
import { AppError } from "../errors.ts";
import type { Blobs } from "./blobs/blobs.ts";
import type { Staging } from "./staging.ts";
import type { Range, Upload, UploadRows } from "./upload-rows.ts";

type UploadLimits = {
  maxBytes: number;
  /** Null: every type. */
  allowedTypes: readonly string[] | null;
  /** Of one user; null: any. */
  quotaBytes: number | null;
};

export type UploadMeans = {
  rows: UploadRows;
  staging: Staging;
  blobs: Promise<Blobs>;
  limits: UploadLimits;
  /** What a name lets expect; null: nothing, or source code. */
  typeByName(name: string): string | null;
  /** A file waits to be read. */
  fileQueued(fileId: string): void;
  /** The log of a file has grown. */
  told(fileId: string, ownerId: string, lastSeq: number): void;
  /** A file that was to be is no more. */
  gone(fileId: string, ownerId: string): void;
  onFault(message: string, error: unknown): void;
};

/** An unfinished upload that nobody sends to expires after it. */
export const EXPIRES_AFTER_HOURS = 24;

export const blobKeyOf = (fileId: string): string => `files/${fileId}`;

export const noFile = (id: string): AppError => new AppError("file.not_found", `There is no file ${id}`);

/** How far it has come without a gap from its beginning. */
export const contiguous = ({ received: [first] }: Upload): number => (first?.start === 0 ? first.end : 0);

export const covers = ({ received }: Upload, { start, end }: Range): boolean =>
  received.some((range) => range.start <= start && end <= range.end);

export async function ownUpload({ rows }: UploadMeans, ownerId: string, id: string): Promise<Upload> {
  const upload = await rows.find(id);
  if (upload?.owner_id !== ownerId) throw noFile(id);
  return upload;
}

/** Bytes are on the disk: from now on the database says so too. Throws `file.not_found` where the upload was dropped meanwhile. */
export async function record(
  { rows, told, staging }: UploadMeans,
  { id, owner_id }: Pick<Upload, "id" | "owner_id">,
  range: Range,
): Promise<void> {
  const answer = await rows.receive(id, range, EXPIRES_AFTER_HOURS);
  if (answer.code === "gone") {
    await staging.remove(id);
    throw noFile(id);
  }
  if (answer.last_seq !== null) told(id, owner_id, answer.last_seq);
}

export type Exclusively = <Result>(id: string, range: Range, work: () => Promise<Result>) => Promise<Result>;

/** One writer at a time for each byte of an upload: two that send the same differently must not end mixed on the disk. */
export function openLocks(): Exclusively {
  const held = new Map<string, Set<Range & { done: Promise<unknown> }>>();
  return async (id, range, work) => {
    const here = held.get(id) ?? new Set();
    held.set(id, here);
    for (;;) {
      const other = [...here].find(({ start, end }) => start < range.end && range.start < end);
      if (!other) break;
      await other.done.catch(() => undefined);
    }
    const done = work();
    const mine = { ...range, done };
    here.add(mine);
    try {
      return await done;
    } finally {
      here.delete(mine);
      if (here.size === 0 && held.get(id) === here) held.delete(id);
    }
  };
}
