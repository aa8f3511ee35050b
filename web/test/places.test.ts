/** History, models and settings: what is pure of them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lookedAt, readFilters, startOf, writeFilters } from "../src/history/filters.ts";
import * as session from "../src/history/session-form.ts";
import * as model from "../src/models/form.ts";
import {
  areaOf,
  fits,
  groupOf,
  groupsOf,
  type ModelHealth,
  readSort,
  rowsOf,
  writeSort,
} from "../src/models/groups.ts";
import * as algorithm from "../src/settings/algorithm-form.ts";
import * as integrations from "../src/settings/integrations.ts";
import { snippets } from "../src/settings/snippets.ts";
import { isWithin, numberOf, textOf } from "../src/ui/numbers.ts";
import { integrationOf, profileOf, sessionOf, settingsOf } from "./places-examples.ts";

describe("numbers as they are typed", () => {
  test("a comma is a point; what is no number is none", () => {
    assert.deepEqual(["2.5", "2,5", " 7 ", ".5", "1e-7", "", "abc", "1.2.3", "0x10", "Infinity"].map(numberOf), [
      2.5,
      2.5,
      7,
      0.5,
      1e-7,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test("they are written so that they can be typed", () => {
    assert.deepEqual(
      [textOf(0.1 + 0.2, "en"), textOf(1e-7, "en"), textOf(1_000_000, "de"), textOf(2.5, "de"), textOf(null, "en")],
      ["0.3", "0.0000001", "1000000", "2,5", ""],
    );
    for (const number of [0, 0.000001, 8.25, 1e9]) assert.equal(numberOf(textOf(number, "de")), number);
  });

  test("bounds belong to the range", () => {
    assert.deepEqual(
      [isWithin("1", 1, 10), isWithin("10,0", 1, 10), isWithin("10.1", 1, 10), isWithin("2.5", 1, 10, true)],
      [true, true, false, false],
    );
  });
});

describe("history", () => {
  test("filters of the address: unknown words are none, and writing them is reading them", () => {
    const filters = readFilters(
      new URLSearchParams("q=%20tides%20&status=running&domain=poetry&mode=quick&simulated=1"),
    );
    assert.deepEqual(filters, {
      ...{ q: "tides", status: "running", domain: undefined, mode: "quick", simulated: undefined },
    });
    assert.equal(String(writeFilters(filters)), "q=tides&status=running&mode=quick");
    assert.deepEqual(readFilters(writeFilters(filters)), filters);
  });

  test("a short page that is not the last stands for a thousand that were looked at", () => {
    const page = (items: number, next_cursor: string | null) => ({ items: Array(items).fill(0), next_cursor });
    assert.equal(lookedAt([page(30, "a"), page(0, "b"), page(4, "c"), page(4, null)], 30), 2_000);
  });

  test("an answer's start is plain words, cut between them", () => {
    assert.equal(startOf("# Tides\n\n- **The moon** pulls\n- `water`", 100), "Tides The moon pulls water");
    assert.equal(startOf("one two three four", 10), "one two …");
    assert.equal(startOf(`${"a".repeat(50)}`, 10), `${"a".repeat(9)} …`);
    assert.equal(startOf("", 10), "");
  });
});

describe("a session's settings", () => {
  const before = session.formOf(sessionOf(), "en");

  test("only what was changed is sent", () => {
    assert.deepEqual(session.changesOf(before, before), {});
    assert.deepEqual(session.changesOf({ ...before, costLimit: "", deadline: "90", maxIterations: "5" }, before), {
      settings: { cost_limit: null, deadline_ms: 90_000 },
      max_iterations: 5,
    });
  });

  test("no limit is a limit; no threshold is none", () => {
    assert.deepEqual(session.wrongIn({ ...before, costLimit: " ", threshold: "", maxIterations: "2.5" }), [
      "threshold",
      "maxIterations",
    ]);
  });

  test("a model is preferred or excluded, never both", () => {
    const excluded = session.withWish(session.withWish(before, "claude", "prefer"), "claude", "exclude");
    assert.deepEqual([excluded.preferred, excluded.excluded], [[], ["claude"]]);
    assert.equal(session.wishOf(excluded, "claude"), "exclude");
    assert.equal(session.wishOf(session.withWish(excluded, "claude", "normal"), "claude"), "normal");
  });
});

describe("models", () => {
  const health = (model_name: string, status: ModelHealth["status"]) =>
    ({ model_name, status, detail: null }) as unknown as ModelHealth;
  const rows = rowsOf(
    [
      profileOf({ model_name: "b", cost_per_input_token: null }),
      profileOf({ model_name: "a" }),
      profileOf({ model_name: "mine", built_in: false }),
      profileOf({ model_name: "locked", provider: "xai" }),
      profileOf({ model_name: "gone" }),
      profileOf({ model_name: "simulated-x", simulated: true }),
    ],
    [health("a", "ok"), health("b", "degraded"), health("locked", "no_key"), health("gone", "retired")],
  );

  test("groups by what can be done with them; unknown prices come last either way", () => {
    const named = (by: string) =>
      groupsOf(rows, readSort(by)).map(({ name, provider, rows: some }) => [
        ...[name, provider, some.map(({ profile }) => profile.model_name).join()],
      ]);
    const rest = [
      ...[
        ["own", null, "mine"],
        ["trouble", null, "gone"],
        ["simulated", null, "simulated-x"],
      ],
      ["key", "xai", "locked"],
    ];
    assert.deepEqual(named("name"), [["ready", null, "a,b"], ...rest]);
    assert.deepEqual(named("-name"), [["ready", null, "b,a"], ...rest]);
    assert.deepEqual(named("-input"), [["ready", null, "a,b"], ...rest]);
  });

  test("before its health is known, a model is told by its profile", () => {
    const [row] = rowsOf([profileOf({ is_available: false })], []);
    assert.ok(row);
    assert.deepEqual([row.status, groupOf(row)], ["unavailable", "trouble"]);
  });

  test("all words are looked for, in any case", () => {
    const [row] = rowsOf([profileOf({ model_name: "gpt4", aliases: ["GPT-4"], specialties: ["math"] })], []);
    assert.ok(row);
    assert.deepEqual([fits(row, "gpt-4 MATH"), fits(row, "gpt-4 poetry"), fits(row, "")], [true, false, true]);
  });

  test("how it is sorted stands in the address", () => {
    assert.deepEqual(
      ["-input", "input", "nonsense"].map((text) => writeSort(readSort(text))),
      ["-input", "input", "name"],
    );
  });

  test("a specialty is a domain, or a need", () => {
    assert.deepEqual([areaOf("coding"), areaOf("humor")], ["domain", "models.need"]);
  });
});

describe("a model as it is typed", () => {
  test("prices are typed for a million tokens, in any language", () => {
    const form = model.formOf(profileOf({ cost_per_input_token: 0.0000025 }), "de");
    assert.equal(form.input, "2,5");
    assert.deepEqual(model.changesOf({ ...form, input: "0,1" }, form), { cost_per_input_token: 1e-7 });
    assert.deepEqual(model.changesOf({ ...form, input: "" }, form), { cost_per_input_token: null });
  });

  test("a new one says only what was filled in", () => {
    const form = {
      ...model.emptyForm,
      name: " house ",
      provider: "ollama",
      version: "llama3.3:70b",
      keyRequired: false,
    };
    assert.deepEqual(model.creationOf({ ...form, specialties: "coding, , math" }), {
      ...{ model_name: "house", provider: "ollama", model_version: "llama3.3:70b", api_key_required: false },
      specialties: ["coding", "math"],
    });
  });

  test("numbers outside are found; what the server complains of finds its field", () => {
    assert.deepEqual(model.wrongIn({ ...model.emptyForm, context: "0", output: "-1", perMinute: "" }), [
      "context",
      "output",
    ]);
    const complaints = model.complaintsOf(
      new Map([
        ["rate_limits.requests_per_minute", "must be a number"],
        ["aliases.0", "is taken"],
        ["elsewhere", "is wrong"],
      ]),
    );
    assert.deepEqual(
      [...complaints],
      [
        ["perMinute", "must be a number"],
        ["aliases", "is taken"],
      ],
    );
  });
});

describe("integrations", () => {
  test("keys that were not typed are not sent; an emptied address is the provider's", () => {
    const stored = integrationOf({ base_url: "http://a/v1", base_url_source: "stored" });
    const before = integrations.formOf(stored);
    assert.equal(integrations.changesOf(before, before), null);
    assert.deepEqual(
      integrations.changesOf(
        {
          ...before,
          keys: [
            { id: 1, text: " k1 " },
            { id: 2, text: "" },
          ],
          baseUrl: "",
        },
        before,
      ),
      { keys: ["k1"], base_url: null },
    );
  });

  test("what is set up is told from what could be", () => {
    const found = [{}, { source: "environment" }, { base_url_source: "stored" }, { is_active: false }] as const;
    assert.deepEqual(
      found.map((one) => integrations.isSetUp(integrationOf(one))),
      [false, true, true, true],
    );
  });

  test("a complaint about a part is one about the field", () => {
    const problems = new Map([["keys.1", "must have at least 8 characters"]]);
    assert.equal(integrations.problemOf(problems, "keys"), "must have at least 8 characters");
    assert.equal(integrations.problemOf(problems, "key"), undefined);
  });

  test("a snippet names the address and the model", () => {
    for (const { text } of Object.values(snippets("http://host/v1", "orchestratex/auto")))
      assert.ok(text.includes("http://host/v1") && text.includes('"orchestratex/auto"'));
  });
});

describe("the algorithm's settings", () => {
  const before = algorithm.draftOf(settingsOf(), "en");
  const coding = (change: object) => ({
    ...before,
    criteria: { ...before.criteria, coding: { ...before.criteria.coding, ...change } },
  });

  test("rows must add up to 1, and say so", () => {
    assert.ok(algorithm.isFit(before));
    assert.equal(algorithm.sumOf(before.criteria.coding), 1);
    assert.deepEqual(algorithm.wrongRows(coding({ accuracy: "0.9" })), [{ part: "criteria", row: "coding" }]);
    assert.equal(algorithm.sumOf({ a: "0,5", b: "x" }), null);
    assert.deepEqual([1.001, 0.9991, 1.002, null].map(algorithm.isWhole), [true, true, false, false]);
  });

  test("a changed row is sent whole, the rest is not; another way to write a number is no change", () => {
    assert.equal(algorithm.changesOf(before, before), null);
    assert.equal(algorithm.changesOf(coding({ accuracy: ` ${before.criteria.coding.accuracy}0 ` }), before), null);
    const changes = algorithm.changesOf({ ...coding({ accuracy: "0,3" }), plateau: "0.5", maxIterations: "" }, before);
    assert.deepEqual(changes, {
      criteria_weights: { coding: { ...settingsOf().criteria_weights.coding, accuracy: 0.3 } },
      ...{ plateau_gain: 0.5, max_iterations: null },
    });
  });

  test("numbers of the modes are whole and within what the server takes", () => {
    const quick = { evaluators: "11", max_iterations: "1.5" };
    assert.deepEqual(algorithm.wrongNumbers({ ...before, threshold: "0", modes: { ...before.modes, quick } }), [
      "threshold",
      "quick.evaluators",
      "quick.max_iterations",
    ]);
  });
});
