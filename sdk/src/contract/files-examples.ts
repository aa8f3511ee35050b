/** One file and what is told of it, as `/docs` shows it. */

const [FILE, CHUNK] = ["01a1fe80-0000-7000-8000-000000000002", "01a1fe80-0000-7000-8000-000000000001"];
const place = { page: 3, heading: ["Results", "Costs"] };
const times = { created_at: "2026-03-02T09:00:00.000Z", updated_at: "2026-03-02T09:00:04.100Z" };

export const storedFile = {
  ...{ id: FILE, name: "report.pdf", size: 1_048_576, received: 1_048_576 },
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ...{ type: "pdf", mime: "application/pdf", declared_mime: "application/pdf", encoding: null },
  ...{ status: "ready", stage: null, stage_done: null, stage_total: null },
  stage_times: { detect: 4, extract: 830, chunk: 21, store: 35, embed: 210 },
  searchable: true,
  metadata: { title: "Annual report", author: "A. Writer", pages: 12 },
  analysis: { words: 4180, characters: 25_730, language: "en", headings: 14, tables: 2 },
  warnings: [{ code: "part_unreadable", message: "Page 7 cannot be read and is left out" }],
  ...{ error: null, text_length: 25_730, chunk_count: 34, embedding_model: "all-MiniLM-L6-v2" },
  ...{ ...times, processed_at: "2026-03-02T09:00:04.100Z" },
};

export const chunk = { id: CHUNK, position: 4, text: "Costs fell by a third.", place };

export const uploadState = {
  ...{ file_id: FILE, chunk_size: 8_388_608, chunks: 3, received: [0], missing: [1, 2] },
  ...{ received_bytes: 8_388_608, size: 20_000_000, complete: false, duplicate: false },
  expires_at: "2026-03-03T09:00:00.000Z",
};

export const fileContent = {
  file: storedFile,
  blocks: [{ kind: "paragraph", text: "Costs fell by a third.", place }],
  ...{ chunks: [], next_cursor: "1840" },
};

export const fileHit = { ...chunk, file_id: FILE, file_name: "report.pdf", type: "pdf", score: 0.62 };

export const fileHits = {
  hits: [fileHit],
  embedding: { model: "all-MiniLM-L6-v2", kind: "local" },
  ...{ not_compared: 0, elapsed_ms: 12 },
};

export const fileProcessing = {
  accepts: { types: null, max_file_size: 2_147_483_648, chunk_size: 8_388_608 },
  stored: { files: 34, bytes: 310_400_000, quota: null, free: 66_000_000_000 },
  chunking: { size: 1000, overlap: 200 },
  embedding: {
    ...{ model: "lexical", kind: "lexical", dimensions: 448, wanted: "all-MiniLM-L6-v2", state: "downloading" },
    ...{ detail: null, download: { received: 9_400_000, total: 23_000_000 } },
  },
  jobs: { queued: 3, running: 2, failed: 1 },
  rework: null,
};
