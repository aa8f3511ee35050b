/** What every vendor's wire makes of what goes wrong: the code, what it costs, when to come back, and never a key. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { test } from "node:test";
import { ProviderError } from "../../src/providers/provider.ts";
import type { Vendor } from "../../src/providers/vendors.ts";
import type { FaultKind } from "../upstream/upstream.ts";
import { everyVendor, nothing, openSeats, profileOf, type Seats, silentKeyring, wireOf } from "./conformance.ts";

const TEXT = "A clock has two hands and a face with twelve numbers, mostly; some have none of the two.";

type Expected = { code: string; free: boolean; status: number | null; retryAfterMs?: number | null };

const refusals: Partial<Record<FaultKind, (vendor: Vendor) => Expected>> = {
  rate_limited: (vendor) => ({
    code: "provider.rate_limited",
    ...{ free: true, status: 429 },
    // These two say it in whole seconds.
    retryAfterMs: ["anthropic", "ollama"].includes(wireOf(vendor)) ? 2_000 : 1_500,
  }),
  rate_limited_silent: () => ({ code: "provider.rate_limited", free: true, status: 429, retryAfterMs: null }),
  overloaded: (vendor) =>
    wireOf(vendor) === "anthropic"
      ? { code: "provider.failed", free: true, status: 529 }
      : { code: "provider.failed", free: false, status: 503 },
  server_error: () => ({ code: "provider.failed", free: false, status: 500 }),
  model_unknown: () => ({ code: "provider.model_unknown", free: true, status: 404 }),
  key_expired: (vendor) => ({
    ...{ code: "provider.key_rejected", free: true },
    status: wireOf(vendor) === "google" ? 400 : 401,
  }),
  no_credit: (vendor) => ({ code: "provider.no_credit", free: true, status: broke[vendor.id] ?? 429 }),
  too_long: () => ({ code: "provider.too_long", free: true, status: 400 }),
  html: () => ({ code: "provider.unreadable", free: false, status: 200 }),
  refused_connection: () => ({ code: "provider.unreachable", free: false, status: null }),
};

const broke: Readonly<Record<string, number>> = { anthropic: 400, mistral: 402, openrouter: 402, ollama: 402 };

async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const fault: unknown = await work.then(
    () => assert.fail("It did not fail."),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof ProviderError, String(fault));
  return fault;
}

const told = ({ code, free, httpStatus, retryAfterMs }: ProviderError) => ({
  code,
  free,
  status: httpStatus,
  retryAfterMs,
});

const patient = { interval: 5, timeout: 10_000 };

const KEY = "s3cret-of-the-house-0123456789";

/** Nowhere in it, nor in what it stems from. */
function assertSilent(fault: unknown): void {
  for (let link = fault; link instanceof Error; link = link.cause) {
    const text = `${link.message} ${link.stack} ${JSON.stringify(link)}`;
    for (const part of [KEY, KEY.slice(0, 8), KEY.slice(-6), "How many hands"]) assert.ok(!text.includes(part), text);
  }
}

const opened = (t: Parameters<typeof openSeats>[0], more: Parameters<typeof openSeats>[1] = {}): Promise<Seats> =>
  openSeats(t, { text: TEXT, keyring: silentKeyring(KEY), ...more });

