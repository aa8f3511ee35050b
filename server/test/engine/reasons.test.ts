/** Pure: what is said of the model that was chosen is true of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Profile } from "@orchestratex/sdk/contract";
import { analyze } from "../../src/engine/analyze.ts";
import { select, type Wishes } from "../../src/engine/select.ts";
import { shipped } from "../../src/engine/settings.ts";
import { simulatedProfiles } from "../../src/providers/simulated/profiles.ts";

const even = { domain_match_score: 1, historical_performance: 1, cost_efficiency: 1 };
const weights = { ...even, availability_score: 1, response_time_score: 1, specialty_alignment: 1 };
const base = simulatedProfiles[0] ?? assert.fail();

type Measures = { rate?: number; calls?: number; ms?: number; threads?: number; average?: number };

/** A model without merits but those given. */
const model = (model_name: string, price: number | null, facts: Partial<Profile> = {}, of: Measures = {}): Profile => ({
  ...base,
  ...{ model_name, family: model_name, specialties: [], max_context_length: 32_000 },
  ...{ cost_per_input_token: price, cost_per_output_token: price },
  performance_metrics: {
    ...base.performance_metrics,
    ...{ total_requests: of.calls ?? 20, success_rate: of.rate ?? null, average_response_time: of.ms ?? null },
  },
  domain_performance: of.threads ? { coding: { threads: of.threads, average_score: of.average ?? 6 } } : {},
  ...facts,
});

const CODING = "Write a Python function that sorts a list.";

function factors(profiles: Profile[], change: Partial<Wishes> = {}, prompt = CODING): string[] {
  const choice = select(analyze(prompt), 100, profiles, {
    ...{ strategy: "hybrid", weights, evaluators: 2, preferred: [], excluded: [], override: "a", room: null },
    ...change,
  });
  assert.ok("selected" in choice, JSON.stringify(choice));
  return choice.factors;
}

describe("what speaks for a model", () => {
  test("nothing is said of a model of which nothing is known and that has no merit", () => {
    const plain = [model("a", null), model("b", null)];
    assert.deepEqual(factors(plain), []);
    const choice = select(analyze(CODING), 100, plain, {
      ...{ strategy: "hybrid", weights: shipped.selection_weights.hybrid, evaluators: 2, preferred: [], excluded: [] },
      ...{ override: null, room: null },
    });
    assert.ok("selected" in choice);
    assert.match(choice.reasoning, /^a for a \w+ coding prompt by the hybrid strategy\. Score [\d.]+ against/);
  });

  test("done well before: only where it was measured, and well", () => {
    const of = (measures: Measures) => factors([model("a", null, {}, measures), model("b", null)]);
    assert.deepEqual(of({ threads: 40, average: 8.8 }), ["has done well before"]);
    assert.deepEqual(of({ threads: 40, average: 6.1 }), []);
    assert.deepEqual(of({ threads: 1, average: 9.5 }), []);
  });

  test("cheap: beside the others whose price is known, not beside itself", () => {
    const cheap = (...prices: (number | null)[]) =>
      factors(prices.map((price, at) => model("abcdef"[at] ?? "", price))).includes("is cheap for this prompt");
    assert.ok(cheap(1e-6, 2e-6, 3e-6));
    assert.ok(cheap(2e-6, 1e-6, 3e-6, 4e-6));
    assert.ok(!cheap(4e-6, 1e-6, 2e-6, 9e-6, 9e-6, 9e-6));
    assert.ok(!cheap(3e-6, 2e-6, 1e-6));
    assert.ok(!cheap(1e-6));
    assert.ok(!cheap(1e-6, null, null));
    assert.ok(!cheap(null, 1e-6));
    assert.ok(!cheap(1e-6, 1e-6, 1e-6));
  });

  test("fast and reliable: only where it was measured", () => {
    const of = (mine: Measures, its: Measures) => factors([model("a", null, {}, mine), model("b", null, {}, its)]);
    assert.deepEqual(of({ ms: 900 }, { ms: 4_000 }), ["answers fast"]);
    assert.deepEqual(of({ ms: 900 }, {}), []);
    assert.deepEqual(of({ ms: 4_000 }, { ms: 900 }), []);
    assert.deepEqual(of({ rate: 0.99 }, {}), ["is reliably available"]);
    assert.deepEqual(of({ rate: 0.8 }, {}), []);
    assert.deepEqual(of({ rate: 1, calls: 3 }, {}), []);
  });

  test("the domain and the needs: what its specialties name", () => {
    const of = (specialties: string[], prompt?: string) =>
      factors([model("a", null, { specialties }), model("b", null)], {}, prompt);
    assert.deepEqual(of(["coding"]).slice(0, 1), ["knows the domain"]);
    assert.ok(!of(["reasoning"]).includes("knows the domain"));
    const { needs } = analyze("Why is the sky blue? Explain step by step.");
    assert.ok(needs.includes("reasoning"));
    const fits = of(["reasoning"], "Why is the sky blue? Explain step by step.");
    assert.ok(fits.some((words) => words.startsWith("fits ")));
    assert.ok(!of(["humor"], "Why is the sky blue? Explain step by step.").some((words) => words.startsWith("fits ")));
  });

  test("what weighs nothing is no reason; the wish of the user is the first", () => {
    const two = [model("a", 1e-6, { specialties: ["coding"] }), model("b", 2e-6)];
    assert.deepEqual(factors(two, { weights: { ...weights, domain_match_score: 0 } }), ["is cheap for this prompt"]);
    assert.deepEqual(factors(two, { preferred: ["a"] })[0], "is preferred by the user");
  });

  test("of the simulated models, new, none is said to have done well or to be fast", () => {
    for (const { model_name } of simulatedProfiles) {
      const said = factors([...simulatedProfiles], { override: model_name, weights: shipped.selection_weights.hybrid });
      assert.ok(!said.includes("has done well before") && !said.includes("answers fast"), said.join());
    }
  });
});
