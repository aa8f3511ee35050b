/** Which key a call takes, when a key rests, and who never gets one. */
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import { ProviderError } from "../../src/providers/provider.ts";
import { type Vendor, vendorOf } from "../../src/providers/vendors.ts";
import { type FaultKind, openUpstream } from "../upstream/upstream.ts";
import { openSeats, profileOf, ringOf } from "./conformance.ts";
import { openServed } from "./served.ts";

const seat = (id: string): Vendor => vendorOf(id) ?? assert.fail(id);
const openai = seat("openai");

const failing = (code: string, retryAfterMs: number | null) => (error: unknown) =>
  error instanceof ProviderError && error.code === code && error.free && error.retryAfterMs === retryAfterMs;

test("several keys of a vendor take turns, one per attempt", async (t) => {
  const { ring } = ringOf({ openai: ["key-one", "key-two", "key-three"] });
  const { ask, upstream } = await openSeats(t, { text: "Two.", keyring: ring });
  for (let turn = 0; turn < 6; turn++) await ask(openai);
  assert.deepEqual(
    upstream.calls.map(({ key }) => key),
    ["key-one", "key-two", "key-three", "key-one", "key-two", "key-three"],
  );
});

for (const [fault, code] of [
  ["key_expired", "provider.key_rejected"],
  ["no_credit", "provider.no_credit"],
] as const)
  test(`a key with ${fault} rests for ten minutes; with another at hand the call may be tried again at once`, async (t) => {
    const { ring, rests } = ringOf({ openai: ["key-one", "key-two"] });
    const { ask, upstream } = await openSeats(t, { text: "Two.", keyring: ring });
    upstream.add({ fault: fault as FaultKind, key: "key-one" });
    await assert.rejects(ask(openai), failing(code, 0));
    assert.deepEqual(rests, [{ vendorId: "openai", key: "key-one", forMs: 600_000 }]);
    assert.equal((await ask(openai)).text, "Two.");
    upstream.add({ fault: fault as FaultKind, key: "key-two" });
    await assert.rejects(ask(openai), failing(code, null));
    await assert.rejects(ask(openai), failing("provider.key_rejected", null));
    assert.deepEqual(
      upstream.calls.map(({ key }) => key),
      ["key-one", "key-two", "key-two"],
    );
  });

test("a busy key rests as long as the vendor says, or 20 s, if there is another; the last one goes on", async (t) => {
  const { ring, rests } = ringOf({ openai: ["key-one", "key-two", "key-three"] });
  const { ask, upstream } = await openSeats(t, { text: "Two.", keyring: ring });
  upstream.add({ fault: "rate_limited", retryAfterMs: 1_500, key: "key-one" }, { fault: "rate_limited_silent" });
  await assert.rejects(ask(openai), failing("provider.rate_limited", 0));
  await assert.rejects(ask(openai), failing("provider.rate_limited", 0));
  const resting = rests.map(({ key, forMs }) => [key, forMs]);
  assert.deepEqual(resting[0], ["key-one", 1_500]);
  assert.equal(resting[1]?.[1], 20_000);
  await assert.rejects(ask(openai), failing("provider.rate_limited", null));
  await assert.rejects(ask(openai), failing("provider.rate_limited", null));
  assert.equal(rests.length, 2);
});

test("an endpoint of another origin does not get the vendor's key, and nothing is sent", async (t) => {
  const thief = await openUpstream({ text: "Thanks." });
  t.after(() => thief.close());
  const { ask } = await openSeats(t, { text: "Two." });
  for (const id of ["openai", "anthropic", "google", "openrouter"]) {
    const profile = profileOf(seat(id), { api_endpoint: `${thief.url}/v1` });
    await assert.rejects(ask(seat(id), { profile }), failing("provider.key_rejected", null));
    const keyless = { ...profile, api_key_required: false, api_endpoint: thief.baseUrl("openai") };
    if (id === "openai") assert.equal((await ask(seat(id), { profile: keyless })).text, "Thanks.");
  }
  assert.deepEqual(
    thief.calls.map(({ key }) => key),
    [null],
  );
});

test("an endpoint of the vendor's own origin, or of the one the operator set, gets its key", async (t) => {
  const { ask, upstream } = await openSeats(t, { text: "Two." });
  const profile = profileOf(openai, { api_endpoint: `${upstream.url}/elsewhere/v1` });
  await ask(openai, { profile });
  assert.equal(upstream.calls[0]?.key, "key-of-openai");
});

test("a provider that is no vendor of ours is spoken to as an imitator of OpenAI, with a key of its own name only", async (t) => {
  const { ring } = ringOf({ acme: ["key-of-acme"], "openai-compatible": ["key-of-others"] });
  const { ask, upstream } = await openSeats(t, { text: "Two.", keyring: ring });
  const acme = { ...seat("openai-compatible"), id: "acme" };
  const profile = profileOf(acme, { api_endpoint: `${upstream.url}/v1` });
  assert.equal((await ask(acme, { profile })).text, "Two.");
  assert.equal(upstream.calls[0]?.key, null);
});

test("without a key nothing is sent, and the failure says whose is missing", async (t) => {
  const { ring } = ringOf({});
  const { ask, upstream } = await openSeats(t, { keyring: ring });
  await assert.rejects(ask(openai), /There is no key for OpenAI \(nothing was sent\)/);
  assert.equal(upstream.calls.length, 0);
});

test("a key and headers that an endpoint quotes back are not repeated, nor is the prompt", async (t) => {
  const connection = { key: "house-key/of+1234567890", headers: { "x-house": "a-secret-header" } };
  const echo: RequestListener = async (request, response) => {
    const body = (await request.toArray()).join("");
    const { authorization } = request.headers;
    const parts = [
      authorization,
      encodeURIComponent(connection.key),
      "house-key/***",
      request.headers["x-house"],
      body,
    ];
    response.writeHead(422, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `You sent ${parts.join(" and ")}` } }));
  };
  const { ask } = await openServed(t, echo, { connection });
  for (const stream of [false, true])
    for (const id of ["openai", "openai-compatible", "anthropic", "mistral", "openrouter", "xai"]) {
      const content = "My diary of the year 1999, the second of May.";
      await assert.rejects(ask(seat(id), { stream, messages: [{ role: "user", content }] }), (error) => {
        assert.ok(error instanceof ProviderError && error.code === "provider.rejected");
        assert.doesNotMatch(`${error.message} ${error.stack}`, /house-key|1234567890|a-secret|diary of the year/);
        assert.match(error.message, /You sent .*\[key\]/);
        return true;
      });
    }
});
