/**
 * One process per data folder: PGlite has no lock of its own, and two processes corrupt a folder silently.
 *
 * The lock is the operating system's, held through an empty SQLite file (docs/decisions/0002-folder-lock.md): the kernel
 * lets go of it when the process dies, however it dies. POSIX locks fall when *any* handle of the file is closed in this
 * process, so nothing else may open `orchestratex.lock`, a backup neither.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../errors.ts";

const SQLITE_BUSY = 5;

/** A lock that is garbage would be let go of: these are not. */
const held = new Set<DatabaseSync>();

export type FolderLock = { release(): void };

/** Makes the folder when it is missing. Throws `store.locked` when someone holds it, this process included. */
export const lockFolder = (folder: string): FolderLock => {
  fs.mkdirSync(folder, { recursive: true });
  const real = fs.realpathSync(folder);
  const holderFile = path.join(real, "orchestratex.pid");
  const database = new DatabaseSync(path.join(real, "orchestratex.lock"), { timeout: 0 });
  try {
    // No journal: nothing is ever written to it.
    database.exec("pragma journal_mode = off; pragma locking_mode = exclusive; begin exclusive");
  } catch (cause) {
    database.close();
    throw isBusy(cause) ? locked(folder, holderFile) : cannotLock(folder, cause);
  }
  fs.writeFileSync(
    holderFile,
    JSON.stringify({ pid: process.pid, host: os.hostname(), since: new Date().toISOString() }),
  );
  held.add(database);
  return {
    release() {
      fs.rmSync(holderFile, { force: true });
      database.close();
      held.delete(database);
    },
  };
};

const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && (Number(cause.errcode) & 0xff) === SQLITE_BUSY;

const locked = (folder: string, holderFile: string): AppError =>
  new AppError(
    "store.locked",
    `The data folder ${folder} is in use by ${holderOf(holderFile)}. Stop that process, or set ORCHESTRATEX_DATA to another folder.`,
  );

/** Only for the message: the file is written after the lock is taken, so for a moment it may name the last holder. */
const holderOf = (holderFile: string): string => {
  try {
    const holder = JSON.parse(fs.readFileSync(holderFile, "utf8")) as { pid: number; host: string; since: string };
    const place = holder.host === os.hostname() ? "" : ` on ${holder.host}`;
    return `process ${holder.pid}${place} since ${holder.since}`;
  } catch {
    return "another process";
  }
};

const cannotLock = (folder: string, cause: unknown): AppError =>
  new AppError(
    "store.failed",
    `The data folder ${folder} cannot be locked: ${cause instanceof Error ? cause.message : String(cause)}. It must be writable, on a disk with file locks.`,
    { cause },
  );
