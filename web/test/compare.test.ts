import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bridged, type Compared, compare, folded, runsOf } from "../src/versions/compare.ts";

const sides = ({ blocks, hunks }: Compared): [string, string] => {
  const side = (name: "removed" | "added") =>
    blocks
      .map((block) =>
        block.kind === "same"
          ? `${block.lines.join("\n")}\n`
          : block.pieces.map((piece) => (piece.kind === "same" ? piece.text : hunks[piece.hunk]?.[name])).join(""),
      )
      .join("");
  return [side("removed"), side("added")];
};

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, at) => `${word} ${at} ${at * 7}`).join("\n");

describe("two texts compared", () => {
  it("are both told in full, and each change knows its place", async () => {
    const from = "One.\n\nTwo and three.\n\n```\ncode\n```\nEnd";
    const to = "One.\n\nTwo, or four.\n\nNew.\n\n```\ncode()\n```\nEnd";
    const compared = await compare(from, to);
    assert.deepEqual(sides(compared), [`${from}\n`, `${to}\n`]);
    for (const { start, end, removed } of compared.hunks) assert.equal(`${from}\n`.slice(start, end), removed);
    assert.equal(compared.coarse, false);
  });

  it("have no change when they are the same, or both empty", async () => {
    assert.deepEqual((await compare("a\nb", "a\nb")).hunks, []);
    assert.deepEqual((await compare("", "")).blocks, []);
  });

  it("may be long and have nothing in common: then passages stand whole, and soon", async () => {
    const [from, to] = [lines(4_000, "alpha"), lines(4_000, "beta")];
    const started = performance.now();
    const compared = await compare(from, to);
    assert.ok(performance.now() - started < 5_000);
    assert.deepEqual(sides(compared), [`${from}\n`, `${to}\n`]);
    assert.equal(compared.coarse, true);
  });

  it("are not compared by words any more when the time is over", async () => {
    const times = [0];
    const pace = { rest: async () => void times.push(10_000), now: () => times.at(-1) ?? 0 };
    const compared = await compare("a b c", "a x c", pace);
    assert.deepEqual(compared.hunks, [{ removed: "a b c\n", added: "a x c\n", start: 0, end: 6 }]);
    assert.equal(compared.coarse, true);
  });

  it("keep no crumbs between two changes", () => {
    const changes = [
      { removed: "the old sentence", added: "a new phrase", after: " is " },
      { removed: "long gone by now", added: "here to stay", after: "." },
    ];
    const { changes: joined } = bridged({ lead: "", changes });
    assert.deepEqual(joined, [
      { removed: "the old sentence is long gone by now", added: "a new phrase is here to stay", after: "." },
    ]);
  });

  it("know what is code", async () => {
    const compared = await compare("a\n\n```\nold()\n```\n\nb", "a\n\n```\nnew()\n```\n\nb");
    assert.deepEqual(
      compared.blocks.map(({ inCode }) => inCode),
      [false, true, true],
    );
    assert.deepEqual(runsOf(["```", "", "b"], true), [
      { code: true, text: "```", start: 0 },
      { code: false, text: "b", start: 1 },
    ]);
  });

  it("put equal lines away, but for one beside each change", () => {
    const some = ["", "a", "", "b", "c", "d", "", "e", ""];
    const { head, hidden, tail } = folded(some, { before: true, after: true });
    assert.deepEqual(
      [head, hidden, tail],
      [
        ["", "a"],
        ["", "b", "c", "d", ""],
        ["e", ""],
      ],
    );
    assert.deepEqual(folded(["a", "b", "c"], { before: true, after: true }).hidden, []);
    assert.deepEqual(folded(["a", "b", "c", "d"], { before: false, after: true }).hidden, ["a", "b", "c"]);
  });
});
