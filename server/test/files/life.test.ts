/** The life of a file: from its bytes to what searches see, and every way in which that can go wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FileContent, FileProcessing } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { openFileJobs } from "../../src/store/file-jobs.ts";
import { openLive } from "../../src/store/live.ts";
import { openTestStore } from "../store.ts";
import { openFilesApp } from "./kept.ts";

const paragraphs = (count: number) =>
  Array.from({ length: count }, (_, n) => `Paragraph ${n} tells of the costs of the year ${1900 + n}.`).join("\n\n");

test("a file becomes chunks that are found and compared, and tells how", async (t) => {
  const app = await openFilesApp(t);
  const id = await app.put("costs.txt", paragraphs(120));
  const file = await app.read(id);
  assert.equal(file.status, "ready", JSON.stringify(file.error));
  assert.deepEqual([file.type, file.searchable, file.error, file.stage], ["txt", true, null, null]);
  assert.ok(file.chunk_count > 0 && (file.text_length ?? 0) > 1000 && file.processed_at !== null);
  assert.deepEqual(Object.keys(file.stage_times).sort(), ["chunk", "detect", "embed", "extract", "store"]);
  assert.notEqual(file.embedding_model, null);

  const events = await app.events(id);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  const stages = events.flatMap((event) => (event.event_type === "processing_progress" ? [event.details.stage] : []));
  assert.deepEqual([...new Set(stages)], ["detect", "extract", "chunk", "store", "embed"]);
  const last = events.at(-1);
  assert.ok(last?.event_type === "processing_finished" && last.details.chunks === file.chunk_count);

  const window = async (query: string) =>
    FileContent.parse((await app.send("GET", `/api/files/${id}/content?${query}`)).body);
  for (const part of ["blocks", "chunks"] as const) {
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await window(`part=${part}&limit=50${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page[part].map(({ text }) => text));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    assert.ok(seen.join("\n").includes("Paragraph 119 tells"), part);
    if (part === "chunks") assert.equal(seen.length, file.chunk_count);
  }
  const processing = FileProcessing.parse((await app.send("GET", "/api/files/processing")).body);
  assert.deepEqual([processing.stored.files, processing.jobs], [1, { queued: 0, running: 0, failed: 0 }]);
  assert.deepEqual(app.faults, []);
});

test("two hundred files of one do not keep another's one waiting", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  await sql`insert into users (id) values ('eve')`.execute(store.sql);
  await sql`
    with f as (
      insert into files (owner_id, name, size, status)
      select case when n = 200 then 'eve' else 'local' end, n::text, 1, 'queued' from generate_series(0, 200) n returning id, owner_id
    ) insert into processing_jobs (owner_id, file_id, kind) select owner_id, id, 'read' from f`.execute(store.sql);
  const jobs = openFileJobs(store, openLive());
  const ownerOf = async (newcomers: boolean) => {
    const taken = await jobs.take(newcomers);
    return "job" in taken ? taken.file.owner_id : null;
  };
  const [one, other] = [await ownerOf(false), await ownerOf(false)];
  assert.deepEqual(new Set([one, other]), new Set(["eve", "local"]));
  assert.deepEqual([await ownerOf(true), await ownerOf(false)], [null, "local"]);
});

test("a type that is not taken is told by the bytes, whatever the name says", async (t) => {
  const app = await openFilesApp(t, { variables: { ALLOWED_FILE_TYPES: "txt,.MD" } });
  const disguised = await app.read(await app.put("a.txt", Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")));
  assert.deepEqual(
    [disguised.status, disguised.error?.code, disguised.chunk_count],
    ["failed", "file.type_not_allowed", 0],
  );
  assert.equal((await app.read(await app.put("b.pdf", "Only words."))).status, "ready");
  assert.deepEqual(app.faults, []);
});
