import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { APICallError } from "@ai-sdk/provider";
import { asking, packages, streamed } from "./sdks.ts";
import { type FaultKind, openUpstream, type Rule, type Upstream, type UpstreamOptions } from "./upstream.ts";

const TEXT = "Blue light is scattered more than red: Rayleigh, 1871.";

async function opened(t: TestContext, rules: Rule[] = [], options: UpstreamOptions = {}) {
  const upstream = await openUpstream({ text: TEXT, ...options });
  t.after(() => upstream.close());
  upstream.add(...rules);
  return upstream;
}

const modelOf = (name: string, upstream: Upstream) => packages[name]?.(upstream) ?? assert.fail(name);

async function failureOf(call: PromiseLike<unknown>): Promise<APICallError> {
  try {
    await call;
  } catch (error) {
    if (APICallError.isInstance(error)) return error;
    throw error;
  }
  assert.fail("It was not refused.");
}

const schema = { type: "object", properties: { n: { type: "number" } }, required: ["n"], additionalProperties: false };

const refusalsOf: Readonly<Record<string, Partial<Record<FaultKind, [status: number, words: RegExp]>>>> = {
  openai: {
    rate_limited: [429, /rate_limit_exceeded/],
    overloaded: [503, /overloaded/],
    server_error: [500, /server_error/],
    model_unknown: [404, /model_not_found/],
    key_expired: [401, /invalid_api_key/],
    no_credit: [429, /insufficient_quota/],
    too_long: [400, /context_length_exceeded/],
  },
  anthropic: {
    rate_limited: [429, /rate_limit_error/],
    overloaded: [529, /overloaded_error/],
    server_error: [500, /api_error/],
    model_unknown: [404, /not_found_error/],
    key_expired: [401, /authentication_error/],
    no_credit: [400, /credit balance is too low/],
    too_long: [400, /prompt is too long/],
  },
  google: {
    rate_limited: [429, /RetryInfo.*"retryDelay":"2.5s"/],
    overloaded: [503, /UNAVAILABLE/],
    server_error: [500, /INTERNAL/],
    model_unknown: [404, /NOT_FOUND/],
    key_expired: [400, /API_KEY_INVALID/],
    no_credit: [429, /QuotaFailure/],
    too_long: [400, /exceeds the maximum number of tokens/],
  },
  mistral: { no_credit: [402, /"object":"error"/], rate_limited: [429, /"object":"error"/] },
  openrouter: { no_credit: [402, /"code":402/] },
  ollama: { overloaded: [503, /server busy/], model_unknown: [404, /not found/] },
};

test("a refusal has the vendor's own status and form, and is free", async (t) => {
  for (const [name, refusals] of Object.entries(refusalsOf)) {
    for (const [fault, [status, words]] of Object.entries(refusals)) {
      const upstream = await opened(t, [{ fault: fault as FaultKind, retryAfterMs: 2_500 }]);
      for (const ask of ["doGenerate", "doStream"] as const) {
        const error = await failureOf(modelOf(name, upstream)[ask](asking("Why?")));
        assert.equal(error.statusCode, status, `${name} ${fault}`);
        assert.match(error.responseBody ?? "", words);
      }
      assert.deepEqual([upstream.bill(), upstream.calls.length, upstream.calls[0]?.fault], [0n, 2, fault]);
    }
  }
});

test("a rate limit says when to come back, or is silent", async (t) => {
  const headersOf = async (name: string, fault: FaultKind) => {
    const upstream = await opened(t, [{ fault, retryAfterMs: 1_200 }]);
    const error = await failureOf(modelOf(name, upstream).doGenerate(asking("Why?")));
    return [error.responseHeaders?.["retry-after"], error.responseHeaders?.["retry-after-ms"]];
  };
  assert.deepEqual(await headersOf("openai", "rate_limited"), ["2", "1200"]);
  assert.deepEqual(await headersOf("anthropic", "rate_limited"), ["2", undefined]);
  for (const name of ["openai", "anthropic", "google", "ollama"])
    assert.deepEqual(await headersOf(name, "rate_limited_silent"), [undefined, undefined]);
});

