/** What holds on every path: problems, hosts, methods, bodies, and input that means harm. */
import assert from "node:assert/strict";
import net from "node:net";
import { after, test } from "node:test";
import { Problem } from "@orchestratex/sdk/contract";
import type { InjectOptions } from "fastify";
import { v7 as uuidv7 } from "uuid";
import { AppError, type FaultCode, faultOf } from "../../src/errors.ts";
import { openTestApp } from "../app.ts";
import { openByHand } from "./by-hand.ts";

const place = await openByHand({ after });

type Reply = Awaited<ReturnType<typeof place.door.inject>>;

const ask = (options: InjectOptions) => place.door.inject(options);

function assertProblem(reply: Reply, code: FaultCode, note = ""): Problem {
  const problem = Problem.parse(reply.json());
  assert.equal(problem.code, code, `${note} ${reply.body}`);
  assert.equal(reply.statusCode, faultOf(code).status);
  assert.equal(problem.status, reply.statusCode);
  assert.equal(problem.title, faultOf(code).title);
  assert.equal(problem.type, `/docs/errors#${code}`);
  assert.equal(reply.headers["content-type"], "application/problem+json");
  assert.equal(problem.instance, reply.headers["x-request-id"]);
  return problem;
}

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
  for (const url of ["/", "/docs", "/health", "/nope", "/api/sessions", "/docs/static/swagger-ui.css"]) {
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
    createSession: () => Promise.reject(new Error("the secret is 42")),
    ask: () => Promise.reject(new AppError("store.failed", "The database is gone")),
    draft: () => Promise.reject(Object.assign(new Error("hidden"), { statusCode: 418 })),
    database: { ...store, call: () => Promise.reject(new Error("no")) },
  });
  const send = (url: string) => broken.door.inject({ method: "POST", url, payload: { prompt: "x" } });
  const reply = await send("/api/sessions/");
  assertProblem(reply, "internal");
  assert.ok(!reply.body.includes("42"));
  const failed = await send("/api/orchestrate/prompt");
  assert.equal(assertProblem(failed, "store.failed").retry, true);
  assert.equal(failed.headers["retry-after"], "1");
  assert.ok(!(await send("/api/threads/")).body.includes("hidden"));
});

/** Sends these bytes, and reads until the server hangs up. */
async function raw(bytes: string): Promise<string> {
  const { port } = new URL(place.address);
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.write(bytes);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer;
}

