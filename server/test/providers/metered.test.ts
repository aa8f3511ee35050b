import assert from "node:assert/strict";
import { test } from "node:test";
import { metered } from "../../src/providers/metered.ts";
import {
  type ModelEvent,
  type ModelRequest,
  type Provider,
  ProviderError,
  type Usage,
} from "../../src/providers/provider.ts";
import { simulated } from "../../src/providers/simulated.ts";
import { codeOf, end, handTime, profileOf, read, requestOf, scripted, usage } from "./scripted.ts";

const model = profileOf().model_name;

function counting(inner: Provider, limits: { longestReply?: number; mostEvents?: number } = {}) {
  const time = handTime();
  const meter = metered({ clock: time.clock, ...limits });
  return { time, provider: meter(inner), totals: () => meter.totals().get(model) };
}

const ended = (values: Partial<Usage>): ModelEvent => ({
  type: "end",
  finish_reason: "stop",
  usage: { ...usage, ...values },
});

const usageOf = async (values: Partial<Usage>): Promise<Usage | null | undefined> => {
  const { events } = await read(counting(scripted(["Yes.", ended(values)])).provider);
  const last = events.at(-1);
  return last?.type === "end" ? last.usage : undefined;
};

test("a call is counted with its time to the first event, its time to the end and its tokens", async () => {
  const script = [() => time.advance(30), "Ye", () => time.advance(70), "s.", ended({ cached_input: 4 })];
  const { time, provider, totals } = counting(scripted(script));
  assert.equal((await read(provider)).text, "Yes.");
  assert.deepEqual(totals(), {
    ...{ calls: 1, running: 0, failures: {}, stopped: 0, completed: 1, total_ms: 100, begun: 1, first_event_ms: 30 },
    ...{ input_tokens: 10, output_tokens: 5, cached_input_tokens: 4 },
  });
});

test("a call of a tool that was not offered is passed on by nobody, and ends nothing in calls", async () => {
  const call = { type: "tool-call" as const, id: "c1", name: "look", arguments: "{}" };
  const script = () => scripted(["Yes.", call, { ...ended({}), finish_reason: "tool_calls" } as ModelEvent]);
  const kinds = async (more: Partial<ModelRequest>) => {
    const { events } = await read(counting(script()).provider, { ...requestOf(), ...more });
    const last = events.at(-1);
    return [events.map(({ type }) => type), last?.type === "end" && last.finish_reason];
  };
  const tools = [{ name: "look", parameters: {} }];
  assert.deepEqual(await kinds({}), [["text-delta", "end"], "other"]);
  assert.deepEqual(await kinds({ tools, tool_choice: "none" }), [["text-delta", "end"], "other"]);
  assert.deepEqual(await kinds({ tools }), [["text-delta", "tool-call", "end"], "tool_calls"]);
});

test("failures are counted by their code, and what its reader or its signal broke off as stopped", async () => {
  const no = (code: "provider.failed" | "provider.rate_limited") => new ProviderError(code, "no", { free: true });
  const inner = scripted(
    ...[[no("provider.failed")], [no("provider.rate_limited")], [no("provider.failed")], [new Error("a bug")]],
    ["Yes", "and", end],
  );
  const { provider, totals } = counting(inner);
  for (let n = 0; n < 4; n++) await read(provider);
  for await (const _ of provider.call(requestOf(), new AbortController().signal)) {
    assert.equal(totals()?.running, 1);
    break;
  }
  const stopping = counting(simulated({ speed: 0 }));
  await read(stopping.provider, requestOf(), AbortSignal.abort());
  assert.deepEqual(totals()?.failures, { "provider.failed": 2, "provider.rate_limited": 1, internal: 1 });
  assert.deepEqual([totals()?.stopped, totals()?.running, totals()?.calls], [1, 0, 5]);
  assert.deepEqual([stopping.totals()?.stopped, stopping.totals()?.failures], [1, {}]);
});

test("a call has one end: nothing after it is passed on, and whoever stops reading there has it counted", async () => {
  const inner = scripted(["Yes.", end, "more", end]);
  const { provider, totals } = counting(inner);
  assert.deepEqual((await read(provider)).events, [{ type: "text-delta", text: "Yes." }, end]);
  assert.equal(inner.closed, 1);
  for await (const event of provider.call(requestOf(), new AbortController().signal)) if (event.type === "end") break;
  assert.deepEqual([totals()?.completed, totals()?.stopped], [2, 0]);
});

test("a reply without an end was cut: it keeps what it said, and may have been billed", async () => {
  const { provider, totals } = counting(scripted(["Half of"]));
  const { text, error } = await read(provider);
  assert.ok(error instanceof ProviderError);
  assert.deepEqual([text, error.code, error.free], ["Half of", "provider.unreachable", false]);
  assert.deepEqual(totals()?.failures, { "provider.unreachable": 1 });
});

test("an empty reply passes as it is", async () => {
  assert.deepEqual(await read(counting(scripted([end])).provider), { text: "", events: [end], error: null });
});

test("a usage that cannot be is none, so that its reservation is kept whole", async () => {
  const impossible: Partial<Usage>[] = [
    ...[{ input: -1 }, { output: 0.5 }, { output: Number.NaN }, { input: Number.POSITIVE_INFINITY }, { output: 2e9 }],
    ...[{ cached_input: 11 }, { cached_input: 6, cache_write: 6 }, { reasoning: 6 }, { cached_input: -1 }],
  ];
  for (const values of impossible) assert.equal(await usageOf(values), null, JSON.stringify(values));
});

test("a usage far beyond what was reserved is what the vendor bills, and stays", async () => {
  assert.deepEqual(await usageOf({ output: 900_000 }), { ...usage, output: 900_000 });
  assert.deepEqual(await usageOf({ cached_input: 5, cache_write: 5, reasoning: 5 }), {
    ...usage,
    ...{ cached_input: 5, cache_write: 5, reasoning: 5 },
  });
  const overcharging = counting(simulated({ speed: 0, faults: "*:overcharge" }));
  const last = (await read(overcharging.provider)).events.at(-1);
  assert.ok(last?.type === "end" && last.usage);
  assert.equal(overcharging.totals()?.output_tokens, last.usage.output);
});

test("a reply without a bound is broken off: too long in text, in a tool's arguments, or in the number of its events", async () => {
  const text = counting(scripted(["12345", "12345", "1", end]), { longestReply: 10 });
  const { text: kept, error } = await read(text.provider);
  assert.deepEqual([kept, codeOf(error)], ["1234512345", "provider.unreadable"]);
  const call: ModelEvent = { type: "tool-call", id: "1", name: "f", arguments: "0123456789" };
  const tool = counting(scripted([call, end]), { longestReply: 10 });
  assert.equal(codeOf((await read(tool.provider)).error), "provider.unreadable");
  const inner = scripted(["", "", "", end]);
  const many = counting(inner, { mostEvents: 2 });
  assert.equal(codeOf((await read(many.provider)).error), "provider.unreadable");
  assert.deepEqual([inner.closed, many.totals()?.failures], [1, { "provider.unreadable": 1 }]);
});

test("a simulated model that breaks off, or sends no bill, is passed on as that", async () => {
  const cut = counting(simulated({ speed: 0, faults: "*:cut" }));
  const half = await read(cut.provider);
  assert.deepEqual([half.text.length > 0, codeOf(half.error)], [true, "provider.unreachable"]);
  const silent = counting(simulated({ speed: 0, faults: "*:no_usage" }));
  const last = (await read(silent.provider)).events.at(-1);
  assert.equal(last?.type === "end" && last.usage, null);
});
