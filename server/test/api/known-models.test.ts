/** What is known of models before anyone says anything of them: prices, sizes, what is shut down; and what a start makes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Profile } from "@orchestratex/sdk/contract";
import { shippedProfiles } from "../../src/app/shipped.ts";
import { priceList } from "../../src/providers/prices.ts";
import { upsertProfiles } from "../../src/store/profiles.ts";
import { type Answer, openTestApp, type TestApp } from "../app.ts";
import { openTestStore } from "../store.ts";

const mine = { model_name: "mine", provider: "ollama", model_version: "llama3.3:70b", max_context_length: 131_072 };

const get = async ({ send }: TestApp, name: string): Promise<Profile> =>
  Profile.parse((await send("GET", `/api/models/${encodeURIComponent(name)}`)).body);

const list = async ({ send }: TestApp): Promise<Profile[]> =>
  ((await send("GET", "/api/models/")).body["items"] as unknown[]).map((item) => Profile.parse(item));

const paths = ({ status, body }: Answer): string[] => {
  assert.equal(status, 422, JSON.stringify(body));
  return (body["errors"] as { path: string }[]).map(({ path }) => path);
};

test("a known model needs neither prices nor context; what is shut down, or has no address, is refused", async (t) => {
  const { send } = await openTestApp(t);
  const make = (body: object) => send("POST", "/api/models/", body);
  const listed = Profile.parse(
    (await make({ model_name: "sol", provider: "openai", model_version: "gpt-6-sol" })).body,
  );
  assert.deepEqual(
    [listed.cost_per_input_token, listed.cost_per_output_token, listed.max_context_length],
    [0.000002, 0.00001, 1_050_000],
  );
  assert.deepEqual(listed.prices, {
    ...{ cached_input: 0.0000002, cache_write: 0.0000025, per_request: 0, ...priceList },
    tiers: [
      {
        ...{ above_input_tokens: 272_000, input: 0.000004, output: 0.000015 },
        ...{ cached_input: 0.0000004, cache_write: 0.000005 },
      },
    ],
  });
  const own = { cost_per_input_token: 0.000001, cost_per_output_token: 0.000002, max_context_length: 9_000 };
  const mineToo = await make({ model_name: "sol-2", provider: "openai", model_version: "gpt-6-sol", ...own });
  assert.deepEqual({ ...mineToo.body, ...own, prices: null }, mineToo.body, "what is given wins, whole");

  const unlisted = { model_name: "next", provider: "anthropic", model_version: "claude-sonnet-5-5" };
  assert.deepEqual(paths(await make(unlisted)), ["max_context_length"]);
  const unpriced = await make({ ...unlisted, max_context_length: 1_000 });
  assert.deepEqual(
    [unpriced.status, unpriced.body["cost_per_input_token"], unpriced.body["prices"]],
    [201, null, null],
    "that the list has claude-sonnet-5 says nothing of the next",
  );

  const gone = await make({ model_name: "old", provider: "openai", model_version: "gpt-4-32k", max_context_length: 1 });
  assert.deepEqual(paths(gone), ["model_version"]);
  assert.match(String(gone.body["detail"]), /shut down by openai/);
  const anywhere = { model_name: "any", provider: "openai-compatible", model_version: "x", max_context_length: 1 };
  assert.deepEqual(paths(await make(anywhere)), ["api_endpoint"]);
  assert.equal((await make({ ...anywhere, api_endpoint: "http://127.0.0.1:9/v1" })).status, 201);
});

test("a start refreshes what we ship, and leaves alone what a person changed", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, {}, store);
  const edited = await before.send("PUT", "/api/models/qwen", {
    ...{ cost_per_input_token: 0.0000004, cost_per_output_token: 0.0000016, aliases: ["Qwen", "House Qwen"] },
  });
  assert.equal(edited.status, 200, JSON.stringify(edited.body));
  await before.send("PUT", "/api/models/grok", { is_active: false });
  await before.send("POST", "/api/models/", mine);
  const known = await list(before);
  await before.close();

  // As an older version of this server would have left it: `grok` was only switched off, its facts are still ours.
  await store.sql.updateTable("ai_model_profiles").set({ strengths: "old" }).where("model_name", "=", "grok").execute();
  const after = await openTestApp(t, {}, store);
  assert.deepEqual(await list(after), known);
  assert.equal((await get(after, "house qwen")).cost_per_input_token, 0.0000004);
  const times = () => store.sql.selectFrom("ai_model_profiles").select(["model_name", "updated_at"]).execute();
  const written = await times();
  await after.close();
  const again = await openTestApp(t, {}, store);
  assert.deepEqual(await list(again), known);
  assert.deepEqual(await times(), written, "a start that finds everything as it is writes nothing");
});

test("prices and models that change on a known day do so in a database of an earlier day; an edited price stays", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const app = await openTestApp(t, {}, store);
  await app.send("PUT", "/api/models/gpt4-turbo", { cost_per_input_token: 0.000001 });
  const edited = await get(app, "gpt4-turbo");
  assert.equal(edited.prices, null, "the list's tiers and caches went with the list's price");
  await upsertProfiles(store, shippedProfiles("auto", new Date("2026-12-31T23:59:59Z")));
  const before = await get(app, "gemini");
  await upsertProfiles(store, shippedProfiles("auto", new Date("2027-01-01T00:00:00Z")));
  const after = await get(app, "gemini");
  assert.deepEqual(
    [before, after].map((one) => [one.cost_per_output_token, one.prices?.cached_input]),
    [
      [0.00000375, 0.000000075],
      [0.0000075, 0.00000015],
    ],
  );
  await upsertProfiles(store, shippedProfiles("auto", new Date("2027-01-14T00:00:00Z")));
  const gpt4 = await get(app, "GPT-4");
  assert.deepEqual([gpt4.model_version, gpt4.max_output_tokens], ["gpt-6-luna", 128_000]);
  assert.deepEqual(await get(app, "gpt4-turbo"), edited);
  const { body } = await app.send("GET", "/api/models/");
  assert.equal((body["items"] as unknown[]).length, shippedProfiles("auto", new Date()).length);
});

test("no model is asked for more than it can write, nor is more reserved", async (t) => {
  const app = await openTestApp(t);
  const ask = async () => {
    const { thread_id } = await app.ask("Write a long essay on rivers", {
      model_name: "simulated-opal",
      mode: "quick",
    });
    const [response] = (await app.thread(thread_id)).responses;
    return {
      written: response?.tokens_used?.output_tokens ?? Number.NaN,
      reserved: response?.reserved_cost ?? Number.NaN,
    };
  };
  const before = await ask();
  assert.equal((await app.send("PUT", "/api/models/simulated-opal", { max_output_tokens: 50 })).status, 200);
  const after = await ask();
  assert.ok(before.written > 50 && after.written <= 50, `${before.written} -> ${after.written}`);
  assert.ok(after.reserved < before.reserved, `${before.reserved} -> ${after.reserved}`);
});
