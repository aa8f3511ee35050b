/** Chunks by similarity: whose, of which files, by which model; and vectors under OpenAI's path. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FileHits } from "@orchestratex/sdk/contract";
import OpenAI from "openai";
import type { Embedding } from "../../src/providers/embedding.ts";
import { lexical } from "../../src/providers/embeddings/lexical.ts";
import { chunksWithWords } from "../../src/store/chunks.ts";
import { openPgvector } from "../../src/store/vectors/pgvector.ts";
import { openTestApp } from "../app.ts";
import { addChunks, addFile, embedFile, nowEmbeddedBy } from "./rows.ts";

const other: Embedding = {
  ...{ model: "other", kind: "local", dimensions: 3 },
  embed: async (texts) => texts.map(() => Float32Array.of(1, 0, 0)),
};

test("what is most similar comes first: one's own, visible, of the asked files and types, by the model in use", async (t) => {
  const app = await openTestApp(t);
  const { store } = app;
  const search = async (query: string, more: object = {}) => {
    const { status, body } = await app.send("POST", "/api/files/search", { query, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return FileHits.parse(body);
  };
  assert.deepEqual((await search("costs")).hits, [], "nothing is there yet");

  await store.sql.insertInto("users").values({ id: "stranger" }).execute();
  const report = await addFile(store, ["Costs fell by a third.", "The weather was fine."], {
    name: "report.pdf",
    type: "pdf",
  });
  const notes = await addFile(store, ["Notes about costs of travel.", "他们说成本下降了。"], {
    name: "notes.md",
    type: "md",
  });
  await addFile(store, ["Costs of a stranger."], { owner: "stranger" });
  const elsewhere = await addFile(store, ["Costs by another model."], { embedding: other });
  const waiting = await addFile(store, ["Costs that wait for vectors."], { embedding: null });
  await addChunks(store, { id: report, owner: "local", version: 2 }, ["Costs of a version to come."]);
  await embedFile(store, { id: report, owner: "local", version: 2 }, lexical);

  const found = await search("How did the costs develop?");
  assert.deepEqual(found.embedding, { model: "lexical", kind: "lexical" });
  assert.equal(found.not_compared, 2);
  assert.deepEqual(new Set(found.hits.map(({ file_id }) => file_id)), new Set([report, notes]));
  assert.equal(found.hits.length, 4);
  const [first] = found.hits;
  assert.match(`${first?.text}`, /costs/i);
  assert.ok(found.hits.every(({ score }, n) => score <= (found.hits[n - 1]?.score ?? 1)));
  const known = found.hits.find(({ file_id, position }) => file_id === report && position === 0);
  assert.deepEqual([known?.file_name, known?.type, known?.text], ["report.pdf", "pdf", "Costs fell by a third."]);
  assert.match(`${(await search("成本")).hits[0]?.text}`, /成本/);

  assert.deepEqual(
    (await search("costs", { types: ["md"] })).hits.map(({ file_id }) => file_id),
    [notes, notes],
  );
  const inTwo = await search("costs", { file_ids: [report, elsewhere], limit: 1 });
  assert.deepEqual([inTwo.hits.map(({ file_id }) => file_id), inTwo.not_compared], [[report], 1]);
  assert.deepEqual((await search("costs", { min_score: 0.99 })).hits, []);
  assert.deepEqual((await search("costs", { file_ids: [], types: [] })).hits, [], "in none is in none");
  assert.equal((await app.send("POST", "/api/files/search", { query: "  " })).status, 422);

  const words = await chunksWithWords(store, "local", { query: "wait vectors", limit: 10 });
  assert.deepEqual(
    words.map(({ file_id }) => file_id),
    [waiting],
    "full text finds it before it is embedded",
  );

  await embedFile(store, { id: report, owner: "local", version: 1 }, other);
  assert.equal(
    (await search("costs", { file_ids: [report] })).not_compared,
    0,
    "both models' vectors are there, one is compared",
  );
  await nowEmbeddedBy(store, report, other.model);
  await openPgvector(store).keepOnly(report, other.model);
  const after = await search("costs", { file_ids: [report] });
  assert.deepEqual([after.hits, after.not_compared], [[], 1]);
});

test("files of more chunks than one statement compares are all compared", async (t) => {
  const app = await openTestApp(t);
  const { store } = app;
  const files = [];
  for (const word of ["apples", "pears", "plums"]) files.push(await addFile(store, [`A text about ${word}.`]));
  // As if each had so many.
  await store.sql.updateTable("files").set({ chunk_count: 11_000 }).execute();
  const { body } = await app.send("POST", "/api/files/search", { query: "pears, plums and apples" });
  assert.deepEqual(new Set(FileHits.parse(body).hits.map(({ file_id }) => file_id)), new Set(files));
  // The middle one, deleted: nothing of it is left.
  await store.sql
    .deleteFrom("files")
    .where("id", "=", files[1] ?? "")
    .execute();
  const left = await store.sql.selectFrom("chunk_embeddings").select("file_id").execute();
  assert.deepEqual(left.length, 2);
});

test("OpenAI's own client has vectors, as numbers and as bytes", async (t) => {
  const app = await openTestApp(t);
  const baseURL = `${await app.listen()}/v1`;
  const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
  const input = ["Costs fell by a third.", "成本"];
  const model = "orchestratex/embedding";
  // The package asks for base64 unless it is told otherwise, and decodes it.
  const asBytes = await client.embeddings.create({ model, input });
  const asNumbers = await client.embeddings.create({
    model: "lexical",
    input,
    encoding_format: "float",
    dimensions: lexical.dimensions,
  });
  assert.deepEqual([asNumbers.object, asNumbers.model, asNumbers.data.length], ["list", "lexical", 2]);
  assert.deepEqual(
    asBytes.data.map(({ embedding }) => [...embedding]),
    asNumbers.data.map(({ embedding }) => embedding),
  );
  assert.ok(asNumbers.usage.prompt_tokens > 0);
  assert.equal((await client.embeddings.create({ model, input: "one" })).data.length, 1);

  const refusals = [
    [{ model: "text-embedding-3-small", input }, 404, "model_not_found", "model"],
    [{ model, input, dimensions: 5 }, 400, "request.invalid", "dimensions"],
    [{ model, input: [1, 2, 3] }, 400, "request.invalid", "input"],
    [{ model, input: ["a", ""] }, 400, "request.invalid", "input"],
    [{ model, input: [] }, 400, "request.invalid", "input"],
  ] as const;
  for (const [body, status, code, param] of refusals) {
    const reply = await app.send("POST", "/v1/embeddings", body);
    const { error } = reply.body as { error: { code: string; param: string; message: string } };
    assert.deepEqual([reply.status, error.code, error.param.split(/[.[]/)[0]], [status, code, param], error.message);
  }
});
