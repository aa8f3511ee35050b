/** The files that are meant by paths: those named, and those in folders. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "./exits.ts";

export type Found = {
  /** In the order named; a folder's by name. */
  files: string[];
  /** What is in the folders and is no file, or cannot be read. */
  left: { path: string; why: string; isFault: boolean }[];
  /** Hidden ones that were not asked for. */
  hidden: number;
};

/** Throws where a path that was named is not there. */
export async function filesAt(paths: readonly string[], withHidden: boolean): Promise<Found> {
  const found: Found = { files: [], left: [], hidden: 0 };
  for (const one of paths) {
    const facts = await stat(one).catch((error: unknown) => {
      throw new UsageError(`${one} cannot be read: ${whyUnread(error, one)}`);
    });
    if (facts.isDirectory()) await walk(path.resolve(one), withHidden, found);
    else if (facts.isFile()) found.files.push(path.resolve(one));
    else throw new UsageError(`${one} is no file and no folder: write what comes from a pipe into a file first`);
  }
  return { ...found, files: [...new Set(found.files)] };
}

/** Links to files are files. Links to folders may lead in circles: they are left out, and told. */
async function walk(folder: string, withHidden: boolean, found: Found): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    found.left.push({ path: folder, why: whyUnread(error, folder), isFault: true });
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = path.join(folder, entry.name);
    if (entry.name.startsWith(".") && !withHidden) found.hidden++;
    else if (entry.isDirectory()) await walk(at, withHidden, found);
    else if (entry.isFile()) found.files.push(at);
    else await leave(at, entry, found);
  }
}

async function leave(at: string, entry: Dirent, { files, left }: Found): Promise<void> {
  if (!entry.isSymbolicLink()) {
    left.push({ path: at, why: "it is no file", isFault: false });
    return;
  }
  const facts = await stat(at).catch(() => null);
  if (facts?.isFile()) files.push(at);
  else if (facts) left.push({ path: at, why: "links to folders are not followed", isFault: false });
  else left.push({ path: at, why: "the link leads nowhere", isFault: true });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open: try a lower --at-once",
  EIO: "the disk it is on does not answer",
};

/** Of what the file system said, in words. */
export function whyUnread(error: unknown, file: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // Node shows a name that is no UTF-8 with these, and does not find it by them.
  if (code === "ENOENT" && file.includes("\ufffd")) return "its name is not in UTF-8: rename it";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
