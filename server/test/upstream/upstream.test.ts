import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Evaluated } from "@orchestratex/sdk/contract";
import { asking, packages, streamed } from "./sdks.ts";
import { openUpstream, type UpstreamOptions } from "./upstream.ts";

async function opened(t: TestContext, options: UpstreamOptions = {}) {
  const upstream = await openUpstream(options);
  t.after(() => upstream.close());
  return upstream;
}

const schema = {
  type: "object",
  properties: { city: { type: "string" }, people: { type: "integer" } },
  required: ["city", "people"],
  additionalProperties: false,
} as const;

for (const [name, open] of Object.entries(packages)) {
  test(`${name}: its package reads answers, in one piece and streamed, and their usage`, async (t) => {
    const upstream = await opened(t, { text: "Blue light is scattered more than red: Rayleigh, 1871." });
    const model = open(upstream);
    const whole = await model.doGenerate(asking("Why is the sky blue?"));
    assert.deepEqual(
      whole.content.map((part) => part.type === "text" && part.text),
      ["Blue light is scattered more than red: Rayleigh, 1871."],
    );
    assert.equal(whole.finishReason.unified, "stop");
    // 20 bytes are 5 tokens, and 4 for the message; 54 bytes are 14.
    assert.deepEqual([whole.usage.inputTokens.total, whole.usage.outputTokens.total], [9, 14]);
    const parts = await streamed(model, asking("Why is the sky blue?"));
    assert.equal(parts.text, "Blue light is scattered more than red: Rayleigh, 1871.");
    assert.ok(parts.deltas > 3 && parts.errors.length === 0);
    assert.deepEqual([parts.finish, parts.usage], ["stop", { input: 9, output: 14 }]);
    assert.deepEqual(
      upstream.calls.map(({ streamed, fault, aborted }) => [streamed, fault, aborted]),
      [
        [false, null, false],
        [true, null, false],
      ],
    );
  });

  test(`${name}: a schema that its package asks for is kept to, and a tool is called when one must be`, async (t) => {
    const upstream = await opened(t);
    const model = open(upstream);
    const form = asking("Name a city.", { responseFormat: { type: "json", schema } });
    const said = (await model.doGenerate(form)).content.map((part) => (part.type === "text" ? part.text : "")).join("");
    for (const text of [said, (await streamed(model, form)).text])
      assert.deepEqual(JSON.parse(text), { city: "sample", people: 1 });
    if (name === "ollama") return; // Its wire has no way to force a tool.
    const tool = { type: "function", name: "weather", inputSchema: schema } as const;
    const forced = asking("How warm is it?", { tools: [tool], toolChoice: { type: "required" } });
    const whole = await model.doGenerate(forced);
    const parts = await streamed(model, forced);
    const called = whole.content.find((part) => part.type === "tool-call");
    assert.deepEqual([called?.toolName, JSON.parse(called?.input ?? "")], ["weather", { city: "sample", people: 1 }]);
    assert.deepEqual(
      parts.tools.map(([tool, input]) => [tool, JSON.parse(input)]),
      [["weather", { city: "sample", people: 1 }]],
    );
    assert.deepEqual([whole.finishReason.unified, parts.finish], ["tool-calls", "tool-calls"]);
  });
}

test("what is cached and what is thought is told the way each vendor tells it", async (t) => {
  const upstream = await opened(t, { text: "Yes.", details: { cached: 3, cacheWrite: 2, reasoning: 40 } });
  const read = async (name: string) => {
    const { usage } = (await packages[name]?.(upstream).doGenerate(asking("Is it?"))) ?? assert.fail();
    const { total, cacheRead, cacheWrite } = usage.inputTokens;
    return [total, cacheRead, cacheWrite, usage.outputTokens.total, usage.outputTokens.reasoning];
  };
  assert.deepEqual(await read("openai"), [6, 3, 2, 41, 40]);
  assert.deepEqual(await read("anthropic"), [6, 3, 2, 41, 40]);
  assert.deepEqual(await read("google"), [6, 3, undefined, 41, 40]);
});

test("without a fixed text each model is a simulated mind: it judges what it is asked to judge", async (t) => {
  const upstream = await opened(t);
  const judging =
    'One JSON object with "evaluation_criteria".\n<prompt>\nWhy is the sky blue?\n</prompt>\n<answer>\nThe ocean is mirrored in it.\n</answer>';
  const texts = await Promise.all(
    Object.values(packages).map(async (open) => (await streamed(open(upstream), asking(judging))).text),
  );
  for (const text of texts) assert.ok(Evaluated.safeParse(JSON.parse(text)).success, text);
  assert.ok(new Set(texts).size > 2);
});

test("models are listed by each wire, and only the keys that are accepted open it", async (t) => {
  const upstream = await opened(t);
  upstream.models = ["first", "second"];
  upstream.keys = new Set(["good"]);
  const listed = async (path: string, headers: Record<string, string>) => {
    const reply = await fetch(`${upstream.url}${path}`, { headers });
    const body = (await reply.json()) as { data?: { id: string }[]; models?: { name: string }[] };
    return [reply.status, body.data?.map(({ id }) => id) ?? body.models?.map(({ name }) => name)];
  };
  const version = { "anthropic-version": "2023-06-01" };
  assert.deepEqual(await listed("/v1/models", { authorization: "Bearer good" }), [200, ["first", "second"]]);
  assert.deepEqual(await listed("/v1/models", { "x-api-key": "good", ...version }), [200, ["first", "second"]]);
  assert.deepEqual(await listed("/v1beta/models", { "x-goog-api-key": "good" }), [
    200,
    ["models/first", "models/second"],
  ]);
  assert.deepEqual(await listed("/api/tags", { authorization: "Bearer good" }), [200, ["first", "second"]]);
  for (const path of ["/v1/models", "/v1beta/models", "/api/tags"])
    assert.ok([400, 401].includes(Number((await listed(path, { authorization: "Bearer bad" }))[0])));
  assert.equal(upstream.calls.length, 0);
});

test("a call tells who made it, with which tag, and when it came and ended", async (t) => {
  const upstream = await opened(t, { latencyMs: 30, text: "Here." });
  await streamed(packages["anthropic"]?.(upstream) ?? assert.fail(), asking("[[S7]] Where? [[S8]]"));
  const [call] = upstream.calls;
  assert.ok(call && upstream.calls.length === 1);
  assert.deepEqual(
    [call.wire, call.model, call.key, call.tag, call.streamed],
    ["anthropic", "claude-sonnet-5", "key-of-the-test", "S7", true],
  );
  const tookMs = (call.endedAt ?? 0) - call.arrivedAt;
  // A timer counts from the beginning of its turn of the loop, which may be some milliseconds before the call arrived.
  assert.ok(tookMs >= 20 && tookMs < 2_000, `${tookMs} ms`);
  assert.ok(Math.abs(call.arrivedAt - Date.now()) < 10_000);
});
