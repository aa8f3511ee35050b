/** The folder as a disk might have left it at a power cut: from what was flushed for certain, and what may or may not have got there. */
import fs from "node:fs";
import path from "node:path";
import type { Chance } from "./chance.ts";
import { BLOCK, idOf, type Step } from "./mirror.ts";

/** `none` of what was not flushed is there, `all` of it, or block by block some. */
export type Mode = "none" | "all" | "mixed";

/** How the names of files become durable: by the flush of their folder alone, or by any flush, in order (as on ext4). */
export type Names = "by_folder" | "in_order";

const FOLDER = "/";

/** Path -> id of the file there, or that it is a folder. */
type Tree = Map<string, string>;

/** Begin a mirror of what is in the folder: all of it counts as flushed. */
export function beginMirror(folder: string, mirror: string): void {
  fs.rmSync(mirror, { recursive: true, force: true });
  for (const name of ["content", "gone"]) fs.mkdirSync(path.join(mirror, name), { recursive: true });
  const tree: [string, string][] = [];
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const relative = path.relative(folder, path.join(entry.parentPath, entry.name));
    if (!relative.startsWith("database")) continue;
    tree.push([relative, entry.isDirectory() ? FOLDER : idOf(relative)]);
    if (entry.isFile()) fs.copyFileSync(path.join(folder, relative), path.join(mirror, "content", idOf(relative)));
  }
  fs.writeFileSync(path.join(mirror, "start.json"), JSON.stringify(tree));
}

/** Replaces the folder. Answers how many blocks and names were lost. */
export function cutPower(
  folder: string,
  mirror: string,
  { chance, mode, names }: { chance: Chance; mode: Mode; names: Names },
) {
  const start = JSON.parse(fs.readFileSync(path.join(mirror, "start.json"), "utf8")) as [string, string][];
  const steps = journalOf(mirror);
  const now: Tree = new Map(start);
  for (const step of steps) apply(now, step);
  const { tree, lostNames } = durable(new Map(start), steps, chance, mode, names);
  const places = new Map([...now].map(([name, id]) => [id, path.join(folder, name)]));
  const draft = `${folder}.cut`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft);
  let lostBlocks = 0;
  for (const [name, id] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const target = path.join(draft, name);
    // Its folder was never made.
    if (!fs.existsSync(path.dirname(target))) continue;
    if (id === FOLDER) {
      fs.mkdirSync(target, { mode: 0o700 });
      continue;
    }
    const flushed = read(path.join(mirror, "content", id));
    const current = read(places.get(id) ?? path.join(mirror, "gone", id)) ?? flushed;
    const { bytes, lost } = blend(flushed ?? Buffer.alloc(0), current ?? Buffer.alloc(0), mode, chance);
    lostBlocks += lost;
    fs.writeFileSync(target, bytes, { mode: 0o600 });
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(draft, folder);
  return { lostBlocks, lostNames };
}

const read = (file: string): Buffer | null => {
  try {
    return fs.readFileSync(file);
  } catch {
    return null;
  }
};

/** The last line may have been cut short by the kill. */
const journalOf = (mirror: string): Step[] => {
  const lines = (read(path.join(mirror, "journal.jsonl")) ?? Buffer.alloc(0)).toString().split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Step);
};

function apply(tree: Tree, step: Step): void {
  if (step.op === "create") tree.set(step.path, step.id ?? "");
  else if (step.op === "mkdir") tree.set(step.path, FOLDER);
  else if (step.op === "unlink" || step.op === "rmdir") tree.delete(step.path);
  else if (step.op === "rename") {
    for (const [name, id] of [...tree]) {
      if (name !== step.from && !name.startsWith(`${step.from}/`)) continue;
      tree.delete(name);
      tree.set(step.to + name.slice(step.from.length), id);
    }
  }
}

function durable(
  tree: Tree,
  steps: readonly Step[],
  chance: Chance,
  mode: Mode,
  names: Names,
): { tree: Tree; lostNames: number } {
  const pending = new Map<string, Step[]>();
  const settle = (folder: string, count = Number.POSITIVE_INFINITY) => {
    const list = pending.get(folder) ?? [];
    for (const step of list.splice(0, count)) apply(tree, step);
  };
  for (const step of steps) {
    if (step.op === "sync" || step.op === "dirsync") {
      if (names === "in_order") for (const folder of pending.keys()) settle(folder);
      else if (step.op === "dirsync") settle(step.path === "" ? "." : step.path);
      continue;
    }
    const folder = path.dirname(step.op === "rename" ? step.to : step.path);
    pending.set(folder, [...(pending.get(folder) ?? []), step]);
  }
  for (const [folder, list] of pending)
    settle(folder, mode === "all" ? list.length : mode === "none" ? 0 : chance.whole(0, list.length));
  return { tree, lostNames: [...pending.values()].reduce((sum, list) => sum + list.length, 0) };
}

function blend(flushed: Buffer, current: Buffer, mode: Mode, chance: Chance): { bytes: Buffer; lost: number } {
  if (mode === "all" || flushed.equals(current)) return { bytes: current, lost: 0 };
  const size = mode === "none" || chance.hits(0.5) ? flushed.length : current.length;
  const bytes = Buffer.alloc(size);
  let lost = 0;
  for (let at = 0; at < size; at += BLOCK) {
    const [old, young] = [flushed.subarray(at, at + BLOCK), current.subarray(at, at + BLOCK)];
    const changed = !old.equals(young);
    const survives = mode !== "none" && changed && chance.hits(0.5);
    (survives ? young : old).copy(bytes, at, 0, size - at);
    if (changed && !survives) lost++;
  }
  return { bytes, lost };
}
