/**
 * A preload for the process under test (`node --import chaos/mirror.ts`): beside the data folder it keeps what a disk would
 * have kept for certain. Each flush of a file copies what was written since to `content/`; what is made, renamed and removed
 * goes to a journal, for `compose.ts` to decide how much of it a power cut left. Only the database's thread writes the folder.
 *
 * `CHAOS_CUT`: `flush:N`, dies in the middle of the Nth flush of the log; `data:N`, of the Nth of a table, in a checkpoint;
 * `control:N`, right after pg_control was flushed the Nth time.
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
type Open = { id: string; path: string };

const real = { ...fs };

type Keeper = ReturnType<typeof keeperOf>;

/** What is known of the folder, and what is told of it. */
function keeperOf(folder: string, kept: string) {
  const ids = new Map<string, string>();
  const journal = real.openSync(path.join(kept, "journal.jsonl"), "a");
  const tell = (step: Step) => void real.writeSync(journal, `${JSON.stringify(step)}\n`);
  const known = (relative: string): string => ids.get(relative) ?? idOf(relative);
  let made = 0;
  return {
    open: new Map<number, Open>(),
    dirty: new Map<string, Set<number>>(),
    tell,
    known,
    content: (id: string) => path.join(kept, "content", id),
    /** Its name in the folder, when it is of the database. */
    inside(name: fs.PathLike): string | null {
      const relative = path.relative(folder, path.resolve(String(name)));
      return relative === "" || relative.startsWith("database") ? relative : null;
    },
    create(relative: string) {
      const id = `n${++made}`;
      ids.set(relative, id);
      tell({ op: "create", path: relative, id });
    },
    /** What is removed stays within reach: its removal may not have got to the disk. */
    keep(relative: string) {
      try {
        real.linkSync(path.join(folder, relative), path.join(kept, "gone", known(relative)));
      } catch {
        // It was kept before, or was never there.
      }
    },
    move(before: string, after: string) {
      for (const [name, id] of [...ids])
        if (name.startsWith(`${before}/`)) {
          ids.delete(name);
          ids.set(after + name.slice(before.length), id);
        }
      ids.set(after, known(before));
      ids.delete(before);
      tell({ op: "rename", from: before, to: after });
    },
  };
}

function install(folder: string, kept: string): void {
  const keeper = keeperOf(folder, kept);
  const flush = flusher(keeper, deathBy(process.env["CHAOS_CUT"]));
  Object.assign(fs, contentsOver(keeper), namesOver(keeper), {
    fsyncSync(fd: number) {
      real.fsyncSync(fd);
      flush(fd);
    },
    fdatasyncSync(fd: number) {
      real.fdatasyncSync(fd);
      flush(fd);
    },
  });
  syncBuiltinESMExports();
}

/** Takes what was written since the last flush of the file to where it is safe. */
function flusher({ open, dirty, tell, content }: Keeper, death: Death): (fd: number) => void {
  return (fd) => {
    const file = open.get(fd);
    if (!file) return;
    if (real.fstatSync(fd).isDirectory()) return tell({ op: "dirsync", path: file.path });
    const blocks = [...(dirty.get(file.id) ?? [])];
    dirty.delete(file.id);
    const target = real.openSync(content(file.id), real.constants.O_RDWR | real.constants.O_CREAT);
    for (const [place, block] of blocks.entries()) {
      if (place === blocks.length >> 1) death(file.path, "half");
      const bytes = Buffer.alloc(BLOCK);
      const length = real.readSync(fd, bytes, 0, BLOCK, block * BLOCK);
      real.writeSync(target, bytes, 0, length, block * BLOCK);
    }
    real.ftruncateSync(target, real.fstatSync(fd).size);
    real.closeSync(target);
    tell({ op: "sync", id: file.id });
    death(file.path, "done");
  };
}

const contentsOver = ({ open, dirty, inside, create, known }: Keeper) => ({
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
});

const namesOver = ({ tell, inside, keep, move }: Keeper) => ({
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
    if (before !== null && after !== null) move(before, after);
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
});

type Death = (file: string, how: "half" | "done") => void;

/** Where in the folder, and when in its flush, each kind of cut is. */
const cuts: Readonly<Record<string, readonly [place: RegExp, how: "half" | "done"]>> = {
  flush: [/pg_wal/, "half"],
  data: [/base\//, "half"],
  control: [/global\/pg_control$/, "done"],
};

function deathBy(spec = ""): Death {
  const [kind = "", times = "1"] = spec.split(":");
  const cut = cuts[kind];
  let left = Number(times);
  return (file, how) => {
    if (cut?.[0].test(file) && cut[1] === how && --left === 0) process.kill(process.pid, "SIGKILL");
  };
}

if (!isMainThread && root && mirror) install(root, mirror);
