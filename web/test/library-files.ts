/** A file as the server tells of it. */
import type { StoredFile } from "@orchestratex/sdk/contract";

const TIME = "2026-11-21T12:00:00.000Z";

export const fileOf = (change: Partial<StoredFile> = {}): StoredFile => ({
  ...{ id: "0193a000-0000-7000-8000-000000000001", name: "a.txt", size: 100, received: 100, sha256: null },
  ...{ type: "txt", mime: "text/plain", declared_mime: null, encoding: "utf-8", status: "ready", stage: null },
  ...{ stage_done: null, stage_total: null, stage_times: {}, searchable: true, metadata: {}, analysis: {} },
  ...{ warnings: [], error: null, text_length: 10, chunk_count: 1, embedding_model: null },
  ...{ created_at: TIME, updated_at: TIME, processed_at: null },
  ...change,
});
