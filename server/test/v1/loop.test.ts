/** The whole loop behind `/v1`: what a client of OpenAI's sees of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenAiModel, OpenAiModels } from "@orchestratex/sdk/contract";
import { openTestApp, type TestApp } from "../app.ts";
import { asked, clientOf, fits } from "./published.ts";

const question = "Compare TCP and UDP for a video game";

/** A session in which no first answer is good enough. */
const demanding = async (app: TestApp) => ({
  metadata: { session_id: (await app.session({ quality_threshold: 10 })).id },
});

test("the models are the loop under four names and those that can be asked now", async (t) => {
  const app = await openTestApp(t);
  await app.send("PUT", "/api/models/simulated-coral/status", { is_active: false });
  const { body } = await app.send("GET", "/v1/models");
  const ids = fits<OpenAiModels>("ListModelsResponse", body).data.map(({ id }) => id);
  assert.deepEqual(
    ids.slice(0, 4),
    ["auto", "quick", "checked", "thorough"].map((mode) => `orchestratex/${mode}`),
  );
  assert.equal(ids.length, 11);
  assert.ok(ids.includes("simulated-opal") && !ids.includes("simulated-coral") && !ids.includes("gpt4"));
  for (const id of ids)
    for (const path of [id, encodeURIComponent(id)]) {
      const one = fits<OpenAiModel>("Model", (await app.send("GET", `/v1/models/${path}`)).body);
      assert.equal(one.id, id);
    }
  for (const id of ["gpt4", "GPT-4", "simulated-coral", "nobody", "orchestratex/nobody", "orchestratex", "%00"]) {
    const missing = await app.send("GET", `/v1/models/${id}`);
    assert.equal(missing.status, 404, id);
    assert.equal(fits<{ error: { code: string } }>("ErrorResponse", missing.body).error.code, "model_not_found");
  }
});

test("an answer is the final text of a thread, with its receipt and what all its calls have used", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const since = Math.floor(Date.now() / 1000);
  const answer = await client.whole(asked("orchestratex/checked", question, await demanding(app)));
  const thread = await app.thread(answer.orchestratex.thread_id);
  const [choice] = answer.choices;
  assert.deepEqual([answer.id, answer.model], [`chatcmpl-${thread.thread_id}`, "orchestratex/checked"]);
  assert.ok(answer.created >= since && answer.created <= Date.now() / 1000);
  assert.deepEqual([choice?.message.content, choice?.finish_reason], [thread.final_response, "stop"]);
  const { iterations, evaluators, total_cost, stop_reason, simulated } = answer.orchestratex;
  assert.deepEqual(
    [iterations, evaluators, total_cost, stop_reason, simulated],
    [thread.current_iteration, thread.evaluators, thread.total_cost, thread.stop_reason, true],
  );
  assert.equal(answer.orchestratex.selection_reasoning, thread.selections[0]?.reasoning);
  assert.equal(answer.system_fingerprint, "simulated");
  const sum = (field: "input_tokens" | "output_tokens") =>
    thread.responses.reduce((total, { tokens_used }) => total + (tokens_used?.[field] ?? 0), 0);
  assert.ok(thread.responses.length > 3);
  assert.deepEqual(
    [answer.usage?.prompt_tokens, answer.usage?.completion_tokens, answer.usage?.total_tokens],
    [sum("input_tokens"), sum("output_tokens"), thread.total_tokens_used],
  );
});

test("streamed, the line lives while critics work, and the final text alone is said", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const { chunks, comments, text, done } = await client.stream(
    asked("orchestratex/checked", question, await demanding(app)),
  );
  assert.ok(done && chunks.length > 5);
  assert.deepEqual(comments.slice(0, 4), [
    "keep-alive, asked",
    "keep-alive, choosing models",
    "keep-alive, writing iteration 1",
    "keep-alive, evaluating iteration 1",
  ]);
  const receipts = chunks.filter(({ orchestratex }) => orchestratex);
  const ends = chunks.filter(({ choices }) => choices[0]?.finish_reason);
  assert.deepEqual([receipts, ends], [chunks.slice(-1), chunks.slice(-1)]);
  const thread = await app.thread(String(receipts[0]?.orchestratex?.thread_id));
  assert.ok(thread.responses.filter(({ role }) => role !== "evaluator").length > 1);
  assert.equal(text, thread.final_response);
  assert.deepEqual(chunks[0]?.choices[0]?.delta, { role: "assistant", content: "" });
  assert.ok(chunks.every(({ usage }) => usage === undefined));
});

test("asked for, the usage comes in a chunk of its own at the end", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const more = { stream_options: { include_usage: true } };
  const { chunks } = await client.stream(asked("orchestratex/quick", question, more));
  const last = chunks.at(-1);
  assert.deepEqual(last?.choices, []);
  assert.ok(last?.usage && last.usage.total_tokens > 0 && last.orchestratex === undefined);
  assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
});

test("what was said before and after the prompt is its context, and other threads are not", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const session = await app.session();
  const metadata = { session_id: session.id };
  await client.whole(asked("orchestratex/quick", "The word is heliotrope", { metadata }));
  const text = (content: string) => [{ type: "text", text: content }];
  const call = { id: "c1", type: "function", function: { name: "look", arguments: '{"at":"sky"}' } };
  const messages = [
    { role: "developer", content: text("Be kind.") },
    { role: "user", content: "Hello" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "c1", content: "grey" },
    { role: "user", content: [...text("Which colour "), ...text("has the sky?")] },
    { role: "assistant", content: "It is" },
  ];
  const answer = await client.whole({ model: "orchestratex/quick", messages, metadata, user: "somebody", colour: 1 });
  const thread = await app.thread(answer.orchestratex.thread_id);
  assert.deepEqual([thread.session_id, thread.original_prompt], [session.id, "Which colour has the sky?"]);
  assert.equal(
    thread.context,
    'System: Be kind.\n\nUser: Hello\n\nAnswer: [calls look({"at":"sky"})]\n\nTool: grey\n\nAfter the prompt:\n\nAnswer: It is',
  );
  assert.ok(thread.responses[0]?.context_provided?.includes("grey"));
  assert.ok(!JSON.stringify(thread.responses).includes("heliotrope"));
});

test("a limit and a deadline of its own may ride in the metadata, as text or number", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  for (const metadata of [
    { cost_limit: "0.05", deadline_ms: "60000", mine: "x" },
    { cost_limit: 0.05, deadline_ms: 60_000, mine: { deep: [] } },
  ]) {
    const { orchestratex } = await client.whole(asked("orchestratex/quick", question, { metadata }));
    const { body } = await app.send("GET", `/api/threads/${orchestratex.thread_id}/export?format=json`);
    const { thread } = body as { thread: { cost_limit: number; settings: { deadline_ms: number } } };
    assert.deepEqual([thread.cost_limit, thread.settings.deadline_ms], [0.05, 60_000]);
  }
});
