/** What happens to a file: type -> details, as in `events.ts`. `seq` counts per file, and `thread_id` is null. */
import { z } from "zod";
import { Id } from "./common.ts";

export const fileEvents = {
  upload_progress: z
    .object({
      file_id: Id,
      received: z.int().describe("bytes"),
      size: z.int().describe("bytes"),
    })
    .describe("A piece of a file has arrived. At most about once a second, and when it is complete."),
  processing_progress: z
    .object({
      file_id: Id,
      stage: z.string().describe("detect, extract, chunk, store, embed"),
      done: z.int().describe("of what the stage counts: bytes, pages, chunks"),
      total: z.int().describe("0: not known"),
      elapsed_ms: z.number().describe("milliseconds of work so far"),
    })
    .describe("A file is being read: at each change of the stage, and at most about once a second in between."),
  processing_finished: z
    .object({
      file_id: Id,
      status: z.string().describe("ready, failed"),
      error: z.string().nullable().describe("a fault code; null: it is ready"),
      chunks: z.int().describe("that searches see"),
      elapsed_ms: z.number().describe("milliseconds of work"),
    })
    .describe("A file can be searched, or could not be read. Comes again when it is read, chunked or embedded anew."),
  file_deleted: z
    .object({ file_id: Id })
    .describe("A file, or one that was to be, is there no more, and its log is gone with it. Live only."),
} as const;
