/** A setting or the model has changed: jobs for the files that were made otherwise, each once, and how far they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileProcessing } from "@orchestratex/sdk/contract";
import { startRework } from "../../src/app/rework.ts";
import { makeReworkJobs, reworkProgress, type Wanted } from "../../src/ingest/rework.ts";
import type { Embedding } from "../../src/providers/embedding.ts";
import { lexical } from "../../src/providers/embeddings/lexical.ts";
import { openTestStore } from "../store.ts";
import { addFile, chunking } from "./rows.ts";

const never = new AbortController().signal;

test("a changed model makes jobs to embed, changed sizes jobs to chunk: once a file, more files than a page has", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const made: string[] = [];
  const look = (wanted: Wanted) =>
    makeReworkJobs(store, wanted, { signal: never, made: (ids) => void made.push(...ids) });
  const jobs = () => store.sql.selectFrom("processing_jobs").select(["file_id", "kind", "status"]).execute();
  const finish = (fileId: string | null | undefined, status: "completed" | "failed") =>
    store.sql
      .updateTable("processing_jobs")
      .set({ status, finished_at: new Date().toISOString() })
      .where("file_id", "=", fileId ?? "")
      .execute();

  const id = await addFile(store, ["a"]);
  assert.equal(await look({ model: "lexical", chunking }), 0);
  assert.equal(await look({ model: null, chunking }), 0, "the wanted model is not there: nothing is embedded anew");
  assert.equal(await reworkProgress(store, "local"), null);

  assert.equal(await look({ model: "other", chunking }), 1);
  assert.equal(await look({ model: "other", chunking }), 0);
  assert.deepEqual([made, await jobs()], [[id], [{ file_id: id, kind: "embed", status: "queued" }]]);
  assert.deepEqual(await reworkProgress(store, "local"), { kind: "embed", done: 0, total: 1 });
  assert.equal(await reworkProgress(store, "stranger"), null);
  await finish(id, "failed");
  assert.equal(await look({ model: "other", chunking }), 0, "what has just failed is left alone");
  await store.sql.deleteFrom("files").execute();

  const file = { owner_id: "local", name: "a", size: 1, status: "ready", chunk_count: 1, chunk_version: 1 } as const;
  await store.sql
    .insertInto("files")
    .values(Array.from({ length: 205 }, () => file))
    .execute();
  made.length = 0;
  assert.equal(await look({ model: null, chunking: { size: 500, overlap: 100 } }), 205);
  assert.equal(new Set(made).size, 205);
  assert.ok((await jobs()).every(({ kind }) => kind === "chunk"));
  await finish(made[0], "completed");
  assert.deepEqual(await reworkProgress(store, "local"), { kind: "chunk", done: 1, total: 205 });
});

test("it looks at the start and when another model takes over", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const id = await addFile(store, ["a"]);
  const listeners = new Set<() => void>();
  let current: Embedding = lexical;
  const ready: FileProcessing["embedding"] = {
    ...{ model: "", kind: "local", dimensions: 1, wanted: "", state: "ready", detail: null, download: null },
  };
  const { promise: queued, resolve } = Promise.withResolvers<string>();
  const rework = startRework({
    ...{ database: store, chunking, fileQueued: resolve, onFault: assert.ifError },
    embeddings: {
      current: () => current,
      state: () => ready,
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  });
  t.after(() => rework.close());
  current = { ...lexical, model: "other" };
  for (const listener of listeners) listener();
  assert.equal(await queued, id);
});
