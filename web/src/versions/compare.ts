/** Two texts compared: by lines first, then by words within what changed. In small steps, so that the page stays awake. */
import { diffLines, diffWordsWithSpace } from "diff";

/** A change without a break: what went, what came, and where in the first text. */
export type Hunk = { removed: string; added: string; start: number; end: number };

/** `start`: where in the first text; it is also its name. */
export type Piece = { start: number } & ({ kind: "same"; text: string } | { kind: "changed"; hunk: number });

/** Lines that are the same, or a passage in which something changed; `id`: its place; `inCode`: it begins within a block of code. */
type Block = { id: number; inCode: boolean } & (
  | { kind: "same"; lines: readonly string[] }
  | { kind: "changed"; pieces: readonly Piece[] }
);

export type Compared = {
  blocks: readonly Block[];
  hunks: readonly Hunk[];
  /** Some passages were too long to be compared by words: they stand whole. */
  coarse: boolean;
};

type Pace = { rest: () => Promise<void>; now: () => number };

const LINES_MS = 400;
const PASSAGE_MS = 150;
const ALL_MS = 2_000;
const MOST_EDITS = 4_000;

/** What stands between two changes is read as a part of them when it is this short, and shorter than they. */
const BRIDGE = 32;

const ownPace: Pace = {
  rest: () => new Promise((resolve) => setTimeout(resolve)),
  now: () => performance.now(),
};

type Region = { removed: string; added: string } | { same: string };

export async function compare(from: string, to: string, { rest, now }: Pace = ownPace): Promise<Compared> {
  const until = now() + ALL_MS;
  const blocks: Block[] = [];
  const hunks: Hunk[] = [];
  let coarse = false;
  let at = 0;
  let inCode = false;
  for (const region of regionsOf(from, to)) {
    const named = { id: blocks.length, inCode };
    inCode = codeAfter("same" in region ? region.same : region.added, inCode);
    if ("same" in region) {
      blocks.push({ ...named, kind: "same", lines: region.same.replace(/\n$/, "").split("\n") });
      at += region.same.length;
      continue;
    }
    await rest();
    const words = now() < until ? byWords(region) : null;
    coarse ||= words === null;
    const pieces = piecesOf(words ?? { lead: "", changes: [whole(region)] }, at, hunks);
    blocks.push({ ...named, kind: "changed", pieces });
    at += region.removed.length;
  }
  return { blocks, hunks, coarse };
}

/** Lines that stayed, and passages that did not, in turn. */
function regionsOf(from: string, to: string): Region[] {
  const ended = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  const [before, after] = [ended(from), ended(to)];
  const changes = diffLines(before, after, { timeout: LINES_MS, maxEditLength: MOST_EDITS });
  if (!changes) return [{ removed: before, added: after }];
  const regions: Region[] = [];
  for (const { added, removed, value } of changes) {
    const last = regions.at(-1);
    if (!added && !removed) regions.push({ same: value });
    else if (last && "removed" in last) last[added ? "added" : "removed"] += value;
    else regions.push(added ? { removed: "", added: value } : { removed: value, added: "" });
  }
  return regions;
}

type Change = { removed: string; added: string; after: string };
type Changes = { lead: string; changes: Change[] };

const whole = ({ removed, added }: { removed: string; added: string }): Change => ({ removed, added, after: "" });

function byWords(region: { removed: string; added: string }): Changes | null {
  const { removed, added } = region;
  if (removed === "" || added === "") return { lead: "", changes: [whole(region)] };
  const words = diffWordsWithSpace(removed, added, { timeout: PASSAGE_MS, maxEditLength: MOST_EDITS });
  if (!words) return null;
  const found: Changes = { lead: "", changes: [] };
  let open = false;
  for (const { added: isNew, removed: isOld, value } of words) {
    const last = found.changes.at(-1);
    if (!isNew && !isOld) {
      if (last) last.after += value;
      else found.lead += value;
      open = false;
    } else if (open && last) last[isNew ? "added" : "removed"] += value;
    else {
      found.changes.push({ removed: isOld ? value : "", added: isNew ? value : "", after: "" });
      open = true;
    }
  }
  return bridged(found);
}

/** Without crumbs: words that two different sentences happen to share are no sameness. */
export function bridged({ lead, changes }: Changes): Changes {
  let before = changes;
  for (;;) {
    const joined = joinOnce(before);
    if (joined.length === before.length) return { lead, changes: joined };
    before = joined;
  }
}

function joinOnce(changes: readonly Change[]): Change[] {
  const joined: Change[] = [];
  for (const next of changes) {
    const last = joined.at(-1);
    if (last && isBridge(last, next)) {
      last.removed += last.after + next.removed;
      last.added += last.after + next.added;
      last.after = next.after;
    } else joined.push({ ...next });
  }
  return joined;
}

const sizeOf = ({ removed, added }: Change): number => Math.max(removed.length, added.length);

function isBridge(left: Change, right: Change): boolean {
  const between = left.after;
  if (between.includes("\n\n")) return false;
  if (between.trim() === "") return true;
  return between.length <= Math.min(BRIDGE, sizeOf(left), sizeOf(right));
}

/** The pieces of a passage that begins at `start` of the first text; its changes are added to `hunks`. */
function piecesOf({ lead, changes }: Changes, start: number, hunks: Hunk[]): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  const same = (text: string) => {
    if (text !== "") pieces.push({ start: at, kind: "same", text });
    at += text.length;
  };
  same(lead);
  for (const { removed, added, after } of changes) {
    pieces.push({ start: at, kind: "changed", hunk: hunks.length });
    hunks.push({ removed, added, start: at, end: at + removed.length });
    at += removed.length;
    same(after);
  }
  return pieces;
}

/** Lines shown and lines put away: one of them stays on each side that touches a change. */
export function folded(
  lines: readonly string[],
  touches: { before: boolean; after: boolean },
): { head: readonly string[]; hidden: readonly string[]; tail: readonly string[] } {
  const filled = lines.flatMap((line, at) => (line.trim() === "" ? [] : [at]));
  const [first, last] = [filled[0], filled.at(-1)];
  const start = touches.before && first !== undefined ? first + 1 : 0;
  const end = touches.after && last !== undefined ? last : lines.length;
  const hidden = lines.slice(start, end);
  if (start >= end || countOf(hidden) < 3) return { head: lines, hidden: [], tail: [] };
  return { head: lines.slice(0, start), hidden, tail: lines.slice(end) };
}

/** Empty lines do not count. */
export const countOf = (lines: readonly string[]): number => lines.filter((line) => line.trim() !== "").length;

/** Whether what follows a text is code, by the fences of Markdown in it. */
export function codeAfter(text: string, before: boolean): boolean {
  const fences = text.match(/^[ \t]*(```|~~~)/gm)?.length ?? 0;
  return fences % 2 === 0 ? before : !before;
}

type Run = { code: boolean; text: string /** Of its first line. */; start: number };

/** Lines as runs of code and of other text; the fences belong to the code. */
export function runsOf(lines: readonly string[], inCode: boolean): readonly Run[] {
  const runs: Run[] = [];
  let within = inCode;
  for (const [start, line] of lines.entries()) {
    const next = codeAfter(line, within);
    const code = within || next;
    const last = runs.at(-1);
    if (last?.code === code) last.text += `\n${line}`;
    else runs.push({ code, text: line, start });
    within = next;
  }
  return runs
    .map((run) => ({ ...run, text: run.text.replace(/^\n+|\n+$/g, "") }))
    .filter(({ text }) => text.trim() !== "");
}
