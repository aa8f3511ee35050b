/** What holds on every path: problems, methods, ids, queries, bodies, hosts, headers. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { InjectOptions } from "fastify";
import { v7 as uuidv7 } from "uuid";
import { AppError, type FaultCode } from "../../src/errors.ts";
import { openByHand } from "./by-hand.ts";
import { assertProblem } from "./problem.ts";

const place = await openByHand({ after });

const ask = (options: InjectOptions) => place.door.inject(options);

test("an unknown path is 404, whatever the method and body", async () => {
  for (const url of ["/nope", "/api", "/api/", "/api/nope", "/assets/nope.js", "/docs/static/nope", "/api//sessions"])
    assertProblem(await ask({ url }), "route.not_found", url);
  assertProblem(
    await ask({ method: "POST", url: "/nope", payload: "x", headers: { "content-type": "text/plain" } }),
    "route.not_found",
  );
});

test("a wrong method is 405 and names the right ones", async () => {
  const expected: [method: InjectOptions["method"], url: string, allow: string][] = [
    ["PATCH", "/api/sessions/", "GET, HEAD, POST"],
    ["DELETE", "/api/sessions", "GET, HEAD, POST"],
    ["POST", `/api/sessions/${uuidv7()}`, "DELETE, GET, HEAD"],
    ["GET", "/api/orchestrate/prompt", "POST"],
    ["GET", `/api/orchestrate/stop/${uuidv7()}/`, "PUT"],
    ["OPTIONS", "/health", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
  ];
  for (const [method, url, allow] of expected) {
    const reply = await ask({ method: method ?? "GET", url });
    assertProblem(reply, "route.method", url);
    assert.equal(reply.headers.allow, allow);
  }
});

test("every path answers with and without its last slash", async () => {
  const { id } = await place.thread();
  for (const url of [
    "/health",
    "/api/health",
    "/api/sessions",
    "/api/models",
    `/api/threads/${id}`,
    `/api/threads/${id}/events`,
    "/docs",
    "/docs/errors",
    "/openapi.json",
  ]) {
    const [without, with_] = [await ask({ url }), await ask({ url: `${url}/` })];
    assert.equal(without.statusCode, 200, url);
    assert.equal(with_.statusCode, 200, `${url}/`);
  }
});

test("ids that are none are 404 of their noun", async () => {
  const cases: [method: "GET" | "PUT" | "DELETE" | "POST", url: string, code: FaultCode][] = [
    ["GET", "/api/sessions/1", "session.not_found"],
    ["GET", `/api/sessions/${uuidv7()}`, "session.not_found"],
    ["DELETE", "/api/sessions/%00", "session.not_found"],
    ["PUT", "/api/sessions/x/settings", "session.not_found"],
    ["POST", "/api/sessions/x/feedback", "session.not_found"],
    ["GET", "/api/threads/0193-x", "thread.not_found"],
    ["GET", `/api/threads/${uuidv7()}`, "thread.not_found"],
    ["GET", "/api/threads/%00/events", "thread.not_found"],
    ["GET", `/api/threads/${uuidv7()}/events`, "thread.not_found"],
    ["GET", "/api/threads/session/x", "session.not_found"],
    ["GET", `/api/threads/session/${uuidv7()}`, "session.not_found"],
    ["GET", "/api/orchestrate/status/x", "thread.not_found"],
    ["PUT", "/api/orchestrate/stop/x", "thread.not_found"],
    ["PUT", `/api/orchestrate/stop/${uuidv7()}`, "thread.not_found"],
    ["GET", "/api/shared/x", "share.not_found"],
    ["GET", "/api/models/nope", "model.not_found"],
    ["GET", "/api/models/%00", "model.not_found"],
    ["GET", `/api/models/${"x".repeat(300)}`, "model.not_found"],
    ["GET", `/api/models/${"x".repeat(3000)}`, "route.not_found"],
  ];
  for (const [method, url, code] of cases)
    assertProblem(
      await ask({
        method,
        url,
        ...(method === "POST" || url.endsWith("settings") ? { payload: { user_satisfaction: 5 } } : {}),
      }),
      code,
      url,
    );
  const { id } = await place.thread();
  assert.equal(
    (await ask({ url: `/api/threads/${id.toUpperCase()}` })).statusCode,
    200,
    "the case of an id is no matter",
  );
});

const forged = (text: string): string => Buffer.from(text).toString("base64url");

test("queries that do not fit are 422 and say where", async () => {
  const { id } = await place.thread();
  const cases: [url: string, path: string][] = [
    ["/api/sessions?limit=0", "limit"],
    ["/api/sessions?limit=101", "limit"],
    ["/api/sessions?limit=x", "limit"],
    ["/api/sessions?limit=1&limit=2", "limit"],
    ["/api/sessions?limit=1e999", "limit"],
    ["/api/sessions?cursor=nonsense", "cursor"],
    ["/api/sessions?cursor=%00", "cursor"],
    [`/api/sessions?cursor=${"x".repeat(501)}`, "cursor"],
    [`/api/sessions?cursor=${forged(`2026-01-01 ${"-".repeat(36)}`)}`, "cursor"],
    [`/api/sessions?cursor=${forged("infinity 0193a000-0000-7000-8000-000000000001")}`, "cursor"],
    [`/api/threads/${id}/events?after=-1`, "after"],
    [`/api/threads/${id}/events?after=1.5`, "after"],
    [`/api/threads/${id}/events?after=99999999999`, "after"],
    [`/api/threads/${id}/events?after=x`, "after"],
  ];
  for (const [url, path] of cases) {
    const { errors } = assertProblem(await ask({ url }), "request.invalid", url);
    assert.equal(errors?.[0]?.path, path);
  }
  assertProblem(
    await ask({ method: "DELETE", url: `/api/sessions/${place.sessionId}?purge=maybe` }),
    "request.invalid",
  );
});

test("only JSON is read", async () => {
  const url = "/api/sessions/";
  const send = (payload: string | Buffer | undefined, type?: string) =>
    ask({
      method: "POST",
      url,
      ...(payload !== undefined && { payload }),
      headers: type === undefined ? {} : { "content-type": type },
    });
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
    "application/xml",
    "application/json-patch+json",
    "nonsense",
  ])
    assertProblem(await send("{}", type), "request.media_type", type);
  const untyped = await ask({ method: "POST", url, payload: Buffer.from("{}") });
  assertProblem(untyped, "request.media_type");
  for (const text of [
    "{",
    "{'a':1}",
    '{"a":NaN}',
    '{"a":1,}',
    "undefined",
    '{"a":"\u0001"}',
    '{"a":1}}',
    "[".repeat(100_000),
  ])
    assertProblem(await send(text, "application/json"), "request.malformed", text.slice(0, 20));
  for (const text of ["", "null", "[]", '"x"', "1"])
    assertProblem(await send(text, "application/json"), "request.invalid", text);
});

test("a body of more than 2 MB is 413", async () => {
  const send = (length: number) =>
    ask({
      method: "POST",
      url: "/api/sessions/",
      payload: `{"x":"${"y".repeat(length)}"}`,
      headers: { "content-type": "application/json" },
    });
  assertProblem(await send(2 * 1024 * 1024), "request.too_large");
});

test("Host must be this machine, Origin the same; on every path, before anything else", async () => {
  const allowed = ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "[::1]"];
  for (const host of allowed) assert.equal((await ask({ url: "/health", headers: { host } })).statusCode, 200, host);
  const refused = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "localhost.",
    "0.0.0.0",
    "[::]",
    "192.168.0.1:8000",
    "127.0.0.1:8000@evil.example",
    "localhost:99999999",
    "::1",
  ];
  for (const host of refused)
    for (const url of [
      "/health",
      "/",
      "/docs",
      "/openapi.json",
      "/docs/static/swagger-ui.css",
      "/nope",
      "/api/threads/%zz",
      "/api/sessions",
    ])
      assertProblem(await ask({ url, headers: { host } }), "request.host", `${host} ${url}`);
  const { id } = await place.thread();
  assertProblem(
    await ask({ url: `/api/threads/${id}/events`, headers: { host: "evil.example", accept: "text/event-stream" } }),
    "request.host",
  );

  const origins: [origin: string, host: string, fine: boolean][] = [
    ["http://localhost:8000", "localhost:8000", true],
    ["http://LOCALHOST:8000", "localhost:8000", true],
    ["http://localhost", "localhost:80", true],
    ["http://[::1]:8000", "[::1]:8000", true],
    ["http://localhost:8001", "localhost:8000", false],
    ["http://127.0.0.1:8000", "localhost:8000", false],
    ["http://evil.example", "localhost:8000", false],
    ["http://localhost:8000.evil.example", "localhost:8000", false],
    ["null", "localhost:8000", false],
    ["", "localhost:8000", false],
    ["file://", "localhost:8000", false],
    ["http://localhost:8000, http://evil.example", "localhost:8000", false],
  ];
  for (const [origin, host, fine] of origins) {
    const reply = await ask({ method: "POST", url: "/api/nope", headers: { origin, host } });
    assertProblem(reply, fine ? "route.not_found" : "request.host", origin);
    assert.equal(reply.headers["access-control-allow-origin"], undefined);
  }
});

test("a sane request id of the caller is kept, any other replaced", async () => {
  assert.equal(
    (await ask({ url: "/nope", headers: { "x-request-id": "Trace-1.a:b_c" } })).headers["x-request-id"],
    "Trace-1.a:b_c",
  );
  for (const id of ["", "a b", "x".repeat(129), '"', "<script>"]) {
    const reply = await ask({ url: "/nope", headers: { "x-request-id": id } });
    assert.match(String(reply.headers["x-request-id"]), /^[0-9a-f-]{36}$/, id);
    assertProblem(reply, "route.not_found");
  }
});

test("security headers are on every answer", async () => {
  for (const url of [
    "/",
    "/docs",
    "/health",
    "/nope",
    "/api/sessions",
    "/docs/static/swagger-ui.css",
    "/%zz",
    `/${"x".repeat(600)}`,
  ]) {
    const { headers } = await ask({ url });
    assert.equal(headers["x-content-type-options"], "nosniff", url);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/, url);
    assert.equal(
      headers["cache-control"],
      url.startsWith("/api") || url === "/health" ? "no-store" : headers["cache-control"],
    );
  }
});

test("a fault of ours is 500 without details, and logged with its cause", async (t) => {
  const store = place.database;
  const broken = await openByHand(t, {
    createSession: () => Promise.reject(new Error("the secret")),
    ask: () => Promise.reject(new AppError("store.failed", "The database is gone")),
    draft: () => Promise.reject(Object.assign(new Error("hidden"), { statusCode: 418 })),
    database: { ...store, call: () => Promise.reject(new Error("no")) },
  });
  const send = (url: string) => broken.door.inject({ method: "POST", url, payload: { prompt: "x" } });
  const reply = await send("/api/sessions/");
  assertProblem(reply, "internal");
  assert.ok(!reply.body.includes("secret"));
  const failed = await send("/api/orchestrate/prompt");
  assert.equal(assertProblem(failed, "store.failed").retry, true);
  assert.equal(failed.headers["retry-after"], "1");
  assert.ok(!(await send("/api/threads/")).body.includes("hidden"));
});
