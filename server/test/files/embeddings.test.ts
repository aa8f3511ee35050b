/** Vectors: without a model, by a model that has to be fetched first, by a service; and chunks that get them. */
import assert from "node:assert/strict";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { test } from "node:test";
import { pino } from "pino";
import { type EmbeddingsOptions, openEmbeddings } from "../../src/app/embeddings.ts";
import type { Embedding } from "../../src/providers/embedding.ts";
import { wantedModel } from "../../src/providers/embeddings/index.ts";
import { lexical } from "../../src/providers/embeddings/lexical.ts";
import { serve } from "../providers/served.ts";
import { openTestStore, temporaryFolder } from "../store.ts";
import { addFile, embedFile } from "./rows.ts";
import { tinyModel } from "./tiny-model.ts";

const never = new AbortController().signal;
const dot = (a: Float32Array = Float32Array.of(), b: Float32Array = a) =>
  a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);

test("without a model: unit vectors, alike for texts of like words in any script, the same each time", async () => {
  const texts = [
    "Costs fell by a third.",
    "Falling cost",
    "The cat sat.",
    "他们说成本下降了",
    "成本",
    "",
    "\0\ud800 ☃",
    "x".repeat(1e6),
  ];
  const vectors = await lexical.embed(texts, never);
  for (const vector of vectors)
    assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5 && vector.length === lexical.dimensions);
  assert.ok(
    dot(vectors[0], vectors[1]) > 0.3 && dot(vectors[0], vectors[2]) < 0.2 && dot(vectors[3], vectors[4]) > 0.3,
  );
  assert.deepEqual(await lexical.embed(texts, never), vectors);
  await assert.rejects(lexical.embed(texts, AbortSignal.abort(new Error("enough"))), /enough/);
});

test("chunks get their vectors batch by batch; stopped, it goes on where it was", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const stop = new AbortController();
  const seen: string[] = [];
  const counting: Embedding = {
    ...lexical,
    async embed(texts, signal) {
      if (seen.length >= 32) stop.abort(new Error("enough"));
      signal.throwIfAborted();
      seen.push(...texts);
      return lexical.embed(texts, signal);
    },
  };
  const texts = Array.from({ length: 50 }, (_, n) => `Chunk ${n} of a file.`);
  const id = await addFile(store, texts, { embedding: null });
  const of = { id, owner: "local", version: 1 };
  await assert.rejects(embedFile(store, of, counting, { signal: stop.signal }), /enough/);
  const progress: number[][] = [];
  await embedFile(
    store,
    of,
    {
      ...counting,
      embed: async (more, signal) => {
        seen.push(...more);
        return lexical.embed(more, signal);
      },
    },
    {
      onProgress: (done, total) => progress.push([done, total]),
    },
  );
  assert.deepEqual(seen, texts, "each once, in order");
  assert.deepEqual(progress, [
    [32, 50],
    [48, 50],
    [50, 50],
  ]);

  const vanishing: Embedding = {
    ...lexical,
    async embed(more, signal) {
      await store.sql.deleteFrom("files").where("id", "=", id).execute();
      return lexical.embed(more, signal);
    },
  };
  await embedFile(store, of, { ...vanishing, model: "another" }, {});
  assert.deepEqual(await store.sql.selectFrom("chunk_embeddings").select("model").execute(), []);
});

const optionsFor = (over: Partial<EmbeddingsOptions>): EmbeddingsOptions => ({
  ...{
    wanted: "all-MiniLM-L6-v2",
    cwd: "/nowhere",
    dataDir: temporaryFolder(),
    modelHost: "http://127.0.0.1:9",
    proxy: null,
  },
  services: {
    outside: {
      connection: () => null,
      isTrusted: () => true,
      keyring: {
        ...{ next: () => "sk-secret-key", has: () => true, rest: () => {}, store: () => {} },
        source: () => "stored",
        keys: () => [],
        all: () => [],
      },
    },
    fetch,
  },
  log: pino({ level: "silent" }),
  pauseMs: { first: 1, longest: 1 },
  ...over,
});

