import assert from "node:assert/strict";
import { test } from "node:test";
import { doc } from "../../src/ingest/extractors/doc.ts";
import { openOle } from "../../src/ingest/extractors/ole.ts";
import { ppt } from "../../src/ingest/extractors/ppt.ts";
import { docOf, pptOf } from "./doc-making.ts";
import { oleOf } from "./ole-making.ts";
import { readWith } from "./reading.ts";

test("a DOC is told with the numbers of its lists, its headings, and what its fields show", async () => {
  const file = docOf(
    [
      { text: "Costs", style: 1 },
      { text: "first", list: 1 },
      { text: "deeper", list: 1, level: 1 },
      { text: "deepest", list: 1, level: 2 },
      { text: "second", list: 1 },
      { text: "deeper again", list: 1, level: 1 },
      { text: 'See \x13 HYPERLINK "https://example.org/a" \x14the page\x15.\x0bNext line', style: 0 },
    ],
    {
      after: [
        [1, "A footnote\r"],
        [2, "A header\rA header\r"],
      ],
    },
  );
  const { blocks, facts } = await readWith(doc, file);
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.part ?? place.heading?.join("/") ?? ""]),
    [
      ["heading", "Costs", ""],
      ["list_item", "1 first", "Costs"],
      ["list_item", "1.a deeper", "Costs"],
      ["list_item", "1.a.I deepest", "Costs"],
      ["list_item", "2 second", "Costs"],
      ["list_item", "2.a deeper again", "Costs"],
      ["paragraph", "See the page.\nNext line", "Costs"],
      ["note", "A footnote", "footnote"],
      ["note", "A header", "header"],
    ],
  );
  assert.deepEqual(facts["links"], ["https://example.org/a"]);
});

test("a DOC that is locked, or none, is said to be so", async () => {
  await assert.rejects(readWith(doc, docOf([{ text: "x" }], { flags: 0x0100 })), { code: "file.encrypted" });
  await assert.rejects(readWith(doc, oleOf({ Workbook: Buffer.alloc(600) })), { code: "file.unreadable" });
  await assert.rejects(readWith(doc, "no container"), { code: "file.unreadable" });
});

test("a PPT is told slide by slide, with boxes, notes and comments", async () => {
  const { blocks, facts } = await readWith(ppt, pptOf());
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.slide, place.part ?? ""]),
    [
      ["heading", "The title", 1, ""],
      ["list_item", "first", 1, ""],
      ["list_item", "second", 1, ""],
      ["paragraph", "In a box", 1, ""],
      ["note", "Say it slowly", 1, "notes"],
      ["note", "Ada: Why?", 1, "comment"],
    ],
  );
  assert.equal(facts["slides"], 1);
  await assert.rejects(readWith(ppt, oleOf({ other: Buffer.alloc(9) })), { code: "file.unreadable" });
});

test("a container whose chains of sectors are rings, or lead outside, ends all the same", () => {
  const file = oleOf({ "a/b": Buffer.alloc(9000, 1), c: Buffer.from("small") });
  const whole = openOle(file);
  assert.deepEqual(
    [whole.stream("a/b")?.length, whole.stream("c")?.toString(), whole.stream("d")],
    [9000, "small", null],
  );
  assert.deepEqual(
    whole.children("a").map(({ name }) => name),
    ["b"],
  );
  for (const value of [0, 1, 0xfffffff0, 0x7fffffff])
    for (let at = 44; at < 1536; at += 4) {
      const broken = Buffer.from(file);
      broken.writeUInt32LE(value, at);
      const ole = openOle(broken);
      for (const path of ole.entries.keys()) assert.ok((ole.stream(path)?.length ?? 0) <= file.length);
    }
});
