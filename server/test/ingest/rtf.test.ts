import assert from "node:assert/strict";
import { test } from "node:test";
import { rtf } from "../../src/ingest/extractors/rtf.ts";
import { bytesSource } from "../../src/ingest/source.ts";
import { nativeFile, oleOf, u32 } from "./ole-making.ts";
import { readWith } from "./reading.ts";

const document = (body: string) =>
  `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Times;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 MS Mincho;}{\\f3\\fcharset2 Symbol;}}` +
  `{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}}{\\info{\\title A \\'84plan\\'93}{\\author Ada}{\\creatim\\yr2020\\mo2\\dy3\\hr4\\min5}{\\nofwords12}}${body}}`;

test("letters by code page of the file and of the font, and by Unicode with what stands in for it", async () => {
  const body =
    "caf\\'e9 \\f1 \\'cf\\'f0\\'e8\\plain  \\f2\\'93\\'fa\\'96\\'7b\\plain  \\f3 a\\plain  \\u945?\\u-10179 ?\\u-8704\\'3f{\\uc2 \\u8364 EU}{\\uc0\\u233}x\\par" +
    "\\~a\\_b\\-c \\{\\}\\\\ \\ldblquote q\\rdblquote\\emdash\\bullet\\par";
  const found = await readWith(rtf, document(body));
  assert.deepEqual(
    found.blocks.map(({ text }) => text),
    ["café При 日本 α α😀€éx", "a-bc {}\\ “q”—•"],
  );
  assert.deepEqual(found.facts, {
    title: "A „plan“",
    author: "Ada",
    created_at: "2020-02-03T04:05",
    words: 12,
    images: 0,
  });
});

test("headings, lists, tables, notes, headers, fields, pictures and pages", async () => {
  const body = [
    "{\\header Secret\\par}{\\pard\\s1 Scope\\par}",
    "\\pard{\\listtext\\pard\\plain 1.\\tab}first\\par{\\listtext\\f3\\'b7\\tab}dot\\par",
    "\\pard text{\\footnote\\chftn  a note}{\\*\\atnid B}{\\*\\atnauthor Bo}{\\*\\annotation why?} more {\\deleted gone}\\par",
    '{\\field{\\*\\fldinst{ HYPERLINK "https://a.example/"}}{\\fldrslt{a link}}}\\par',
    "\\trowd\\intbl a\\cell b\\par c\\cell\\row\\trowd\\intbl d\\cell\\cell\\row\\pard after\\par",
    `{\\pict\\pngblip ${"0f".repeat(50)}}{\\*\\unknown nothing}{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv y}}{\\shptxt boxed\\par}}{\\shprslt boxed}}`,
    "\\page two{\\object{\\*\\objdata 00}{\\result shown}}\\par",
  ];
  const found = await readWith(rtf, document(body.join("\n")));
  assert.deepEqual(
    found.blocks.map(({ kind, text, place }) => [kind, text, place.part ?? place.page]),
    [
      ...[
        ["heading", "Scope", undefined],
        ["paragraph", "Secret", "header"],
        ["list_item", "1. first", undefined],
      ],
      ...[
        ["list_item", "• dot", undefined],
        ["paragraph", "text more", undefined],
        ["note", "a note", "footnote"],
      ],
      ...[
        ["note", "Bo: why?", "comment"],
        ["paragraph", "a link", undefined],
        ["table_row", "a\tb c", undefined],
      ],
      ...[
        ["table_row", "d", undefined],
        ["paragraph", "after", undefined],
        ["paragraph", "boxed", "textbox"],
        ["paragraph", "twoshown", 2],
      ],
    ],
  );
  assert.deepEqual(found.blocks[3]?.place.heading, ["Scope"]);
  assert.deepEqual([found.facts["links"], found.facts["images"]], [["https://a.example/"], 1]);
});

test("cut anywhere into pieces it says the same; broken, nested and lying files end well", async () => {
  const bytes = Buffer.from(
    document("caf\\'e9 {\\b bold}\\u945?\\par{\\pict\\bin5 }}}}}x}\\trowd\\intbl a\\cell\\row\\pard end\\par"),
    "latin1",
  );
  const whole = await readWith(rtf, bytes);
  assert.equal(whole.text, "café boldα\na\nend");
  const source = bytesSource(bytes, { name: "a.rtf", type: "rtf", encoding: null });
  const pieces = {
    ...rtf,
    read: (_: unknown, findings: Parameters<typeof rtf.read>[1]) =>
      rtf.read(
        {
          ...source,
          async *stream() {
            for (const byte of bytes) yield Uint8Array.of(byte);
          },
        },
        findings,
      ),
  };
  assert.equal((await readWith(pieces, bytes)).text, whole.text);
  const cut = await readWith(rtf, "{\\rtf1 {\\b so far");
  assert.deepEqual([cut.text, cut.warnings.map(({ code }) => code)], ["so far", ["part_unreadable"]]);
  const deep = await readWith(rtf, `{\\rtf1 ${"{".repeat(50_000)}in${"}".repeat(50_000)} out\\par}`);
  assert.equal(deep.text, "in out");
  assert.equal((await readWith(rtf, "{\\rtf1 a}}}}}\\bin99999999999999 b")).text, "a");
  await assert.rejects(readWith(rtf, "plain"), { code: "file.unreadable" });
});

test("files inside are told: an object of another program, and a file with its name", async () => {
  const text = (word: string) => Buffer.concat([u32(word.length + 1), Buffer.from(`${word}\0`, "latin1")]);
  const object = (kind: string, length: number, bytes: Uint8Array) =>
    Buffer.concat([u32(0x501, 2), text(kind), u32(0, 0, length), bytes]).toString("hex");
  const native = nativeFile("a.txt", Buffer.from("inside"));
  const ole = oleOf({ "\u0001Ole10Native": nativeFile("b.txt", Buffer.from("deeper")) });
  const group = (hex: string) =>
    `{\\object\\objemb{\\*\\objclass X}{\\*\\objdata ${hex.replace(/(.{64})/g, "$1\r\n")}}{\\result{shown}}}`;
  const objects = [
    object("Package", native.length - 4, native.subarray(4)),
    object("Word.Document.8", ole.length, ole),
    "0105000002000000ffffffff",
  ];
  const { text: shown, inner } = await readWith(rtf, document(`${objects.map(group).join("")}\\par`));
  assert.equal(shown, "shownshownshown");
  assert.deepEqual(
    inner.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
    [
      ["a.txt", "inside"],
      ["b.txt", "deeper"],
    ],
  );
});
