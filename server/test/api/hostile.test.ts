/** Requests that mean harm, or mean nothing: refused by name, with nothing changed and nothing left hanging. */
import assert from "node:assert/strict";
import net from "node:net";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Problem } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { FaultCode } from "../../src/errors.ts";
import { openTestApp } from "../app.ts";
import { openByHand } from "./by-hand.ts";
import { assertProblem } from "./problem.ts";

const place = await openByHand({ after });

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

test("a door that closes does not wait for who hangs in the middle of a request", { timeout: 30_000 }, async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const other = await openByHand(t);
  const socket = net.connect(Number(new URL(other.address).port), "127.0.0.1");
  const arrived = new Promise((resolve) => other.door.server.once("request", resolve));
  socket.write(
    "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
  );
  await arrived;
  const closed = other.door.close();
  const gone = new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
  while (other.door.server.listening) await setImmediate();
  t.mock.timers.tick(5_000);
  await Promise.all([closed, gone]);
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
