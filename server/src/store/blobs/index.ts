/** The kinds of places there are for bytes, and which one is in use. */
import type { Logger } from "pino";
import type { Blobs } from "./blobs.ts";
import { diskBlobs } from "./disk.ts";
import type { Bucket } from "./s3.ts";

export type BlobPlace = {
  /** A folder of this machine: of the bytes themselves, or of those on their way. */
  dir: string;
  /** Null: the folder. */
  s3: Bucket | null;
};

/** The client of a bucket is read only where there is one. */
export async function openBlobs({ dir, s3 }: BlobPlace, log: Logger): Promise<Blobs> {
  if (s3 === null) return diskBlobs(dir);
  const { s3Blobs } = await import("./s3.ts");
  return s3Blobs(s3, dir, (what) => log.warn(what, "the bucket of the files failed"));
}
