import assert from "node:assert/strict";
import { test } from "node:test";
import { flawOf, readAnswer, saidFlaws } from "../../src/providers/simulated/flaws.ts";
import { missingFlaws } from "../../src/providers/simulated/flaws-missing.ts";
import { fill, topicOf } from "../../src/providers/simulated/topic.ts";

const prompts = [
  "Write a Python function that reverses a string.",
  "What is 17 * 23 + 4?",
  "Compare solar power and wind power for a small island, and discuss the trade-offs.",
  "Write a short story about a lighthouse keeper who finds a message in a bottle.",
  "I have been pregnant for 20 weeks, what can I take against a headache?",
  "¿Cuál es la diferencia entre un virus y una bacteria?",
  "Hello",
];

test("each flaw of the catalogue is seen in every wording, and not in what repairs it", () => {
  assert.ok(saidFlaws.length + missingFlaws.length >= 16);
  assert.equal(new Set([...saidFlaws, ...missingFlaws].map(({ criterion }) => criterion)).size, 8);
  for (const prompt of prompts) {
    const topic = topicOf(prompt);
    for (const flaw of saidFlaws) {
      for (const wording of flaw.wordings) assert.equal(flawOf(fill(wording, topic))?.name, flaw.name, wording);
      assert.equal(flawOf(fill(flaw.repair, topic)), null, flaw.repair);
    }
    for (const flaw of missingFlaws) {
      if (flaw.name === "wall_of_text" || (flaw.name === "no_result" && topic.sums.length === 0)) continue;
      assert.ok(!flaw.missing(readAnswer(fill(flaw.add[0], topic)), topic), `${flaw.name}: ${prompt}`);
    }
  }
});
