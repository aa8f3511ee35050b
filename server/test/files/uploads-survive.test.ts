/** What an upload survives: a process that ends at any step, a disk that is full, lines that are cut or stand still. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { UploadState } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { pino } from "pino";
import { v7 as uuidv7 } from "uuid";
import { piecesOf } from "../../src/api/arriving.ts";
import { uploadsIn } from "../../src/app/uploads.ts";
import { AppError, type FaultCode } from "../../src/errors.ts";
import { openBlobs } from "../../src/store/blobs/index.ts";
import { openByHand } from "../api/by-hand.ts";
import { openTestStore, type TestStore, temporaryFolder } from "../store.ts";

const CHUNK = 8 * 2 ** 20;
const is = (code: FaultCode) => (error: unknown) => error instanceof AppError && error.code === code;

/** As the app has them, over a store and a folder that stay: opened again it is the next process. */
function opened(database: TestStore, dir: string, queued: string[] = []) {
  const files = { dir, maxBytes: 2 ** 40, allowedTypes: null, quotaBytes: null, s3: null };
  const log = pino({ level: "silent" });
  return uploadsIn({
    ...{ database, files, log, blobs: openBlobs(files, log), told: () => {}, gone: () => {} },
    fileQueued: (id) => void queued.push(id),
  });
}

async function* of(...pieces: Uint8Array[]) {
  yield* pieces;
}

async function store(t: TestContext) {
  const database = await openTestStore();
  t.after(() => database.close());
  return { database, dir: temporaryFolder() };
}

test("whatever step a process ended at, the next one goes on", async (t) => {
  const { database, dir } = await store(t);
  const bytes = randomBytes(CHUNK + 1000);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const [head, tail] = [bytes.subarray(0, CHUNK), bytes.subarray(CHUNK)];
  const first = opened(database, dir);
  const begin = async (by = first): Promise<string> =>
    (await by.begin("local", { name: "a.bin", size: bytes.length, sha256, known: false })).file_id;
  const chunk = (by: typeof first, id: string, index: number, piece: Uint8Array) =>
    by.chunk("local", id, { index, sha256: null, length: null, pieces: of(piece) });
  const row = (id: string) => database.sql.selectFrom("files").selectAll().where("id", "=", id).executeTakeFirst();
  const marked = (id: string) =>
    sql`update uploads set received = ${`{[0,${bytes.length})}`}::int8multirange, received_bytes = size where id = ${id}`.execute(
      database.sql,
    );

  // After a chunk.
  const half = await begin();
  await chunk(first, half, 0, head);
  const queued: string[] = [];
  const next = opened(database, dir, queued);
  assert.deepEqual((await next.state("local", half)).missing, [1]);
  assert.equal((await chunk(next, half, 1, tail)).complete, true);
  assert.deepEqual([(await row(half))?.sha256, queued], [sha256, [half]]);
  await database.sql.updateTable("files").set({ status: "failed" }).execute();

  // After the last byte, before its end: found by itself.
  const whole = await begin();
  await chunk(first, whole, 0, head);
  const writer = join(dir, "incoming", whole);
  await chunk(first, whole, 1, tail);
  await sql`update uploads set completed_at = null where id = ${whole}`.execute(database.sql);
  await sql`update files set status = 'uploading', sha256 = null, blob_key = null where id = ${whole}`.execute(
    database.sql,
  );
  assert.equal(existsSync(writer), false, "its bytes are kept already, and no row says so");
  await opened(database, dir, queued).sweep();
  assert.deepEqual([(await row(whole))?.status, (await row(whole))?.blob_key], ["queued", `files/${whole}`]);
  await database.sql.updateTable("files").set({ status: "failed" }).execute();

  // Its bytes are lost, or other ones: all of it is sent again.
  const lost = await begin();
  await chunk(first, lost, 0, head);
  await marked(lost);
  await assert.rejects(next.state("local", lost), is("upload.incomplete"));
  assert.deepEqual((await next.state("local", lost)).missing, [0, 1]);
  await chunk(next, lost, 1, tail);
  assert.equal((await chunk(next, lost, 0, head)).complete, true);
});

