/** What every place for bytes promises, and what each does of its own. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { AppError, type FaultCode } from "../../src/errors.ts";
import type { Blobs } from "../../src/store/blobs/blobs.ts";
import { openBlobs } from "../../src/store/blobs/index.ts";
import { temporaryFolder } from "../store.ts";
import { openTestBucket } from "./bucket.ts";

const log = pino({ level: "silent" });
const key = "files/0193a000-0000-7000-8000-000000000001";
const signal = new AbortController().signal;

const is = (code: FaultCode) => (error: unknown) => error instanceof AppError && error.code === code;

const fileOf = (dir: string, bytes: Uint8Array): string => {
  const path = join(dir, `given-${randomBytes(4).toString("hex")}`);
  writeFileSync(path, bytes);
  return path;
};

async function inBucket(t: TestContext, dir: string) {
  const bucket = await openTestBucket(t);
  const place = { bucket: "files", endpoint: bucket.endpoint, region: "eu-test" };
  const s3 = { ...place, credentials: () => ({ id: "us", secret: "secret" }) };
  return { bucket, blobs: await openBlobs({ dir, s3 }, log) };
}

const places: Record<Blobs["kind"], (t: TestContext, dir: string) => Promise<Blobs>> = {
  disk: (_t, dir) => openBlobs({ dir, s3: null }, log),
  s3: async (t, dir) => (await inBucket(t, dir)).blobs,
};

for (const [kind, open] of Object.entries(places))
  test(`${kind}: bytes go in and come out, in part and whole, and are gone when removed`, async (t) => {
    const dir = temporaryFolder();
    const blobs = await open(t, dir);
    assert.equal(blobs.kind, kind);
    const bytes = randomBytes(100_000);
    const given = fileOf(dir, bytes);
    await blobs.keep(key, given);
    assert.equal(existsSync(given), false, "it was moved");
    assert.deepEqual(await buffer(await blobs.read(key)), bytes);
    assert.deepEqual(await buffer(await blobs.read(key, { start: 10, end: 19 })), bytes.subarray(10, 20));
    assert.equal(await blobs.size(key), bytes.length);
    const { path, release } = await blobs.local(key, signal);
    assert.deepEqual(readFileSync(path), bytes);
    await release();
    assert.equal(await blobs.size(key), bytes.length, "what is released stays kept");

    await blobs.keep(key, fileOf(dir, Buffer.from("anew")));
    assert.equal(String(await buffer(await blobs.read(key))), "anew");
    const empty = "text/0193a000-0000-7000-8000-000000000001/chunks.jsonl";
    await blobs.keep(empty, fileOf(dir, Buffer.alloc(0)));
    assert.equal(await blobs.size(empty), 0);
    const third = "files/0193a000-0000-7000-8000-000000000003";
    await blobs.keep(third, fileOf(dir, Buffer.from("3")));
    const listed = await Array.fromAsync(blobs.list());
    assert.deepEqual(listed.map((one) => one.key).sort(), [key, third, empty].sort());
    assert.ok(listed.every(({ changedAt }) => Math.abs(Date.now() - changedAt.getTime()) < 60_000));
    assert.equal(typeof (await blobs.free()), kind === "disk" ? "number" : "object");

    for (const one of [key, key, empty, third]) await blobs.remove(one);
    assert.deepEqual([await blobs.size(key), await Array.fromAsync(blobs.list())], [undefined, []]);
    await assert.rejects(blobs.read(key), is("file.bytes_lost"));
    await assert.rejects(blobs.local(key, signal), is("file.bytes_lost"));
    for (const wrong of ["", "/etc/passwd", "../x", "files/../../x", "files/.x", "files//x", "FILES/x", "a\u0000"]) {
      await assert.rejects(async () => blobs.read(wrong), is("internal"), wrong);
      await assert.rejects(async () => blobs.remove(wrong), is("internal"), wrong);
    }
    assert.deepEqual(
      readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
      [],
    );
  });

test("a large file goes into a bucket in parts; a bucket that fails is asked again, then told of, and owes nothing", async (t) => {
  const dir = temporaryFolder();
  const { bucket, blobs } = await inBucket(t, dir);
  const bytes = randomBytes(33 * 2 ** 20);
  bucket.failing = { method: "PUT", times: 1 };
  await blobs.keep(key, fileOf(dir, bytes));
  assert.ok(bucket.objects.get(key)?.bytes.equals(bytes));
  assert.equal(bucket.requests.filter((one) => one.startsWith("PUT")).length, 4, "three parts, one of them twice");
  bucket.failing = { method: "PUT", times: 99 };
  const given = fileOf(dir, bytes);
  await assert.rejects(blobs.keep("files/2", given), is("file.store_failed"));
  assert.deepEqual([bucket.open.size, existsSync(given), bucket.objects.has("files/2")], [0, true, false]);
  const aborted = AbortSignal.abort(new Error("enough"));
  await assert.rejects(blobs.local(key, aborted), /enough/);
  assert.deepEqual(readdirSync(join(dir, "work")), []);
});

test("what comes from another disk is copied, and taken away there", async (t) => {
  if (!existsSync("/dev/shm")) return t.skip("there is no other disk");
  const other = mkdtempSync("/dev/shm/orchestratex-test-");
  t.after(() => rmSync(other, { recursive: true }));
  const dir = temporaryFolder();
  const blobs = await openBlobs({ dir, s3: null }, log);
  await blobs.keep(key, fileOf(other, Buffer.from("far")));
  assert.deepEqual([String(await buffer(await blobs.read(key))), readdirSync(other)], ["far", []]);
  assert.deepEqual(readdirSync(join(dir, "work")), []);
});
