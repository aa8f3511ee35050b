/** One model by its name: what it is asked is what the client has said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestApp } from "../app.ts";
import { asked, clientOf } from "./published.ts";
import { MODEL, openWithSpeaker } from "./speaker.ts";

test("a model answers by its name and by the names that people know it by, whole and streamed", async (t) => {
  const { app, address } = await openWithSpeaker(t);
  const client = clientOf(address);
  for (const name of [MODEL, "Parrot 1", "PARROT"]) {
    const answer = await client.whole(asked(name, "Hello"));
    assert.deepEqual([answer.model, answer.choices[0]?.message.content], [MODEL, "You said: Hello"]);
    const { mode, selected_model, iterations, evaluators, simulated } = answer.orchestratex;
    assert.deepEqual([mode, selected_model, iterations, evaluators, simulated], ["direct", MODEL, 1, [], false]);
    assert.equal(answer.system_fingerprint, undefined);
    assert.deepEqual(answer.usage, {
      ...{ prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 },
      ...{ prompt_tokens_details: { cached_tokens: 3 }, completion_tokens_details: { reasoning_tokens: 2 } },
    });
    assert.equal((await app.thread(answer.orchestratex.thread_id)).final_response, "You said: Hello");
  }
  const more = { stream_options: { include_usage: true } };
  const { chunks, text, done } = await client.stream(asked(MODEL, "Hello", more));
  assert.deepEqual([text, done, chunks.length], ["You said: Hello", true, 5]);
  assert.equal(chunks.filter(({ orchestratex }) => orchestratex).length, 1);
  assert.equal(chunks[3]?.orchestratex?.mode, "direct");
  assert.equal(chunks[4]?.usage?.total_tokens, 19);
});

test("messages, sampling and caps reach the model as they were given", async (t) => {
  const { address, requests } = await openWithSpeaker(t);
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
  const sampling = { top_p: 0.5, seed: 7, presence_penalty: 1, frequency_penalty: -1 };
  const body = { model: MODEL, messages, temperature: 0, max_tokens: 4, stop: "END", ...sampling, unknown: true };
  const { choices } = await clientOf(address).whole(body);
  assert.equal(choices[0]?.finish_reason, "length");
  const [request] = requests;
  assert.deepEqual(request?.messages, [
    { role: "system", content: "Be kind." },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "", tool_calls: [{ id: "c1", ...call }] },
    { role: "tool", content: "grey", tool_call_id: "c1" },
    { role: "assistant", content: "", tool_calls: [{ id: "call_4", ...call }] },
    { role: "tool", content: "blue", tool_call_id: "call_4" },
    { role: "user", content: "So?" },
  ]);
  assert.deepEqual(request?.sampling, { ...sampling, stop: ["END"] });
  assert.deepEqual([request?.temperature, request?.max_output_tokens], [0, 4]);
  await clientOf(address).whole(asked(MODEL, "x", { max_completion_tokens: 3, max_tokens: 4 }));
  assert.deepEqual([requests[1]?.temperature, requests[1]?.max_output_tokens], [null, 3]);
});

const tools = ["weather", "time"].map((name) => ({
  type: "function",
  function: { name, description: `the ${name}`, parameters: { type: "object", properties: {} }, strict: true },
}));

test("tools are offered, and their calls come back whole and in chunks", async (t) => {
  const { address, requests } = await openWithSpeaker(t);
  const client = clientOf(address);
  const { choices } = await client.whole(asked(MODEL, "How warm?", { tools }));
  const called = (name: string) => ({
    ...{ id: `call_${name}`, type: "function" },
    function: { name, arguments: '{"city":"Ghent"}' },
  });
  const message = { role: "assistant", content: null, refusal: null };
  assert.deepEqual(choices[0]?.message, { ...message, tool_calls: [called("weather"), called("time")] });
  assert.equal(choices[0]?.finish_reason, "tool_calls");
  assert.deepEqual(
    requests[0]?.tools,
    tools.map(({ function: tool }) => tool),
  );

  const named = { type: "function", function: { name: "time" } };
  const one = await client.whole(asked(MODEL, "When?", { tools, tool_choice: named }));
  assert.deepEqual(one.choices[0]?.message.tool_calls, [called("time")]);
  const { chunks } = await client.stream(asked(MODEL, "How warm?", { tools }));
  assert.deepEqual(
    chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []),
    ["weather", "time"].map((name, index) => ({ index, ...called(name) })),
  );
  assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, "tool_calls");
  const first = await client.whole(asked(MODEL, "How warm?", { tools, parallel_tool_calls: false }));
  assert.deepEqual(first.choices[0]?.message.tool_calls, [called("weather")]);
  const none = await client.whole(asked(MODEL, "Hello", { tools, tool_choice: "none" }));
  assert.deepEqual([none.choices[0]?.message.content, none.choices[0]?.finish_reason], ["You said: Hello", "stop"]);
});

test("JSON is asked for, of a schema or of none", async (t) => {
  const { address, requests } = await openWithSpeaker(t);
  const client = clientOf(address);
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const json_schema = { name: "place", schema, strict: true };
  for (const response_format of [{ type: "json_schema", json_schema }, { type: "json_object" }, { type: "text" }])
    await client.whole(asked(MODEL, "Where?", { response_format }));
  assert.deepEqual(
    requests.map(({ response_schema, json }) => [response_schema, json]),
    [
      [schema, undefined],
      [undefined, true],
      [undefined, undefined],
    ],
  );
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
