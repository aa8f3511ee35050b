/** Files: what was uploaded, what became of it, its text and its chunks; and the search over chunks. */
import { z } from "zod";
import { Id, Milliseconds, PageQuery, Timestamp, userText } from "./common.ts";
import { chunk, fileContent, fileHit, fileHits, fileProcessing, storedFile, uploadState } from "./files-examples.ts";
import { fileStages, fileStatuses, uploadChunkBytes } from "./lists.ts";

export { uploadChunkBytes } from "./lists.ts";

const Bytes = z.int().min(0).describe("bytes");
export const Sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
  .transform((text) => text.toLowerCase());

export const FileStatus = z
  .enum(fileStatuses)
  .describe("uploading: bytes are missing; queued, processing; ready; failed: `error` says why");
export type FileStatus = z.infer<typeof FileStatus>;

export const FileStage = z.enum(fileStages).describe("in this order; full text finds it after `store`");
export type FileStage = z.infer<typeof FileStage>;

/** Where in its file a text stands. What does not apply is left out. */
export const Place = z
  .object({
    page: z.int().min(1),
    slide: z.int().min(1),
    sheet: z.string(),
    cells: z.string().describe("A1 notation, such as B2:D9"),
    heading: z.array(z.string()).describe("the headings above it, outermost first"),
    line: z.int().min(1).describe("the first line"),
    line_end: z.int().min(1).describe("the last line"),
    time_s: z.number().min(0).describe("seconds from the beginning"),
    path: z.string().describe("a place in a tree (JSON, XML), or a file inside this one"),
    part: z.string().describe("comment, footnote, endnote, header, footer, notes, textbox, chart, embedded …"),
    symbol: z.string().describe("source code: the definition it belongs to"),
  })
  .partial()
  .meta({ id: "Place", example: { page: 3, heading: ["Results", "Costs"] } });
export type Place = z.infer<typeof Place>;

/** A paragraph, a row, a heading: what an extractor found, in reading order. */
export const Block = z
  .object({
    kind: z.enum(["paragraph", "heading", "list_item", "table_row", "code", "caption", "note", "record"]),
    text: z.string(),
    place: Place,
  })
  .meta({ id: "Block", example: { kind: "paragraph", text: "Costs fell by a third.", place: { page: 3 } } });
export type Block = z.infer<typeof Block>;

export const Chunk = z
  .object({
    id: Id,
    position: z.int().min(0).describe("from 0, in reading order"),
    text: z.string(),
    place: Place,
  })
  .meta({ id: "Chunk", example: chunk });
export type Chunk = z.infer<typeof Chunk>;

export const FileWarning = z.object({
  code: z.string().describe("no_text, needs_ocr, type_mismatch, text_limited, part_unreadable …"),
  message: z.string().describe("in a sentence, for people"),
});
export type FileWarning = z.infer<typeof FileWarning>;

export const FileError = z.object({
  code: z.string().describe("a code of /docs/errors"),
  message: z.string().describe("what happened"),
  remedy: z.string().describe("what to do about it"),
  retry: z.boolean().describe("whether another try may help"),
});
export type FileError = z.infer<typeof FileError>;

export const StoredFile = z
  .object({
    id: Id,
    name: z.string(),
    size: Bytes,
    received: Bytes.describe("bytes that have arrived"),
    sha256: z.string().nullable().describe("hexadecimal; null while bytes are missing"),
    type: z.string().nullable().describe("pdf, docx, code, unknown …, by its content; null: not looked at yet"),
    mime: z.string().nullable().describe("by its content"),
    declared_mime: z.string().nullable().describe("as the client named it"),
    encoding: z.string().nullable().describe("of plain text"),
    status: FileStatus,
    stage: FileStage.nullable().describe("where processing is, or was when it failed"),
    stage_done: z.int().nullable(),
    stage_total: z.int().nullable().describe("null: not known"),
    stage_times: z.record(z.string(), z.number()).describe("stage -> milliseconds"),
    searchable: z.boolean().describe("its text is found by full text already"),
    metadata: z.record(z.string(), z.unknown()).describe("what its type tells: pages, sheets, author, EXIF …"),
    analysis: z.record(z.string(), z.unknown()).describe("what its text tells: words, language, structure"),
    warnings: z.array(FileWarning).describe("what could not be read, or was left out"),
    error: FileError.nullable(),
    text_length: z.int().nullable().describe("characters"),
    chunk_count: z.int(),
    embedding_model: z.string().nullable().describe("null: not embedded yet"),
    created_at: Timestamp,
    updated_at: Timestamp,
    processed_at: Timestamp.nullable(),
  })
  .meta({ id: "StoredFile", example: storedFile });
export type StoredFile = z.infer<typeof StoredFile>;

export const FilesQuery = PageQuery.extend({
  status: FileStatus.optional(),
  type: userText(40).optional().describe("pdf, docx …"),
  q: userText(200).optional().describe("files whose name has these characters, in any case"),
});
export type FilesQuery = z.infer<typeof FilesQuery>;