test("a form can be refused: one with a schema, or any JSON, and nothing else", async (t) => {
  const upstream = await opened(t, [{ fault: "schema_refused" }, { fault: "json_refused", times: 1 }]);
  const model = modelOf("openai", upstream);
  const statusOf = (responseFormat?: { type: "json"; schema?: typeof schema }) =>
    model.doGenerate(asking("Some json?", responseFormat ? { responseFormat } : {})).then(
      () => 200,
      (error: unknown) => (APICallError.isInstance(error) ? error.statusCode : error),
    );
  const json = { type: "json" as const };
  assert.deepEqual(
    [await statusOf({ ...json, schema }), await statusOf(json), await statusOf(json), await statusOf()],
    [400, 400, 200, 200],
  );
});

test("a stream that is cut keeps its first half, and is charged whole", async (t) => {
  for (const name of ["openai", "anthropic", "google", "ollama"]) {
    const upstream = await opened(t, [{ fault: "cut" }]);
    let text = "";
    const { stream } = await modelOf(name, upstream).doStream(asking("Why?"));
    const reading = (async () => {
      for await (const part of stream) if (part.type === "text-delta") text += part.delta;
    })();
    await assert.rejects(reading, name);
    assert.ok(text.length > 5 && text.length < TEXT.length && TEXT.startsWith(text), `${name}: ${text}`);
    await assert.rejects(Promise.resolve(modelOf(name, upstream).doGenerate(asking("Why?"))));
    // Twice 5 tokens in, 14 out.
    assert.equal(upstream.bill(), 2n * (5n * 1_000_000n + 14n * 4_000_000n));
    assert.deepEqual(
      upstream.calls.map(({ aborted }) => aborted),
      [false, false],
    );
  }
});

test("a stream may break off with an error of its own, or have an event that is not JSON", async (t) => {
  for (const fault of ["error_midway", "garbled"] as const)
    for (const name of ["openai", "anthropic", "google"]) {
      const upstream = await opened(t, [{ fault }]);
      const { text, errors } = await streamed(modelOf(name, upstream), asking("Why?"));
      assert.equal(errors.length, 1, `${name} ${fault}`);
      assert.ok(fault === "garbled" ? text === TEXT : text.length > 5 && text.length < TEXT.length, text);
      await assert.rejects(Promise.resolve(modelOf(name, upstream).doGenerate(asking("Why?"))));
    }
});

test("a call that hangs says nothing, and is charged whole", async (t) => {
  const upstream = await opened(t, [{ fault: "hang" }]);
  const signal = AbortSignal.timeout(50);
  await assert.rejects(
    Promise.resolve(modelOf("openai", upstream).doStream(asking("[[S1]] Why?", { abortSignal: signal }))),
    { name: "TimeoutError" },
  );
  const [call] = upstream.calls;
  while (call?.endedAt === null) await turn();
  assert.equal(call?.aborted, true);
  assert.equal(upstream.billOf("S1"), 7n * 1_000_000n + 14n * 4_000_000n);
});

test("a trickle comes word by word; who hangs up pays for what was written", async (t) => {
  const upstream = await opened(t, [{ fault: "trickle", retryAfterMs: 5 }]);
  const hangUp = new AbortController();
  const { stream } = await modelOf("openai", upstream).doStream(asking("Why?", { abortSignal: hangUp.signal }));
  await assert.rejects(async () => {
    for await (const part of stream) if (part.type === "text-delta") hangUp.abort(new Error("Enough."));
  });
  const [call] = upstream.calls;
  while (call?.endedAt === null) await turn();
  assert.equal(call?.aborted, true);
  const bill = upstream.bill();
  assert.ok(bill > 5n * 1_000_000n && bill < 5n * 1_000_000n + 14n * 4_000_000n, `${bill}`);
  assert.equal((await streamed(modelOf("openai", upstream), asking("Why?"))).text, TEXT);
});

test("usage may be missing, absurd or below nothing; the bill stays true", async (t) => {
  const told = async (fault: FaultKind) => {
    const upstream = await opened(t, [{ fault }]);
    const { usage } = await modelOf("openai", upstream).doGenerate(asking("Why?"));
    assert.equal(upstream.bill(), 5n * 1_000_000n + 14n * 4_000_000n);
    return [usage.inputTokens.total, usage.outputTokens.total];
  };
  assert.deepEqual(await told("no_usage"), [undefined, undefined]);
  assert.deepEqual(await told("absurd_usage"), [5_000, 1_014_000]);
  assert.deepEqual(await told("negative_usage"), [-6, -15]);
});

