/** Keys name blobs everywhere alike; they are made by us, and checked, as some of them become paths. */
import { AppError } from "../../errors.ts";

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/** Bytes; file systems take 255 of one name. */
const MOST = 250;

export const isKey = (key: string): boolean => key.length <= MOST && KEY.test(key);

export function checkKey(key: string): string {
  if (!isKey(key)) throw new AppError("internal", "A key of the blob store is not one of ours");
  return key;
}

export const bytesLost = (key: string, cause?: unknown): AppError =>
  new AppError("file.bytes_lost", `The bytes of ${key} are not where they were kept`, { cause });

export const systemCode = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** No room on the disk, or no more for us. */
export const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT", "EFBIG"].includes(systemCode(error));
