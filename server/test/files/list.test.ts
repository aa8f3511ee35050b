/** The list of one's files, and their bytes as they came. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { StoredFile } from "@orchestratex/sdk/contract";
import { attachment, rangeOf } from "../../src/api/range.ts";
import { openFilesApp } from "./kept.ts";

test("files are listed newest first, in pages, by status, type and name", async (t) => {
  const app = await openFilesApp(t);
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.unshift(await app.put(`file 100% ${n}.txt`, "text"));
  const readable = ids[2] ?? "";
  await app.read(readable);
  const list = async (query: string) => {
    const { status, body } = await app.send("GET", `/api/files/?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return { ids: (body["items"] as object[]).map((item) => StoredFile.parse(item).id), next: body["next_cursor"] };
  };
  const first = await list("limit=3");
  const second = await list(`limit=3&cursor=${first.next}`);
  assert.deepEqual([[...first.ids, ...second.ids], second.next], [ids, null]);
  assert.deepEqual((await list("status=ready")).ids, [readable]);
  assert.deepEqual((await list("type=txt")).ids, [readable]);
  assert.deepEqual((await list("q=100%25%201")).ids, [ids[3]]);
  assert.deepEqual((await list("q=100_")).ids, []);
  for (const query of ["status=eaten", "type=%00", "q=%00"])
    assert.equal((await app.send("GET", `/api/files/?${query}`)).status, 422, query);
});

test("bytes come as they are, in ranges too, and never as something a browser would show", async (t) => {
  const app = await openFilesApp(t);
  const bytes = Buffer.from("<script>alert(1)</script>");
  const id = await app.put('a"b\\ü\r\n.html', bytes);
  const get = (headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") =>
    app.door.inject({ method, url: `/api/files/${id}/download`, headers: { host: "localhost", ...headers } });
  const whole = await get();
  assert.deepEqual([whole.statusCode, whole.rawPayload], [200, bytes]);
  assert.match(
    String(whole.headers["content-disposition"]),
    /^attachment; filename="a_b____\.html"; filename\*=UTF-8''a%22b%5C%C3%BC%0D%0A\.html$/,
  );
  assert.deepEqual(
    [whole.headers["x-content-type-options"], whole.headers["content-type"]],
    ["nosniff", "application/octet-stream"],
  );
  assert.match(String(whole.headers["content-security-policy"]), /sandbox/);
  const head = await get({}, "HEAD");
  assert.deepEqual([head.statusCode, head.body, head.headers["content-length"]], [200, "", String(bytes.length)]);
  const part = await get({ range: "bytes=1-6" });
  assert.deepEqual(
    [part.statusCode, part.body, part.headers["content-range"]],
    [206, "script", `bytes 1-6/${bytes.length}`],
  );
  assert.equal((await get({ range: "bytes=1-6", "if-range": '"old"' })).statusCode, 200);
  assert.equal((await get({ range: "bytes=1-6", "if-range": String(whole.headers["etag"]) })).statusCode, 206);
  const beyond = await get({ range: "bytes=99-" });
  assert.deepEqual([beyond.statusCode, beyond.headers["content-range"]], [416, `bytes */${bytes.length}`]);
  await app.blobs.remove(`files/${id}`);
  assert.equal((await get()).json().code, "file.bytes_lost");
  assert.equal((await app.read(id)).error?.code, "file.bytes_lost");
});

test("ranges are those of RFC 9110, and what is none is passed over", () => {
  const cases: Record<string, ReturnType<typeof rangeOf>> = {
    ...{ "bytes=0-0": { start: 0, end: 0 }, "bytes=5-": { start: 5, end: 9 }, "bytes=9-99": { start: 9, end: 9 } },
    ...{ "bytes=-3": { start: 7, end: 9 }, "bytes=-99": { start: 0, end: 9 }, "bytes=-0": "none", "bytes=10-": "none" },
    ...{ "bytes=6-5": null, "bytes=0-1,3-4": null, "pages=1-2": null, "bytes=-": null, "bytes=a-b": null },
  };
  for (const [header, range] of Object.entries(cases)) assert.deepEqual(rangeOf(header, 10), range, header);
  assert.equal(rangeOf(undefined, 10), null);
  assert.deepEqual([rangeOf("bytes=0-", 0), rangeOf("bytes=-1", 0)], ["none", "none"]);
  assert.equal(
    attachment("naïve (1)'*.txt"),
    `attachment; filename="na_ve (1)'*.txt"; filename*=UTF-8''na%C3%AFve%20%281%29%27%2A.txt`,
  );
});