const changed = (embeddings: ReturnType<typeof openEmbeddings>) =>
  new Promise<void>((resolve) => void embeddings.onChange(resolve));

test("a model is fetched in the background, goes on where a line broke, and takes over from what needs none", async (t) => {
  const files = tinyModel();
  const dataDir = temporaryFolder();
  const asked: string[] = [];
  const modelHost = await serve(t, (request, response) => {
    const [, file = ""] = /\/resolve\/main\/(.*)$/.exec(request.url ?? "") ?? [];
    const body = files.get(file) ?? Buffer.alloc(0);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    asked.push(`${file} ${from}`);
    if (request.url?.startsWith("/Xenova")) return response.writeHead(302, { location: `/moved${request.url}` }).end();
    if (asked.filter((one) => one.startsWith("tokenizer.json")).length < 3) return breakOff(response, body, file);
    response.writeHead(from > 0 ? 206 : 200, { etag: '"1"', "content-length": body.length - from });
    response.end(body.subarray(from));
  });
  const breakOff = (response: ServerResponse, body: Buffer, file: string) => {
    response.writeHead(200, { etag: '"1"', "content-length": body.length });
    if (file !== "tokenizer.json") return response.end(body);
    response.write(body.subarray(0, 100));
    const part = path.join(dataDir, "models/all-MiniLM-L6-v2.part/tokenizer.json.part");
    const look = () =>
      statSync(part, { throwIfNoEntry: false })?.size === 100 ? response.destroy() : setImmediate(look);
    look();
  };
  const embeddings = openEmbeddings(optionsFor({ modelHost, dataDir }));
  t.after(() => embeddings.close());
  assert.deepEqual([embeddings.current().model, embeddings.state().wanted], ["lexical", "all-MiniLM-L6-v2"]);
  const taken = changed(embeddings);
  embeddings.start();
  await taken;
  assert.ok(asked.includes("tokenizer.json 100"), `${asked}`);
  const { model, kind, state, dimensions, download } = embeddings.state();
  assert.deepEqual([model, kind, state, dimensions, download], ["all-MiniLM-L6-v2", "local", "ready", 3, null]);
  const [costs, prices, weather] = await embeddings.current().embed(["costs", "Prices", "weather"], never);
  assert.ok(dot(costs, prices) > 0.9 && dot(costs, weather) === 0);
  const many = await embeddings.current().embed(
    Array.from({ length: 9 }, (_, n) => (n % 2 ? "costs" : "weather costs")),
    never,
  );
  assert.equal(many.length, 9);
  await assert.rejects(embeddings.current().embed([""], never), { code: "embedding.unavailable" });
  await assert.rejects(embeddings.current().embed(["costs"], AbortSignal.abort(new Error("enough"))), /enough/);
});

test("a model that is not there is told of; a folder's is named by what is in it", async (t) => {
  const folder = path.join(temporaryFolder(), "my model");
  for (const [file, body] of tinyModel()) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), body);
  }
  const own = openEmbeddings(optionsFor({ wanted: folder }));
  t.after(() => own.close());
  const taken = changed(own);
  own.start();
  await taken;
  assert.match(own.current().model, /^my model@[0-9a-f]{8}$/);

  const lost = openEmbeddings(optionsFor({}));
  lost.start();
  while (!lost.state().detail?.includes("fetched")) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([lost.state().state, lost.current().model], ["unavailable", "lexical"]);
  assert.match(`${lost.state().detail}`, /^Xenova\/all-MiniLM-L6-v2 cannot be fetched from http:\/\/127.0.0.1:9: /);
  await lost.close();
  assert.deepEqual(
    [
      "lexical",
      "sentence-transformers/all-MiniLM-L6-v2",
      "openai:text-embedding-3-small",
      "ollama:nomic:v1",
      "nonsense",
    ].map((name) => wantedModel(name, "/nowhere").type),
    ["lexical", "known", "remote", "remote", "unknown"],
  );
});
