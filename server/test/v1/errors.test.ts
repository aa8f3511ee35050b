/** Failures under `/v1`: OpenAI's shape, the right status, the field that does not fit, and what to do. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { OpenAiError } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { openTestApp } from "../app.ts";
import { asked, clientOf, fits } from "./published.ts";
import { MODEL, openWithModel } from "./vendor.ts";

const auto = "orchestratex/auto";
const long = (characters: number) => "word ".repeat(characters / 5);
const image = [{ type: "image_url", image_url: { url: "data:," } }];
const tool = { type: "function", function: { name: "look" } };

/** What does not fit, its field, and a word that the message has. */
const unfit: [more: object, param: string, says: RegExp][] = [
  [{ model: undefined }, "model", /is missing/],
  [{ messages: [] }, "messages", /must not be empty/],
  [{ messages: [{ role: "user" }] }, "messages[0].content", /is missing/],
  [{ messages: [{ role: "user", content: null }] }, "messages[0].content", /null/],
  [{ messages: [{ role: "user", content: 5 }] }, "messages[0].content", /string or an array/],
  [{ messages: [{ role: "user", content: image }] }, "messages[0].content[0].type", /image_url is not supported/],
  [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role", /system/],
  [{ messages: [{ role: "tool", content: "x" }] }, "messages[0].tool_call_id", /is missing/],
  [{ messages: [{ role: "system", content: "x" }] }, "messages", /role user/],
  [{ messages: [{ role: "user", content: "a\u0000b" }] }, "messages[0].content", /U\+0000/],
  [{ messages: [{ role: "user", content: long(100_005) }] }, "messages", /100000/],
  [{ n: 2 }, "n", /must be 1/],
  [{ temperature: 3 }, "temperature", /2/],
  [{ max_tokens: 0 }, "max_tokens", /1/],
  [{ stop: ["a", "b", "c", "d", "e"] }, "stop", /4/],
  [{ logprobs: true }, "logprobs", /not supported/],
  [{ logit_bias: { 50256: -100 } }, "logit_bias", /not supported/],
  [{ modalities: ["text", "audio"] }, "modalities[1]", /text/],
  [{ functions: [{ name: "look" }] }, "functions", /tools/],
  [{ tools: [{ type: "custom", custom: { name: "x" } }] }, "tools[0].type", /function/],
  [{ tools: [{ type: "function", function: { name: "a b" } }] }, "tools[0].function.name", /1-64/],
  [{ tool_choice: "required" }, "tool_choice", /tools/],
  [{ tools: [tool], tool_choice: { type: "function", function: { name: "other" } } }, "tool_choice", /not among/],
  [{ response_format: { type: "yaml" } }, "response_format.type", /json_schema/],
  [{ metadata: { session_id: "mine" } }, "metadata.session_id", /UUID/],
  [{ metadata: { cost_limit: "much" } }, "metadata.cost_limit", /number/],
];

test("what does not fit is a 400 that names the field", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  for (const [more, param, says] of unfit) {
    const error = await client.refused(asked(auto, "Hello", more));
    assert.deepEqual([error.status, error.type, error.param], [400, "invalid_request_error", param]);
    assert.match(error.message, says);
    assert.equal(error.retry, "false");
  }
});

test("each failure has OpenAI's status, type and code", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const ended = await app.session();
  await app.send("DELETE", `/api/sessions/${ended.id}`);
  const poor = await app.session({ cost_limit: 0 });
  const inSession = (id: string) => ({ metadata: { session_id: id } });
  const request = "invalid_request_error";
  const cases: [body: object, status: number, type: string, code: string, param: string | null][] = [
    [asked("gpt-9", "Hello"), 404, request, "model_not_found", "model"],
    [asked("gpt4", "Hello"), 404, request, "model_not_found", "model"],
    [asked("orchestratex/slow", "Hello"), 404, request, "model_not_found", "model"],
    [asked(auto, "Hello", inSession(uuidv7())), 404, request, "session.not_found", "metadata.session_id"],
    [asked("simulated-opal", "Hello", inSession(uuidv7())), 404, request, "session.not_found", "metadata.session_id"],
    [asked(auto, "Hello", inSession(ended.id)), 409, request, "session.ended", "metadata.session_id"],
    [asked("simulated-opal", "Hello", inSession(ended.id)), 409, request, "session.ended", "metadata.session_id"],
    [asked(auto, "Hello", inSession(poor.id)), 402, "insufficient_quota", "insufficient_quota", null],
    [asked("simulated-opal", "Hello", inSession(poor.id)), 402, "insufficient_quota", "insufficient_quota", null],
  ];
  for (const [body, ...expected] of cases) {
    const { status, type, code, param } = await client.refused(body);
    assert.deepEqual([status, type, code, param], expected, JSON.stringify(body));
  }
  assert.deepEqual(app.faults, []);
  const { message } = await client.refused(asked("gpt4", "Hello"));
  assert.match(message, /set OPENAI_API_KEY/);
});

