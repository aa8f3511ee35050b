/** Bytes on their way in: where they wait, where they are kept, and who is told. */
import type { Logger } from "pino";
import type { FileConfig } from "../config-files.ts";
import { typeByName } from "../ingest/types.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { Database } from "../store/database.ts";
import { openStaging } from "../store/staging.ts";
import { uploadRows } from "../store/upload-rows.ts";
import { openUploads, type Uploads } from "../store/uploads.ts";

type Options = {
  database: Database;
  files: Pick<FileConfig, "dir" | "maxBytes" | "allowedTypes" | "quotaBytes">;
  blobs: Promise<Blobs>;
  log: Logger;
  /** A file waits to be read. */
  fileQueued(fileId: string): void;
  /** A file's log has grown. */
  told(fileId: string, ownerId: string, lastSeq: number): void;
  /** A file that was to be is no more. */
  gone(fileId: string, ownerId: string): void;
};

export const uploadsIn = ({ database, files, log, ...rest }: Options): Uploads =>
  openUploads({
    ...rest,
    rows: uploadRows(database),
    staging: openStaging(files.dir),
    limits: { maxBytes: files.maxBytes, allowedTypes: files.allowedTypes, quotaBytes: files.quotaBytes },
    typeByName,
    onFault: (message, error) => log.error({ err: error }, message),
  });
