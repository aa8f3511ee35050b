/** Quoted words are found in an answer as critics quote them: by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findQuote, indexOf, quotedIn } from "../src/critique/quotes.ts";

/** What the spans cover, of text nodes. */
function covered(nodes: readonly string[], quote: string): string[] {
  return findQuote(indexOf(nodes), quote).map(({ from, to }) =>
    nodes
      .slice(from.node, to.node + 1)
      .map((text, at) => {
        const start = at === 0 ? from.offset : 0;
        return text.slice(start, from.node + at === to.node ? to.offset : undefined);
      })
      .join("|"),
  );
}

test("words within one text are found where they stand", () => {
  assert.deepEqual(covered(["The sky is blue."], "sky is"), ["sky is"]);
  assert.deepEqual(covered(["The sky is blue."], "grass"), []);
  assert.deepEqual(covered(["The sky is blue."], "  "), []);
});

test("white space, case, marks of Markdown and the shapes of quotation marks count for nothing", () => {
  const nodes = ["It is ", "never", " “blue”\n  at night – ", "call()", "."];
  assert.deepEqual(covered(nodes, 'is **NEVER** "blue" at night - `call()`.'), [
    "is |never| “blue”\n  at night – |call()|.",
  ]);
});

test("words that run over blocks are found", () => {
  assert.deepEqual(covered(["First.", "Second one."], "First.\n\n- Second"), ["First.|Second"]);
  assert.deepEqual(covered(["Look at ", "the docs", " first"], "at [the docs](https://a.example/b) first"), [
    "at |the docs| first",
  ]);
});

test("what a critic leaves out is passed over, in order", () => {
  const nodes = ["One two three four five."];
  assert.deepEqual(covered(nodes, "“one ... four”"), ["One", "four"]);
  assert.deepEqual(covered(nodes, "four … one"), []);
  assert.deepEqual(covered(["Wait... what?"], "wait…"), ["Wait..."]);
});

test("letters that become several in lower case keep their place", () => {
  assert.deepEqual(covered(["İstanbul is BIG 🎉 here"], "big 🎉"), ["BIG 🎉"]);
});

test("which quotes stand in a text of Markdown", () => {
  const text = "## Title\n\n1. **First** [point](https://a.example)\n2. Second\n";
  assert.deepEqual(
    [...quotedIn(text, ["First point", "Second", "first\nSecond point", "Third"])],
    ["First point", "Second"],
  );
  assert.deepEqual([...quotedIn("## A\n\n- b\n- c\n", ["b c"])], ["b c"]);
});

test("two hundred thousand letters are searched in little time", () => {
  const index = indexOf(["All work and no play. ".repeat(10_000), "The end of it."]);
  const before = performance.now();
  for (let times = 0; times < 100; times++) findQuote(index, "the end of it");
  assert.ok(performance.now() - before < 2_000);
});
