/** The server is started again with other settings over what it has: files are made anew, and searches see one state or the other. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { FileHits } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { serve } from "../providers/served.ts";
import { openTestStore, type TestStore, temporaryFolder } from "../store.ts";
import { heldStore } from "./held-store.ts";
import { type FilesApp, openFilesApp } from "./kept.ts";
import { tinyModel } from "./tiny-model.ts";

const text = Array.from(
  { length: 60 },
  (_, n) => `Paragraph ${n}: costs and prices, again. ${"weather ".repeat(20)}`,
).join("\n\n");

const chunksOf = async (store: TestStore, id: string) => {
  const { rows } = await sql<{ id: string; version: number; models: string[] }>`
    select id, version, array(select model from chunk_embeddings e where e.chunk_id = c.id) as models
    from vector_chunks c where file_id = ${id} order by position`.execute(store.sql);
  return rows;
};

const search = async (app: FilesApp) =>
  FileHits.parse((await app.send("POST", "/api/files/search", { query: "costs", limit: 50 })).body);

test("other sizes chunk a file anew, another model embeds the same chunks; old ones are found until then, and go", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const dir = temporaryFolder();
  const first = await openFilesApp(t, { store, dir });
  const id = await first.put("costs.txt", text);
  await first.read(id);
  const before = await chunksOf(store, id);
  await first.close();

  const held = heldStore(store, /insert into chunk_embeddings/);
  const sizes = { CHUNK_SIZE: "300", CHUNK_OVERLAP: "50" };
  const second = await openFilesApp(t, { store: held.store, dir, variables: sizes });
  await held.held;
  const old = new Set(before.map((chunk) => chunk.id));
  const meanwhile = await search(second);
  assert.ok(meanwhile.hits.length > 0 && meanwhile.hits.every((hit) => old.has(hit.id)));
  held.release();
  await second.follow(id);
  const smaller = await chunksOf(store, id);
  assert.ok(smaller.length > before.length);
  assert.deepEqual(
    [new Set(smaller.map(({ version }) => version)).size, smaller.some((chunk) => old.has(chunk.id))],
    [1, false],
  );
  assert.ok((await search(second)).hits.every((hit) => smaller.some((chunk) => chunk.id === hit.id)));
  await second.close();

  const folder = path.join(temporaryFolder(), "tiny");
  for (const [name, bytes] of tinyModel()) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  const third = await openFilesApp(t, { store, dir, variables: { ...sizes, EMBEDDING_MODEL: folder } });
  // The job is made once the model is there.
  while ((await third.events(id)).filter(({ event_type }) => event_type === "processing_finished").length < 3)
    await new Promise(setImmediate);
  await third.follow(id);
  const { hits, embedding, not_compared } = await search(third);
  const embedded = await chunksOf(store, id);
  assert.deepEqual(
    embedded.map((chunk) => chunk.id),
    smaller.map((chunk) => chunk.id),
  );
  await third.close();
  assert.deepEqual(
    (await chunksOf(store, id)).flatMap(({ models }) => models),
    embedded.map(() => embedding.model),
  );
  assert.ok(hits.length > 0 && embedding.kind === "local" && not_compared === 0);
  assert.deepEqual([first.faults, second.faults, third.faults], [[], [], []]);
});

test("a model that refuses leaves a file that is found by its words, and is asked again", async (t) => {
  let refuses = false;
  const OLLAMA_BASE_URL = await serve(t, async (request, response) => {
    const asked = Buffer.concat(await request.toArray()).toString();
    const input = asked === "" ? [] : ((JSON.parse(asked) as { input?: string[] }).input ?? []);
    const data = input.map((_, index) => ({ index, embedding: [1, 2] }));
    response.writeHead(refuses ? 400 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(refuses ? { error: { message: "not now" } } : { data }));
  });
  const app = await openFilesApp(t, { variables: { OLLAMA_BASE_URL, EMBEDDING_MODEL: "ollama:tiny" } });
  const isReady = async () =>
    ((await app.send("GET", "/api/files/processing")).body["embedding"] as { state: string }).state === "ready";
  while (!(await isReady())) await new Promise(setImmediate);
  refuses = true;
  const id = await app.put("costs.txt", text);
  await app.send("POST", `/api/files/${id}/retry`);
  await app.follow(id, "processing_finished");
  const file = await app.stored(id);
  assert.deepEqual(
    [file.status, file.searchable, file.embedding_model, file.warnings.map(({ code }) => code)],
    ["ready", true, null, ["not_embedded"]],
  );
  refuses = false;
  // As if the pause were over, which the next file brings to notice.
  await sql`update processing_jobs set run_after = now() where status = 'queued'`.execute(app.store.sql);
  await app.read(await app.put("other.txt", "Another."));
  await app.follow(id);
  const { warnings, embedding_model } = await app.stored(id);
  assert.deepEqual([warnings, embedding_model], [[], "ollama:tiny@2"]);
  assert.ok((await search(app)).hits.length > 0);
});
