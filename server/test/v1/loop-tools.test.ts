/** Tools in the loop behind `/v1`: the author may call them, and goes on with what they bring. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, clientOf } from "./published.ts";
import { openWithModel, SAID } from "./vendor.ts";

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools = [{ type: "function", function: { name: "weather", description: "the weather", parameters } }];

test("the author's calls come back as OpenAI's, whole and in chunks; nobody judges them, and the thread is complete", async (t) => {
  const { app, address, bodies } = await openWithModel(t);
  const client = clientOf(address);
  const request = asked("orchestratex/checked", "How warm is it in Ghent?", { tools, tool_choice: "required" });
  const { choices, orchestratex } = await client.whole(request);
  const [call] = choices[0]?.message.tool_calls ?? [];
  assert.deepEqual(
    [call?.function.name, choices[0]?.finish_reason, choices[0]?.message.content],
    ["weather", "tool_calls", null],
  );
  assert.partialDeepStrictEqual(bodies()[0], { tools, tool_choice: "required" });
  const thread = await app.thread(orchestratex.thread_id);
  assert.deepEqual(
    [thread.thread_status, thread.stop_reason, thread.responses.length],
    ["completed", "no_evaluators", 1],
  );
  const told = (await app.events(thread.thread_id)).find((event) => event.event_type === "iteration_completed");
  assert.match(told?.details.decision_reason ?? "", /calls tools/);

  const { chunks } = await client.stream(request);
  const streamed = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  assert.deepEqual(
    streamed.map(({ function: { name } }) => name),
    ["weather"],
  );
  assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, "tool_calls");
});

test("what a tool brought is context of the next answer, and a client that offers none gets text", async (t) => {
  const { address, bodies } = await openWithModel(t);
  const client = clientOf(address);
  const called = { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Ghent"}' } };
  const messages = [
    { role: "user", content: "How warm is it in Ghent?" },
    { role: "assistant", content: null, tool_calls: [called] },
    { role: "tool", tool_call_id: "c1", content: "21 degrees, grey" },
  ];
  const { choices } = await client.whole({ ...asked("orchestratex/quick", ""), messages, tools, tool_choice: "none" });
  assert.deepEqual([choices[0]?.finish_reason, choices[0]?.message.content], ["stop", SAID]);
  const sent = JSON.stringify(bodies()[0]);
  assert.ok(sent.includes("21 degrees, grey") && sent.includes("weather("));
});
