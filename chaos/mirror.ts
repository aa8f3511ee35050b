/**
 * A preload for the process under test (`node --import chaos/mirror.ts`): beside the data folder it keeps what a disk would
 * have kept for certain. Each flush of a file copies what was written since to `content/`; what is made, renamed and removed
 * goes to a journal, for `compose.ts` to decide how much of it a power cut left. Only the database's thread writes the folder.
 *
 * `CHAOS_CUT`: `flush:N`, dies in the middle of the Nth flush; `control:N`, right after pg_control was flushed the Nth time.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

export const BLOCK = 4096;

export type Step =
  | { op: "create" | "mkdir" | "unlink" | "rmdir" | "dirsync"; path: string; id?: string }
  | { op: "rename"; from: string; to: string }
  | { op: "sync"; id: string };

/** A file's name in `content/` and `gone/`, for a file that was there at the start. */
export const idOf = (relative: string): string => `p${relative.replaceAll("/", "%")}`;

const root = process.env["CHAOS_ROOT"];
const mirror = process.env["CHAOS_MIRROR"];
if (!isMainThread && root && mirror) install(root, mirror);

type Open = { id: string; path: string };

function install(folder: string, kept: string): void {
  const real = { ...fs };
  const ids = new Map<string, string>();
  const open = new Map<number, Open>();
  const dirty = new Map<string, Set<number>>();
  const journal = real.openSync(path.join(kept, "journal.jsonl"), "a");
  const tell = (step: Step) => void real.writeSync(journal, `${JSON.stringify(step)}\n`);
  const inside = (name: fs.PathLike): string | null => {
    const relative = path.relative(folder, path.resolve(String(name)));
    return relative === "" || relative.startsWith("database") ? relative : null;
  };
  const known = (relative: string): string => ids.get(relative) ?? idOf(relative);
  let made = 0;
  const create = (relative: string) => {
    const id = `n${++made}`;
    ids.set(relative, id);
    tell({ op: "create", path: relative, id });
  };
  const keep = (relative: string) => {
    try {
      real.linkSync(path.join(folder, relative), path.join(kept, "gone", known(relative)));
    } catch {
      // It was kept before, or was never there.
    }
  };
  const death = deathBy(process.env["CHAOS_CUT"]);

  const flush = (fd: number) => {
    const file = open.get(fd);
    if (!file) return;
    if (real.fstatSync(fd).isDirectory()) return tell({ op: "dirsync", path: file.path });
    const blocks = [...(dirty.get(file.id) ?? [])];
    dirty.delete(file.id);
    const target = real.openSync(path.join(kept, "content", file.id), real.constants.O_RDWR | real.constants.O_CREAT);
    for (const [place, block] of blocks.entries()) {
      if (place >= blocks.length / 2) death("flush", false);
      const bytes = Buffer.alloc(BLOCK);
      const length = real.readSync(fd, bytes, 0, BLOCK, block * BLOCK);
      real.writeSync(target, bytes, 0, length, block * BLOCK);
    }
    real.ftruncateSync(target, real.fstatSync(fd).size);
    real.closeSync(target);
    tell({ op: "sync", id: file.id });
    death("flush", true);
    if (file.path.endsWith("global/pg_control")) death("control", true);
  };

  Object.assign(fs, {
    openSync(name: fs.PathLike, flags: fs.OpenMode = "r", mode?: fs.Mode) {
      const relative = inside(name);
      const existed = relative !== null && real.existsSync(name);
      const fd = real.openSync(name, flags, mode);
      if (relative === null) return fd;
      if (!existed) create(relative);
      open.set(fd, { id: known(relative), path: relative });
      return fd;
    },
    closeSync(fd: number) {
      open.delete(fd);
      real.closeSync(fd);
    },
    writeSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: number) {
      const written = real.writeSync(fd, bytes, offset, length, position);
      const file = open.get(fd);
      if (!file) return written;
      const blocks = dirty.get(file.id) ?? new Set();
      dirty.set(file.id, blocks);
      for (let block = Math.floor(position / BLOCK); block * BLOCK < position + written; block++) blocks.add(block);
      return written;
    },
    writeFileSync(name: fs.PathLike, text: string, options: fs.WriteFileOptions) {
      const relative = inside(name);
      const existed = relative !== null && real.existsSync(name);
      real.writeFileSync(name, text, options);
      if (relative !== null && !existed) create(relative);
    },
    mkdirSync(name: fs.PathLike, options: fs.MakeDirectoryOptions) {
      const relative = inside(name);
      const existed = real.existsSync(name);
      const result = real.mkdirSync(name, options);
      if (relative !== null && !existed) tell({ op: "mkdir", path: relative });
      return result;
    },
    renameSync(from: fs.PathLike, to: fs.PathLike) {
      const [before, after] = [inside(from), inside(to)];
      if (after !== null && real.existsSync(to)) keep(after);
      real.renameSync(from, to);
      if (before === null || after === null) return;
      for (const [name, id] of ids)
        if (name.startsWith(`${before}/`)) {
          ids.delete(name);
          ids.set(after + name.slice(before.length), id);
        }
      ids.set(after, known(before));
      ids.delete(before);
      tell({ op: "rename", from: before, to: after });
    },
    unlinkSync(name: fs.PathLike) {
      const relative = inside(name);
      if (relative !== null) keep(relative);
      real.unlinkSync(name);
      if (relative !== null) tell({ op: "unlink", path: relative });
    },
    rmdirSync(name: fs.PathLike) {
      const relative = inside(name);
      real.rmdirSync(name);
      if (relative !== null) tell({ op: "rmdir", path: relative });
    },
    fsyncSync(fd: number) {
      real.fsyncSync(fd);
      flush(fd);
    },
    fdatasyncSync(fd: number) {
      real.fdatasyncSync(fd);
      flush(fd);
    },
  } satisfies Partial<Record<keyof typeof fs, unknown>>);
  syncBuiltinESMExports();
}

/** `whole`: the flush is over; else it is half done. */
function deathBy(spec: string | undefined): (kind: "flush" | "control", whole: boolean) => void {
  const [kind, times = "1"] = (spec ?? "").split(":");
  let left = Number(times);
  return (passed, whole) => {
    if (passed !== kind) return;
    if (whole) left--;
    if ((passed === "flush" && !whole && left === 1) || (passed === "control" && left === 0))
      process.kill(process.pid, "SIGKILL");
  };
}