for (const vendor of everyVendor) {
  const { id } = vendor;

  test(`${id}: each refusal has its code, says whether it was free and when to come back, and holds no key`, async (t) => {
    const { ask, upstream } = await opened(t);
    for (const [fault, expected] of Object.entries(refusals))
      for (const stream of [false, true]) {
        upstream.reset();
        upstream.add({ fault: fault as FaultKind, retryAfterMs: 1_500 });
        const failure = await failureOf(ask(vendor, { stream }));
        assert.deepEqual(told(failure), { retryAfterMs: null, ...expected(vendor) }, `${fault}: ${failure.message}`);
        assertSilent(failure);
        if (failure.free) assert.equal(upstream.bill(), 0n);
      }
  });

  test(`${id}: an answer that breaks in the middle keeps its beginning, and may have cost something`, async (t) => {
    const { ask, upstream } = await opened(t);
    const faults = { cut: "provider.unreachable", error_midway: "provider.failed", garbled: "provider.unreadable" };
    for (const [fault, code] of Object.entries(faults)) {
      upstream.reset();
      upstream.add({ fault: fault as FaultKind });
      const heard = nothing();
      const failure = await failureOf(ask(vendor, { stream: true }, heard));
      assert.deepEqual([failure.code, failure.free], [code, false], fault);
      assert.ok(heard.text.length > 10 && TEXT.startsWith(heard.text) && heard.end === null, fault);
      assertSilent(failure);
      const whole = nothing();
      assert.equal((await failureOf(ask(vendor, {}, whole))).free, false);
      assert.equal(whole.text, "");
    }
  });

  test(`${id}: strange usage is handed on as it is, none as none; an empty answer and a refusal are answers`, async (t) => {
    const { ask, upstream } = await opened(t);
    const ends = async (fault: FaultKind, stream: boolean) => {
      upstream.reset();
      upstream.add({ fault });
      const { end, text } = await ask(vendor, { stream });
      return { ...(end?.type === "end" ? { finish: end.finish_reason, usage: end.usage } : {}), text };
    };
    for (const stream of [false, true]) {
      // Where the wire promises usage, an answer without it is none of that wire.
      if (id === "anthropic" || (id === "mistral" && !stream))
        assert.equal((await failureOf(ends("no_usage", stream))).code, "provider.unreadable");
      else assert.equal((await ends("no_usage", stream)).usage, null);
      const absurd = await ends("absurd_usage", stream);
      assert.ok(absurd.usage && absurd.usage.output > 1_000_000);
      const negative = await ends("negative_usage", stream);
      assert.ok(negative.usage && negative.usage.output < 0);
      assert.equal((await ends("empty", stream)).text, "");
      // Ollama knows no such reason.
      assert.equal((await ends("refusal", stream)).finish, id === "ollama" ? "stop" : "content_filter");
    }
  });

  test(`${id}: an abort ends the call at once with its own reason, and frees the socket`, async (t) => {
    const { ask, upstream } = await opened(t);
    for (const [fault, stream] of [
      ["hang", false],
      ["hang", true],
      ["trickle", true],
    ] as const) {
      upstream.reset();
      upstream.add({ fault, retryAfterMs: 50 });
      const leaving = new AbortController();
      const heard = nothing();
      const call = ask(vendor, { stream }, heard, leaving.signal);
      call.catch(() => {});
      await t.waitFor(() => assert.ok(upstream.calls.length === 1 && (fault === "hang" || heard.text !== "")), patient);
      const reason = new Error("The user left.");
      const startedAt = performance.now();
      leaving.abort(reason);
      await assert.rejects(call, (error) => error === reason);
      assert.ok(performance.now() - startedAt < 2_000, "at once");
      await t.waitFor(() => assert.ok(upstream.calls[0]?.aborted), patient);
    }
  });

  test(`${id}: whoever stops reading frees the socket`, async (t) => {
    const { speak, upstream } = await opened(t);
    upstream.add({ fault: "trickle", retryAfterMs: 50 });
    for await (const event of speak(vendor, { stream: true })) {
      assert.equal(event.type, "text-delta");
      break;
    }
    await t.waitFor(() => assert.ok(upstream.calls[0]?.aborted), patient);
  });

  test(`${id}: what never left this machine is free`, async (t) => {
    const { ask } = await opened(t);
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");
    const profile = profileOf(vendor, { api_endpoint: `http://127.0.0.1:${port}`, api_key_required: false });
    const failure = await failureOf(ask(vendor, { profile }));
    assert.deepEqual([failure.code, failure.free], ["provider.unreachable", true]);
    assert.match(failure.message, /ECONNREFUSED/);
  });
}

test("silence before an answer, or within one, ends every vendor's call in the time that was set for it", async (t) => {
  const { ask, upstream } = await opened(t, { http: { headersTimeoutMs: 300, idleTimeoutMs: 300 } });
  for (const [fault, stream] of [
    ["hang", false],
    ["trickle", true],
  ] as const) {
    upstream.reset();
    upstream.add({ fault, retryAfterMs: 4_000 });
    const failures = await Promise.all(everyVendor.map((vendor) => failureOf(ask(vendor, { stream }))));
    for (const { code, free, message } of failures) {
      assert.deepEqual([code, free], ["provider.unreachable", false]);
      assert.match(message, /UND_ERR_(HEADERS|BODY)_TIMEOUT/);
    }
    await t.waitFor(() => assert.ok(upstream.calls.every(({ aborted }) => aborted)), patient);
  }
});
