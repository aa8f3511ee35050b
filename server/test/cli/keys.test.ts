/** `orchestratex keys` against the real server: a key is piped in, and nothing shows it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Integration, IntegrationTest } from "@orchestratex/sdk/contract";
import { openOutsideApp } from "../outside.ts";
import { run } from "./child.ts";

const GOOD = "sk-proj-good0123456789abcdefWXYZ";
const WRONG = "sk-proj-wrong123456789abcdefQRST";

test("keys are listed, set, tried and removed; a refused one is not stored; none is ever shown", async (t) => {
  const app = await openOutsideApp(t);
  app.upstream.keys = new Set([GOOD]);
  const url = await app.listen();
  const shown: string[] = [];
  const keys = async (args: string[], input = "") => {
    const ended = await run(["keys", ...args], { url, input });
    shown.push(ended.stdout, ended.stderr);
    return ended;
  };
  assert.match((await keys([])).stdout, /^PROVIDER +KEY +STATE[\s\S]*^openai +none +no key +0\/\d+ +0$/m);

  const refused = await keys(["set", "openai"], WRONG);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /OpenAI answered 401: Incorrect API key[\s\S]*Nothing was stored; --no-try/);
  assert.equal((await app.integration("openai")).source, "none");

  const seen = await keys(["set"], `${GOOD}\n`);
  assert.equal(seen.code, 0, seen.stderr);
  assert.match(seen.stderr, /It looks like a key of OpenAI/);
  assert.match(seen.stdout, /^OpenAI: key …WXYZ; (\d+) of \1 models can be asked/);
  const tried = await keys(["test", "openai"]);
  assert.equal(tried.code, 0);
  assert.match(tried.stdout, /it answers[\s\S]*key …WXYZ: taken/);
  assert.match((await keys([])).stdout, /^openai +key …WXYZ +answers/m);

  const both = await keys(["set", "openai", "--no-try", "--json"], `${GOOD},${WRONG}`);
  assert.equal(Integration.parse(JSON.parse(both.stdout)).keys.length, 2);
  const half = await keys(["test", "openai", "--json"]);
  assert.deepEqual(
    IntegrationTest.parse(JSON.parse(half.stdout)).keys.map(({ ok }) => ok),
    [true, false],
  );

  const gone = await keys(["remove", "openai"]);
  assert.deepEqual([gone.code, gone.stdout], [0, "Nothing is stored of openai any more.\n"]);
  assert.equal((await keys(["test", "openai"])).code, 2);
  assert.ok(!shown.some((text) => text.includes(GOOD) || text.includes(WRONG)));
});

test("an address of one's own is set with its key; what is no name of a provider is refused without repeating it", async (t) => {
  const app = await openOutsideApp(t);
  const url = await app.listen();
  const house = await run(["keys", "set", "house", "--base-url", app.upstream.baseUrl("openai")], { url, input: GOOD });
  assert.deepEqual(
    [house.code, (await app.integration("house")).base_url],
    [0, app.upstream.baseUrl("openai")],
    house.stderr,
  );
  for (const args of [
    ["set", GOOD],
    ["test", GOOD],
    ["remove", GOOD.toUpperCase()],
    ["set", "openai", GOOD],
  ]) {
    const { code, stdout, stderr } = await run(["keys", ...args], { url, input: "" });
    assert.equal(code, 2, args[0]);
    assert.ok(!`${stdout}${stderr}`.toLowerCase().includes(GOOD.toLowerCase()), stderr);
  }
  const unknown = await run(["keys", "set"], { url, input: "0123456789abcdef0123456789abcdef" });
  assert.deepEqual([unknown.code, /name the provider \(.*mistral/.test(unknown.stderr)], [2, true]);
  assert.equal((await run(["keys", "set", "openai"], { url, input: " \n" })).code, 2);
  const environment = await openOutsideApp(t, { variables: { OPENAI_API_KEY: GOOD } }, app.upstream);
  const wins = await run(["keys", "set", "openai"], { url: await environment.listen(), input: GOOD });
  assert.deepEqual([wins.code, /OPENAI_API_KEY is set where the server was started/.test(wins.stderr)], [2, true]);
});