test("what is not HTTP, or too long a header, is answered as a problem, and the line is closed", {
  timeout: 30_000,
}, async () => {
  const cases: [bytes: string, status: number, code: FaultCode][] = [
    ["nonsense\r\n\r\n", 400, "request.malformed"],
    ["GET / HTTP/1.1\r\nHost localhost\r\n\r\n", 400, "request.malformed"],
    ["BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "request.malformed"],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, 431, "request.header_too_large"],
    [`GET /${"y".repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, "request.header_too_large"],
    [
      "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
      "request.malformed",
    ],
  ];
  for (const [bytes, status, code] of cases) {
    const answer = await raw(bytes);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), `${bytes.slice(0, 40)} ${answer.slice(0, 200)}`);
    assert.match(answer, /application\/problem\+json/);
    assert.equal(Problem.parse(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).code, code);
  }
  assert.match(await raw("GET /health HTTP/1.0\r\n\r\n"), /^HTTP\/1.1 403 /, "no Host is no host of ours");
  assert.match(await raw("GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n"), /^HTTP\/1.1 403 /);
});

test("a request must arrive in time; an answer may take longer", async () => {
  const { requestTimeout, headersTimeout, timeout } = place.door.server;
  assert.deepEqual(
    { requestTimeout, headersTimeout, timeout },
    { requestTimeout: 30_000, headersTimeout: 10_000, timeout: 0 },
  );
});

test("input that means harm is refused by name, and changes nothing", { timeout: 60_000 }, async (t) => {
  const app = await openTestApp(t);
  const send = (url: string, payload: string) =>
    app.door.inject({ method: "POST", url, payload, headers: { "content-type": "application/json" } });
  const refused = async (body: string, path: string, url = "/api/orchestrate/prompt") => {
    const { errors } = assertProblem(await send(url, body), "request.invalid", body.slice(0, 60));
    assert.ok(
      errors?.some((error) => error.path === path && error.problem !== ""),
      `${path}: ${JSON.stringify(errors)}`,
    );
  };
  const field = (name: string, json: string) => refused(`{"prompt":"x","${name}":${json}}`, name);

  await t.test("text that the store cannot keep", async () => {
    for (const url of ["/api/orchestrate/prompt", "/api/orchestrate/preview", "/api/threads/"]) {
      await refused('{"prompt":"a\\u0000b"}', "prompt", url);
      await refused('{"prompt":"a\\ud800b"}', "prompt", url);
      await refused('{"prompt":"\\udc00"}', "prompt", url);
      await refused('{"prompt":"x","context":"\\ud83d"}', "context", url);
    }
    await refused('{"prompt":"x","collections":["a","\\u0000"]}', "collections.1");
    await refused('{"user_id":"\\u0000"}', "user_id", "/api/sessions/");
    await refused('{"settings":{"preferred_models":["\\ud800"]}}', "settings.preferred_models.0", "/api/sessions/");
  });

  await t.test("lengths", async () => {
    await refused(JSON.stringify({ prompt: "x".repeat(101_000) }), "prompt");
    await refused(JSON.stringify({ prompt: " \n\t" }), "prompt");
    await refused(JSON.stringify({ prompt: "x", context: "y".repeat(400_001) }), "context");
    await refused(JSON.stringify({ prompt: "x", excluded_models: Array(101).fill("a") }), "excluded_models");
    await refused("{}", "prompt");
    await refused(`{"prompt":"x","thread_id":"${uuidv7()}"}`, "prompt");
  });

  await t.test("types and ranges", async () => {
    await field("session_id", '"1"');
    await field("session_id", "7");
    await field("session_id", '{"$gt":""}');
    for (const value of ["-0.01", "1e999", '"1"', "[]"]) await field("cost_limit", value);
    for (const value of ["0", "11", "1.5", "1e999", '"3"']) await field("max_iterations", value);
    for (const value of ["0.5", "10.1"]) await field("quality_threshold", value);
    for (const value of ["999", "3600001"]) await field("deadline_ms", value);
    for (const value of ['"deep"', '"direct"', "1"]) await field("mode", value);
    await field("model_name", '"../../etc/passwd"');
    await field("prompt", "7");
  });

  await t.test("every bad field is named", async () => {
    const { errors, detail } = assertProblem(
      await send("/api/sessions/", '{"max_iterations":11,"settings":{"cost_limit":-1,"mode":"x","deadline_ms":1}}'),
      "request.invalid",
    );
    assert.deepEqual(errors?.map(({ path }) => path).sort(), [
      "max_iterations",
      "settings.cost_limit",
      "settings.deadline_ms",
      "settings.mode",
    ]);
    assert.match(detail, /max_iterations/);
  });

  await t.test("a list of a million wrong things is refused soon, and not repeated in full", async () => {
    const started = performance.now();
    const reply = await send("/api/orchestrate/prompt", `{"prompt":"x","file_ids":[${"1,".repeat(900_000)}1]}`);
    assertProblem(reply, "request.invalid");
    assert.ok(reply.body.length < 10_000);
    assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
  });

  await t.test("nesting, prototypes, duplicate keys and unknown fields", async () => {
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
    assert.equal((await send("/api/sessions/", `{"extra":${deep}}`)).statusCode, 201);
    await field("prompt", deep);
    const poisoned = await send(
      "/api/sessions/",
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"max_iterations":2}',
    );
    assert.equal(poisoned.statusCode, 201);
    assert.equal(poisoned.json().max_iterations, 2);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal((await send("/api/sessions/", '{"max_iterations":2,"max_iterations":4}')).json().max_iterations, 4);
  });

  await t.test("emoji, right-to-left and control characters are kept as they are", async () => {
    const prompt = "🏳️‍🌈 שלום \u202e \u0001 \ufffe ' \" \\ ; drop table user_sessions; --";
    const reply = await send("/api/threads/", JSON.stringify({ prompt, context: prompt }));
    assert.equal(reply.statusCode, 201, reply.body);
    const thread = await app.thread(reply.json().thread_id);
    assert.deepEqual([thread.original_prompt, thread.context], [prompt, prompt]);
  });
  assert.deepEqual(app.faults, []);
});
