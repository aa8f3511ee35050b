/** Clients outside of Node: curl, and OpenAI's own for Python, where they are installed. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ChatCompletion } from "@orchestratex/sdk/contract";
import { openTestApp } from "../app.ts";
import { asked, fits, readStream } from "./published.ts";

const run = promisify(execFile);
const within = { timeout: 60_000 };

const missing = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0
    ? false
    : `${[command, ...args].join(" ")} does not work here`;

test("curl", { ...within, skip: missing("curl", "--version") }, async (t) => {
  const app = await openTestApp(t);
  const address = await app.listen();
  const curl = async (body: object) => {
    const json = ["--header", "Content-Type: application/json", "--data", JSON.stringify(body)];
    return (await run("curl", ["--silent", "--no-buffer", ...json, `${address}/v1/chat/completions`])).stdout;
  };
  const body = asked("orchestratex/checked", "Compare TCP and UDP for a game");
  const whole = fits<ChatCompletion>("CreateChatCompletionResponse", JSON.parse(await curl(body)));
  assert.equal(whole.choices[0]?.message.content, (await app.thread(whole.orchestratex.thread_id)).final_response);
  const { text, done, comments } = readStream(await curl({ ...body, stream: true }));
  assert.ok(text.length > 0 && done && comments.length > 1);
});

const PYTHON = process.env["TEST_PYTHON"] ?? "python3";

const script = `
import sys, openai
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0)
assert "orchestratex/auto" in [model.id for model in client.models.list()]
assert client.models.retrieve("orchestratex/auto").owned_by == "orchestratex"
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Compare TCP and UDP"}]
whole = client.chat.completions.create(model="orchestratex/checked", messages=messages)
assert whole.choices[0].message.content and whole.usage.total_tokens > 0
assert whole.orchestratex["thread_id"] in whole.id
text, receipts = "", []
for chunk in client.chat.completions.create(model="simulated-opal", messages=messages, stream=True, stream_options={"include_usage": True}):
    for choice in chunk.choices:
        text += choice.delta.content or ""
        receipts += [chunk.orchestratex] if choice.finish_reason else []
assert text and receipts[0]["simulated"] and chunk.usage.total_tokens > 0
for wrong, kind, param in [
    ({"model": "gpt-9"}, openai.NotFoundError, "model"),
    ({"n": 2}, openai.BadRequestError, "n"),
]:
    try:
        client.chat.completions.create(**{"model": "orchestratex/auto", "messages": messages, **wrong})
        raise AssertionError("not refused")
    except kind as error:
        assert error.param == param, error
print(text)
`;

test("OpenAI's client for Python", { ...within, skip: missing(PYTHON, "-c", "import openai") }, async (t) => {
  const app = await openTestApp(t);
  const address = await app.listen();
  const { stdout } = await run(PYTHON, ["-c", script, address]);
  const { body } = await app.send("GET", "/api/threads/?limit=1");
  const [thread] = body["items"] as { thread_id: string }[];
  assert.equal(stdout.trim(), (await app.thread(String(thread?.thread_id))).final_response?.trim());
});
