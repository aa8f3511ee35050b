/** Blocks of a file as they are shown: what belongs together stands together. Pure. */
import type { Block, Place } from "@orchestratex/sdk/contract";

export type Group = {
  kind: Exclude<Block["kind"], "list_item" | "table_row"> | "list" | "table";
  /** Index of its first block in the file. */
  from: number;
  blocks: readonly Block[];
  /** What is new of where it stands: a page begins, or a sheet, or a file inside this one. Empty: nothing. */
  starts: Pick<Place, "page" | "slide" | "sheet" | "part" | "path">;
};

/** Of rows of a table and items of a list that are drawn as one. */
const MOST = 40;
/** A block of more letters is shown in part at first. */
export const LONG = 20_000;

const kinds: Partial<Record<Block["kind"], Group["kind"]>> = { list_item: "list", table_row: "table" };

/** `inner`: paths of the files inside this one that were read. */
export function groupsOf(blocks: readonly Block[], inner: ReadonlySet<string> = new Set()): readonly Group[] {
  const groups: (Group & { blocks: Block[] })[] = [];
  let before: Place = {};
  for (const [index, block] of blocks.entries()) {
    const kind = kinds[block.kind] ?? (block.kind as Group["kind"]);
    const path = innerFile(block.place.path, inner);
    const place: Place = path === undefined ? { ...block.place, path: "" } : { ...block.place, path };
    // A file inside begins with a page or a sheet of its own.
    const starts = startsOf(place.path === before.path ? before : { path: before.path ?? "" }, place);
    before = place;
    const last = groups.at(-1);
    const joins =
      last?.kind === kind && (kind === "list" || kind === "table") && last.blocks.length < MOST && isNothing(starts);
    if (joins) last.blocks.push(block);
    else groups.push({ kind, from: index, blocks: [block], starts });
  }
  return groups;
}

/** The file inside that a path leads to or into: after it may come a place in its own tree. Undefined: into none. */
function innerFile(path: string | undefined, inner: ReadonlySet<string>): string | undefined {
  if (path === undefined || inner.size === 0) return undefined;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
    if (inner.has(path.slice(0, end))) return path.slice(0, end);
  return undefined;
}

function startsOf(before: Place, { page, slide, sheet, part, path }: Place): Group["starts"] {
  return {
    ...(path && path !== before.path && { path }),
    ...(page !== undefined && page !== before.page && { page }),
    ...(slide !== undefined && slide !== before.slide && { slide }),
    ...(sheet !== undefined && sheet !== before.sheet && { sheet }),
    ...(part !== undefined && part !== before.part && { part }),
  };
}

const isNothing = (starts: Group["starts"]): boolean => Object.keys(starts).length === 0;

/** Cells of rows, as many in each. */
export function cellsOf(rows: readonly Block[]): readonly (readonly string[])[] {
  const cells = rows.map(({ text }) => text.split("\t"));
  const columns = cells.reduce((most, { length }) => Math.max(most, length), 0);
  return cells.map((row) => [...row, ...Array<string>(columns - row.length).fill("")]);
}

/** How deep a heading is, from 1, as far as one can see a difference. */
export const levelOf = ({ place }: Block): number => Math.min(4, Math.max(1, place.heading?.length ?? 1));

/** Which group a block is in. */
export function groupAt(groups: readonly Group[], block: number): number {
  let [low, high] = [0, groups.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((groups[middle]?.from ?? 0) <= block) low = middle;
    else high = middle - 1;
  }
  return low;
}
