/** A file as it is shown, and whose it is. Others' files do not exist, as far as the answer tells. */
import { Id, type StoredFile } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { type FaultCode, faultCodes, faultOf } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { noFile } from "../store/file-jobs.ts";
import { findFile, type ShownFile } from "../store/files.ts";
import { meaningOf } from "./faults.ts";

export const FilePath = z.object({ file_id: Id.toLowerCase() });

/** Throws `file.not_found`. An upload that was a duplicate names the file that was there. */
export async function ownFile(database: Database, userId: string, id: string): Promise<ShownFile> {
  const file = await findFile(database, userId, id);
  if (!file) throw noFile(id);
  return file;
}

export function storedFile(row: ShownFile): StoredFile {
  const { received_bytes, blob_key: _, owner_id: __, chunk_version, chunking: ___, last_seq: ____, ...file } = row;
  const { deleted_at: _____, error_code, error_message, ...shown } = file;
  return {
    ...shown,
    stage: shown.stage as StoredFile["stage"],
    received: shown.status === "uploading" ? (received_bytes ?? 0) : shown.size,
    searchable: chunk_version > 0 && shown.chunk_count > 0,
    error: error_code === null ? null : errorOf(error_code, error_message ?? ""),
  };
}

/** A code of an older version is still told. */
function errorOf(code: string, message: string): NonNullable<StoredFile["error"]> {
  if (!isCode(code)) return { code, message, remedy: "", retry: false };
  return { code, message, remedy: meaningOf(code), retry: faultOf(code).retry };
}

const isCode = (code: string): code is FaultCode => (faultCodes as readonly string[]).includes(code);
