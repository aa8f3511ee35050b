/** A running Ollama is found by itself, when it may be looked for. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { ShownProfile } from "@orchestratex/sdk/contract";
import { openTestApp } from "../app.ts";
import { serve } from "../serving.ts";
import { storeSettings } from "../store.ts";

type Installed = { family: string; capabilities?: string[]; context?: number };

/** Ollama's `/api/tags`, `/api/show` and `/api/chat`, as far as we ask. */
async function openOllama(t: TestContext, models: Record<string, Installed>) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push(`${request.method} ${request.url}`);
    const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    if (request.url === "/api/tags")
      return void json({ models: Object.keys(models).map((name) => ({ name, model: name })) });
    const { model } = JSON.parse(body) as { model: string };
    const found = models[model];
    if (!found) return void json({ error: "not found" });
    if (request.url === "/api/show")
      return void json({
        ...{ details: { family: found.family }, ...(found.capabilities && { capabilities: found.capabilities }) },
        model_info: found.context ? { [`${found.family}.context_length`]: found.context } : {},
      });
    const done = { done: true, done_reason: "stop", prompt_eval_count: 10, eval_count: 3 };
    response.setHeader("content-type", "application/x-ndjson");
    response.end(
      `${JSON.stringify({ model, message: { role: "assistant", content: "Hello." }, done: false })}\n${JSON.stringify({ model, ...done })}\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  t.after(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, models, asked, close };
}

const installed: Record<string, Installed> = {
  "llama3.3:70b": { family: "llama", capabilities: ["completion", "tools"], context: 131_072 },
  "deepseek-r1:8b": { family: "llama", capabilities: ["completion", "thinking"], context: 65_536 },
  "hf.co/Some/Model-GGUF:latest": { family: "odd one" },
  "all-minilm:latest": { family: "bert", capabilities: ["embedding"] },
  "nomic-embed-text:latest": { family: "nomic-bert" },
};

test("each installed model that can answer is a profile that costs nothing; it answers, and is gone when it is removed", async (t) => {
  const ollama = await openOllama(t, { ...installed });
  const app = await openTestApp(t, { OLLAMA_BASE_URL: ollama.url });
  const found = async () =>
    ((await app.send("GET", "/api/models/?provider=ollama")).body["items"] as unknown[]).map((one) =>
      ShownProfile.parse(one),
    );
  assert.ok((await found()).every(({ built_in }) => !built_in));
  const shown = (await found()).map((one) => [
    one.model_name,
    one.model_version,
    one.family,
    one.max_context_length,
    one.is_available,
  ]);
  assert.deepEqual(shown, [
    ["ollama-deepseek-r1-8b", "deepseek-r1:8b", "deepseek", 65_536, true],
    ["ollama-hf.co-some-model-gguf", "hf.co/Some/Model-GGUF:latest", "odd-one", 4_096, true],
    ["ollama-llama3.3-70b", "llama3.3:70b", "meta", 131_072, true],
  ]);
  assert.ok(
    (await found()).every((one) => one.cost_per_input_token === 0 && one.cost_per_output_token === 0 && !one.simulated),
  );
  const state = await app.ask("Hello", { mode: "quick" });
  assert.deepEqual([state.simulated, state.final_response, state.total_cost], [false, "Hello.", 0]);

  const shows = () => ollama.asked.filter((line) => line === "POST /api/show").length;
  const before = shows();
  delete ollama.models["deepseek-r1:8b"];
  ollama.models["qwen3:4b"] = { family: "qwen3", capabilities: ["completion"], context: 40_960 };
  assert.equal((await app.send("POST", "/api/integrations/ollama/test")).body["models_found"], 5);
  assert.equal(shows(), before + 1, "what is known is not asked again");
  const available = (await found()).filter(({ is_available }) => is_available).map(({ model_name }) => model_name);
  assert.deepEqual(available, ["ollama-hf.co-some-model-gguf", "ollama-llama3.3-70b", "ollama-qwen3-4b"]);
  assert.equal((await found()).find(({ model_name }) => model_name === "ollama-deepseek-r1-8b")?.retired, null);

  await ollama.close();
  await app.send("POST", "/api/integrations/ollama/test");
  assert.ok((await found()).every(({ is_available }) => !is_available));
  assert.equal((await app.ask("Hello", { mode: "quick" })).simulated, true);
  assert.deepEqual(app.faults, []);
});

test("what an operator says of a found model stays", async (t) => {
  const ollama = await openOllama(t, { "llama3.3:70b": installed["llama3.3:70b"] ?? { family: "" } });
  const app = await openTestApp(t, { OLLAMA_BASE_URL: ollama.url });
  await app.send("PUT", "/api/models/ollama-llama3.3-70b", { specialties: ["coding"], is_active: false });
  await app.send("POST", "/api/integrations/ollama/test");
  const { body } = await app.send("GET", "/api/models/ollama-llama3.3-70b");
  assert.deepEqual([body["specialties"], body["is_active"]], [["coding"], false]);
});

test("the start says what was found; OLLAMA_BASE_URL=off looks nowhere", async (t) => {
  const ollama = await openOllama(t, { ...installed });
  const server = await serve(t, await storeSettings(t), { OLLAMA_BASE_URL: ollama.url });
  await server.says(/Ollama at http:\/\/127\.0\.0\.1:\d+: +llama3\.3:70b, deepseek-r1:8b, /);
  const before = ollama.asked.length;
  assert.ok(before > 0);
  const off = await openTestApp(t, { OLLAMA_BASE_URL: "off" });
  assert.equal((await off.send("GET", "/api/integrations/ollama")).body["status"], "no_address");
});
