/** Files on their way in, through the door: in chunks, as a form, twice, cut, wrong, and after a crash. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UploadState } from "@orchestratex/sdk/contract";
import type { InjectOptions } from "fastify";
import { assertProblem } from "../api/problem.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { temporaryFolder } from "../store.ts";

const MB = 2 ** 20;
const CHUNK = 8 * MB;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function open(t: TestContext, variables: Record<string, string> = {}, dir = temporaryFolder()) {
  const app = await openTestApp(t, { UPLOAD_DIR: dir, ...variables });
  return { ...app, dir, ...asking(app) };
}

const asking = (app: TestApp) => {
  const ask = (options: InjectOptions) =>
    app.door.inject({ ...options, headers: { host: "localhost", ...options.headers } });
  const initiate = (body: object) => ask({ method: "POST", url: "/api/files/upload/initiate", payload: body });
  return {
    ask,
    initiate,
    async begin(body: object): Promise<UploadState> {
      const reply = await initiate(body);
      assert.equal(reply.statusCode, 201, reply.body);
      return UploadState.parse(reply.json());
    },
    chunk: (id: string, index: number, payload: Uint8Array, query = "") =>
      ask({
        method: "POST",
        url: `/api/files/${id}/upload?index=${index}${query}`,
        payload: Buffer.from(payload),
        headers: { "content-type": "application/octet-stream" },
      }),
    async state(id: string): Promise<UploadState> {
      return UploadState.parse((await ask({ url: `/api/files/${id}/upload` })).json());
    },
    file: (id: string) => app.store.sql.selectFrom("files").selectAll().where("id", "=", id).executeTakeFirst(),
    events: (id: string) =>
      app.store.sql
        .selectFrom("orchestration_logs")
        .select(["seq", "event_type", "details"])
        .where("stream_id", "=", id)
        .orderBy("seq")
        .execute(),
    jobs: (id: string) =>
      app.store.sql.selectFrom("processing_jobs").select(["kind", "status"]).where("file_id", "=", id).execute(),
  };
};

/** Paths of all uploads below a folder, on their way and whole; not what is made of them meanwhile. */
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\b(incoming|files)[/\\][0-9a-f-]{36}$/.test(path));

