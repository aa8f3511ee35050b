/** Where in the text of a file a passage begins: whoever opens a long file at a passage does not read all that is before it. */
import type { Place } from "@orchestratex/sdk/contract";
import type { Blobs } from "../store/blobs/blobs.ts";
import { textKey } from "./kept-text.ts";

/** Blocks that are shown before it. */
const BEFORE = 12;
/** Letters that are compared. */
const HEAD = 60;
const TAIL = 12;

const NEWLINE = 10;

type Passage = { text: string; place: Place };

/**
 * The byte of the kept blocks at which a window with this passage in it begins, a few blocks before; 0 where it is not found.
 * A chunk does not name its blocks: they are found by its first words, among those that may be of its place.
 */
export async function offsetNear(blobs: Blobs, fileId: string, passage: Passage): Promise<number> {
  const head = plain(passage.text).slice(0, HEAD);
  if (head === "") return 0;
  const before: number[] = [];
  // Blocks that have the first words so far, and the words that are still to come.
  let run: { from: number; rest: string } | null = null;
  for await (const { line, offset } of linesOf(await blobs.read(textKey(fileId, "blocks")))) {
    before.push(offset);
    if (before.length > BEFORE + 1) before.shift();
    const text = textOf(line, passage.place);
    if (text === null) run = null;
    if (!text) continue;
    const goesOn: string | null = run && restAfter(run.rest, text, true);
    const rest: string | null = goesOn ?? restAfter(head, text, false);
    const from: number = run && goesOn !== null ? run.from : (before[0] ?? 0);
    run = rest === null ? null : { from, rest };
    if (run?.rest === "") return run.from;
  }
  return 0;
}

/** Of `words` those that come after this block; null: it does not have them. `goesOn`: they stand at its beginning, else anywhere. */
function restAfter(words: string, text: string, goesOn: boolean): string | null {
  if (goesOn ? text.startsWith(words) : text.includes(words)) return "";
  if (words.startsWith(text)) return words.slice(text.length).trimStart();
  // It begins within the block, close to its end.
  const at = goesOn ? -1 : text.lastIndexOf(words.slice(0, TAIL));
  return at >= 0 && words.startsWith(text.slice(at)) ? words.slice(text.length - at).trimStart() : null;
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<{ line: string; offset: number }> {
  let rest: Buffer[] = [];
  let offset = 0;
  for await (const piece of stream) {
    let begin = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, begin)) {
      const line = Buffer.concat([...rest, piece.subarray(begin, end)]);
      rest = [];
      yield { line: line.toString("utf8"), offset };
      offset += line.length + 1;
      begin = end + 1;
    }
    if (begin < piece.length) rest.push(piece.subarray(begin));
  }
}

/**
 * Its words; null: it is no block of that place. The line was written by a process that may have been taken over by what it read:
 * nothing of it is believed.
 */
function textOf(line: string, place: Place): string | null {
  try {
    const block: { text?: unknown; place?: Place | null } | null = JSON.parse(line);
    return typeof block?.text === "string" && isThere(block.place ?? {}, place) ? plain(block.text) : null;
  } catch {
    return null;
  }
}

/** A chunk has the place of its first block; of lines and cells it has the whole range. */
function isThere(block: Place, chunk: Place): boolean {
  for (const key of ["page", "slide", "sheet", "part", "path"] as const)
    if (chunk[key] !== undefined && block[key] !== chunk[key]) return false;
  const { line } = chunk;
  return line === undefined || block.line === undefined || (block.line_end ?? block.line) >= line;
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