test("a provider's failure has its own status, whole and streamed", async (t) => {
  const app = await openTestApp(t, {
    ORCHESTRATEX_SIMULATED_FAULTS: "opal:rate_limited, onyx:rejected, jade:unreachable, pearl:unreachable, amber:cut",
  });
  const client = clientOf(await app.listen());
  const cases = [
    ["opal", false, 429, "rate_limit_error", "rate_limit_exceeded", "true"],
    ["onyx", false, 502, "server_error", "provider.rejected", "false"],
    ["onyx", true, 502, "server_error", "provider.rejected", "false"],
    ["jade", false, 504, "server_error", "provider.unreachable", "true"],
    ["pearl", true, 504, "server_error", "provider.unreachable", "true"],
  ] as const;
  for (const [name, stream, ...expected] of cases) {
    const error = await client.refused(asked(`simulated-${name}`, "Hello", { stream }));
    assert.deepEqual([error.status, error.type, error.code, error.retry], expected, `${name} ${stream}`);
  }
  const broken = await client.stream(asked("simulated-amber", "Compare TCP and UDP"));
  assert.deepEqual([broken.error?.code, broken.done], ["provider.unreachable", false]);
  assert.ok(broken.text.length > 0 && !broken.chunks.some(({ orchestratex }) => orchestratex));
});

test("a vendor's own refusals come through in its words", async (t) => {
  const { address, upstream } = await openWithModel(t);
  const client = clientOf(address);
  const cases = [
    ["too_long", 400, "invalid_request_error", "context_length_exceeded", "messages"],
    ["model_unknown", 502, "server_error", "provider.model_unknown", null],
    ["no_credit", 502, "server_error", "provider.no_credit", null],
  ] as const;
  for (const [fault, ...expected] of cases) {
    upstream.clear();
    upstream.add({ fault });
    const error = await client.refused(asked(MODEL, "Hello"));
    assert.deepEqual([error.status, error.type, error.code, error.param], expected, fault);
    assert.match(error.message, /OpenAI/);
    assert.equal(error.retry, "false");
  }
});

test("a vendor's pause is asked of the client, once our own tries are over", async (t) => {
  const { address, upstream } = await openWithModel(t);
  const client = clientOf(address);
  upstream.add({ fault: "rate_limited", retryAfterMs: 90_000 });
  const answer = await client.ask(asked(MODEL, "Hello"));
  const { error } = fits<OpenAiError>("ErrorResponse", await answer.json());
  assert.deepEqual([answer.status, error.code, answer.headers.get("retry-after")], [429, "rate_limit_exceeded", "90"]);
});

test("an answer of the loop that is no JSON, though it was asked for, is a failure", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const error = await client.refused(asked(auto, "Hello", { response_format: { type: "json_object" } }));
  assert.deepEqual([error.status, error.code, error.retry], [502, "model.output_invalid", "true"]);
});

test("a thread that fails says so in the stream, which then ends", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:rejected" });
  const client = clientOf(await app.listen());
  const { error, done, text, comments } = await client.stream(asked(auto, "Hello"));
  assert.deepEqual([error?.type, error?.code, done, text], ["server_error", "provider.rejected", false, ""]);
  assert.equal(comments[0], "keep-alive, asked");
  const whole = await client.refused(asked(auto, "Hello"));
  assert.deepEqual([whole.status, whole.code, whole.message], [502, error?.code, error?.message]);
  assert.match(whole.message, /The provider refused the call\. .*simulated/);
});

test("paths, methods, bodies and hosts that are wrong are told in the same shape", async (t) => {
  const app = await openTestApp(t);
  const address = await app.listen();
  const url = `${address}/v1/chat/completions`;
  const json = { "content-type": "application/json" };
  const cases: [url: string, init: RequestInit, status: number, code: string][] = [
    [`${address}/v1`, {}, 404, "route.not_found"],
    [`${address}/v1/completions`, { method: "POST", headers: json, body: "{}" }, 404, "route.not_found"],
    [`${address}/v1/%zz`, {}, 400, "request.malformed"],
    [url, {}, 405, "route.method"],
    [url, { method: "POST", body: "x", headers: { "content-type": "text/plain" } }, 415, "request.media_type"],
    [url, { method: "POST", body: '{"model":', headers: json }, 400, "request.malformed"],
    [url, { method: "POST", body: "null", headers: json }, 400, "request.invalid"],
    [url, { method: "POST", body: "", headers: json }, 400, "request.invalid"],
    [url, { method: "POST", body: "{}", headers: { ...json, origin: "https://evil.example" } }, 403, "request.host"],
    [url, { method: "POST", body: "{}", headers: { ...json, "idempotency-key": "a b" } }, 400, "request.invalid"],
  ];
  for (const [at, init, status, code] of cases) {
    const answer = await fetch(at, init);
    assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
    assert.ok(answer.headers.get("x-request-id"));
    const { error } = fits<OpenAiError>("ErrorResponse", await answer.json());
    assert.deepEqual([answer.status, error.code], [status, code], at);
  }
});

test("also what Node's parser refuses", async (t) => {
  const app = await openTestApp(t);
  const { port } = new URL(await app.listen());
  for (const [path, type] of [
    ["/v1/models", "application/json; charset=utf-8"],
    ["/api/models/", "application/problem+json"],
  ]) {
    const line = connect(Number(port), "127.0.0.1");
    line.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n`);
    let text = "";
    line.on("data", (piece) => (text += String(piece)));
    await once(line, "close");
    assert.ok(text.startsWith("HTTP/1.1 400 ") && text.includes(`Content-Type: ${type}\r\n`), text);
    const body: unknown = JSON.parse(text.slice(text.indexOf("\r\n\r\n")));
    if (path === "/v1/models") fits("ErrorResponse", body);
  }
});
