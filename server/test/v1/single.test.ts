/** One model by its name: what it is asked is what the client has said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Receipt } from "@orchestratex/sdk/contract";
import type { DirectEvent } from "../../src/engine/direct.ts";
import { simulatedProfiles } from "../../src/providers/simulated.ts";
import { upsertProfiles } from "../../src/store/profiles.ts";
import { openByHand } from "../api/by-hand.ts";
import { openTestApp } from "../app.ts";
import { asked, clientOf } from "./published.ts";
import { MODEL, openWithModel, PLACE, SAID } from "./vendor.ts";

const receipt = Receipt.parse(Receipt.meta()?.["example"]);

test("a model that is switched off is gone from /v1 with the answer that says so, and back the same way", async (t) => {
  const app = await openTestApp(t);
  const ask = async () => (await app.send("POST", "/v1/chat/completions", asked("simulated-opal", "Hello"))).status;
  const turn = (is_active: boolean) => app.send("PUT", "/api/models/simulated-opal/status", { is_active });
  assert.equal(await ask(), 200);
  await turn(false);
  assert.equal(await ask(), 404);
  await turn(true);
  assert.equal(await ask(), 200);
});

test("a model answers by its name and by the names that people know it by, whole and streamed", async (t) => {
  const { app, address, upstream } = await openWithModel(t);
  const client = clientOf(address);
  for (const name of [MODEL, "GPT-4", "Gpt4"]) {
    const answer = await client.whole(asked(name, "Hello"));
    assert.deepEqual([answer.model, answer.choices[0]?.message.content], [MODEL, SAID]);
    const { mode, selected_model, iterations, evaluators, simulated } = answer.orchestratex;
    assert.deepEqual([mode, selected_model, iterations, evaluators, simulated], ["direct", MODEL, 1, [], false]);
    assert.equal(answer.system_fingerprint, undefined);
    const { usage } = answer;
    assert.ok(usage && usage.prompt_tokens > 3 && usage.completion_tokens > 2);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.deepEqual(
      [usage.prompt_tokens_details.cached_tokens, usage.completion_tokens_details.reasoning_tokens],
      [3, 2],
    );
    assert.equal((await app.thread(answer.orchestratex.thread_id)).final_response, SAID);
  }
  const more = { stream_options: { include_usage: true } };
  const { chunks, text, done } = await client.stream(asked(MODEL, "Hello", more));
  assert.deepEqual([text, done], [SAID, true]);
  const [end, last] = chunks.slice(-2);
  assert.ok(chunks.length > 4 && last?.usage && last.usage.total_tokens > 5);
  assert.deepEqual(
    chunks.filter(({ orchestratex }) => orchestratex),
    [end],
  );
  assert.deepEqual([end?.orchestratex?.mode, end?.choices[0]?.finish_reason], ["direct", "stop"]);
  assert.equal(upstream.calls.length, 4);
});

test("messages, sampling and caps reach the vendor as they were given", async (t) => {
  const { address, bodies } = await openWithModel(t);
  const call = { name: "look", arguments: "{}" };
  const messages = [
    { role: "developer", content: [{ type: "text", text: "Be kind." }] },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "", tool_calls: [{ id: "c1", type: "function", function: call }] },
    { role: "tool", tool_call_id: "c1", content: "grey" },
    { role: "assistant", content: null, function_call: call },
    { role: "function", name: "look", content: "blue" },
    { role: "user", content: "So?" },
  ];
  const sampling = { temperature: 0, top_p: 0.5, seed: 7, presence_penalty: 1, frequency_penalty: -1 };
  const client = clientOf(address);
  const { choices } = await client.whole({ model: MODEL, messages, max_tokens: 9, stop: "END", ...sampling, mine: 1 });
  assert.equal(choices[0]?.finish_reason, "length");
  const [body] = bodies();
  const said = body?.["messages"] as { role: string; content: unknown; tool_call_id?: string; tool_calls?: object[] }[];
  assert.deepEqual(
    said.map(({ role, content, tool_call_id }) => [role, content || null, tool_call_id]),
    [
      ["system", "Be kind.", undefined],
      ["user", "Hello", undefined],
      ["assistant", null, undefined],
      ["tool", "grey", "c1"],
      ["assistant", null, undefined],
      ["tool", "blue", "call_4"],
      ["user", "So?", undefined],
    ],
  );
  const called = (id: string) => [{ id, type: "function", function: call }];
  assert.deepEqual([said[2]?.tool_calls, said[4]?.tool_calls], [called("c1"), called("call_4")]);
  assert.partialDeepStrictEqual(body, { ...sampling, stop: ["END"], max_tokens: 9 });
  assert.ok(body && !("mine" in body));
  await client.whole(asked(MODEL, "x", { max_completion_tokens: 8, max_tokens: 9 }));
  assert.equal(bodies()[1]?.["max_tokens"], 8);
});

const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools = ["weather", "time"].map((name) => ({
  type: "function",
  function: { name, description: `the ${name}`, parameters: city },
}));

test("tools are offered, and what is called comes back whole and in chunks", async (t) => {
  const { address, bodies } = await openWithModel(t);
  const client = clientOf(address);
  const { choices } = await client.whole(asked(MODEL, "How warm?", { tools, tool_choice: "required" }));
  const [call] = choices[0]?.message.tool_calls ?? [];
  assert.deepEqual([call?.type, call?.function], ["function", { name: "weather", arguments: '{"city":"sample"}' }]);
  assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason], [null, "tool_calls"]);
  assert.partialDeepStrictEqual(bodies()[0], { tools, tool_choice: "required" });

  const tool_choice = { type: "function", function: { name: "time" } };
  const { chunks } = await client.stream(asked(MODEL, "When?", { tools, tool_choice }));
  const [one, ...others] = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  assert.deepEqual([one?.index, one?.function.name, others], [0, "time", []]);
  assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, "tool_calls");
  const none = await client.whole(asked(MODEL, "Hello", { tools, tool_choice: "none" }));
  assert.deepEqual([none.choices[0]?.message.content, none.choices[0]?.finish_reason], [SAID, "stop"]);
});

test("several calls come in order, and only the first for who takes one at a time", async (t) => {
  const calls = ["a", "b"].map((name) => ({ type: "tool-call" as const, id: `call_${name}`, name, arguments: "{}" }));
  const end = { type: "end" as const, finish_reason: "tool_calls" as const, usage: null, receipt };
  const place = await openByHand(t, {
    direct: async () => ({
      thread_id: receipt.thread_id,
      session_id: receipt.session_id,
      events: speaking(calls, end),
    }),
  });
  await upsertProfiles(place.database, simulatedProfiles);
  const client = clientOf(place.address);
  const called = async (more: object) => {
    const body = asked("simulated-opal", "How warm?", more);
    const { choices } = await client.whole(body);
    const { chunks } = await client.stream(body);
    const streamed = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.deepEqual(
      streamed.map(({ index }) => index),
      [...streamed.keys()],
    );
    const names = (list: readonly { function: { name: string } }[] = []) => list.map((one) => one.function.name);
    return [names(choices[0]?.message.tool_calls), names(streamed)];
  };
  assert.deepEqual(await called({}), [
    ["a", "b"],
    ["a", "b"],
  ]);
  assert.deepEqual(await called({ parallel_tool_calls: false }), [["a"], ["a"]]);
});

async function* speaking(...events: (DirectEvent | DirectEvent[])[]): AsyncGenerator<DirectEvent> {
  for (const event of events.flat()) yield event;
}

test("JSON is asked for, of a schema or of none", async (t) => {
  const { address, bodies } = await openWithModel(t);
  const client = clientOf(address);
  const json_schema = { name: "place", schema: city };
  const text = async (response_format: object) =>
    (await client.whole(asked(MODEL, "Where? As JSON.", { response_format }))).choices[0]?.message.content;
  assert.deepEqual(JSON.parse(String(await text({ type: "json_schema", json_schema }))), PLACE);
  assert.deepEqual(JSON.parse(String(await text({ type: "json_object" }))), PLACE);
  assert.equal(await text({ type: "text" }), SAID);
  const formats = bodies().map((body) => (body["response_format"] as { type?: string } | undefined)?.type);
  assert.deepEqual(formats, ["json_schema", "json_object", undefined]);
});

test("a simulated model says what it is in every answer", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const answer = await client.whole(asked("simulated-opal", "Hello"));
  assert.deepEqual([answer.system_fingerprint, answer.orchestratex.simulated], ["simulated", true]);
  const { chunks } = await client.stream(asked("simulated-opal", "Hello"));
  const last = chunks.at(-1);
  assert.deepEqual([last?.system_fingerprint, last?.orchestratex?.simulated], ["simulated", true]);
});

test("who names no session gets one a day; where that is ended, another", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const sessionOf = async (model: string, metadata = {}) =>
    (await client.whole(asked(model, "Hello", { metadata }))).orchestratex.session_id;
  const [one, two] = [await sessionOf("orchestratex/quick"), await sessionOf("simulated-opal")];
  assert.equal(one, two);
  const mine = await app.session();
  for (const model of ["orchestratex/quick", "simulated-opal"])
    assert.equal(await sessionOf(model, { session_id: mine.id.toUpperCase() }), mine.id);
  assert.equal((await app.send("DELETE", `/api/sessions/${one}`)).status, 200);
  const next = await sessionOf("orchestratex/quick");
  assert.notEqual(next, one);
  assert.equal(await sessionOf("simulated-opal"), next);
});
