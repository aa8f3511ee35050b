/** What was read, on its way to the disk: blocks and chunks, a line each. */
import { type FileHandle, open, rename } from "node:fs/promises";
import path from "node:path";
import type { Block } from "@orchestratex/sdk/contract";
import { openChunker } from "./chunk.ts";
import { EnoughText } from "./extractors/extractor.ts";
import type { Limits } from "./limits.ts";

export type Output = {
  /** Throws `EnoughText`, from then on always. */
  add(block: Block): void;
  /** Lets what has gathered go to the disk. */
  flush(): Promise<void>;
  /** The rest is written, and the files have their names. */
  finish(): Promise<void>;
  drop(): Promise<void>;
  readonly textLength: number;
  readonly chunkCount: number;
  readonly blockCount: number;
  /** Milliseconds spent on chunking. */
  readonly chunkMs: number;
  /** Which bound was met; null: none. */
  readonly enough: "text" | "chunks" | null;
};

type Wanted = { into: string; chunking: { size: number; overlap: number }; limits: Limits; blocks: boolean };

/** Characters that are gathered before they are written. */
const GATHERED = 256 * 1024;

export async function openOutput({ into, chunking, limits, blocks }: Wanted): Promise<Output> {
  const blockLines = blocks ? await openLines(path.join(into, "blocks.jsonl")) : null;
  const chunkLines = await openLines(path.join(into, "chunks.jsonl"));
  const chunker = openChunker(chunking);
  let [textLength, chunkCount, blockCount, chunkMs] = [0, 0, 0, 0];
  let enough: "text" | "chunks" | null = null;
  const stop = (bound: "text" | "chunks") => {
    enough ??= bound;
    return new EnoughText();
  };
  const keep = (made: readonly { text: string; place: object }[]) => {
    for (const chunk of made) {
      if (chunkCount >= limits.chunks) throw stop("chunks");
      chunkCount++;
      chunkLines.add(chunk);
    }
  };
  const chunked = (make: () => readonly { text: string; place: object }[]) => {
    const began = performance.now();
    try {
      keep(make());
    } finally {
      chunkMs += performance.now() - began;
    }
  };
  return {
    add(block) {
      if (enough !== null) throw new EnoughText();
      if (textLength + block.text.length > limits.textLength) throw stop("text");
      textLength += block.text.length;
      blockCount++;
      blockLines?.add(block);
      chunked(() => chunker.add(block));
    },
    async flush() {
      await blockLines?.flush(GATHERED);
      await chunkLines.flush(GATHERED);
    },
    async finish() {
      try {
        chunked(() => chunker.end());
      } catch (error) {
        if (!(error instanceof EnoughText)) throw error;
      }
      await blockLines?.finish();
      await chunkLines.finish();
    },
    async drop() {
      await blockLines?.drop();
      await chunkLines.drop();
    },
    get textLength() {
      return textLength;
    },
    get chunkCount() {
      return chunkCount;
    },
    get blockCount() {
      return blockCount;
    },
    get chunkMs() {
      return chunkMs;
    },
    get enough() {
      return enough;
    },
  };
}

/** Under another name until it is whole. */
async function openLines(name: string) {
  const file: FileHandle = await open(`${name}.part`, "w");
  let [gathered, length] = [[] as string[], 0];
  const write = async () => {
    const text = gathered.join("");
    [gathered, length] = [[], 0];
    if (text !== "") await file.appendFile(text);
  };
  return {
    add(value: unknown) {
      const line = `${JSON.stringify(value)}\n`;
      gathered.push(line);
      length += line.length;
    },
    async flush(from: number) {
      if (length >= from) await write();
    },
    async finish() {
      await write();
      await file.close();
      await rename(`${name}.part`, name);
    },
    drop: () => file.close(),
  };
}
