/** Uploads over lines that break, and to servers that refuse what came: chunks of four bytes, told by a scripted server. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ApiError, createClient, UnreachableError } from "../src/client.ts";
import type { UploadState } from "../src/contract/files.ts";
import { json, openScripted, problem, type Turn } from "./scripted.ts";

const FILE = "01a1fe80-0000-7000-8000-000000000001";
const INITIATE = "POST /api/files/upload/initiate";
const DROP = `DELETE /api/files/${FILE}/upload`;
const STATE = `GET /api/files/${FILE}/upload`;
const bytes = new Blob(["abcdefghij"]);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const chunk = (index: number, text: string) => `POST /api/files/${FILE}/upload?index=${index}&sha256=${sha256(text)}`;
const [FIRST, SECOND, LAST] = [chunk(0, "abcd"), chunk(1, "efgh"), chunk(2, "ij")];

const state = (received: number[], size = 10): UploadState => ({
  ...{ file_id: FILE, chunk_size: 4, chunks: 3, size, duplicate: false, expires_at: null, received },
  missing: [0, 1, 2].filter((index) => !received.includes(index)),
  received_bytes: received.reduce((sum, index) => sum + (index === 2 ? 2 : 4), 0),
  complete: received.length === 3,
});
const has = (...received: number[]): Turn => json(200, state(received));
const cut: Turn = (response) => void response.destroy();
/** `retry` as the server says it. */
const refusing = (status: number, code: string): Turn =>
  json(status, { type: code, title: code, status, detail: code, instance: "1", code, retry: true });

const hurried = (baseUrl: string) => createClient({ baseUrl, pace: { wait: async () => {}, random: () => 1 } });

test("only what is missing is sent; a cut line, a server that restarts and a chunk that arrived wrong cost one more try each", async (t) => {
  const { url, seen } = await openScripted(t, {
    [INITIATE]: [cut, refusing(503, "server.stopping"), json(201, state([1]))],
    [FIRST]: [cut, refusing(422, "upload.checksum"), has(0, 1)],
    [LAST]: [refusing(503, "file.store_failed"), has(0, 1, 2)],
  });
  const progress: number[] = [];
  const connections: string[] = [];
  const done = await hurried(url).upload(bytes, {
    ...{ name: "a.txt", sha256: sha256("abcdefghij") },
    onProgress: (received) => progress.push(received),
    onConnection: ({ type }) => connections.push(type),
  });
  assert.equal(done.complete, true);
  assert.deepEqual(progress, [4, 8, 10]);
  assert.deepEqual(connections, ["lost", "lost", "restored", "lost", "lost", "restored", "lost", "restored"]);
  assert.deepEqual(
    seen.map(({ route }) => route),
    [INITIATE, INITIATE, INITIATE, FIRST, FIRST, FIRST, LAST, LAST],
  );
  assert.equal(JSON.parse(seen[0]?.body ?? "").sha256, sha256("abcdefghij"));
});

test("a whole that is another than promised is refused once, not sent for ever, and dropped; of another size it does not go on at all", async (t) => {
  const { url, seen } = await openScripted(t, {
    [INITIATE]: [json(201, state([]))],
    [FIRST]: [has(0)],
    [SECOND]: [has(0, 1)],
    [LAST]: [refusing(422, "upload.checksum")],
    [STATE]: [has()],
  });
  const isRefusal = (error: unknown) => error instanceof ApiError && error.code === "upload.checksum";
  await assert.rejects(hurried(url).upload(bytes, { name: "a.txt", sha256: sha256("else") }), isRefusal);
  assert.deepEqual(
    seen.map(({ route }) => route),
    [INITIATE, FIRST, SECOND, LAST, STATE, DROP],
  );
  await assert.rejects(hurried(url).upload(new Blob(["abc"]), { name: "a.txt", fileId: FILE }), /of 10 bytes.* has 3/);

  const small = { ...state([], 3), chunks: 1, missing: [0] };
  const one = await openScripted(t, {
    [INITIATE]: [json(201, small)],
    [chunk(0, "abc")]: [refusing(422, "upload.checksum")],
  });
  const promised = hurried(one.url).upload(new Blob(["abc"]), { name: "a.txt", sha256: sha256("else") });
  await assert.rejects(promised, isRefusal);
  assert.equal(one.seen.length, 3);
});

test("it gives up after as many attempts as it may, at once where it makes no sense, and when it is told to", async (t) => {
  const { url, seen } = await openScripted(t, {
    [INITIATE]: [json(201, state([])), problem(413, "file.too_large")],
    [FIRST]: [cut],
  });
  const client = hurried(url);
  await assert.rejects(client.upload(bytes, { name: "a.txt", maxAttempts: 3 }), UnreachableError);
  assert.equal(seen.length, 4);
  await assert.rejects(client.upload(bytes, { name: "a.txt" }), ApiError);
  assert.equal(seen.length, 5);
  const changed = new Blob(["abcdefghij"]);
  changed.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("it has changed")) }) as Blob;
  const other = await openScripted(t, { [INITIATE]: [json(201, state([]))], [DROP]: [json(200, {})] });
  await assert.rejects(hurried(other.url).upload(changed, { name: "a.txt" }), /it has changed/);
  assert.deepEqual(
    other.seen.map(({ route }) => route),
    [INITIATE, DROP],
  );
  const gone = AbortSignal.abort(new Error("left"));
  await assert.rejects(client.upload(bytes, { name: "a.txt", signal: gone }), /left/);
});
