import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openUpstream, type Rule, type Upstream, type UpstreamOptions } from "./upstream.ts";

async function opened(t: TestContext, rules: Rule[] = [], options: UpstreamOptions = {}) {
  const upstream = await openUpstream({ text: "Yes.", ...options });
  t.after(() => upstream.close());
  upstream.add(...rules);
  return upstream;
}

const messages = [{ role: "user", content: "[[S1]] Is it?" }];

async function statusOf({ url }: Pick<Upstream, "url">, more: object = {}, key = "k"): Promise<number> {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: "a", messages, ...more }),
  });
  await reply.text();
  return reply.status;
}

test("a rule strikes as often as it says, and only the wire, model and key it names", async (t) => {
  const upstream = await opened(t, [
    { fault: "server_error", wire: "anthropic" },
    { fault: "overloaded", model: "b", times: 2 },
    { fault: "key_expired", key: "old" },
  ]);
  const b = { model: "b" };
  assert.deepEqual(
    [await statusOf(upstream), await statusOf(upstream, b), await statusOf(upstream, b), await statusOf(upstream, b)],
    [200, 503, 503, 200],
  );
  assert.deepEqual([await statusOf(upstream, {}, "old"), await statusOf(upstream, b, "old")], [401, 401]);
  upstream.clear();
  assert.equal(await statusOf(upstream, {}, "old"), 200);
});

test("a rule with a probability strikes the same calls for the same seed", async (t) => {
  const struck = async (seed: string) => {
    const upstream = await opened(t, [{ fault: "overloaded", probability: 0.5 }], { seed });
    const statuses: number[] = [];
    for (let call = 0; call < 40; call++) statuses.push(await statusOf(upstream));
    return statuses;
  };
  const first = await struck("1");
  const failed = first.filter((status) => status === 503).length;
  assert.ok(failed > 8 && failed < 32, `${failed} of 40`);
  assert.deepEqual(first, await struck("1"));
  assert.notDeepEqual(first, await struck("2"));
});

test("a listing of models fails only where a rule says so of listings", async (t) => {
  const upstream = await opened(t, [{ fault: "server_error" }, { fault: "overloaded", on: "models", times: 1 }]);
  const list = async () => (await fetch(`${upstream.url}/v1/models`)).status;
  assert.deepEqual([await list(), await list(), await statusOf(upstream)], [503, 200, 500]);
});

test("what OpenAI and Anthropic would not accept is refused, in their words", async (t) => {
  const upstream = await opened(t);
  const refusal = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${upstream.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return `${reply.status} ${((await reply.json()) as { error?: { message?: string } }).error?.message}`;
  };
  const ask = (response_format: object) => refusal("/v1/chat/completions", { model: "a", messages, response_format });
  const strict = (schema: object) => ask({ type: "json_schema", json_schema: { name: "form", strict: true, schema } });
  assert.match(await ask({ type: "json_object" }), /^400 'messages' must contain the word 'json'/);
  assert.match(await strict({ type: "object", properties: {} }), /^400 Invalid schema.*'additionalProperties'/);
  const closed = { type: "object", additionalProperties: false };
  assert.match(
    await strict({ ...closed, required: [], properties: { n: { type: "number" } } }),
    /^400 Invalid schema.*'required'.*Missing 'n'/,
  );
  const nested = { ...closed, required: ["list"], properties: { list: { type: "array", items: { type: "object" } } } };
  assert.match(await strict(nested), /context=\('properties', 'list', 'items'\)/);
  const version = { "anthropic-version": "2023-06-01" };
  assert.match(await refusal("/v1/messages", { model: "a", messages }, version), /^400 max_tokens: Field required/);
  assert.match(await refusal("/v1/messages", { model: "a", messages, max_tokens: 9 }), /^400 anthropic-version/);
});

test("in a process of its own it is led over HTTP", async (t) => {
  const file = fileURLToPath(new URL("run.ts", import.meta.url));
  const child = spawn(process.execPath, [file, "--text", "Yes.", "--latency", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const read = async (path: string, body?: object) =>
    (await fetch(`${url}${path}`, body ? { method: "POST", body: JSON.stringify(body) } : {})).json();
  assert.equal(await statusOf({ url }), 200);
  await read("/_rules", [{ fault: "overloaded", times: 1 }]);
  assert.equal(await statusOf({ url }), 503);
  // 8 tokens in, 1 out.
  assert.deepEqual(await read("/_bill?tag=S1"), { bill: String(8n * 1_000_000n + 4_000_000n) });
  const calls = (await read("/_calls")) as { tag: string; fault: string | null }[];
  assert.deepEqual(
    calls.map(({ tag, fault }) => [tag, fault]),
    [
      ["S1", null],
      ["S1", "overloaded"],
    ],
  );
  await read("/_reset", {});
  assert.deepEqual([await read("/_bill"), await read("/_calls")], [{ bill: "0" }, []]);
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});
