/** A service that makes vectors, at the wire. */
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { openRemote, type RemoteModel } from "../../src/providers/embeddings/remote.ts";
import { openHttp } from "../../src/providers/http.ts";
import { vendorNamed } from "../../src/providers/vendors.ts";
import { serve } from "../providers/served.ts";

type Asked = { path: string; key: string | undefined; input: string[]; model: string };
type Reply = { status?: number; headers?: Record<string, string>; body: unknown };

const vectorsOf = ({ input }: Asked): Reply => ({
  body: { data: input.map((text, index) => ({ index, embedding: [text.length, 1] })).reverse() },
});

/** Answers by turns, at last always with the last reply. */
async function openService(t: TestContext, replies: ((asked: Asked) => Reply)[], vendor = "openai") {
  const asked: Asked[] = [];
  const answer: RequestListener = async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { input: string[]; model: string };
    const one = { path: `${request.url}`, key: request.headers.authorization, ...body };
    asked.push(one);
    const {
      status = 200,
      headers = {},
      body: told,
    } = (replies[asked.length - 1] ?? replies.at(-1))?.(one) ?? { body: {} };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof told === "string" ? told : JSON.stringify(told));
  };
  const baseUrl = await serve(t, answer);
  const http = openHttp();
  t.after(() => http.close());
  const pauses: number[] = [];
  const refused: string[] = [];
  const model: RemoteModel = {
    ...{ vendor: vendorNamed(vendor), modelId: "small", name: `${vendor}:small`, fetch: http.fetch },
    connection: () => ({ baseUrl, key: "sk-secret-key", headers: {} }),
    onKeyRefused: (key) => void refused.push(key),
    pause: async (ms) => void pauses.push(ms),
  };
  return { asked, pauses, refused, open: () => openRemote(model, never) };
}

const never = new AbortController().signal;

test("texts go in batches, with the key; vectors come in the order of the texts, of length one", async (t) => {
  const service = await openService(t, [vectorsOf]);
  const embedding = await service.open();
  assert.deepEqual([embedding.model, embedding.kind, embedding.dimensions], ["openai:small@2", "remote", 2]);
  const texts = Array.from({ length: 70 }, (_, n) => "x".repeat(n));
  const vectors = await embedding.embed([...texts, "y".repeat(9_000)], never);
  assert.deepEqual(
    service.asked.map(({ input }) => input.length),
    [1, 64, 7],
  );
  assert.ok(
    service.asked.every(
      ({ path, key, model }) => `${path} ${key} ${model}` === "/embeddings Bearer sk-secret-key small",
    ),
  );
  const ratios = vectors.map(([a = 0, b = 0]) => Math.round(a / b));
  assert.deepEqual(
    ratios,
    [1, ...texts.slice(1).map((text) => text.length), 8_000],
    "an empty text is a space, a long one is cut",
  );
  const local = await openService(t, [vectorsOf], "ollama");
  await local.open();
  assert.equal(local.asked[0]?.path, "/v1/embeddings");
});

test("it is asked again when it is busy, as it wishes; what cannot be helped is told, without the key", async (t) => {
  const busy = await openService(t, [
    () => ({ status: 429, headers: { "retry-after": "7" }, body: { error: { message: "slow down" } } }),
    () => ({ status: 500, body: "oops" }),
    vectorsOf,
  ]);
  assert.equal((await busy.open()).dimensions, 2);
  assert.deepEqual(busy.pauses, [7_000, 2_000]);

  const refusing = await openService(t, [
    ({ key }) => ({ status: 401, body: { error: { message: `Incorrect API key provided: ${key}` } } }),
  ]);
  await assert.rejects(refusing.open(), (error: Error & { code?: string }) => {
    assert.equal(error.code, "provider.key_rejected");
    assert.doesNotMatch(error.message, /sk-secret/);
    return true;
  });
  assert.deepEqual([refusing.asked.length, refusing.refused], [1, ["sk-secret-key"]]);
});

test("what is no vector for each text is a fault and never kept", async (t) => {
  const wrong: [unknown[], RegExp][] = [
    [[{ index: 0, embedding: [1, 0] }], /1 vectors for 2 texts/],
    [[{ embedding: [1, 0] }, { embedding: [1, 0, 0] }], /3 dimensions instead of 2/],
    [[{ embedding: [0, 0] }, { embedding: [1, 0] }], /no direction/],
    [[{ embedding: [1e300, 0] }, { embedding: [1, 0] }], /no direction/],
  ];
  for (const [data, message] of wrong) {
    const service = await openService(t, [vectorsOf, () => ({ body: { data } })]);
    const embedding = await service.open();
    await assert.rejects(embedding.embed(["a", "b"], never), (error: Error & { code?: string }) => {
      assert.equal(error.code, "embedding.unavailable");
      assert.match(error.message, message);
      return true;
    });
  }
  for (const body of ["<html>", "", '{"data":[{"embedding":[null]}]}', '{"data":"none"}']) {
    const service = await openService(t, [vectorsOf, () => ({ body })]);
    const embedding = await service.open();
    await assert.rejects(embedding.embed(["a"], never), /./);
  }
});