test("who is overbilled is told so, and the excess is told apart", async (t) => {
  const upstream = await opened(t, [{ fault: "overbilled" }]);
  const { usage } = await modelOf("openai", upstream).doGenerate(asking("[[S1]] Why?", { maxOutputTokens: 100 }));
  assert.equal(usage.outputTokens.total, 14 + 10_300);
  const honest = 7n * 1_000_000n + 14n * 4_000_000n;
  assert.equal(upstream.billOf("S1"), honest + 10_300n * 4_000_000n);
  assert.equal(upstream.excessOf("S1"), 10_300n * 4_000_000n);
});

test("a reply takes its time, a slow one ten times that, and one that hangs is dropped when the options say so", async (t) => {
  const tookMs = async (fault?: FaultKind) => {
    const upstream = await opened(t, fault ? [{ fault }] : [], { takesMs: () => 20, hangMs: 20 });
    const call = modelOf("anthropic", upstream);
    await (fault === "hang"
      ? assert.rejects(Promise.resolve(call.doGenerate(asking("Why?"))))
      : streamed(call, asking("Why?")));
    const [{ arrivedAt, endedAt, aborted } = assert.fail()] = upstream.calls;
    assert.equal(aborted, false);
    return (endedAt ?? Number.NaN) - arrivedAt;
  };
  // A timer may count from some milliseconds before the call arrived.
  assert.ok((await tookMs()) >= 10);
  assert.ok((await tookMs("slow")) >= 150);
  assert.ok((await tookMs("hang")) >= 10);
});

test("a call has the name its caller gave it, and a tag found by any pattern", async (t) => {
  const upstream = await opened(t, [], { tag: /<<(\w+)>>/ });
  await modelOf("openai", upstream).doGenerate(
    asking("<<T1>> Why?", { headers: { "x-client-request-id": "attempt-1" } }),
  );
  assert.deepEqual(
    upstream.calls.map(({ id, tag }) => [id, tag]),
    [["attempt-1", "T1"]],
  );
});

test("an answer may be empty, refused, too short, or a tool call nobody asked for", async (t) => {
  const endOf = async (name: string, fault: FaultKind) => {
    const { text, finish, tools } = await streamed(modelOf(name, await opened(t, [{ fault }])), asking("Why?"));
    return [finish, tools.length, text.length];
  };
  for (const name of ["openai", "anthropic", "google"]) {
    assert.deepEqual(await endOf(name, "empty"), ["stop", 0, 0], name);
    assert.deepEqual((await endOf(name, "refusal"))[0], "content-filter", name);
    assert.deepEqual(await endOf(name, "length"), ["length", 0, 36], name);
    assert.deepEqual(await endOf(name, "tool_call"), ["tool-calls", 1, 0], name);
  }
});

test("JSON that was asked for may be broken or of another form, also where a tool is the form", async (t) => {
  const texts = async (fault: FaultKind, model: "claude-sonnet-5" | "claude-3-haiku-20240307") => {
    const upstream = await opened(t, [{ fault, model }]);
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    const claude = createAnthropic({ baseURL: upstream.baseUrl("anthropic"), apiKey: "k" })(model);
    const { content } = await claude.doGenerate(asking("Form?", { responseFormat: { type: "json", schema } }));
    return content.map((part) => (part.type === "text" ? part.text : "")).join("");
  };
  for (const model of ["claude-sonnet-5", "claude-3-haiku-20240307"] as const) {
    const broken = await texts("bad_json", model);
    assert.throws(() => JSON.parse(broken), SyntaxError);
    assert.deepEqual(Object.keys(JSON.parse(await texts("wrong_schema", model))), ["score", "verdict", "criticisms"]);
  }
});

test("a proxy's page, and a socket that closes without a word, are free", async (t) => {
  const upstream = await opened(t, [
    { fault: "html", times: 1 },
    { fault: "refused_connection", times: 1 },
  ]);
  const post = () => fetch(`${upstream.url}/v1/chat/completions`, { method: "POST", body });
  const body = JSON.stringify({ model: "any", messages: [{ role: "user", content: "Why?" }] });
  const page = await post();
  assert.equal(page.status, 200);
  assert.match(await page.text(), /^<html>/);
  await assert.rejects(post(), TypeError);
  assert.equal(upstream.bill(), 0n);
  assert.equal((await post()).status, 200);
});