export const FileContentQuery = PageQuery.extend({
  part: z.enum(["blocks", "chunks"]).default("blocks").describe("what was read, or how it was divided for searches"),
  near: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("without a cursor: begin at the chunk of this position, with blocks a little before it"),
});

export const InitiateUpload = z
  .object({
    name: userText(1000).trim().min(1, "must not be empty").describe("the file's name; folders in it are dropped"),
    size: Bytes.describe("of the whole file"),
    mime: userText(200).nullish().describe("as the client believes"),
    sha256: Sha256.nullish().describe("of the whole file: checked at the end; known already, nothing has to be sent"),
  })
  .meta({ id: "InitiateUpload", example: { name: "report.pdf", size: 1_048_576, mime: "application/pdf" } });
export type InitiateUpload = z.infer<typeof InitiateUpload>;

/** Where an upload stands: the answer to its beginning and to each of its chunks. */
export const UploadState = z
  .object({
    file_id: Id.describe("of the file; once complete and `duplicate`, that of the one you had"),
    chunk_size: z.int().describe("bytes of each chunk but the last").meta({ example: uploadChunkBytes }),
    chunks: z.int().describe("how many there are"),
    received: z.array(z.int()).describe("indexes that have arrived, from 0"),
    missing: z.array(z.int()).describe("indexes that have not; at most the first 1000"),
    received_bytes: Bytes,
    size: Bytes,
    complete: z.boolean(),
    duplicate: z.boolean().describe("you had a file with the same bytes already: `file_id` is that one"),
    expires_at: Timestamp.nullable().describe("an upload that is not finished by then is dropped; null: complete"),
  })
  .meta({ id: "UploadState", example: uploadState });
export type UploadState = z.infer<typeof UploadState>;

/** A window of what was read. */
export const FileContent = z
  .object({
    file: StoredFile,
    blocks: z.array(Block).describe("empty when `part` is chunks"),
    chunks: z.array(Chunk).describe("empty when `part` is blocks"),
    next_cursor: z.string().nullable().describe("null: the last page"),
  })
  .meta({ id: "FileContent", example: fileContent });
export type FileContent = z.infer<typeof FileContent>;

export const SearchFiles = z
  .object({
    query: userText(10_000).trim().min(1, "must not be empty"),
    limit: z.int().min(1).max(50).default(10),
    file_ids: z.array(Id).max(1000).nullish().describe("only in these"),
    types: z.array(z.string().max(40)).max(100).nullish().describe("only in files of these types"),
    min_score: z.number().min(-1).max(1).nullish(),
  })
  .meta({ id: "SearchFiles", example: { query: "how did costs develop?", limit: 5 } });
export type SearchFiles = z.infer<typeof SearchFiles>;

export const FileHit = Chunk.extend({
  file_id: Id,
  file_name: z.string(),
  type: z.string().nullable(),
  score: z.number().min(-1).max(1).describe("cosine similarity"),
}).meta({ id: "FileHit", example: fileHit });
export type FileHit = z.infer<typeof FileHit>;

export const FileHits = z
  .object({
    hits: z.array(FileHit).describe("most similar first"),
    embedding: z.object({
      model: z.string(),
      kind: z.enum(["lexical", "local", "remote"]).describe("lexical: words and parts of words, without a model"),
    }),
    not_compared: z.int().describe("files whose chunks are not embedded by this model yet"),
    elapsed_ms: Milliseconds,
  })
  .meta({
    id: "FileHits",
    example: fileHits,
  });
export type FileHits = z.infer<typeof FileHits>;

/** How files are taken and read here, and what is at work: for an empty page and for a busy one. */
export const FileProcessing = z
  .object({
    accepts: z.object({
      types: z.array(z.string()).nullable().describe("null: every type"),
      max_file_size: Bytes,
      chunk_size: z.int().describe("bytes"),
    }),
    stored: z.object({
      files: z.int(),
      bytes: Bytes,
      quota: Bytes.nullable().describe("bytes you may store; null: as many as fit"),
      free: Bytes.nullable().describe("bytes free on the server's disk; null: not a disk"),
    }),
    chunking: z.object({ size: z.int(), overlap: z.int() }).describe("characters"),
    embedding: z.object({
      model: z.string().describe("in use now"),
      kind: z.enum(["lexical", "local", "remote"]),
      dimensions: z.int(),
      wanted: z.string().describe("what the server is set to use; differs from `model` until it is there"),
      state: z.enum(["ready", "downloading", "unavailable"]).describe("of the wanted one"),
      detail: z.string().nullable().describe("why it is not there"),
      download: z.object({ received: Bytes, total: Bytes.nullable() }).nullable(),
    }),
    jobs: z.object({ queued: z.int(), running: z.int(), failed: z.int() }).describe("yours"),
    rework: z
      .object({ kind: z.enum(["embed", "chunk"]), done: z.int(), total: z.int() })
      .nullable()
      .describe("files being embedded or chunked anew, because a setting or the model has changed; null: none"),
  })
  .meta({ id: "FileProcessing", example: fileProcessing });
export type FileProcessing = z.infer<typeof FileProcessing>;
