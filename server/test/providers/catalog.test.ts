/** The data of vendors and models: complete, of one piece with the price list, and true to the day. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Profile } from "@orchestratex/sdk/contract";
import { listed, priceList } from "../../src/providers/prices.ts";
import { firstProfiles, rows } from "../../src/providers/profiles/index.ts";
import { limits } from "../../src/providers/profiles/limits.ts";
import { modelsMarkdown } from "../../src/providers/profiles/markdown.ts";
import known from "../../src/providers/profiles/prices.json" with { type: "json" };
import { retirements, substituteFor } from "../../src/providers/retired.ts";
import { simulatedProfiles } from "../../src/providers/simulated.ts";
import { vendorOf, vendors } from "../../src/providers/vendors.ts";
import { shippedPrices } from "../../src/providers/write-prices.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
/** Days between which something changes, and the last of them. */
const days = ["2026-11-21", "2026-12-31", "2027-01-01", "2027-01-13", "2027-01-14", "2028-01-01"].map(day);

test("the shipped prices are those of the installed price list, and it says its version", async () => {
  assert.deepEqual(known, await shippedPrices(), "run npm run prices");
  const entry = createRequire(import.meta.url).resolve("@pydantic/genai-prices");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8"));
  assert.equal(priceList.source, `genai-prices ${version}`);
});

test("every profile is whole on every day, and its name its own", () => {
  for (const at of days) {
    const profiles = firstProfiles(at);
    for (const profile of profiles) {
      assert.deepEqual(Profile.parse(profile), profile);
      const { model_name, provider, model_version, max_context_length: context, prices } = profile;
      assert.ok(vendorOf(provider), `${model_name}: ${provider}`);
      assert.ok(context > 0 && (profile.max_output_tokens ?? 1) <= context, `${model_name}: ${model_version}`);
      assert.ok(profile.specialties.length > 0 && profile.supported_languages.length > 0, model_name);
      assert.equal(profile.cost_per_input_token === null, profile.cost_per_output_token === null);
      assert.equal(prices === null, profile.cost_per_input_token === null, `${model_name} says whence its price is`);
      assert.equal(substituteFor(provider, model_version, at), null, `${model_name} is not shut down`);
    }
    const names = [...profiles, ...simulatedProfiles].flatMap(({ model_name, aliases }) => [
      ...new Set([model_name, ...aliases].map((name) => name.toLowerCase())),
    ]);
    assert.deepEqual(
      names.filter((name, place) => names.indexOf(name) !== place),
      [],
    );
  }
});

test("only what no list agrees on has no price", () => {
  const unpriced = firstProfiles(day("2026-11-21")).filter(({ prices }) => prices === null);
  assert.deepEqual(
    unpriced.map(({ model_name }) => model_name),
    ["qwen-max"],
  );
});

test("limits are of models that are shipped or take a shipped one's place, never more than the price list gives", () => {
  const used = new Set(days.flatMap((at) => firstProfiles(at).map((one) => `${one.provider}/${one.model_version}`)));
  const original = rows.map(({ provider, version }) => `${provider}/${version}`);
  for (const [id, [context]] of Object.entries(limits)) {
    assert.ok(used.has(id) || original.includes(id), id);
    const most = (known as Record<string, { context: number | null }>)[id]?.context ?? null;
    assert.ok(most === null || context <= most, id);
  }
});

test("a price that changes on a known day changes on that day", () => {
  const gemini = (text: string) => firstProfiles(day(text)).find(({ model_name }) => model_name === "gemini");
  assert.equal(gemini("2026-12-31")?.cost_per_output_token, 0.00000375);
  assert.equal(gemini("2027-01-01")?.cost_per_output_token, 0.0000075);
});

test("a model that is shut down is replaced by what its vendor names, at that one's price, and says so", () => {
  const named = (name: string, text: string) => {
    const profile = firstProfiles(day(text)).find(({ model_name }) => model_name === name);
    assert.ok(profile);
    return profile;
  };
  const turbo = named("gpt4-turbo", "2026-11-21");
  assert.deepEqual([turbo.model_version, turbo.cost_per_input_token], ["gpt-5.6-sol", 0.000004]);
  assert.match(turbo.weaknesses, /OpenAI shut gpt-4-turbo down on 2026-10-23: gpt-5\.6-sol,/);
  assert.equal(named("gpt4-turbo", "2026-10-22").model_version, "gpt-4-turbo");
  const before = named("gpt4", "2027-01-13");
  assert.equal(before.model_version, "gpt-4.1");
  assert.match(before.weaknesses, /shuts it down on 2027-01-14 and names gpt-6-luna/);
  const after = named("gpt4", "2027-01-14");
  assert.deepEqual([after.model_version, after.cost_per_output_token], ["gpt-6-luna", 0.0000005]);
});

test("replacements are followed to one that lives, and never in a circle", () => {
  assert.equal(substituteFor("openai", "gpt-4-32k", day("2026-11-21")), "gpt-4o");
  assert.equal(substituteFor("openai", "gpt-4-32k", day("2027-01-14")), "gpt-6-luna");
  assert.equal(substituteFor("openai", "gpt-4-32k", day("2025-06-05")), null);
  assert.equal(substituteFor("openai", "gpt-6-sol", day("2028-01-01")), null);
  assert.equal(substituteFor("mistral", "gpt-4-32k", day("2028-01-01")), null, "another vendor's id");
  const seen = new Set<string>();
  for (const { vendor, ids, on } of retirements) {
    assert.match(on, /^20\d\d-\d\d-\d\d$/);
    for (const id of ids) {
      assert.ok(!seen.has(`${vendor}/${id}`), `${vendor}/${id} twice`);
      seen.add(`${vendor}/${id}`);
      const last = substituteFor(vendor, id, day("2099-01-01"));
      assert.ok(last && !retirements.some((one) => one.vendor === vendor && one.ids.includes(last)), id);
    }
  }
});

test("the price list is asked for this very model, not for one whose name begins like it", async () => {
  assert.ok(await listed("anthropic", "claude-sonnet-5"));
  assert.ok(await listed("anthropic", "claude-haiku-4-5-20251001"));
  assert.ok(await listed("openai", "gpt-6-sol-2026-09-22"));
  for (const [vendor, id] of [
    ...[
      ["anthropic", "claude-sonnet-5-5"],
      ["openai", "gpt-6-sol-pro"],
      ["openai", "claude-sonnet-5"],
    ],
    ...[
      ["openai", "text-embedding-3-small"],
      ["ollama", "llama3"],
      ["nobody", "gpt-6-sol"],
      ["openai", ""],
    ],
  ] as const)
    assert.equal(await listed(vendor, id), null, `${vendor} ${id}`);
});

test("docs/models.md lists every vendor and every model", () => {
  const file = readFileSync(new URL("../../../docs/models.md", import.meta.url), "utf8");
  assert.ok(file.includes(modelsMarkdown()), "run npm run prices");
  for (const { title } of vendors) assert.ok(file.includes(`| ${title} |`), title);
});
