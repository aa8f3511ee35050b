/** tus 1.0 as its own client speaks it, and by hand where the client is too polite. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { Upload } from "tus-js-client";
import { openTestApp } from "../app.ts";
import { temporaryFolder } from "../store.ts";

const MB = 2 ** 20;
const sha = (algorithm: string, bytes: Uint8Array, form: "hex" | "base64") =>
  createHash(algorithm).update(bytes).digest(form);

async function open(t: TestContext, variables: Record<string, string> = {}) {
  const app = await openTestApp(t, { UPLOAD_DIR: temporaryFolder(), ...variables });
  const address = await app.listen();
  const url = `${address}/api/files/tus`;
  const speak = (method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array) =>
    fetch(new URL(path, address), {
      method,
      headers: { "Tus-Resumable": "1.0.0", ...headers },
      ...(body && { body: Buffer.from(body) }),
    });
  const patch = (path: string, offset: number, body: Uint8Array, headers: Record<string, string> = {}) =>
    speak(
      "PATCH",
      path,
      { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream", ...headers },
      body,
    );
  const begin = async (bytes: number, metadata = "filename YS50eHQ=") => {
    const reply = await speak("POST", url, { "Upload-Length": String(bytes), "Upload-Metadata": metadata });
    assert.equal(reply.status, 201, await reply.text());
    return reply.headers.get("location") ?? "";
  };
  const offset = async (path: string) => Number((await speak("HEAD", path)).headers.get("upload-offset"));
  const file = (path: string) =>
    app.store.sql
      .selectFrom("files")
      .selectAll()
      .where("id", "=", path.split("/").at(-1) ?? "")
      .executeTakeFirst();
  return { ...app, address, url, speak, patch, begin, offset, file };
}

/** Resolves with its path when all has been sent. */
const send = (url: string, bytes: Buffer, more: object = {}) =>
  new Promise<{ path: string; fileId: string | undefined }>((resolve, reject) => {
    let fileId: string | undefined;
    const upload = new Upload(Readable.from([bytes]), {
      ...{ endpoint: url, uploadSize: bytes.length, chunkSize: 5 * MB, retryDelays: [0, 10, 10] },
      metadata: { filename: "größe.bin", filetype: "application/x-test", sha256: sha("sha256", bytes, "hex") },
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader("X-File-Id") ?? fileId;
      },
      onSuccess: () => resolve({ path: new URL(upload.url ?? "").pathname, fileId }),
      onError: reject,
      ...more,
    });
    upload.start();
  });

test("its client sends a file, twice, and in one piece; what was cut goes on where it was", async (t) => {
  const app = await open(t);
  const bytes = randomBytes(12 * MB + 7);
  const first = await send(app.url, bytes);
  const row = await app.file(first.path);
  assert.deepEqual([row?.name, row?.declared_mime], ["größe.bin", "application/x-test"]);
  assert.notEqual(row?.status, "uploading");
  assert.deepEqual([row?.sha256, first.fileId], [sha("sha256", bytes, "hex"), row?.id]);
  const head = await app.speak("HEAD", first.path);
  assert.equal(head.headers.get("upload-offset"), String(bytes.length));
  assert.match(head.headers.get("upload-metadata") ?? "", /filename Z3LDtsOfZS5iaW4=/);
  assert.equal(head.headers.get("access-control-allow-origin"), null);

  const again = await send(app.url, bytes, { uploadDataDuringCreation: true });
  assert.notEqual(again.path, first.path);
  assert.equal(again.fileId, row?.id, "the file that was there");

  // The line dies in the middle of a request, at places nobody chose.
  const other = randomBytes(9 * MB);
  const path = await app.begin(other.length);
  for (const cut of [0, 1, 70_001, 4 * MB + 11]) {
    const from = await app.offset(path);
    const line = request(`${app.address}${path}`, {
      method: "PATCH",
      headers: {
        ...{ "Tus-Resumable": "1.0.0", "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" },
        "Content-Length": other.length - from,
      },
    });
    line.on("error", () => {});
    await new Promise((resolve) => line.write(other.subarray(from, from + cut), resolve));
    line.destroy();
    await new Promise((resolve) => line.once("close", resolve));
  }
  const rest = await app.offset(path);
  assert.equal((await app.patch(path, rest, other.subarray(rest))).status, 204);
  const kept = await app.file(path);
  assert.equal(kept?.sha256, sha("sha256", other, "hex"));
  const stored = await app.store.sql.selectFrom("files").select("id").execute();
  assert.equal(stored.length, 2);
  assert.deepEqual(app.faults, []);
});

