/** Chunks of blocks: what must hold for any, and how the usual ones look. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Block } from "@orchestratex/sdk/contract";
import fc from "fast-check";
import { type MadeChunk, openChunker } from "../../src/ingest/chunk.ts";

const chunksOf = (blocks: readonly Block[], chunking = { size: 1000, overlap: 200 }): MadeChunk[] => {
  const chunker = openChunker(chunking);
  return [...blocks.flatMap((block) => chunker.add(block)), ...chunker.end()];
};

const block = (kind: Block["kind"], text: string, place: Block["place"] = {}): Block => ({ kind, text, place });
const prose = (words: number, from = 0) =>
  Array.from({ length: words }, (_, n) => `${n % 8 === 0 ? "Word" : "word"}${n + from}${n % 8 === 7 ? "." : ""}`).join(
    " ",
  );
const letters = (text: string): string => text.replace(/\s|\0/g, "");

const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "The costs fell.",
    "Was it? Yes!",
    "他们说成本下降了。",
    "👩‍👩‍👧‍👦",
    "e\u0301\u0301",
    "\t",
    "\n",
    "a".repeat(300),
    "  ",
  ),
);
const anyBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constantFrom("paragraph", "heading", "list_item", "table_row", "code", "caption", "note", "record"),
  text: fc.array(word, { maxLength: 60, size: "max" }).map((words) => words.join(" ")),
  place: fc.record(
    { sheet: fc.constantFrom("A", "B"), heading: fc.constantFrom(["x"], ["y"]), line: fc.integer({ min: 1, max: 9 }) },
    { requiredKeys: [] },
  ),
});

test("of any blocks: nothing is lost or torn, order holds, sizes and repetitions have their bounds", () => {
  const blocks = fc.array(anyBlock, { maxLength: 25, size: "max" });
  const sizes = fc
    .integer({ min: 100, max: 600 })
    .chain((size) =>
      fc.record({ size: fc.constant(size), overlap: fc.integer({ min: 0, max: Math.floor(size / 2) }) }),
    );
  fc.assert(
    fc.property(blocks, sizes, (given, chunking) => {
      const chunks = chunksOf(given, chunking);
      const all = letters(given.map(({ text }) => text.toWellFormed()).join(""));
      // Where the text so far may end: of letters that repeat themselves there are several ways to read them.
      let ends = new Set([0]);
      for (const { text } of chunks) {
        assert.ok(text.length <= chunking.size, `${text.length} characters`);
        assert.ok(text.trim() !== "" && text.isWellFormed());
        const own = letters(text);
        const next = new Set<number>();
        for (const end of ends)
          for (let start = end; start >= Math.max(0, end - chunking.overlap); start--)
            if (start + own.length > end && all.startsWith(own, start)) next.add(start + own.length);
        assert.ok(next.size > 0, "it does not go on where the one before ended");
        ends = next;
      }
      assert.ok(ends.has(all.length));
      assert.deepEqual(chunksOf(given, chunking), chunks);
    }),
    { numRuns: 60 },
  );
});

test("paragraphs stay whole, the last sentences are repeated, headings go with what follows", () => {
  const [first = "", second = ""] = [prose(60), prose(60, 60)];
  const [a, b] = chunksOf([block("paragraph", first, { page: 1 }), block("paragraph", second, { page: 2 })], {
    size: 700,
    overlap: 120,
  });
  assert.equal(a?.text, first);
  assert.ok(b?.text.endsWith(`\n\n${second}`));
  const repeated = b?.text.slice(0, -second.length - 2) ?? "";
  assert.ok(repeated.length > 40 && repeated.length <= 120 && first.endsWith(repeated), repeated);
  assert.match(repeated, /^Word\d+ .*\d$/);

  const headed = chunksOf([
    block("paragraph", prose(90)),
    block("heading", "Costs"),
    block("paragraph", "They fell.", { heading: ["Costs"], page: 3 }),
  ]);
  assert.deepEqual(
    headed.map(({ text }) => text.slice(-18)),
    [prose(90).slice(-18), "Costs\n\nThey fell."],
  );
  assert.deepEqual(headed[1]?.place.heading, ["Costs"]);
  assert.equal(headed[1]?.text.startsWith("Costs"), true, "nothing is repeated across a heading");
  const small = chunksOf([
    block("heading", "A"),
    block("paragraph", "b."),
    block("heading", "C"),
    block("paragraph", "d."),
  ]);
  assert.deepEqual(
    small.map(({ text }) => text),
    ["A\n\nb.\n\nC\n\nd."],
    "small sections share a chunk",
  );
});

test("rows stay whole and end with their sheet; cells and lines span what is in the chunk; code goes by definition", () => {
  const row = (sheet: string, n: number) =>
    block("table_row", `${n}\t${"x".repeat(90)}`, { sheet, cells: `A${n}:AB${n}` });
  const rows = chunksOf([1, 2, 3, 4].map((n) => row("S", n)).concat(row("T", 1)), { size: 200, overlap: 50 });
  assert.deepEqual(
    rows.map(({ place }) => place),
    [
      { sheet: "S", cells: "A1:AB2" },
      { sheet: "S", cells: "A3:AB4" },
      { sheet: "T", cells: "A1:AB1" },
    ],
  );
  const body = (name: string, lines: number) =>
    [`function ${name}() {`, ...Array.from({ length: lines }, (_, n) => `  step(${n});`), "}"].join("\n");
  const code = chunksOf([
    block("code", body("one", 40), { line: 1, line_end: 42, symbol: "one" }),
    block("code", body("two", 200), { line: 43, line_end: 244, symbol: "two" }),
  ]);
  assert.deepEqual(code[0]?.place, { line: 1, line_end: 42, symbol: "one" });
  assert.equal(code[1]?.text.split("\n")[0], "function two() {");
  const lines = body("one", 40).concat("\n", body("two", 200)).split("\n");
  for (const { text, place } of code)
    assert.equal(
      text,
      lines.slice((place.line ?? 0) - 1, place.line_end).join("\n"),
      "the lines are those of the text",
    );
});

test("one sentence of megabytes, one word of megabytes, and marks without end are cut", () => {
  for (const text of [
    "word ".repeat(100_000),
    "x".repeat(500_000),
    `a${"\u0301".repeat(25_000)}`,
    "👩‍👩‍👧‍👦".repeat(12_000),
  ])
    for (const kind of ["paragraph", "code", "table_row"] as const) {
      const chunks = chunksOf([block(kind, text, { line: 1, line_end: 1 })]);
      assert.equal(letters(chunks.map((chunk) => chunk.text).join("")).length, letters(text).length);
      assert.ok(chunks.every((chunk) => chunk.text.length <= 1000 && chunk.text.isWellFormed()));
    }
});
