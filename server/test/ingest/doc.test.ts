import assert from "node:assert/strict";
import { test } from "node:test";
import { detect } from "../../src/ingest/detect.ts";
import { doc } from "../../src/ingest/extractors/doc.ts";
import { openOle } from "../../src/ingest/extractors/ole.ts";
import { ppt } from "../../src/ingest/extractors/ppt.ts";
import { bytesSource } from "../../src/ingest/source.ts";
import { docOf, pptOf } from "./doc-making.ts";
import { nativeFile, oleOf, u32, withStreams } from "./ole-making.ts";
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

test("files inside a DOC are told, each under its name, and do not make it something else", async () => {
  const file = withStreams(docOf([{ text: "outside" }]), {
    "ObjectPool/_1/Package": Buffer.from("PK…"),
    "ObjectPool/_2/\u0001Ole10Native": nativeFile("a.txt", Buffer.from("inside")),
    "ObjectPool/_3/Workbook": Buffer.alloc(5000, 7),
    "ObjectPool/_3/\u0001CompObj": Buffer.from("Excel"),
    "ObjectPool/_4/\u0003EPRINT": Buffer.from("only a picture of what is linked"),
  });
  const { text, inner } = await readWith(doc, file);
  assert.equal(text, "outside");
  const told = new Map(inner.map(({ name, bytes }) => [name, Buffer.from(bytes)]));
  assert.deepEqual([told.size, told.get("a.txt")?.toString(), told.get("object 1")?.toString()], [3, "inside", "PK…"]);
  const container = openOle(told.get("object 3") ?? Buffer.alloc(0));
  assert.deepEqual([container.stream("WORKBOOK")?.length, container.stream("worddocument")], [5000, null]);
  const about = { name: "a", type: "unknown", encoding: null };
  const workbook = withStreams(oleOf({ Workbook: Buffer.alloc(9) }), { "MBD1/WordDocument": Buffer.alloc(9) });
  assert.equal((await detect(bytesSource(workbook, about), { declaredMime: null })).type, "xls");
});

test("a PPT is told slide by slide, with boxes, notes and comments", async () => {
  const inside = oleOf({ "\u0001Ole10Native": nativeFile("plan.txt", Buffer.from("the plan")) });
  const { blocks, facts, inner } = await readWith(ppt, pptOf(inside));
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.slide, place.part ?? ""]),
    [
      ["note", "On every page", undefined, "footer"],
      ["note", "Our company", undefined, "master"],
      ["heading", "The title", 1, ""],
      ["list_item", "first", 1, ""],
      ["list_item", "second", 1, ""],
      ["paragraph", "In a box", 1, ""],
      ["note", "Say it slowly", 1, "notes"],
      ["note", "Ada: Why?", 1, "comment"],
    ],
  );
  assert.equal(facts["slides"], 1);
  assert.deepEqual(
    inner.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
    [["plan.txt", "the plan"]],
  );
  const locked = oleOf({ "Current User": u32(0, 0, 0, 0xf3d1c4df), "PowerPoint Document": Buffer.alloc(9) });
  await assert.rejects(readWith(ppt, locked), { code: "file.encrypted" });
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
