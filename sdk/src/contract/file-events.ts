/** What happens to a file: type -> details, as in `events.ts`. */
import { z } from "zod";
import { Id } from "./common.ts";

export const fileEvents = {
  upload_progress: z
    .object({
      file_id: Id,
      received: z.int().describe("bytes"),
      size: z.int().describe("bytes"),
    })
    .describe("A piece of a file has arrived. Sent in versions that take files."),
  processing_progress: z
    .object({
      file_id: Id,
      stage: z.string().describe("detect, extract, chunk, embed, store"),
      done: z.int(),
      total: z.int(),
      elapsed_ms: z.number().describe("milliseconds"),
    })
    .describe("A file is being read. Sent in versions that take files."),
  processing_finished: z
    .object({
      file_id: Id,
      status: z.string(),
      error: z.string().nullable().describe("a fault code; null: it is ready"),
      chunks: z.int(),
      elapsed_ms: z.number().describe("milliseconds"),
    })
    .describe("A file can be searched, or could not be read. Sent in versions that take files."),
} as const;
