/** Files and what is made of them. A test holds these equal to the columns of the database. */
import type { SearchMode } from "@orchestratex/sdk/contract";
import type { Defaulted, DefaultedJson, GeneratedAlways, NullableJson } from "./column-types.ts";

export type FilesTable = {
  id: Defaulted<string>;
  owner_id: string;
  name: string;
  size: number;
  sha256: string | null;
  declared_mime: string | null;
  mime: string | null;
  type: string | null;
  encoding: string | null;
  blob_key: string | null;
  status: Defaulted<"uploading" | "queued" | "processing" | "ready" | "failed">;
  stage: string | null;
  stage_done: number | null;
  stage_total: number | null;
  stage_times: DefaultedJson<Record<string, number>>;
  metadata: DefaultedJson<Record<string, unknown>>;
  analysis: DefaultedJson<Record<string, unknown>>;
  warnings: DefaultedJson<{ code: string; message: string }[]>;
  chunking: NullableJson<{ size: number; overlap: number }>;
  error_code: string | null;
  error_message: string | null;
  text_length: number | null;
  chunk_count: Defaulted<number>;
  chunk_version: Defaulted<number>;
  embedding_model: string | null;
  last_seq: Defaulted<number>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
  processed_at: string | null;
  deleted_at: Defaulted<string | null>;
};

export type UploadsTable = {
  id: Defaulted<string>;
  file_id: string | null;
  owner_id: string;
  size: number;
  chunk_size: number;
  /** As PostgreSQL writes a multirange: `{[0,8),[16,24)}`. */
  received: Defaulted<string>;
  received_bytes: Defaulted<number>;
  expected_sha256: string | null;
  metadata: DefaultedJson<Record<string, unknown>>;
  told_at: string | null;
  expires_at: string;
  completed_at: string | null;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
};

export type ProcessingJobsTable = {
  id: Defaulted<string>;
  owner_id: string;
  file_id: string | null;
  kind: string;
  status: Defaulted<"queued" | "running" | "completed" | "failed" | "cancelled">;
  stage: string | null;
  done: Defaulted<number>;
  total: number | null;
  attempt: Defaulted<number>;
  max_attempts: Defaulted<number>;
  stage_times: DefaultedJson<Record<string, number>>;
  details: DefaultedJson<Record<string, unknown>>;
  error_code: string | null;
  error_message: string | null;
  epoch: Defaulted<number>;
  lease_until: string | null;
  run_after: Defaulted<string>;
  started_at: string | null;
  finished_at: string | null;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
};

export type VectorChunksTable = {
  id: Defaulted<string>;
  file_id: string;
  owner_id: string;
  version: number;
  position: number;
  text: string;
  place: DefaultedJson<Record<string, unknown>>;
  search: GeneratedAlways<string | null>;
  created_at: Defaulted<string>;
};

export type ChunkEmbeddingsTable = {
  chunk_id: string;
  model: string;
  file_id: string;
  owner_id: string;
  version: number;
  /** As pgvector writes it: `[0.1,0.2]`. */
  embedding: string;
};

export type CollectionsTable = {
  id: Defaulted<string>;
  owner_id: string;
  name: string;
  description: Defaulted<string>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
};

export type CollectionFilesTable = {
  collection_id: string;
  file_id: string;
  added_at: Defaulted<string>;
};

export type SearchQueriesTable = {
  id: Defaulted<string>;
  owner_id: string;
  mode: SearchMode;
  query: string;
  filters: DefaultedJson<Record<string, unknown>>;
  results: DefaultedJson<{ chunk_id: string; file_id: string; score: number }[]>;
  result_count: Defaulted<number>;
  answer: string | null;
  thread_id: string | null;
  embedding_model: string | null;
  cost: number | null;
  duration: number | null;
  created_at: Defaulted<string>;
};
