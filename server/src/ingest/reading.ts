/** What is asked of the process that reads files, and what it answers. That process takes types from here alone: zod would double its start. */
import { FileWarning } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { type FaultCode, faultCodes } from "../errors.ts";
import type { Limits } from "./limits.ts";

/** A file that is to be read. */
export type Reading = {
  path: string;
  name: string;
  /** Bytes. */
  size: number;
  declaredMime: string | null;
  /** An empty folder: `blocks.jsonl` and `chunks.jsonl` are in it afterwards. */
  into: string;
  /** Characters. */
  chunking: { size: number; overlap: number };
  limits: Limits;
};

/** Blocks that are to be chunked anew: `chunks.jsonl` is in `into` afterwards. */
export type Rechunking = Pick<Reading, "into" | "chunking" | "limits"> & { blocksPath: string };

export type Order = { type: "read"; reading: Reading } | { type: "chunk"; rechunking: Rechunking };

const Count = z.int().min(0);

const ReadAnswer = z.object({
  type: z.string().max(40),
  mime: z.string().max(200).nullable(),
  encoding: z.string().max(40).nullable(),
  metadata: z.record(z.string(), z.json()),
  analysis: z.record(z.string(), z.json()),
  warnings: z.array(FileWarning).max(1000),
  textLength: Count,
  chunkCount: Count,
  stageTimes: z.record(z.string(), z.number().min(0)),
});
export type ReadAnswer = z.infer<typeof ReadAnswer>;

/** Steps of a reading; the others happen outside. */
const ReadStage = z.enum(["detect", "extract", "chunk"]);
export type ReadStage = z.infer<typeof ReadStage>;

/** A reader may have been taken over by what it read: what it says is checked as anything from outside. */
export const News = z.discriminatedUnion("type", [
  z.object({ type: z.literal("found"), fileType: z.string().max(40), mime: z.string().max(200).nullable() }),
  z.object({ type: z.literal("progress"), stage: ReadStage, done: Count, total: Count.nullable() }),
  z.object({ type: z.literal("read"), answer: ReadAnswer }),
  z.object({ type: z.literal("chunked"), chunkCount: Count }),
  z.object({
    type: z.literal("fault"),
    code: z.enum(faultCodes as [FaultCode, ...FaultCode[]]),
    message: z.string().max(1000),
    /** The process may be broken, and is not used again. */
    worn: z.boolean(),
  }),
]);
export type News = z.infer<typeof News>;
