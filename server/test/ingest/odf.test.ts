import assert from "node:assert/strict";
import { test } from "node:test";
import { odf } from "../../src/ingest/extractors/odf.ts";
import { zipped } from "./packages.ts";
import { readWith } from "./reading.ts";

const names = ["office", "text", "style", "table", "draw", "presentation", "meta", "svg", "manifest", "math", "chart"];
const namespaces = names.map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`).join(" ");
const root = (name: string, content: string) =>
  `<?xml version="1.0"?><office:${name} ${namespaces} xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/">${content}</office:${name}>`;
const content = (kind: string, body: string, styles = "") =>
  root(
    "document-content",
    `<office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body>`,
  );
const numbers = (level: number, format: string, more = "") =>
  `<text:list-level-style-number text:level="${level}" style:num-format="${format}" style:num-suffix="." ${more}/>`;
const p = (text: string) => `<text:p>${text}</text:p>`;
const item = (text: string, more = "") => `<text:list-item ${more}>${p(text)}</text:list-item>`;

const body =
  "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion></text:changed-region></text:tracked-changes>" +
  '<text:p text:style-name="P1">Report</text:p><text:h text:outline-level="1">Scope</text:h><text:h text:outline-level="2">Costs</text:h>' +
  `<text:list text:style-name="L">${item("one")}<text:list-item>${p("two")}<text:list>${item("under")}</text:list></text:list-item>${item("nine", 'text:start-value="9"')}</text:list>` +
  p("between") +
  `<text:list text:style-name="L" text:continue-numbering="true">${item("ten")}</text:list>` +
  p(
    'a<text:s text:c="3"/>b<text:tab/>c\n   d<text:line-break/>e <text:a xlink:href="https://a.example/">link</text:a>',
  ) +
  p(
    'noted<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>In 2019.</text:p></text:note-body></text:note>' +
      "<office:annotation><dc:creator>Ada</dc:creator><text:p>Really?</text:p></office:annotation>",
  ) +
  p("<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box><svg:desc>A cat</svg:desc></draw:frame>around") +
  p(
    '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame><draw:frame><draw:object xlink:href="./Object 2"/></draw:frame>',
  ) +
  `<table:table><table:table-header-rows><table:table-row><table:table-cell>${p("a")}</table:table-cell><table:covered-table-cell/><table:table-cell>${p("b")}${p("c")}</table:table-cell></table:table-row></table:table-header-rows></table:table>`;

test("texts: numbers of lists and headings, notes, boxes, objects, tables, headers; nothing that was deleted", async () => {
  const styles =
    `<text:list-style style:name="L">${numbers(1, "1")}${numbers(2, "a", 'text:display-levels="2"')}</text:list-style>` +
    '<style:style style:name="P1" style:parent-style-name="Title"/>';
  const margins =
    "<style:master-page><style:header><text:p>Secret</text:p></style:header><style:footer><text:p>Acme</text:p></style:footer></style:master-page>";
  const outline = `<text:outline-style>${numbers(1, "I")}${numbers(2, "1", 'loext:num-list-format="%1%-%2%"')}</text:outline-style>`;
  const rows = `<table:table><table:table-row><table:table-cell>${p("March")}</table:table-cell><table:table-cell>${p("3")}</table:table-cell></table:table-row></table:table>`;
  const found = await readWith(
    odf,
    zipped({
      "content.xml": content("text", body, styles),
      "styles.xml": root(
        "document-styles",
        `<office:styles>${outline}</office:styles><office:master-styles>${margins}</office:master-styles>`,
      ),
      "meta.xml": root(
        "document-meta",
        '<office:meta><dc:title>Plan</dc:title><meta:document-statistic meta:page-count="3" meta:word-count="9"/></office:meta>',
      ),
      "Object 1/content.xml": content(
        "chart",
        `<chart:chart><chart:title>${p("Sales")}</chart:title>${rows}</chart:chart>`,
      ),
      "Object 2/content.xml":
        '<math:math xmlns:math="m"><math:mi>x</math:mi><math:annotation>x over 2</math:annotation></math:math>',
    }),
  );
  assert.deepEqual(
    found.blocks.map(({ text, place }) => [text, place.part]),
    [
      ...[
        ["Secret", "header"],
        ["Report", undefined],
        ["I. Scope", undefined],
        ["I-1 Costs", undefined],
        ["1. one", undefined],
      ],
      ...[
        ["2. two", undefined],
        ["2.a. under", undefined],
        ["9. nine", undefined],
        ["between", undefined],
        ["10. ten", undefined],
      ],
      ...[
        ["a   b\tc d\ne link", undefined],
        ["noted", undefined],
        ["In 2019.", "footnote"],
        ["Ada: Really?", "comment"],
      ],
      ...[
        ["around", undefined],
        ["boxed", "textbox"],
        ["A cat", undefined],
        ["Sales", "embedded"],
        ["March\t3", "embedded"],
      ],
      ...[
        ["x over 2", "formula"],
        ["a\t\tb c", undefined],
        ["Acme", "footer"],
      ],
    ],
  );
  assert.deepEqual(found.blocks[8]?.place.heading, ["Report", "I. Scope", "I-1 Costs"]);
  assert.deepEqual([found.facts["title"], found.facts["pages"], found.facts["comments"]], ["Plan", 3, 1]);
});

test("presentations: slides, their notes, and no prompts of placeholders", async () => {
  const frame = (kind: string, text: string, more = "") =>
    `<draw:frame presentation:class="${kind}" ${more}><draw:text-box>${p(text)}</draw:text-box></draw:frame>`;
  const slides = `<draw:page>${frame("title", "Plan")}${frame("outline", "point")}${frame("outline", "Click", 'presentation:placeholder="true"')}<presentation:notes>${p("Say hello")}</presentation:notes></draw:page>`;
  const master = `<style:master-page>${frame("title", "Click to edit")}${frame("footer", "Secret")}</style:master-page>`;
  const found = await readWith(
    odf,
    zipped({
      "content.xml": content("presentation", slides),
      "styles.xml": root("document-styles", `<office:master-styles>${master}</office:master-styles>`),
    }),
    { type: "odp" },
  );
  assert.deepEqual(
    found.blocks.map(({ kind, text, place }) => [kind, text, place.slide, place.part]),
    [
      ["heading", "Plan", 1, undefined],
      ["paragraph", "point", 1, undefined],
      ["paragraph", "Say hello", 1, "notes"],
      ["paragraph", "Secret", undefined, "master"],
    ],
  );
});

test("a password and a broken end are told", async () => {
  const manifest = root(
    "x",
    '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>',
  );
  const locked = zipped({ "content.xml": "\u0001\u0002", "META-INF/manifest.xml": manifest });
  await assert.rejects(readWith(odf, locked), { code: "file.encrypted" });
  const cut = await readWith(odf, zipped({ "content.xml": content("text", p("kept")).slice(0, -20) }));
  assert.deepEqual([cut.text, cut.warnings.map(({ code }) => code)], ["kept", ["part_unreadable"]]);
  await assert.rejects(readWith(odf, zipped({ mimetype: "x" })), { code: "file.unreadable" });
});
