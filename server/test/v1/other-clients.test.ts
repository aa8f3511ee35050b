/** Clients of others that speak OpenAI's API. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatOpenAI } from "@langchain/openai";
import { generateObject, generateText, jsonSchema, streamText, tool } from "ai";
import { openTestApp } from "../app.ts";
import { MODEL, openWithModel, PLACE } from "./vendor.ts";

const prompt = "Compare TCP and UDP for a game";
type Place = { city: string; degrees: number };
const place = {
  type: "object" as const,
  properties: { city: { type: "string" as const }, degrees: { type: "number" as const } },
  required: ["city", "degrees"],
};

const vercel = (address: string) =>
  createOpenAICompatible({
    ...{ name: "orchestratex", baseURL: `${address}/v1`, supportsStructuredOutputs: true, includeUsage: true },
  });

test("Vercel's AI SDK: text, whole and streamed, from the loop", async (t) => {
  const app = await openTestApp(t);
  const models = vercel(await app.listen());
  const whole = await generateText({
    model: models("orchestratex/checked"),
    system: "Be brief.",
    prompt,
    maxRetries: 0,
  });
  const thread = await app.thread(String(whole.response.id).replace("chatcmpl-", ""));
  assert.deepEqual([whole.text, thread.context], [thread.final_response, "System: Be brief."]);
  assert.deepEqual([whole.usage.totalTokens, whole.finishReason], [thread.total_tokens_used, "stop"]);

  const streamed = streamText({ model: models("orchestratex/quick"), prompt, maxRetries: 0 });
  let text = "";
  for await (const piece of streamed.textStream) text += piece;
  const { id } = await streamed.response;
  const other = await app.thread(id.replace("chatcmpl-", ""));
  assert.deepEqual([text, (await streamed.usage).totalTokens], [other.final_response, other.total_tokens_used]);
});

test("Vercel's AI SDK: objects and tools", async (t) => {
  const { address, upstream } = await openWithModel(t);
  const model = vercel(address)(MODEL);
  const { object } = await generateObject({ model, schema: jsonSchema<Place>(place), prompt: "Where?", maxRetries: 0 });
  assert.deepEqual(object, PLACE);
  assert.match(JSON.stringify(upstream.calls[0]?.body), /"type":"json_schema"/);
  const looped = { model: vercel(address)("orchestratex/quick"), schema: jsonSchema<Place>(place), maxRetries: 0 };
  assert.deepEqual((await generateObject({ ...looped, prompt: "Where?" })).object, object);
  assert.match(JSON.stringify(upstream.calls[1]?.body), /one JSON object .*properties/);
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>(place),
    execute: async ({ city }) => `${city}: 21`,
  });
  const forced = { tools: { weather }, toolChoice: "required" as const };
  const called = await generateText({ model, ...forced, prompt: "How warm?", maxRetries: 0 });
  assert.deepEqual(
    called.toolResults.map(({ output }) => output),
    ["sample: 21"],
  );
});

const langchain = (address: string, model: string) =>
  new ChatOpenAI({ model, apiKey: "none", maxRetries: 0, configuration: { baseURL: `${address}/v1` } });

const totalOf = (usage: { total_tokens: number } | undefined) => usage?.total_tokens;

test("LangChain: text, whole and streamed, from the loop", async (t) => {
  const app = await openTestApp(t);
  const chat = langchain(await app.listen(), "orchestratex/checked");
  const whole = await chat.invoke([
    ["system", "Be brief."],
    ["human", prompt],
  ]);
  const thread = await app.thread(String(whole.id).replace("chatcmpl-", ""));
  assert.deepEqual([whole.text, thread.context], [thread.final_response, "System: Be brief."]);
  assert.equal(totalOf(whole.usage_metadata), thread.total_tokens_used);
  let text = "";
  let id = "";
  for await (const chunk of await chat.stream(prompt)) {
    text += chunk.text;
    id = chunk.id ?? id;
  }
  assert.equal(text, (await app.thread(id.replace("chatcmpl-", ""))).final_response);
});

test("LangChain: structured output and tools", async (t) => {
  const { address } = await openWithModel(t);
  const chat = langchain(address, MODEL);
  for (const model of [chat, langchain(address, "orchestratex/quick")]) {
    const structured = model.withStructuredOutput<Place>(place, { name: "place", method: "jsonSchema" });
    assert.deepEqual(await structured.invoke("Where?"), PLACE);
  }
  const weather = { type: "function" as const, function: { name: "weather", parameters: place } };
  const { tool_calls } = await chat.bindTools([weather], { tool_choice: "required" }).invoke("How warm?");
  assert.deepEqual(
    tool_calls?.map(({ name, args }) => [name, args]),
    [["weather", { city: "sample", degrees: 1 }]],
  );
});
