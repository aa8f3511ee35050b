/** Which blocks a chunk was made of. A chunk does not name them: they are found by their words, and by where they stand. Pure. */
import type { Block, Chunk, Place } from "@orchestratex/sdk/contract";

/** Indexes of blocks, both included. */
export type Range = { from: number; to: number };

/** Letters of a piece of a block that is cut: fewer may stand anywhere. */
const PIECE = 24;

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

type Run = Range & {
  /** Of the chunk, in these blocks. */
  letters: number;
  /** How far in the chunk they reach. */
  end: number;
};

/** Of the runs of blocks that stand in the chunk in their order, the one that explains most of it; null: none is among them. */
export function blocksOf(chunk: Pick<Chunk, "text" | "place">, blocks: readonly Block[]): Range | null {
  const text = plain(chunk.text);
  let best: Run | null = null;
  let run: Run | null = null;
  for (const [index, block] of blocks.entries()) {
    const words = plain(block.text);
    if (words === "") continue;
    run = mayBe(chunk.place, block.place) ? (grown(run, index, text, words) ?? grown(null, index, text, words)) : null;
    if (run && run.letters > (best?.letters ?? 0)) best = run;
  }
  if (!best || best.letters < Math.min(PIECE, text.length / 2)) return null;
  return { from: best.from, to: best.to };
}

/** With one more block, if the chunk goes on with it; a run of that block alone where there is none yet. */
function grown(run: Run | null, index: number, chunk: string, block: string): Run | null {
  const from = run?.end ?? 0;
  const found = within(chunk, block, from) ?? (run ? null : around(chunk, block));
  return found && { from: run?.from ?? index, to: index, letters: (run?.letters ?? 0) + found.letters, end: found.end };
}

type Found = { letters: number; end: number };

/** The block stands in the chunk, after `from`; or it begins there, and the chunk ends within it. */
function within(chunk: string, block: string, from: number): Found | null {
  const whole = chunk.indexOf(block, from);
  if (whole >= 0) return { letters: block.length, end: whole + block.length };
  const head = block.slice(0, PIECE);
  const at = head.length === PIECE ? chunk.indexOf(head, from) : -1;
  return at >= 0 && block.startsWith(chunk.slice(at)) ? { letters: chunk.length - at, end: chunk.length } : null;
}

/** The chunk begins within the block, and may end in it too. */
function around(chunk: string, block: string): Found | null {
  if (chunk !== "" && block.includes(chunk)) return { letters: chunk.length, end: chunk.length };
  const head = chunk.slice(0, PIECE);
  if (head.length < PIECE) return null;
  for (let at = block.indexOf(head); at >= 0; at = block.indexOf(head, at + 1)) {
    const rest = block.slice(at);
    if (chunk.startsWith(rest)) return { letters: rest.length, end: rest.length };
  }
  return null;
}

/** A chunk has the place of its first block, and may go on over the next page; of another sheet or part it never is. */
function mayBe(chunk: Place, block: Place): boolean {
  if (chunk.sheet !== undefined && block.sheet !== undefined && chunk.sheet !== block.sheet) return false;
  for (const kind of ["page", "slide"] as const) {
    const [first, one] = [chunk[kind], block[kind]];
    if (first !== undefined && one !== undefined && (one < first || one > first + 2)) return false;
  }
  const [line, last] = [chunk.line, chunk.line_end ?? chunk.line];
  if (line === undefined || last === undefined || block.line === undefined) return true;
  return block.line <= last && (block.line_end ?? block.line) >= line;
}