const form = (parts: readonly { name: string; filename?: string; value: string | Uint8Array }[], end = true) => {
  const boundary = "-".repeat(20) + randomBytes(8).toString("hex");
  const pieces = parts.flatMap(({ name, filename, value }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? "" : `; filename="${filename}"`}\r\n` +
      `${filename === undefined ? "" : "Content-Type: application/x-test\r\n"}\r\n`,
    value,
    "\r\n",
  ]);
  const payload = Buffer.concat([...pieces, end ? `--${boundary}--\r\n` : ""].map((piece) => Buffer.from(piece)));
  return { payload, headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
};

test("chunks in any order, several at once and again, become one file, once", async (t) => {
  const app = await open(t);
  const bytes = randomBytes(2 * CHUNK + 5);
  const parts = [bytes.subarray(0, CHUNK), bytes.subarray(CHUNK, 2 * CHUNK), bytes.subarray(2 * CHUNK)];
  const begun = await app.begin({ name: "../a/Übersicht\u202e.bin", size: bytes.length, mime: "application/x-test" });
  const id = begun.file_id;
  assert.deepEqual([begun.chunks, begun.missing, begun.complete], [3, [0, 1, 2], false]);
  const early = await app.chunk(id, 2, parts[2] ?? bytes, `&sha256=${sha256(parts[2] ?? bytes)}`);
  assert.deepEqual(UploadState.parse(early.json()).missing, [0, 1]);

  // The same chunk twice at once, differently: one of them wins as a whole.
  const other = randomBytes(CHUNK);
  const both = await Promise.all([app.chunk(id, 1, parts[1] ?? bytes), app.chunk(id, 1, other)]);
  assert.deepEqual(
    both.map(({ statusCode }) => statusCode),
    [200, 200],
  );
  const [first, again] = await Promise.all([app.chunk(id, 0, parts[0] ?? bytes), app.chunk(id, 0, parts[0] ?? bytes)]);
  assert.deepEqual([first?.statusCode, again?.statusCode], [200, 200]);

  const state = await app.state(id);
  assert.deepEqual([state.complete, state.duplicate, state.expires_at, state.file_id], [true, false, null, id]);
  const file = await app.file(id);
  const kept = filesIn(app.dir);
  assert.deepEqual([kept.length, file?.name, file?.blob_key], [1, "Übersicht.bin", `files/${id}`]);
  assert.notEqual(file?.status, "uploading");
  const here = readFileSync(kept[0] ?? "");
  assert.equal(file?.sha256, sha256(here));
  assert.ok([parts[1], other].some((part) => part?.equals(here.subarray(CHUNK, 2 * CHUNK))));
  assert.deepEqual(
    (await app.jobs(id)).map(({ kind }) => kind),
    ["read"],
  );
  const events = await app.events(id);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, place) => place + 1),
  );
  const arrived = events.filter(({ event_type }) => event_type === "upload_progress");
  assert.deepEqual(arrived.at(-1)?.details, { file_id: id, received: bytes.length, size: bytes.length });

  // The answer to the last chunk was lost: it comes again.
  assert.equal(UploadState.parse((await app.chunk(id, 2, parts[2] ?? bytes)).json()).complete, true);
  assertProblem(await app.ask({ method: "DELETE", url: `/api/files/${id}/upload` }), "upload.complete");
  assert.deepEqual(app.faults, []);
});

test("what does not fit is refused, and nothing of it is kept", async (t) => {
  const app = await open(t, {
    ...{ MAX_FILE_SIZE: "20MB", ALLOWED_FILE_TYPES: "txt,pdf", ORCHESTRATEX_FILES_QUOTA: "25MB" },
  });
  assertProblem(await app.initiate({ name: "a.txt", size: 21 * MB }), "file.too_large");
  assertProblem(await app.initiate({ name: "a.exe", size: 1 }), "file.type_not_allowed");
  assertProblem(await app.initiate({ name: "a.txt", size: -1 }), "request.invalid");
  const { file_id: id } = await app.begin({ name: "a.txt", size: CHUNK + 3, sha256: "0".repeat(64) });
  assertProblem(await app.initiate({ name: "b.txt", size: 18 * MB }), "file.quota_exceeded");
  const small = form([{ name: "file", filename: "b.txt", value: Buffer.alloc(18 * MB) }]);
  assertProblem(await app.ask({ method: "POST", url: "/api/files/upload", ...small }), "file.quota_exceeded");

  assertProblem(await app.chunk(id, 2, Buffer.from("abc")), "request.invalid");
  assertProblem(await app.chunk(id, 0, Buffer.from("abc")), "upload.length");
  const tail = Buffer.from("end");
  assertProblem(await app.chunk(id, 1, tail, `&sha256=${sha256(Buffer.from("eno"))}`), "upload.checksum");
  assertProblem(await app.chunk(id, 1, tail, "&sha256=12"), "request.invalid");
  const long = form([
    { name: "index", value: "1" },
    { name: "file", filename: "x", value: "longer" },
  ]);
  assertProblem(await app.ask({ method: "POST", url: `/api/files/${id}/upload`, ...long }), "upload.length");
  const typed = { method: "POST" as const, url: `/api/files/${id}/upload?index=1`, payload: '{"a":1}' };
  const json = { ...typed, headers: { "content-type": "application/json" } };
  assertProblem(await app.ask(json), "request.media_type");
  assert.deepEqual((await app.state(id)).received, []);

  // Whole, and not what was promised: all of it is to be sent again.
  assert.equal((await app.chunk(id, 1, tail)).statusCode, 200);
  assertProblem(await app.chunk(id, 0, Buffer.alloc(CHUNK)), "upload.checksum");
  assert.deepEqual((await app.state(id)).missing, [0, 1]);
  assert.equal((await app.ask({ method: "DELETE", url: `/api/files/${id}/upload` })).statusCode, 204);
  assertProblem(await app.chunk(id, 1, tail), "file.not_found");
  assertProblem(await app.ask({ url: `/api/files/${id}/upload` }), "file.not_found");
  assert.deepEqual([filesIn(app.dir), app.faults], [[], []]);
});

test("a form brings a whole file; the same bytes again are the file you had", async (t) => {
  const app = await open(t);
  const bytes = Buffer.concat([randomBytes(3 * MB), Buffer.from("\r\n--not the end")]);
  const send = (value: Uint8Array, filename = "bericht.bin") =>
    app.ask({ method: "POST", url: "/api/files/upload", ...form([{ name: "file", filename, value }]) });
  const reply = await send(bytes);
  assert.equal(reply.statusCode, 201, reply.body);
  const state = UploadState.parse(reply.json());
  assert.equal(reply.headers.location, `/api/files/${state.file_id}/status`);
  assert.equal((await app.file(state.file_id))?.sha256, sha256(bytes));
  assert.equal((await app.file(state.file_id))?.declared_mime, "application/x-test");

  const again = await send(bytes, "anders.bin");
  assert.deepEqual([again.statusCode, again.json().file_id, again.json().duplicate], [200, state.file_id, true]);
  const known = await app.initiate({ name: "x.bin", size: bytes.length, sha256: sha256(bytes).toUpperCase() });
  assert.deepEqual([known.statusCode, known.json().file_id, known.json().complete], [200, state.file_id, true]);

  // In a chunk: its own id goes on to answer, with the file that was there.
  const { file_id: id } = await app.begin({ name: "y.bin", size: bytes.length });
  const last = UploadState.parse((await app.chunk(id, 0, bytes)).json());
  assert.deepEqual([last.complete, last.duplicate, last.file_id], [true, true, state.file_id]);
  assert.equal((await app.state(id)).file_id, state.file_id);
  assert.equal(await app.file(id), undefined);

  const empty = await send(Buffer.alloc(0), "");
  assert.deepEqual([empty.statusCode, empty.json().complete, empty.json().size], [201, true, 0]);
  assert.equal((await app.file(empty.json().file_id))?.name, "file");
  assert.equal((await app.begin({ name: "none.txt", size: 1 })).complete, false);
  const nothing = await app.initiate({ name: "none.txt", size: 0 });
  assert.deepEqual([nothing.json().complete, nothing.json().file_id], [true, empty.json().file_id]);

  const broken = form([{ name: "file", filename: "z", value: randomBytes(MB) }], false);
  assertProblem(await app.ask({ method: "POST", url: "/api/files/upload", ...broken }), "request.malformed");
  assertProblem(
    await app.ask({ method: "POST", url: "/api/files/upload", ...form([{ name: "x", value: "y" }]) }),
    "request.invalid",
  );
  const two = form([
    { name: "a", filename: "a", value: "1" },
    { name: "b", filename: "b", value: "2" },
  ]);
  assertProblem(await app.ask({ method: "POST", url: "/api/files/upload", ...two }), "request.malformed");
  assert.equal(filesIn(app.dir).length, 2);
  assert.deepEqual(app.faults, []);
});
