/** Which blocks a chunk was made of. A chunk does not name them: they are found by their words, and by where they stand. Pure. */
import type { Block, Chunk, Place } from "@orchestratex/sdk/contract";

/** Indexes of blocks, both included. */
export type Range = { from: number; to: number };

/** Letters of a piece of a block that is cut: fewer may stand anywhere. */
const PIECE = 24;

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Of the runs of blocks whose words stand in the chunk, the one that explains most of it; null: none is among them. */
export function blocksOf(chunk: Pick<Chunk, "text" | "place">, blocks: readonly Block[]): Range | null {
  const text = plain(chunk.text);
  let best: (Range & { letters: number }) | null = null;
  let run: (Range & { letters: number }) | null = null;
  for (const [index, block] of blocks.entries()) {
    const letters = mayBe(chunk.place, block.place) ? shared(text, plain(block.text)) : 0;
    if (letters === 0) {
      if (block.text.trim() !== "") run = null;
      continue;
    }
    const grown: Range & { letters: number } = run
      ? { from: run.from, to: index, letters: run.letters + letters }
      : { from: index, to: index, letters };
    run = grown;
    if (grown.letters > (best?.letters ?? 0)) best = grown;
  }
  if (!best || best.letters < Math.min(PIECE, text.length / 2)) return null;
  return { from: best.from, to: best.to };
}

/** Letters of the block that stand in the chunk. */
function shared(chunk: string, block: string): number {
  if (block === "") return 0;
  if (chunk.includes(block)) return block.length;
  if (block.includes(chunk)) return chunk.length;
  // A paragraph that did not fit: the chunk begins in it, or ends in it.
  const head = chunk.slice(0, PIECE);
  const at = head.length === PIECE ? block.lastIndexOf(head) : -1;
  if (at >= 0) return block.length - at;
  const tail = chunk.slice(-PIECE);
  const end = tail.length === PIECE ? block.indexOf(tail) : -1;
  return end >= 0 ? end + PIECE : 0;
}

/** A chunk has the place of its first block, and may go on over the next page; of another sheet or part it never is. */
function mayBe(chunk: Place, block: Place): boolean {
  if (chunk.sheet !== undefined && block.sheet !== undefined && chunk.sheet !== block.sheet) return false;
  for (const of of ["page", "slide"] as const) {
    const [first, one] = [chunk[of], block[of]];
    if (first !== undefined && one !== undefined && (one < first || one > first + 2)) return false;
  }
  const [line, last] = [chunk.line, chunk.line_end ?? chunk.line];
  if (line === undefined || last === undefined || block.line === undefined) return true;
  return block.line <= last && (block.line_end ?? block.line) >= line;
}
