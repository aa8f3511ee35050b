/** Files: a part of the client. */
import { pageOf } from "./contract/common.ts";
import {
  FileContent,
  FileHits,
  FileProcessing,
  type FilesQuery,
  type SearchFiles,
  StoredFile,
  UploadState,
} from "./contract/files.ts";
import { type Line, request, requestJson, search } from "./line.ts";
import type { Pace } from "./pace.ts";
import { type Upload, uploadOver } from "./upload.ts";

type Cancel = { signal?: AbortSignal };
type Filters<Query> = { [Name in keyof Query]?: Query[Name] | undefined };
type Part = { part?: "blocks" | "chunks"; cursor?: string | undefined; limit?: number };

export type Filing = {
  /** Newest first. */
  files(query?: Filters<FilesQuery>, options?: Cancel): Promise<{ items: StoredFile[]; next_cursor: string | null }>;
  /** The file and where its processing stands. */
  file(fileId: string, options?: Cancel): Promise<StoredFile>;
  /** A page of what was read of it. */
  fileContent(fileId: string, part?: Part, options?: Cancel): Promise<FileContent>;
  /** Complete: bytes, text and all that was made of it. One that is still arriving or being read too. */
  deleteFile(fileId: string, options?: Cancel): Promise<void>;
  retryFile(fileId: string, options?: Cancel): Promise<StoredFile>;
  cancelFile(fileId: string, options?: Cancel): Promise<StoredFile>;
  searchFiles(body: SearchFiles, options?: Cancel): Promise<FileHits>;
  /** What files are taken here, and what is at work. */
  fileProcessing(options?: Cancel): Promise<FileProcessing>;
  /** How far an upload is. */
  uploadState(fileId: string, options?: Cancel): Promise<UploadState>;
  /** Chunk by chunk, several tries each; one that broke off goes on when it is named by `fileId`. */
  upload: Upload;
};

const Files = pageOf(StoredFile);

export function filing(line: Line, pace: Pace): Filing {
  const path = (id: string, rest = "") => `/api/files/${encodeURIComponent(id)}${rest}`;
  const post = (to: string, options: Cancel | undefined) =>
    requestJson(line, to, StoredFile, { method: "POST", ...options });
  return {
    files: (query, options) => requestJson(line, `/api/files/${search(query)}`, Files, { ...options }),
    file: (id, options) => requestJson(line, path(id, "/status"), StoredFile, { ...options }),
    fileContent: (id, part, options) =>
      requestJson(line, path(id, `/content${search(part)}`), FileContent, { ...options }),
    async deleteFile(id, options) {
      await request(line, path(id), { method: "DELETE", ...options });
    },
    retryFile: (id, options) => post(path(id, "/retry"), options),
    cancelFile: (id, options) => post(path(id, "/cancel"), options),
    searchFiles: (body, options) =>
      requestJson(line, "/api/files/search", FileHits, { method: "POST", body, ...options }),
    fileProcessing: (options) => requestJson(line, "/api/files/processing", FileProcessing, { ...options }),
    uploadState: (id, options) => requestJson(line, path(id, "/upload"), UploadState, { ...options }),
    upload: uploadOver(line, pace),
  };
}
