/** The web app as it is served: by exact names, in the encoding asked for, once; and nothing else of any path. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { NoSite } from "../../src/api/site.ts";
import { fakeWeb, PAGE, SCRIPT } from "../web.ts";
import { openByHand } from "./by-hand.ts";
import { assertProblem } from "./problem.ts";

const { door } = await openByHand({ after });
const get = (url: string, headers: Record<string, string> = {}) => door.inject({ url, headers });
const script = "/assets/index-a1b2c3d4.js";

test("every path of the app has the one page; HEAD has its headers", async () => {
  const paths = ["/", "/setup", "/history", "/models", "/models/gpt4", "/settings", "/settings/keys", "/settings/nope"];
  for (const url of [
    ...paths,
    "/t/1",
    "/s/1",
    "/r/1",
    `/t/${"x".repeat(400)}`,
    "/t/%00",
    "/r/..%2f..%2fetc",
    "/t/1/",
    "/?a=b",
  ]) {
    const page = await get(url);
    assert.deepEqual([page.statusCode, page.body], [200, PAGE], url);
    assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
    assert.equal(page.headers["cache-control"], "no-cache");
    const head = await door.inject({ method: "HEAD", url });
    assert.deepEqual([head.statusCode, head.body, head.headers.etag], [200, "", page.headers.etag], url);
    assert.equal(head.headers["content-length"], page.headers["content-length"]);
  }
  for (const url of ["/t", "/t/1/2", "/setup/1", "/nope", "/index.html", "/web", "/models/a/b"])
    assertProblem(await get(url), "route.not_found", url);
  assertProblem(await door.inject({ method: "POST", url: "/t/1" }), "route.method");
  assertProblem(await get("/", { host: "evil.example" }), "request.host");
});

test("a browser that goes to no page of the app gets the page, as 404; programs and files get a problem", async () => {
  const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  for (const url of ["/sessions", "/blah", "/t", "/t/1/2", "/index.html", "/%00", "/..%2fetc", "/apis", "/nope?a=b"]) {
    const page = await get(url, { accept });
    assert.deepEqual([page.statusCode, page.body], [404, PAGE], url);
    assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
    assert.match(String(page.headers["content-security-policy"]), /manifest-src 'self'/);
    const head = await door.inject({ method: "HEAD", url, headers: { accept } });
    assert.deepEqual([head.statusCode, head.body], [404, ""], url);
    for (const other of ["application/json", "*/*"])
      assertProblem(await get(url, { accept: other }), "route.not_found");
  }
  for (const url of ["/api", "/api/nope", "/docs/nope", "/assets/nope.js", "/health/nope", "/openapi.json/x"])
    assertProblem(await get(url, { accept }), "route.not_found", url);
  assert.equal((await get("/v1/nope", { accept })).statusCode, 404);
  assertProblem(await door.inject({ method: "POST", url: "/sessions", headers: { accept } }), "route.not_found");
  assertProblem(await get("/blah", { accept, host: "evil.example" }), "request.host");
});

test("the icon is there by its old name too", async () => {
  const [icon, old] = [await get("/favicon.svg"), await get("/favicon.ico")];
  assert.deepEqual([old.statusCode, old.headers["content-type"]], [200, "image/svg+xml"]);
  assert.equal(old.body, icon.body);
});

test("its policy lets nothing in but our own files, and sockets of this server alone", async () => {
  const policyOf = async (url: string, host: string) =>
    String((await get(url, { host })).headers["content-security-policy"]).split("; ");
  const policy = await policyOf("/t/1", "localhost:8000");
  assert.deepEqual(policy.toSorted(), [
    ...["base-uri 'none'", "connect-src 'self' ws://localhost:8000", "default-src 'none'", "font-src 'self'"],
    ...["form-action 'self'", "frame-ancestors 'none'", "img-src 'self' data:", "manifest-src 'self'"],
    ...["script-src 'self'", "style-src 'self'"],
  ]);
  assert.ok((await policyOf("/", "[::1]:8000")).includes("connect-src 'self'"));
  assert.ok((await policyOf("/docs/errors", "localhost")).every((part) => !part.startsWith("manifest-src")));
});

