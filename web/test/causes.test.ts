import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Cause, causesOf } from "../src/versions/causes.ts";
import { compare } from "../src/versions/compare.ts";

const point = (id: string, change: Partial<Cause>): Cause => ({
  ...{ id, point: "", criterion: "accuracy", severity: "major", quote: "", suggestion: "", by: ["coral"] },
  ...{ state: "accepted", reason: null, improvement: null, justification: null, iteration: 1 },
  ...change,
});

const from =
  "The sky is blue.\n\nCache entries live forever and nobody removes them.\n\nUse a queue.\n\nIt always works in every case.";
const to =
  "The sky is blue.\n\nCache entries expire after ten minutes, and a sweeper removes them.\n\nUse a queue.\n\nIt usually works; it fails without a clock.\n\nExample: a token bucket in Redis.";

const hunksOf = async () => (await compare(from, to)).hunks;
const told = (causes: ReturnType<typeof causesOf>) => causes.byHunk.map((some) => some.map(({ id }) => id));

describe("the causes of a change", () => {
  it("are the accepted points whose quoted words went", async () => {
    const hunks = await hunksOf();
    const points = [
      point("c1", { quote: "cache  entries LIVE forever" }),
      point("c2", { quote: "It always works in every case." }),
    ];
    const causes = causesOf(from, hunks, points);
    const of = (text: string) => told(causes)[hunks.findIndex(({ removed }) => removed.includes(text))];
    assert.deepEqual(of("forever"), ["c1"]);
    assert.deepEqual(of("always"), ["c2"]);
    assert.deepEqual(causes.elsewhere, []);
  });

  it("are found by what was done, where nothing was quoted", async () => {
    const hunks = await hunksOf();
    const causes = causesOf(from, hunks, [
      point("c1", { improvement: "Added an example: the token bucket with Redis." }),
    ]);
    const at = hunks.findIndex(({ added }) => added.includes("Redis"));
    assert.deepEqual(told(causes)[at], ["c1"]);
  });

  it("are found by most of the words, where the quote is not exact", async () => {
    const hunks = await hunksOf();
    const causes = causesOf(from, hunks, [point("c1", { quote: "entries live forever, nobody removes" })]);
    assert.ok(told(causes).flat().includes("c1"));
  });

  it("are an insertion beside the quoted words, where these stayed", async () => {
    const [before, after] = ["Use a queue.", "Use a queue. Such as RabbitMQ."];
    const { hunks } = await compare(before, after);
    assert.deepEqual(told(causesOf(before, hunks, [point("c1", { quote: "Use a queue" })])), [["c1"]]);
  });

  it("are not guessed: what fits no change is told beside, and so is what was disputed or not answered", async () => {
    const causes = causesOf(from, await hunksOf(), [
      point("c1", { improvement: "Better tone", quote: "The sky is blue." }),
      point("c2", { state: "disputed", reason: "It is right.", quote: "It always works in every case." }),
      point("c3", { state: "open", quote: "Cache entries" }),
    ]);
    assert.deepEqual(told(causes).flat(), []);
    assert.deepEqual(
      [causes.elsewhere, causes.disputed, causes.unanswered].map((some) => some.map(({ id }) => id)),
      [["c1"], ["c2"], ["c3"]],
    );
  });
});