test("what expires, and what belongs to nobody, goes; what is new stays", async (t) => {
  const { database, dir } = await store(t);
  const uploads = opened(database, dir);
  const begin = async () => (await uploads.begin("local", { name: "a", size: 2, known: true })).file_id;
  const send = (id: string, ownerId = "local") =>
    uploads.append(ownerId, id, 0, { pieces: of(Buffer.from("x")), digest: null });
  const [old, fresh] = [await begin(), await begin()];
  for (const id of [old, fresh]) await send(id);
  await assert.rejects(send(fresh, "somebody"), is("file.not_found"));
  await assert.rejects(uploads.drop("somebody", fresh), is("file.not_found"));
  await sql`update uploads set expires_at = now() - interval '1 second' where id = ${old}`.execute(database.sql);
  const stray = uuidv7();
  renameSync(join(dir, "incoming", old), join(dir, "incoming", stray));
  const before = new Date(Date.now() - 2 * 60 * 60_000);
  for (const id of [stray, fresh]) utimesSync(join(dir, "incoming", id), before, before);
  await uploads.sweep();
  assert.deepEqual(readdirSync(join(dir, "incoming")), [fresh]);
  const files = await database.sql.selectFrom("files").select("id").execute();
  assert.deepEqual(
    files.map(({ id }) => id),
    [fresh],
  );
  await assert.rejects(uploads.state("local", old), is("file.not_found"));
});

test("a disk that is full takes nothing of a chunk, and keeps those before", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("there is no /dev/full");
  const { database, dir } = await store(t);
  const uploads = opened(database, dir);
  const { file_id: id } = await uploads.begin("local", { name: "a", size: CHUNK + 3, known: true });
  const chunk = (index: number, piece: Uint8Array): Promise<UploadState> =>
    uploads.chunk("local", id, { index, sha256: null, length: null, pieces: of(piece) });
  await chunk(1, Buffer.from("end"));
  const staged = join(dir, "incoming", id);
  renameSync(staged, `${staged}-real`);
  symlinkSync("/dev/full", staged);
  await assert.rejects(chunk(0, Buffer.alloc(CHUNK)), is("file.disk_full"));
  await assert.rejects(uploads.begin("local", { name: "a", size: 2 ** 39, known: true }), is("file.disk_full"));
  rmSync(staged);
  renameSync(`${staged}-real`, staged);
  assert.deepEqual((await uploads.state("local", id)).missing, [0]);
  assert.equal((await chunk(0, Buffer.alloc(CHUNK))).complete, true);
});

const headersOf = (size: number, type = "application/octet-stream") => ({
  ...{ "content-type": type, "content-length": size },
});

test("a slow line has its time, one that is cut leaves nothing, one that stands still is given up", async (t) => {
  const place = await openByHand(t);
  const begun = await place.door.inject({
    ...{ method: "POST", url: "/api/files/upload/initiate", headers: { host: "localhost" } },
    payload: { name: "a", size: 6 },
  });
  const { file_id: id } = begun.json() as UploadState;
  const path = `/api/files/${id}/upload`;
  const begin = (url: string, headers: object): ClientRequest =>
    request(`${place.address}${url}`, { method: "POST", headers: { ...headers } }).on("error", () => {});
  const atServer = async (line: ClientRequest, text: string) => {
    const arrived = new Promise<Socket>((resolve) => place.door.server.once("request", (it) => resolve(it.socket)));
    line.write(text);
    return arrived;
  };

  const slow = begin(path, headersOf(6));
  const answered = new Promise<number | undefined>((resolve) =>
    slow.on("response", (r) => resolve(r.resume().statusCode)),
  );
  // As Node does it after `requestTimeout`.
  const late = Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
  place.door.server.emit("clientError", late, await atServer(slow, "abc"));
  slow.end("def");
  assert.equal(await answered, 200);

  const other = begin("/api/sessions/", headersOf(6, "application/json"));
  const refused = new Promise<number | undefined>((resolve) =>
    other.on("response", (r) => resolve(r.resume().statusCode)),
  );
  place.door.server.emit("clientError", late, await atServer(other, "{"));
  assert.equal(await refused, 408);

  const boundary = 'multipart/form-data; boundary="x"';
  const cut = begin("/api/files/upload", headersOf(1_000_000, boundary));
  const line = await atServer(cut, '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbytes');
  const incoming = join(place.filesDir, "incoming");
  while (!existsSync(incoming) || readdirSync(incoming).length === 0) await setImmediate();
  cut.destroy();
  while (!line.destroyed || readdirSync(incoming).length > 0) await setImmediate();

  const still = new PassThrough();
  still.write("a");
  const pieces = piecesOf(still, 1);
  assert.equal(String((await pieces.next()).value), "a");
  await assert.rejects(pieces.next(), is("request.timeout"));
});