test("a file whose name is its content's is kept for good, the page is asked for again, and not sent again", async () => {
  const first = await get(script);
  assert.equal(first.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(first.headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal((await get("/theme.js")).headers["cache-control"], "no-cache");
  const etag = String((await get("/")).headers.etag);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await get("/t/1", { "if-none-match": known });
    assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, "", etag], known);
    assert.ok(again.headers["content-security-policy"]);
  }
  assert.equal((await get("/", { "if-none-match": '"other"' })).statusCode, 200);
});

test("it comes in the encoding that the browser takes, each with a tag of its own", async () => {
  const cases: [accepted: string | undefined, encoding: string | undefined][] = [
    ["gzip, deflate, br, zstd", "br"],
    ["br;q=0, gzip", "gzip"],
    ["GZIP;q=0.5", "gzip"],
    ["gzip;q=0.000", undefined],
    ["identity", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  const tags = new Set<unknown>();
  for (const [accepted, encoding] of cases) {
    const { rawPayload, headers } = await get(script, accepted === undefined ? {} : { "accept-encoding": accepted });
    assert.deepEqual([headers["content-encoding"], headers.vary], [encoding, "Accept-Encoding"], accepted);
    const plain = encoding === "br" ? brotliDecompressSync(rawPayload) : encoding ? gunzipSync(rawPayload) : rawPayload;
    assert.equal(String(plain), SCRIPT);
    tags.add(headers.etag);
    const known = await get(script, { "accept-encoding": accepted ?? "", "if-none-match": String(headers.etag) });
    assert.equal(known.statusCode, 304);
  }
  assert.equal(tags.size, 3);
  assert.equal((await get("/", { "accept-encoding": "br" })).headers["content-encoding"], undefined, "too small");
});

test("what is not in the list is not there, however it is spelled", async () => {
  const names = [
    "nope.js",
    "",
    "index.html",
    "../index.html",
    "%2e%2e/index.html",
    "..%2findex.html",
    "..%5c..%5cpackage.json",
  ];
  const others = [
    "%00",
    "index-a1b2c3d4.js.br",
    "INDEX-A1B2C3D4.js",
    "index-a1b2c3d4.js/x",
    "constructor",
    "__proto__",
  ];
  for (const name of [...names, ...others, "../../../../etc/passwd", "....//....//etc/passwd"]) {
    const { statusCode, body } = await get(`/assets/${name}`);
    assert.ok([400, 404].includes(statusCode) && !body.includes("doctype"), `${name}: ${statusCode} ${body}`);
  }
  for (const url of ["/theme.js/x", "/%74heme.css", "//theme.js", "/assets//index-a1b2c3d4.js"])
    assert.equal((await get(url)).statusCode, 404, url);
});

test("without a page it says what is missing and what to do, and the API goes on", async (t) => {
  const web = {
    ...fakeWeb,
    site: () => Promise.reject(new NoSite("No <page>.", { output: "vite & Co", remedy: "Run `npm ci`." })),
  };
  const { door: other } = await openByHand(t, { web });
  for (const url of ["/", "/t/1", "/theme.js", script]) {
    const { statusCode, headers, body } = await other.inject({ url });
    assert.deepEqual([statusCode, headers["content-type"]], [503, "text/html; charset=utf-8"], url);
    assert.match(body, /No &lt;page&gt;\..*Run `npm ci`\..*vite &amp; Co/s);
    assert.equal(headers["cache-control"], "no-cache");
  }
  assert.equal((await other.inject({ url: "/api/models/" })).statusCode, 200);
});

test("without a web app there is the API alone", async (t) => {
  const { door: other } = await openByHand(t, { web: undefined as never });
  for (const url of ["/", "/t/1", "/theme.js", script])
    assertProblem(await other.inject({ url }), "route.not_found", url);
  assert.equal((await other.inject({ url: "/docs/errors" })).statusCode, 200);
});
