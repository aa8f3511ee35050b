/** How far an upload is, in chunks. Pure. */
import type { UploadState } from "@orchestratex/sdk/contract";
import type { Range, Upload } from "./upload-rows.ts";

/** More are not named: whoever has sent these asks again. */
const MOST_MISSING = 1_000;

type Complete = { id: string; size: number; chunk_size: number };

/** Of an upload; or of a file that is there, which may be a duplicate. */
export function stateOf(upload: Upload): UploadState;
export function stateOf(file: Complete, duplicate: boolean): UploadState;
export function stateOf(of: Upload | Complete, duplicate = false): UploadState {
  const open = "completed_at" in of && of.completed_at === null ? of : null;
  const { size, chunk_size } = of;
  const chunks = Math.ceil(size / chunk_size);
  const ranges = open ? open.received : [{ start: 0, end: size }];
  const received = ranges.flatMap((range) => chunksIn(range, size, chunk_size));
  const file_id = "file_id" in of ? of.file_id : of.id;
  return {
    ...{ file_id, chunk_size, chunks, received, missing: missingOf(received, chunks) },
    ...{ received_bytes: open ? open.received_bytes : size, size, complete: open === null },
    duplicate: duplicate || file_id !== of.id,
    expires_at: open?.expires_at ?? null,
  };
}

/** Those that lie in it as a whole. */
function chunksIn({ start, end }: Range, size: number, chunkSize: number): number[] {
  const first = Math.ceil(start / chunkSize);
  const after = end === size ? Math.ceil(size / chunkSize) : Math.floor(end / chunkSize);
  return Array.from({ length: Math.max(0, after - first) }, (_, place) => first + place);
}

/** `received` in order. */
function missingOf(received: readonly number[], chunks: number): number[] {
  const missing: number[] = [];
  let next = 0;
  for (const index of [...received, chunks]) {
    for (; next < index && missing.length < MOST_MISSING; next++) missing.push(next);
    next = index + 1;
  }
  return missing;
}