test("what is wrong is refused in tus's own way, and costs nothing that was here", async (t) => {
  const app = await open(t, { MAX_FILE_SIZE: "1MB", ALLOWED_FILE_TYPES: "txt" });
  const post = (headers: Record<string, string>) => app.speak("POST", app.url, headers);
  assert.equal((await post({ "Upload-Length": String(MB + 1) })).status, 413);
  assert.equal((await post({ "Upload-Length": "-1" })).status, 400);
  assert.equal((await post({ "Upload-Length": "1", "Tus-Resumable": "0.1" })).status, 400);
  const typed = await post({ "Upload-Length": "1", "Upload-Metadata": `filename ${btoa("../x.exe")}` });
  assert.deepEqual([typed.status, ((await typed.json()) as { code: string }).code], [415, "file.type_not_allowed"]);
  const options = await fetch(app.url, { method: "OPTIONS" });
  assert.match(
    options.headers.get("tus-extension") ?? "",
    /creation,creation-with-upload,termination,checksum,expiration/,
  );
  assert.deepEqual(
    [options.headers.get("tus-max-size"), options.headers.get("tus-checksum-algorithm")],
    [String(MB), "sha1,sha256,md5"],
  );

  const bytes = randomBytes(1000);
  const path = await app.begin(bytes.length);
  assert.match(path, /^\/api\/files\/tus\/[0-9a-f-]{36}$/);
  assert.equal((await app.patch(path, 0, bytes.subarray(0, 400))).status, 204);
  const digest = (algorithm: string, of: Uint8Array) => ({
    "Upload-Checksum": `${algorithm} ${sha(algorithm, of, "base64")}`,
  });
  assert.equal((await app.patch(path, 400, bytes.subarray(400), digest("sha1", bytes))).status, 460);
  assert.equal((await app.patch(path, 400, bytes.subarray(400), { "Upload-Checksum": "crc32 AAAA" })).status, 400);
  assert.equal((await app.patch(path, 0, bytes)).status, 409, "it is further than that");
  assert.equal((await app.patch(path, 400, randomBytes(601))).status, 413);
  assert.equal(await app.offset(path), 400);
  // Two at once with the same bytes: the end is the same.
  const rest = bytes.subarray(400);
  const both = await Promise.all([1, 2].map(() => app.patch(path, 400, rest, digest("sha256", rest))));
  assert.ok(
    both.some(({ status }) => status === 204),
    both.map(({ status }) => status).join(),
  );
  assert.equal((await app.file(path))?.sha256, sha("sha256", bytes, "hex"));
  assert.equal((await app.speak("DELETE", path)).status, 409);

  const wrong = await app.begin(3, `filename YS50eHQ=,sha256 ${btoa(sha("sha256", bytes, "hex"))}`);
  assert.equal((await app.patch(wrong, 0, Buffer.from("abc"))).status, 460);
  assert.equal(await app.offset(wrong), 0);
  assert.equal((await app.speak("DELETE", wrong)).status, 204);
  for (const none of [wrong, `${path.slice(0, -1)}x`, "/api/files/tus/..%2f..%2fetc"])
    assert.equal((await app.speak("HEAD", none)).status, 404, none);
  assert.deepEqual(app.faults, []);
});
