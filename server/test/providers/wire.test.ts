/** What the wires share: calls beside each other, endpoints that take less than all, answers that end too early. */
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import { ProviderError } from "../../src/providers/provider.ts";
import { type Vendor, vendorOf } from "../../src/providers/vendors.ts";
import { everyVendor, openSeats, ringOf } from "./conformance.ts";
import { json, openServed } from "./served.ts";

const seat = (id: string): Vendor => vendorOf(id) ?? assert.fail(id);

const isFormRefused = (error: unknown) =>
  error instanceof ProviderError && error.code === "provider.form_refused" && error.free && error.retryAfterMs === 0;

const isUnreachable = (error: unknown) =>
  error instanceof ProviderError && error.code === "provider.unreachable" && !error.free;

const answered = (content: string) => ({
  ...{ id: "1", created: 1_763_700_000, model: "m", object: "chat.completion" },
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});

test("calls beside each other get each its own answer", async (t) => {
  const echo: RequestListener = async (request, response) => {
    const [, number = ""] = /number (\d+)/.exec((await request.toArray()).join("")) ?? [];
    json(200, answered(number))(request, response);
  };
  const { ask } = await openServed(t, echo);
  const numbers = Array.from({ length: 100 }, (_, number) => `${number}`);
  const said = await Promise.all(
    numbers.map((number) =>
      ask(seat("openai-compatible"), { messages: [{ role: "user", content: `Say number ${number}.` }] }),
    ),
  );
  assert.deepEqual(
    said.map(({ text }) => text),
    numbers,
  );
});

test("calls of all vendors beside each other have the keys of their own vendors, in turns", async (t) => {
  const { ring } = ringOf(Object.fromEntries(everyVendor.map(({ id }) => [id, [`${id}-key-1`, `${id}-key-2`]])));
  const { ask, upstream } = await openSeats(t, { keyring: ring, text: "Two." });
  const calls = everyVendor.flatMap((vendor) => Array.from({ length: 10 }, (_, number) => ({ vendor, number })));
  await Promise.all(
    calls.map(({ vendor, number }) =>
      ask(vendor, { stream: number % 3 === 0, messages: [{ role: "user", content: `[[${vendor.id}]]` }] }),
    ),
  );
  for (const { id } of everyVendor.filter((vendor) => vendor.id !== "portkey")) {
    const keys = upstream.calls.filter(({ tag }) => tag === id).map(({ key }) => key);
    assert.deepEqual(
      keys.toSorted(),
      [1, 2].flatMap((place) => Array.from({ length: 5 }, () => `${id}-key-${place}`)),
    );
  }
});

for (const id of ["openai", "openai-compatible"])
  test(`${id}: a model that wants its cap under the newer name gets it so, from the second call on`, async (t) => {
    const caps: unknown[] = [];
    const picky: RequestListener = async (request, response) => {
      const body = JSON.parse((await request.toArray()).join("")) as Record<string, unknown>;
      caps.push([body["max_tokens"], body["max_completion_tokens"]]);
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
      const refused = {
        error: { message, type: "invalid_request_error", param: "max_tokens", code: "unsupported_parameter" },
      };
      json("max_tokens" in body ? 400 : 200, "max_tokens" in body ? refused : answered("Two."))(request, response);
    };
    const { ask } = await openServed(t, picky);
    await assert.rejects(ask(seat(id)), isFormRefused);
    for (let turn = 0; turn < 2; turn++) assert.equal((await ask(seat(id))).text, "Two.");
    assert.deepEqual(caps, [
      [321, undefined],
      [undefined, 321],
      [undefined, 321],
    ]);
  });

test("a model that takes no temperature is asked without one from then on", async (t) => {
  const temperatures: unknown[] = [];
  const picky: RequestListener = async (request, response) => {
    const body = JSON.parse((await request.toArray()).join("")) as Record<string, unknown>;
    temperatures.push(body["temperature"]);
    const message =
      "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.";
    const refused = {
      error: { message, type: "invalid_request_error", param: "temperature", code: "unsupported_value" },
    };
    json("temperature" in body ? 400 : 200, "temperature" in body ? refused : answered("Two."))(request, response);
  };
  const { ask } = await openServed(t, picky);
  await assert.rejects(ask(seat("groq")), isFormRefused);
  assert.equal((await ask(seat("groq"))).text, "Two.");
  assert.deepEqual(temperatures, [0.5, undefined]);
});

const events: Readonly<Record<string, string>> = {
  openai: 'data: {"choices":[{"index":0,"delta":{"content":"Two"}}]}\n\n',
  "openai-compatible": 'data: {"choices":[{"index":0,"delta":{"content":"Two"}}]}\n\n',
  mistral: 'data: {"id":"1","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Two"}}]}\n\n',
  openrouter: 'data: {"id":"1","choices":[{"index":0,"delta":{"content":"Two"}}]}\n\n',
  google: 'data: {"candidates":[{"content":{"parts":[{"text":"Two"}],"role":"model"},"index":0}]}\n\n',
  anthropic: [
    { type: "message_start", message: { id: "1", model: "m", usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Two" } },
  ]
    .map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`)
    .join(""),
  xai: 'data: {"type":"response.output_text.delta","item_id":"1","output_index":0,"content_index":0,"delta":"Two"}\n\n',
  ollama: '{"message":{"role":"assistant","content":"Two"},"done":false}\n',
};

for (const [id, event] of Object.entries(events))
  test(`${id}: a stream that ends in peace without saying that it is done was cut`, async (t) => {
    const { ask } = await openServed(t, (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(event);
    });
    const heard = { text: "", deltas: 0, tools: [], end: null };
    await assert.rejects(ask(seat(id), { stream: true }, heard), isUnreachable);
    assert.equal(heard.text, "Two");
  });

test("an error that comes with 200, in place of a stream or of an answer, is an error and may have cost something", async (t) => {
  const { ask } = await openServed(
    t,
    json(200, { error: { message: "Slow down", code: 429, type: "rate_limit_error" } }),
  );
  for (const id of ["openai", "openai-compatible", "mistral", "openrouter"])
    for (const stream of [false, true])
      await assert.rejects(ask(seat(id), { stream }), (error) => {
        assert.ok(error instanceof ProviderError && error.code === "provider.rate_limited", String(error));
        assert.match(error.message, /Slow down/);
        return !error.free;
      });
});

test("characters are whole however a stream is divided", async (t) => {
  const text = "時計 🕰️ naïve";
  const bytes = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`,
  );
  const { ask } = await openServed(t, async (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.from([byte]), resolve));
    response.end();
  });
  assert.equal((await ask(seat("openai-compatible"), { stream: true })).text, text);
});

test("headers set for a vendor are sent with every call, in place of the key where they hold it", async (t) => {
  const seen: unknown[] = [];
  const watch: RequestListener = (request, response) => {
    seen.push([
      request.headers.authorization,
      request.headers["x-portkey-provider"],
      request.headers["orchestratex-call"],
    ]);
    json(200, answered("Two."))(request, response);
  };
  const connection = {
    key: null,
    headers: { Authorization: "Bearer of-the-provider", "X-Portkey-Provider": "openai" },
  };
  const { ask } = await openServed(t, watch, { connection });
  for (const id of ["portkey", "openai", "mistral"]) await ask(seat(id));
  const expected = ["Bearer of-the-provider", "openai", undefined];
  assert.deepEqual(seen, [expected, expected, expected]);
});
