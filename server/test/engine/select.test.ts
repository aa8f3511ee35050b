/** Pure: who answers and who judges. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Profile } from "@orchestratex/sdk/contract";
import { analyze } from "../../src/engine/analyze.ts";
import { poolOf } from "../../src/engine/pool.ts";
import { select, type Wishes } from "../../src/engine/select.ts";
import { shipped } from "../../src/engine/settings.ts";
import { simulatedProfiles } from "../../src/providers/simulated/profiles.ts";

const wishes: Wishes = {
  strategy: "hybrid",
  weights: shipped.selection_weights.hybrid,
  evaluators: 2,
  preferred: [],
  excluded: [],
  override: null,
  room: { usd: 1, need: (profile) => (profile.cost_per_input_token === null ? null : 0.01) },
};
const chosen = (
  change: Partial<Wishes>,
  profiles: readonly Profile[] = simulatedProfiles,
  prompt = "Write a Python function that sorts a list.",
) => {
  const choice = select(analyze(prompt), 100, profiles, {
    ...wishes,
    weights: shipped.selection_weights[change.strategy ?? wishes.strategy],
    ...change,
  });
  assert.ok("selected" in choice, JSON.stringify(choice));
  return choice;
};

describe("select", () => {
  test("a coding prompt goes to a model that knows coding, judged by other families", () => {
    const { selected, evaluators, candidates, reasoning, runnerUp } = chosen({});
    assert.ok(selected.specialties.includes("coding"));
    assert.equal(new Set([selected, ...evaluators].map(({ family }) => family)).size, 3);
    assert.deepEqual([candidates.length, candidates[0]?.model_name], [8, selected.model_name]);
    assert.match(reasoning, /coding/);
    assert.equal(candidates[1]?.model_name, runnerUp);
  });

  test("the cheap strategy takes the cheapest of comparable ones, and strategies can differ", () => {
    const cost = (profile: Profile) => profile.cost_per_output_token ?? 0;
    assert.ok(cost(chosen({ strategy: "cost" }).selected) <= cost(chosen({ strategy: "domain_match" }).selected));
  });

  test("excluded wins over preferred, and it is said", () => {
    const first = chosen({}).selected.model_name;
    const again = chosen({ preferred: [first], excluded: [first] });
    assert.notEqual(again.selected.model_name, first);
    assert.match(again.overrideReasons ?? "", /excluded wins/);
    assert.ok(again.warnings.some((text) => text.startsWith(first)));
  });

  test("a preferred model is lifted, an override obeyed and kept", () => {
    const last = chosen({}).candidates.at(-1)?.model_name ?? "";
    const lifted = chosen({ preferred: [last] }).candidates;
    assert.ok(lifted.findIndex(({ model_name }) => model_name === last) < 7);
    const named = chosen({ override: last });
    assert.equal(named.selected.model_name, last);
    assert.match(named.overrideReasons ?? "", /named by the user/);
  });

  test("measured answers move the choice", () => {
    const plain = chosen({ strategy: "performance" }).candidates;
    const underdog = plain.at(-1)?.model_name ?? "";
    const taught = simulatedProfiles.map((profile) =>
      profile.model_name === underdog
        ? { ...profile, domain_performance: { coding: { threads: 40, average_score: 9.6 } } }
        : profile,
    );
    assert.equal(chosen({ strategy: "performance" }, taught).selected.model_name, underdog);
  });

  test("siblings judge only when no other family is there, and the reasons say so", () => {
    const family = simulatedProfiles.slice(0, 3).map((profile) => ({ ...profile, family: "one" }));
    const { evaluators, overrideReasons } = chosen({}, family);
    assert.equal(evaluators.length, 2);
    assert.match(overrideReasons ?? "", /own family/);
  });

  test("fewer evaluators than asked are said to be fewer", () => {
    const { evaluators, overrideReasons } = chosen({ evaluators: 4 }, simulatedProfiles.slice(0, 3));
    assert.equal(evaluators.length, 2);
    assert.match(overrideReasons ?? "", /2 evaluators instead of 4/);
  });

  test("nobody left: the reasons name every model", () => {
    const none = select(analyze("hi"), 10, simulatedProfiles, {
      ...wishes,
      excluded: simulatedProfiles.map(({ model_name }) => model_name),
    });
    assert.ok("reasons" in none && none.reasons.length === 8);
  });

  test("models that are away are counted, and named only where they were asked for", () => {
    const [first, second, ...rest] = simulatedProfiles;
    const away = [first, second].map((profile) => ({ ...(profile ?? assert.fail()), is_available: false }));
    assert.deepEqual(chosen({}, [...away, ...rest]).warnings, []);
    const { warnings } = chosen({ preferred: [first?.model_name ?? ""] }, [...away, ...rest]);
    assert.deepEqual(warnings, [`${first?.model_name}: not available now`]);
    assert.deepEqual(select(analyze("Why?"), 100, away, wishes), { reasons: ["2 models not available now"] });
  });

  test("without a known price a model is no candidate under a limit", () => {
    const unpriced = simulatedProfiles.map((profile) => ({ ...profile, cost_per_input_token: null }));
    assert.ok("reasons" in select(analyze("hi"), 10, unpriced, wishes));
    assert.ok("selected" in select(analyze("hi"), 10, unpriced, { ...wishes, room: null }));
  });

  test("a model whose shortest answer might pass the limit is no candidate; nobody left says so", () => {
    const dear = simulatedProfiles
      .map(({ cost_per_output_token }) => cost_per_output_token ?? 0)
      .toSorted((a, b) => a - b);
    const room = {
      usd: (dear[3] ?? 0) * 1_000,
      need: (profile: Profile) => (profile.cost_per_output_token ?? 0) * 1_000,
    };
    assert.equal(chosen({ room }).candidates.length, dear.filter((price) => price <= (dear[3] ?? 0)).length);
    const none = select(analyze("hi"), 10, simulatedProfiles, { ...wishes, room: { ...room, usd: 0 } });
    assert.ok("reasons" in none && none.reasons.every((reason) => reason.includes("cost limit")));
  });

  test("simulated and real never mix", () => {
    const real: Profile = { ...(simulatedProfiles[0] as Profile), model_name: "real", simulated: false };
    const all = [...simulatedProfiles, real];
    assert.deepEqual(poolOf(all, "auto", null), [real]);
    assert.equal(poolOf([...simulatedProfiles, { ...real, is_available: false }], "auto", null).length, 8);
    assert.equal(poolOf(all, "auto", simulatedProfiles[1]?.model_name ?? "").length, 8);
    assert.equal(poolOf(all, "on", null).length, 8);
    assert.deepEqual(poolOf(simulatedProfiles, "off", null), []);
  });
});
