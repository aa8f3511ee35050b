/** What was read, on its way to the disk: blocks and chunks, a line each. */
import { type FileHandle, open, rename } from "node:fs/promises";
import path from "node:path";
import type { Block } from "@orchestratex/sdk/contract";
import { type MadeChunk, openChunker } from "./chunk.ts";
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
  /** So far. */
  readonly told: {
    readonly textLength: number;
    readonly chunkCount: number;
    readonly blockCount: number;
    /** Milliseconds spent on chunking. */
    readonly chunkMs: number;
    /** Which bound was met; null: none. */
    readonly enough: "text" | "chunks" | null;
  };
};

type Wanted = { into: string; chunking: { size: number; overlap: number }; limits: Limits; blocks: boolean };

/** Characters that are gathered before they are written. */
const GATHERED = 256 * 1024;

export async function openOutput({ into, chunking, limits, blocks }: Wanted): Promise<Output> {
  const blockLines = blocks ? await openLines(path.join(into, "blocks.jsonl")) : null;
  const chunkLines = await openLines(path.join(into, "chunks.jsonl"));
  const chunker = openChunker(chunking);
  const told = { textLength: 0, chunkCount: 0, blockCount: 0, chunkMs: 0, enough: null as "text" | "chunks" | null };
  const stop = (bound: "text" | "chunks") => {
    told.enough ??= bound;
    return new EnoughText();
  };
  const keep = (make: () => readonly MadeChunk[]) => {
    const began = performance.now();
    const made = make();
    told.chunkMs += performance.now() - began;
    for (const chunk of made) {
      if (told.chunkCount >= limits.chunks) throw stop("chunks");
      told.chunkCount++;
      chunkLines.add(chunk);
    }
  };
  return {
    told,
    add(block) {
      if (told.enough !== null) throw new EnoughText();
      if (told.textLength + block.text.length > limits.textLength) throw stop("text");
      told.textLength += block.text.length;
      told.blockCount++;
      blockLines?.add(block);
      keep(() => chunker.add(block));
    },
    async flush() {
      await blockLines?.flush(GATHERED);
      await chunkLines.flush(GATHERED);
    },
    async finish() {
      try {
        keep(() => chunker.end());
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
