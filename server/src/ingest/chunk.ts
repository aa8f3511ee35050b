/**
 * Blocks in, chunks out: what searches find and answers cite. Pure; the same blocks always give the same chunks.
 *
 * A chunk has at most `size` characters (UTF-16 units) with what it repeats. Blocks stay whole where they fit; a longer one is cut
 * between sentences (code between lines, rows between cells), a longer sentence between words, a longer word between characters.
 * A chunk ends before another sheet or slide, and once it is half full, or the next block
 * does not fit, before another heading, part or definition. Headings go
 * with what follows them.
 *
 * A chunk that ends because it is full is repeated in part by the next one: its last whole sentences (of code: lines), as many as
 * fit into `overlap` and leave the next block whole. Nothing is repeated across the ends named above, nor rows and records: a row
 * says nothing about the next.
 */
import type { Block, Place } from "@orchestratex/sdk/contract";
import { cut, type Piece, splitBlock, tailOf } from "./chunk-cut.ts";
import { mergedPlace } from "./chunk-place.ts";

export type MadeChunk = { text: string; place: Place };

/** What each call answers is done; the end of a text may still wait for what follows it. */
export type Chunker = { add(block: Block): MadeChunk[]; end(): MadeChunk[] };

/** A piece in the chunk that is being filled. */
type Placed = Piece & {
  /** Between it and the piece before. */
  joint: string;
  repeated: boolean;
};

export function openChunker({ size, overlap }: { size: number; overlap: number }): Chunker {
  const filling = openFilling(size, overlap);
  let before: Block | null = null;

  const take = (block: Block) => {
    const joint = before ? jointOf(before, block) : "";
    const whole: Piece = { kind: block.kind, text: block.text, place: block.place };
    if (filling.room(joint) >= whole.text.length) return filling.push(whole, joint);
    if (whole.text.length <= size && filling.hasNew()) {
      filling.turn(whole.text.length + joint.length);
      if (filling.room(joint) >= whole.text.length) return filling.push(whole, joint);
    }
    pour(filling, size, splitBlock(whole), joint);
  };
  return {
    add(given) {
      const text = cleaned(given);
      if (text === "") return [];
      const block = { ...given, text };
      if (before && !filling.isEmpty()) {
        const half = filling.room("") <= size / 2 || filling.room("") < text.length;
        if (endsBefore(before, block) || (half && filling.hasNew() && changesBefore(before, block))) filling.close();
      }
      take(block);
      before = block;
      return filling.made();
    },
    end() {
      filling.close();
      before = null;
      return filling.made();
    },
  };
}

/** The chunk that is being filled, and those that are done. */
function openFilling(size: number, overlap: number) {
  let pieces: Placed[] = [];
  let length = 0;
  let made: MadeChunk[] = [];

  const push = (piece: Piece, joint: string, repeated = false) => {
    const placed = { ...piece, joint: pieces.length === 0 ? "" : joint, repeated };
    pieces.push(placed);
    length += placed.joint.length + placed.text.length;
  };
  const refill = (kept: readonly Placed[]) => {
    pieces = [];
    length = 0;
    for (const { joint, repeated, ...piece } of kept) push(piece, joint, repeated);
  };
  /** What waits becomes a chunk, but for headings at its end: they wait on. */
  const flush = (): { headings: Placed[]; rest: Placed[] } => {
    let end = pieces.length;
    while (end > 0 && pieces[end - 1]?.kind === "heading") end--;
    const rest = pieces.slice(0, end);
    if (rest.some(({ repeated }) => !repeated)) made.push(chunkOf(rest));
    return { headings: pieces.slice(end), rest };
  };
  return {
    push,
    isEmpty: () => pieces.length === 0,
    hasNew: () => pieces.some(({ repeated, kind }) => !repeated && kind !== "heading"),
    room: (joint: string) => size - length - (pieces.length === 0 ? 0 : joint.length),
    /** The chunk is full. What comes next, so long, should fit beside what is repeated. */
    turn(next: number) {
      const { headings, rest } = flush();
      refill(headings.length > 0 ? headings : repeatedOf(rest, Math.min(overlap, size - next)));
    },
    /** It ends before another part of the file. */
    close() {
      const { headings } = flush();
      if (headings.length > 0) made.push(chunkOf(headings));
      refill([]);
    },
    /** Since the last time. */
    made() {
      const done = made;
      made = [];
      return done;
    },
  };
}

/** Parts of a block, one by one, cut where even a part is too long. `joint` stands before the first. */
function pour(filling: ReturnType<typeof openFilling>, size: number, parts: Iterable<Piece>, joint: string): void {
  let gap = joint;
  for (const part of parts) {
    let rest = part;
    for (;;) {
      const room = filling.room(gap);
      const needed = rest.text.trimEnd().length;
      if (needed <= room) break;
      if (filling.hasNew() && (part.text.length <= size || room < size / 4)) {
        filling.turn(Math.min(size, needed + gap.length));
      } else if (room < 2) {
        // Headings alone, or what is repeated, leave no room.
        filling.close();
      } else {
        const [head, tail] = cut(rest, room);
        filling.push(head, gap);
        rest = tail;
        gap = "";
      }
    }
    filling.push(rest, gap);
    gap = "";
  }
}

/** A database takes no NUL, and no half of a surrogate pair. */
const cleaned = ({ kind, text }: Block): string => trimmed(kind, text.replaceAll("\0", "").toWellFormed());

/** Code keeps the indentation of its first line. */
const trimmed = (kind: Block["kind"], text: string): string =>
  kind === "code" ? text.replace(/^\s*\n/, "").trimEnd() : text.trim();

const endsBefore = (before: Block, { place }: Block): boolean =>
  before.place.sheet !== place.sheet || before.place.slide !== place.slide;

const changesBefore = (before: Block, { kind, place }: Block): boolean =>
  (kind === "heading" && before.kind !== "heading") ||
  before.place.part !== place.part ||
  before.place.symbol !== place.symbol ||
  (before.kind !== "heading" && before.place.heading?.join("\n") !== place.heading?.join("\n"));

const closeKinds = new Set<Block["kind"]>(["table_row", "list_item", "code", "record"]);
const jointOf = (before: Block, { kind }: Block): string =>
  before.kind === kind && closeKinds.has(kind) ? "\n" : "\n\n";

const unrepeated = new Set<Block["kind"]>(["table_row", "record"]);

/** The last sentences or lines, `most` characters of them at most. */
function repeatedOf(pieces: readonly Placed[], most: number): Placed[] {
  const kept: Placed[] = [];
  let length = 0;
  for (const piece of pieces.toReversed()) {
    if (piece.repeated || piece.kind === "heading" || unrepeated.has(piece.kind)) break;
    const after = kept[0]?.joint.length ?? 0;
    const tail = tailOf(piece, most - length - after);
    if (tail === null) break;
    kept.unshift({ ...piece, ...tail, repeated: true });
    length += after + tail.text.length;
    if (tail.text.length < piece.text.length) break;
  }
  return kept;
}

function chunkOf(pieces: readonly Placed[]): MadeChunk {
  const text = pieces.map((piece) => piece.joint + piece.text).join("");
  return { text: trimmed(pieces[0]?.kind ?? "paragraph", text), place: mergedPlace(pieces) };
}
