import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cost, count, duration, listed, money } from "../../src/cli/figures.ts";
import { columns, cut, emptyFlow, flow, flowEnd, wrap } from "../../src/cli/measure.ts";
import { milliseconds, names, number } from "../../src/cli/options.ts";

test("money shows two figures of what is small", () => {
  const shown = [0, 0.0000012, 0.00042, 0.0004, 0.0123, 0.5, 0.445, 1, 12.345].map(money);
  assert.deepEqual(shown, [
    ...["$0", "$0.0000012", "$0.00042", "$0.0004", "$0.0123", "$0.50", "$0.445", "$1.00", "$12.35"],
  ]);
  assert.equal(cost(0.0123, true), "~$0.0123");
  assert.equal(cost(null, false), "cost unknown");
});

test("times and counts", () => {
  assert.deepEqual([412, 999, 3_149, 59_900, 72_000].map(duration), [
    "412 ms",
    "999 ms",
    "3.1 s",
    "59.9 s",
    "1 min 12 s",
  ]);
  assert.deepEqual([0, 999, 1_000, 5_120_000].map(count), ["0", "999", "1 000", "5 120 000"]);
  assert.equal(listed(["a", "b", "c"]), "a, b and c");
});

test("columns: two for wide characters, none for marks", () => {
  assert.deepEqual(["abc", "日本", "e\u0301", "🎉", "한글", ""].map(columns), [3, 4, 1, 2, 4, 0]);
  assert.equal(cut("abcdef", 4), "abc…");
  assert.equal(cut("日本語", 4), "日…");
  assert.equal(cut("abcd", 4), "abcd");
});

test("options: numbers, times and lists say what is wrong with them", () => {
  assert.deepEqual(["90s", "5m", "500ms", "1h", "2", "1.5s"].map(milliseconds), [
    ...[90_000, 300_000, 500, 3_600_000, 2_000, 1_500],
  ]);
  for (const wrong of ["", "soon", "5 days", "-1s"]) assert.throws(() => milliseconds(wrong), /time such as/);
  for (const wrong of ["", " ", "x", "Infinity"]) assert.throws(() => number(wrong), /must be a number/);
  assert.deepEqual(names("c, d,", ["a"]), ["a", "c", "d"]);
});

const text = fc.string({
  unit: fc.constantFrom("a", "bc", " ", "\n", "日", "🎉", "e\u0301", "\t", "-"),
  maxLength: 200,
});

test("broken into lines, no line is too wide and no word is lost", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 10, max: 30 }), (whole, width) => {
      const lines = wrap(whole, width);
      assert.ok(lines.every((line) => columns(line) <= width));
      assert.equal(lines.join("").replace(/\s/g, ""), whole.replace(/\s/g, ""));
    }),
  );
});

test("text that arrives in pieces is broken as if it came whole", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 200 }), (whole, at) => {
      const once = flow(emptyFlow, whole, 20, "> ");
      const first = flow(emptyFlow, whole.slice(0, at), 20, "> ");
      const second = flow(first.flow, whole.slice(at), 20, "> ");
      assert.equal(first.out + second.out + flowEnd(second.flow, 20, "> "), once.out + flowEnd(once.flow, 20, "> "));
    }),
  );
});
