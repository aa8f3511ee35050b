/** Pure: what a prompt asks for, what scores add up to, and when to stop. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { analyze, cleanPrompt } from "../../src/engine/analyze.ts";
import { decide, type Standing } from "../../src/engine/decide.ts";
import { improvementScore, median, mergeCriticism, overallScore } from "../../src/engine/evaluate.ts";
import { planOf } from "../../src/engine/plan.ts";
import { shipped } from "../../src/engine/settings.ts";

const standing: Standing = {
  iteration: 1,
  maxIterations: 3,
  judged: 2,
  callsTools: false,
  moneyRefused: false,
  score: 7,
  bestBefore: null,
  qualityThreshold: 8,
  points: 3,
  plateauGain: 0.2,
  stop: null,
  unread: 0,
  msLeft: 1_000,
};

describe("analyze", () => {
  const domains: [string, string][] = [
    ["Write a Python function that reverses a linked list.", "coding"],
    ["Solve x^2 - 5x + 6 = 0.", "math"],
    ["Write a haiku about autumn rain.", "creative"],
    ["Translate 'good morning' into French.", "translation"],
    ["Is this review positive or negative: 'It broke after a day.'", "sentiment"],
    ["Compare the advantages and disadvantages of remote work.", "analysis"],
    ["Who discovered penicillin?", "factual"],
    ["Auf wie viele Arten können 8 Personen an einem runden Tisch sitzen?", "math"],
    ["Berechne die Wahrscheinlichkeit, zweimal eine Sechs zu würfeln.", "math"],
    ["hello", "general"],
  ];
  for (const [prompt, domain] of domains)
    test(`${domain}: ${prompt}`, () => assert.equal(analyze(prompt).domain, domain));

  test("tells languages, and does not take short English for another", () => {
    assert.deepEqual(
      [
        "Warum ist der Himmel blau?",
        "Pourquoi le ciel est-il bleu ?",
        "Why is the sky blue?",
        "12 + 30",
        "Design an HTTP API.",
        "Почему небо синее?",
      ].map((text) => analyze(text).language),
      ["de", "fr", "en", "und", "en", "ru"],
    );
  });

  test("is complete and quick for any text", () => {
    const started = performance.now();
    for (const text of ["", "(".repeat(100_000), "$1 ".repeat(33_000), "a".repeat(100_000), "🙂".repeat(20_000)]) {
      const { estimated_difficulty, confidence } = analyze(text);
      assert.ok(estimated_difficulty >= 1 && estimated_difficulty <= 10 && confidence >= 1 && confidence <= 10);
    }
    assert.ok(performance.now() - started < 1_000);
  });

  test("cleaning takes out what only disturbs, and keeps the words", () => {
    assert.equal(cleanPrompt("  a\u0007b \r\n\r\n\r\n\r\n\r\nc\u200b\t \n"), "ab\n\n\nc");
  });
});

describe("decide", () => {
  const cases: [string, Partial<Standing>, string][] = [
    ["stopped comes before everything", { stop: "now", msLeft: -1, judged: 0, score: null }, "stopped"],
    ["then the deadline", { msLeft: 0, judged: 0, score: null }, "deadline"],
    ["a stop outranks feedback", { stop: "after_iteration", unread: 1 }, "stopped"],
    ["the deadline too", { msLeft: 0, unread: 1 }, "deadline"],
    ["feedback outranks a good score in the last iteration", { unread: 1, score: 10, iteration: 3 }, "refine"],
    ["and no evaluators", { unread: 2, judged: 0, score: null }, "refine"],
    ["in the tenth nothing can be worked in", { unread: 1, iteration: 10, maxIterations: 10 }, "max_iterations"],
    ["then no evaluators", { judged: 0, score: null, iteration: 3 }, "no_evaluators"],
    ["no money for any evaluator is the cost limit", { judged: 0, score: null, moneyRefused: true }, "cost_limit"],
    ["then the threshold, also in the last iteration", { score: 8, iteration: 3, bestBefore: 7.95 }, "threshold_met"],
    ["then the last iteration, also on a plateau", { iteration: 3, bestBefore: 7 }, "max_iterations"],
    ["then the plateau", { iteration: 2, bestBefore: 6.81 }, "plateau"],
    ["a worse revision is a plateau", { iteration: 2, bestBefore: 7.5 }, "plateau"],
    ["a gain of exactly the setting is none", { iteration: 2, bestBefore: 6.8 }, "refine"],
    ["without a fault to mend there is nothing to revise", { points: 0 }, "plateau"],
    ["else it goes on", {}, "refine"],
    ["without a deadline too", { msLeft: null }, "refine"],
  ];
  for (const [name, change, decision] of cases)
    test(name, () => assert.equal(decide({ ...standing, ...change }).decision, decision));
});

describe("evaluate", () => {
  const scores = {
    accuracy: 10,
    relevance: 5,
    clarity: 5,
    completeness: 5,
    creativity: 5,
    efficiency: 5,
    safety: 5,
    domain_expertise: 5,
  };

  test("weights of every domain add up to 1", () => {
    for (const weights of Object.values(shipped.criteria_weights))
      assert.equal(Math.round(Object.values(weights).reduce((sum, weight) => sum + weight, 0) * 1e9), 1e9);
    assert.equal(Object.keys(shipped.criteria_weights).length, 8);
  });

  test("accuracy weighs more in mathematics than in a poem", () => {
    assert.equal(overallScore(scores, shipped.criteria_weights.math), 7);
    assert.equal(overallScore(scores, shipped.criteria_weights.creative), 5.25);
  });

  test("the score is the median; of none there is none", () => {
    assert.deepEqual([median([]), median([7]), median([9, 1, 8]), median([1, 2, 3, 10])], [null, 7, 8, 2.5]);
  });

  test("the same point from two evaluators is kept once, at its higher severity, and ids follow severity", () => {
    const point = (severity: "minor" | "major" | "critical", quote: string, text: string) =>
      ({ point: text, criterion: "accuracy", severity, quote, suggestion: "" }) as const;
    const merged = mergeCriticism([
      [point("minor", "the sky is green", "wrong colour"), point("major", "", "the second claim lacks any source")],
      [point("critical", "sky is green", "the colour is false"), point("minor", "", "second claim lacks a source")],
    ]);
    assert.deepEqual(
      merged.map(({ id, severity }) => [id, severity]),
      [
        ["c1", "critical"],
        ["c2", "major"],
      ],
    );
  });

  test("improvement: 5 is as good, the gain is added, and it stays within 1-10", () => {
    assert.deepEqual(
      [improvementScore(7, 7), improvementScore(7, 8.5), improvementScore(9, 1), improvementScore(null, 1)],
      [5, 6.5, 1, null],
    );
  });
});

describe("plan", () => {
  const ask = (
    mode: "auto" | "quick" | "checked" | "thorough",
    evaluators: number | null = null,
    maxIterations: number | null = null,
  ) => ({ mode, evaluators, maxIterations });
  test("auto goes by complexity, and what was given overrides", () => {
    const plan = (asked: ReturnType<typeof ask>, complexity: "simple" | "moderate" | "expert") =>
      planOf(asked, complexity, shipped.modes);
    assert.deepEqual(plan(ask("auto"), "simple"), { mode: "quick", evaluators: 0, maxIterations: 1 });
    assert.deepEqual(plan(ask("auto"), "moderate"), { mode: "checked", evaluators: 2, maxIterations: 2 });
    assert.deepEqual(plan(ask("auto"), "expert"), { mode: "thorough", evaluators: 4, maxIterations: 3 });
    assert.deepEqual(plan(ask("quick", 1, 5), "expert"), { mode: "quick", evaluators: 1, maxIterations: 5 });
  });
});
