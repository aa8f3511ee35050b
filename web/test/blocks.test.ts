/** Markdown in pieces: what belongs together stays together, and only the last piece grows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { definitionsOf, needsOf, openFence, splitBlocks, topHeading, withDollars } from "../src/thread/blocks.ts";
import { createReader } from "../src/thread/pieces.ts";

const text = [
  ...["# Title", "", "A paragraph", "of two lines.", "", "- one", "", "- two", "", "  still two", "", "After."],
  ...["", "```py", "a = 1", "", "b = 2", "```", "", "\\[", "x", "", "y", "\\]", "", "End."],
].join("\n");

test("the pieces are the text, and none cuts a list, a block of code or a formula", () => {
  const blocks = splitBlocks(text);
  assert.equal(blocks.join("\n"), text);
  assert.deepEqual(
    blocks.map((block) => block.split("\n")[0]),
    ["# Title", "A paragraph", "- one", "After.", "```py", "\\[", "End."],
  );
});

test("while a text grows, no piece but the last one changes", () => {
  let before: string[] = [];
  for (let length = 1; length <= text.length; length++) {
    const blocks = splitBlocks(text.slice(0, length));
    const finished = before.slice(0, -2);
    assert.deepEqual(blocks.slice(0, finished.length), finished, text.slice(0, length));
    before = blocks;
  }
});

test("a text that is read as it grows has the pieces of one that is read at once", () => {
  const read = createReader();
  const long = `${text}\n\n${"- an item\n".repeat(200)}\n### Last\n\nSee [x].\n\n[x]: https://example.org\n\n[^1]: A note`;
  let texts = 0;
  for (let length = 0; length <= long.length; length += 7) {
    const pieces = read(long.slice(0, length));
    assert.deepEqual(pieces, createReader()(long.slice(0, length)));
    texts = Math.max(texts, pieces.texts.length);
  }
  assert.ok(texts > 10);
  assert.deepEqual(
    { ...read(long), texts: 0 },
    { texts: 0, definitions: "[x]: https://example.org", code: true, math: true, top: 1 },
  );
  assert.deepEqual(read("another"), { texts: ["another"], definitions: "", code: false, math: false, top: null });
});

test("footnotes keep a text whole, and link targets are found wherever they stand", () => {
  assert.equal(splitBlocks("a[^1]\n\nb\n\n[^1]: note").length, 1);
  assert.equal(definitionsOf("see [x]\n\n[x]: https://example.org\n[^1]: a note"), "[x]: https://example.org");
});

test("formulas become what the parser knows, in text and not in code", () => {
  assert.equal(withDollars("so \\(x^2\\) and `\\(no\\)`"), "so $$x^2$$ and `\\(no\\)`");
  assert.equal(withDollars("\\[\nx = 1\n\\]"), "\n$$\nx = 1\n$$\n");
  assert.equal(withDollars("```\n\\(no\\)\n```"), "```\n\\(no\\)\n```");
  assert.equal(withDollars("from $5 to $6"), "from $5 to $6");
});

test("a block of code that is not closed is known by its language", () => {
  assert.deepEqual(openFence("```py\na = 1"), { language: "py", code: "a = 1" });
  assert.equal(openFence("```py\na = 1\n```"), null);
  assert.equal(openFence("text"), null);
});

test("what has to be fetched for a text is told by it", () => {
  assert.deepEqual(needsOf("it costs $5"), { code: false, math: false });
  assert.deepEqual(needsOf("```\nx\n```\n$$y$$"), { code: true, math: true });
  assert.equal(topHeading("```\n# no\n```\n### yes"), 3);
  assert.equal(topHeading("no heading"), null);
});
