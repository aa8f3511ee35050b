/** Markdown, web pages and XML: what is read of them, and what cannot hurt. */
import assert from "node:assert/strict";
import { test } from "node:test";
import iconv from "iconv-lite";
import { html } from "../../src/ingest/extractors/html.ts";
import { markdown } from "../../src/ingest/extractors/markdown.ts";
import { xml } from "../../src/ingest/extractors/xml.ts";
import { attributeIn, attributesIn, localOf } from "../../src/ingest/markup-attributes.ts";
import { readWith } from "./reading.ts";

test("Markdown: headings as a path, lists, tables, code, links, footnotes and front matter, with lines", async () => {
  const text = `---
title: Costs
---
# One
Some *text* with a [link](http://x.y) and ![alt words](p.png).
## Two
3. third
4. fourth
   - [x] done

| a | b |
|---|---|
| 1 | 2 |

\`\`\`py
print(1)
\`\`\`
> quoted[^1]

[^1]: the note
`;
  const found = await readWith(markdown, text);
  assert.deepEqual(
    found.blocks.map(({ kind, text: words, place }) => [kind, words, place.line]),
    [
      ["record", "title: Costs", 2],
      ["heading", "One", 4],
      ["paragraph", "Some text with a link and alt words.", 5],
      ["heading", "Two", 6],
      ["list_item", "3. third", 7],
      ["list_item", "4. fourth", 8],
      ["list_item", "[x] done", 9],
      ["table_row", "a\tb", 11],
      ["table_row", "1\t2", 13],
      ["code", "print(1)", 16],
      ["paragraph", "quoted", 18],
      ["note", "the note", 20],
    ],
  );
  assert.deepEqual(found.blocks[9]?.place.heading, ["One", "Two"]);
  assert.equal(found.facts["title"], "Costs");
  assert.deepEqual(found.facts["links"], [{ url: "http://x.y", text: "link" }]);
});

test("Markdown made to hang a parser is read as plain text", async () => {
  for (const part of ["[", "*a_", ">", "- ", "![](", "|-", "`a``"]) {
    const hostile = part.repeat(40_000);
    const found = await readWith(markdown, `# Title\n\n${hostile}x\n\nLast words.`);
    assert.match(found.text, /Title[\s\S]+x\nLast words\.$/, part);
  }
});

test("a web page: headings, lists with numbers, rows, alternative texts and links; scripts say nothing", async () => {
  const page = `<html lang="de"><head><title>T &amp; U</title><meta name="author" content="A. B."><style>x{}</style></head>
<body><h1>Top</h1><p>One <b>two</b><br>three</p><script>var no = "<p>no</p>"</script>
<ol start="3"><li>c<ul><li>inner</li></ul></li><li>d</li></ol>
<table><caption>Cap</caption><tr><th>a<th>b</tr><tr><td colspan=2>x<table><tr><td>y</td><td>z</td></tr></table></td><td>w</td></tr></table>
<pre>  keep
 this</pre><img alt="picture"><h2>Sub</h2><a href="/l">link</a></body></html>`;
  const found = await readWith(html, page);
  assert.deepEqual(
    found.blocks.map(({ kind, text }) => [kind, text]),
    [
      ["caption", "T & U"],
      ["heading", "Top"],
      ["paragraph", "One two\nthree"],
      ["list_item", "3. c"],
      ["list_item", "inner"],
      ["list_item", "4. d"],
      ["caption", "Cap"],
      ["table_row", "a\tb"],
      ["table_row", "x y z\t\tw"],
      ["code", "  keep\n this"],
      ["paragraph", "picture"],
      ["heading", "Sub"],
      ["paragraph", "link"],
    ],
  );
  assert.deepEqual(found.blocks.at(-1)?.place.heading, ["Top", "Sub"]);
  const { title, author, declared_language, links } = found.facts;
  assert.deepEqual([title, author, declared_language], ["T & U", "A. B.", "de"]);
  assert.deepEqual(links, [{ url: "/l", text: "link" }]);
  const russian = iconv.encode('<meta charset="koi8-r"><p>Привет', "koi8-r");
  assert.equal((await readWith(html, russian, { encoding: "windows-1252" })).text, "Привет");
});

test("a page nested without end, or of one endless row, keeps its text", async () => {
  const deep = await readWith(html, `${"<div>a".repeat(30_000)}<p>end`);
  assert.equal(deep.blocks.length, 30_001);
  assert.match(deep.text, /\nend$/);
  assert.equal((await readWith(html, `<table><tr>${"<td>z".repeat(30_000)}`)).text.replace(/\s/g, "").length, 30_000);
});

test("XML: elements with their paths, prose as prose; entities and DTDs are inert, depth is bounded", async () => {
  const found = await readWith(
    xml,
    `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY l "lol">]>
<r><item sku="A-1"><name>Chair</name><price>12</price></item><p>Some <b>bold</b> words&e;&l; &reg;&bgr;&constructor;</p></r>`,
  );
  assert.deepEqual(
    found.blocks.map(({ text, place }) => [text, place.path]),
    [
      ["item sku: A-1\nname: Chair\nprice: 12", "/r/item"],
      ["Some bold words&e;&l; ®β&constructor;", "/r"],
    ],
  );
  const { elements, depth } = found.facts;
  assert.deepEqual([elements, depth], [6, 3]);
  const picture = await readWith(
    xml,
    "<svg><title>Map</title><style>a{}</style><text x='1'>Here <tspan>now</tspan></text></svg>",
    { type: "svg" },
  );
  assert.equal(picture.text.replace(/\s+/g, " "), "Map Here now");
  const deep = await readWith(xml, `<a><b>first</b>${"<g>".repeat(1000)}`);
  assert.equal(deep.text, "b: first");
  assert.deepEqual(
    deep.warnings.map(({ code }) => code),
    ["part_unreadable"],
  );
  await assert.rejects(readWith(xml, "<<<"), { code: "file.unreadable" });
});

test("an attribute that is looked for is the one that all of them together name first, whatever stands around it", () => {
  let state = 7;
  const pieces = [
    'r="1"',
    "r:id='2'",
    'x:r = "3"',
    "id\n='r=&amp;\"'",
    'rid="id=4"',
    'id=""',
    " ",
    "\n",
    "/",
    "r",
    "id",
    ":",
  ];
  const piece = () => {
    state = (state * 48_271) % 0x7fffffff;
    return pieces[state % pieces.length] ?? "";
  };
  for (let round = 0; round < 20_000; round++) {
    const raw = Array.from({ length: 1 + (round % 14) }, piece).join("");
    for (const local of ["r", "id"])
      for (const accepted of [/./, /:/]) {
        const first = attributesIn(raw).find(({ name }) => localOf(name) === local && accepted.test(name));
        assert.equal(
          attributeIn(raw, local, (name) => accepted.test(name)),
          first?.value,
          JSON.stringify(raw),
        );
      }
  }
});
