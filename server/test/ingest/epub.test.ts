import assert from "node:assert/strict";
import { test } from "node:test";
import { epub } from "../../src/ingest/extractors/epub.ts";
import { zipped } from "./packages.ts";
import { readWith } from "./reading.ts";

const book = (documents: Record<string, string>, more: Record<string, string> = {}) => {
  const ids = Object.keys(documents);
  const items = ids.map(
    (name, at) => `<item id="i${at}" href="${encodeURI(name)}" media-type="application/xhtml+xml"/>`,
  );
  const spine = ids.map((_, at) => `<itemref idref="i${at}"/>`).toReversed();
  const files = Object.entries(documents).map(([name, body]) => [
    `OPS/${name}`,
    `<html><head><title>no</title></head><body>${body}</body></html>`,
  ]);
  return zipped({
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    "OPS/book.opf":
      `<package xmlns:dc="d"><metadata><dc:title>A Life</dc:title><dc:creator>Ada</dc:creator><dc:creator>Bo</dc:creator><dc:language>en</dc:language></metadata>` +
      `<manifest>${items.join("")}<item id="toc" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine toc="toc">${spine.join("")}</spine></package>`,
    "OPS/toc.ncx":
      '<ncx><navMap><navPoint><navLabel><text>Chapter One</text></navLabel><content src="a%20b.xhtml#x"/></navPoint></navMap></ncx>',
    ...Object.fromEntries(files),
    ...more,
  });
};

test("a book in its order: headings, lists, tables, notes, titles from its contents, though it is not well-formed", async () => {
  const found = await readWith(
    epub,
    book({
      "a b.xhtml":
        '<p>It was <i>dark<p>and  stormy &amp; cold.<br>Rain.</p><script>no()</script><ol start="3" type="a"><li>x<ul><li>y</li></ul></li><li>z</li></ol>',
      "first.xhtml":
        '<h1>Preface</h1><h2>Thanks</h2><pre>a\n  b</pre><table><tr><th colspan="2">w</th><td>c</td></tr></table><img alt="A cat" src="c.png"/>' +
        '<aside epub:type="footnote"><p>In 2019.</p></aside><p><a href="https://a.example/">link</a></p>',
    }),
  );
  assert.deepEqual(
    found.blocks.map(({ kind, text, place }) => [kind, text, place.part ?? place.heading?.at(-1)]),
    [
      ...[
        ["heading", "Preface", "Preface"],
        ["heading", "Thanks", "Thanks"],
        ["code", "a\n  b", "Thanks"],
      ],
      ...[
        ["table_row", "\tw\tc", "Thanks"],
        ["paragraph", "A cat", "Thanks"],
        ["note", "In 2019.", "footnote"],
      ],
      ...[
        ["paragraph", "link", "Thanks"],
        ["paragraph", "It was dark", "Chapter One"],
      ],
      ...[
        ["paragraph", "and stormy & cold.\nRain.", "Chapter One"],
        ["list_item", "c. x", "Chapter One"],
      ],
      ...[
        ["list_item", "• y", "Chapter One"],
        ["list_item", "d. z", "Chapter One"],
      ],
    ],
  );
  const { title, author, links, images } = found.facts;
  assert.deepEqual([title, author, links, images], ["A Life", "Ada, Bo", ["https://a.example/"], 1]);
});

test("a protected book is told of, scrambled fonts are not; nesting is bounded", async () => {
  const hidden = (path: string) => ({
    "META-INF/encryption.xml": `<e><EncryptedData><CipherReference URI="${path}"/></EncryptedData></e>`,
  });
  await assert.rejects(readWith(epub, book({ "a.xhtml": "<p>x</p>" }, hidden("OPS/a.xhtml"))), {
    code: "file.encrypted",
  });
  assert.equal((await readWith(epub, book({ "a.xhtml": "<p>x</p>" }, hidden("OPS/f.ttf")))).text, "x");
  await assert.rejects(readWith(epub, book({ "a.xhtml": "<div>".repeat(200_000) })), { code: "file.beyond_limits" });
  await assert.rejects(readWith(epub, zipped({ "META-INF/container.xml": "<x/>" })), { code: "file.unreadable" });
});
