/** OpenAI's own client. */
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { openTestApp } from "../app.ts";
import { MODEL, openWithModel, PLACE, SAID } from "./vendor.ts";

const clientOf = (address: string, maxRetries = 0) =>
  new OpenAI({ baseURL: `${address}/v1`, apiKey: "none", maxRetries });
const say = (content: string) => [{ role: "user" as const, content }];

const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

test("models are listed and retrieved", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  assert.ok(ids.includes("orchestratex/thorough") && ids.includes("simulated-opal"));
  assert.equal((await client.models.retrieve("orchestratex/thorough")).owned_by, "orchestratex");
  await assert.rejects(client.models.retrieve("gpt-9"), OpenAI.NotFoundError);
});

test("the loop answers, whole and streamed, with its receipt", async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const asked = { model: "orchestratex/checked", messages: say("Compare TCP and UDP for a game") };
  const { data, response, request_id } = await client.chat.completions.create(asked).withResponse();
  const thread = await app.thread(String(response.headers.get("x-orchestratex-thread")));
  assert.equal(data.choices[0]?.message.content, thread.final_response);
  assert.ok(request_id && request_id === response.headers.get("x-request-id"));
  assert.ok("orchestratex" in data && data.usage && data.usage.total_tokens > 0);

  const runner = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
  let text = "";
  runner.on("content", (delta) => {
    text += delta;
  });
  const whole = await runner.finalChatCompletion();
  const streamed = await app.thread(whole.id.replace("chatcmpl-", ""));
  assert.deepEqual([text, whole.choices[0]?.message.content], [streamed.final_response, streamed.final_response]);
  assert.equal(whole.usage?.total_tokens, streamed.total_tokens_used);
});

test("tools are called and answered, by one model and by the loop", async (t) => {
  const { address, upstream } = await openWithModel(t);
  const client = clientOf(address);
  for (const model of [MODEL, "orchestratex/quick"]) {
    upstream.reset();
    upstream.add({ fault: "tool_call", times: 1 });
    const seen: string[] = [];
    const runner = client.chat.completions.runTools({
      ...{ model, messages: say("How warm is it?") },
      tools: [
        {
          type: "function",
          function: {
            ...{ name: "weather", description: "", parse: JSON.parse, parameters: weather.function.parameters },
            function: ({ city }: { city: string }) => {
              seen.push(city);
              return "21 degrees";
            },
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), SAID);
    assert.deepEqual([seen, upstream.calls.length], [["sample"], 2], model);
    assert.match(JSON.stringify(upstream.calls[1]?.body), /21 degrees/);
  }
  const offered = { model: MODEL, messages: say("How warm?"), tools: [weather], tool_choice: "required" as const };
  const stream = client.chat.completions.stream(offered);
  const [choice] = (await stream.finalChatCompletion()).choices;
  assert.equal(choice?.finish_reason, "tool_calls");
  const [call] = choice?.message.tool_calls ?? [];
  assert.ok(call?.type === "function");
  assert.deepEqual([call.function.name, call.function.arguments], ["weather", '{"city":"sample"}']);
});

test("JSON of a schema is parsed", async (t) => {
  const { address } = await openWithModel(t);
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const answer = await clientOf(address).chat.completions.parse({
    ...{ model: MODEL, messages: say("Where?") },
    response_format: { type: "json_schema", json_schema: { name: "place", schema, strict: true } },
  });
  assert.deepEqual(JSON.parse(String(answer.choices[0]?.message.content)), PLACE);
});

test("failures are its own errors, with code and param; in a stream too", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "opal:rate_limited, amber:cut" });
  const client = clientOf(await app.listen());
  const ask = (model: string, more: object = {}) =>
    client.chat.completions.create({ model, messages: say("Compare TCP and UDP"), ...more });
  await assert.rejects(ask("gpt-9"), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.deepEqual([error.code, error.param, error.type], ["model_not_found", "model", "invalid_request_error"]);
    assert.ok(error.requestID);
    return true;
  });
  await assert.rejects(ask("orchestratex/auto", { n: 2 }), (error) => {
    return error instanceof OpenAI.BadRequestError && error.param === "n";
  });
  await assert.rejects(ask("simulated-opal"), OpenAI.RateLimitError);
  const stream = client.chat.completions.stream({ model: "simulated-amber", messages: say("Compare TCP and UDP") });
  await assert.rejects(stream.finalChatCompletion(), (error) => {
    return error instanceof OpenAI.APIError && error.code === "provider.unreachable";
  });
});

test("it does not repeat by itself what would fail again", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:rejected" });
  const session = await app.session();
  const client = clientOf(await app.listen(), 2);
  const asked = { messages: say("Hello"), metadata: { session_id: session.id } };
  for (const model of ["simulated-opal", "orchestratex/quick"])
    await assert.rejects(client.chat.completions.create({ model, ...asked }), OpenAI.InternalServerError);
  const { body } = await app.send("GET", `/api/threads/session/${session.id}`);
  assert.equal((body["items"] as unknown[]).length, 2);
});
