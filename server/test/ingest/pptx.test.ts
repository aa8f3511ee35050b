import assert from "node:assert/strict";
import { test } from "node:test";
import { pptx } from "../../src/ingest/extractors/pptx.ts";
import { part, relations, zipped } from "./packages.ts";
import { readWith } from "./reading.ts";

const text = (...lines: string[]) =>
  `<p:txBody>${lines.map((line) => (line.startsWith("<") ? line : `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`)).join("")}</p:txBody>`;
const shape = (placeholder: string, y: number | null, body: string, described = "") =>
  `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" descr="${described}"/><p:nvPr>${placeholder && `<p:ph ${placeholder}/>`}</p:nvPr></p:nvSpPr>` +
  `<p:spPr>${y === null ? "" : `<a:xfrm><a:off x="0" y="${y}"/></a:xfrm>`}</p:spPr>${body}</p:sp>`;
const slide = (name: string, ...shapes: string[]) =>
  part(name, `<p:cSld><p:spTree>${shapes.join("")}</p:spTree></p:cSld>`);
const numbered = (said: string, level: number, scheme: string, start = "") =>
  `<a:p><a:pPr lvl="${level}"><a:buAutoNum type="${scheme}" ${start}/></a:pPr><a:r><a:t>${said}</a:t></a:r></a:p>`;
const table =
  '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="9000000"/></p:xfrm><a:graphic><a:graphicData><a:tbl>' +
  `<a:tr><a:tc>${text("a").replaceAll("p:txBody", "a:txBody")}</a:tc><a:tc>${text("b").replaceAll("p:txBody", "a:txBody")}</a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;

const presentation = () =>
  zipped({
    "_rels/.rels": relations(["officeDocument", "ppt/presentation.xml"]),
    "ppt/presentation.xml": part(
      "p:presentation",
      '<p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst>',
    ),
    "ppt/_rels/presentation.xml.rels": relations(
      ...([
        ["slide", "slides/s1.xml"],
        ["slide", "slides/s2.xml"],
        ["slideMaster", "m.xml"],
      ] as [string, string][]),
      ...([
        ["commentAuthors", "authors.xml"],
        ["authors", "people.xml"],
      ] as [string, string][]),
    ),
    "ppt/authors.xml": part("p:cmAuthorLst", '<p:cmAuthor id="0" name="Ada"/>'),
    "ppt/people.xml": part("p:authorLst", '<p:author id="{B}" name="Bo"/>'),
    "ppt/slides/s1.xml": slide("p:sld", shape("", 1, text("Only"))).replace("<p:sld ", '<p:sld show="0" '),
    "ppt/slides/s2.xml": slide(
      "p:sld",
      ...[table, shape("", 5_000_000, text("below")), shape('type="body" idx="1"', null, text("point"))],
      shape(
        "",
        4_000_000,
        text(
          numbered("x", 0, "romanUcPeriod"),
          numbered("y", 1, "alphaLcParenR", 'startAt="3"'),
          numbered("z", 0, "romanUcPeriod"),
        ),
        "A cat",
      ),
      shape('type="title"', 8_000_000, text("Plan")),
    ),
    "ppt/slides/_rels/s2.xml.rels": relations(
      ...([
        ["slideLayout", "../l.xml"],
        ["notesSlide", "../n.xml"],
        ["comments", "../c1.xml"],
        ["comments", "../c2.xml"],
      ] as [string, string][]),
      ["package", "../e.docx"],
    ),
    "ppt/l.xml": slide(
      "p:sldLayout",
      shape('type="body" idx="1"', 2_000_000, text("Click to add text")),
      shape("", 1, text("Acme")),
    ),
    "ppt/n.xml": slide(
      "p:notes",
      shape('type="sldImg"', 1, ""),
      shape('type="body"', 2, text("Say hello")),
      shape('type="sldNum"', 3, text("2")),
    ),
    "ppt/c1.xml": part(
      "p:cmLst",
      '<p:cm authorId="0" idx="1"><p:text>Too long</p:text></p:cm><p:cm authorId="0"><p:text>No</p:text><p:extLst><p:parentCm authorId="0" idx="1"/></p:extLst></p:cm>',
    ),
    "ppt/c2.xml": part(
      "p:cmLst",
      `<p:cm authorId="{B}"><p:replyLst><p:reply authorId="{B}">${text("Yes")}</p:reply></p:replyLst>${text("So?")}</p:cm>`,
    ),
    "ppt/m.xml": slide(
      "p:sldMaster",
      shape('type="title"', 1, text("Click to edit")),
      shape('type="ftr"', 2, text("Secret")),
      shape("", 3, text("Acme")),
    ),
    "ppt/e.docx": "PK",
  });

test("slides in their order: by position, with numbers, notes, comments, files, and what masters show", async () => {
  const found = await readWith(pptx, presentation());
  assert.deepEqual(
    found.blocks.map(({ text: said, place }) => [said, place.slide, place.part]),
    [
      ...[
        ["Plan", 1, undefined],
        ["point", 1, undefined],
        ["I. x", 1, undefined],
        ["c) y", 1, undefined],
        ["II. z", 1, undefined],
      ],
      ...[
        ["A cat", 1, undefined],
        ["below", 1, undefined],
        ["a\tb", 1, undefined],
        ["Say hello", 1, "notes"],
      ],
      ...[
        ["Ada: Too long", 1, "comment"],
        ["Ada (in reply to Ada): No", 1, "comment"],
        ["Bo: So?", 1, "comment"],
        ["Bo (in reply to Bo): Yes", 1, "comment"],
      ],
      ...[
        ["Only", 2, "hidden"],
        ["Acme", undefined, "layout"],
        ["Secret", undefined, "master"],
      ],
    ],
  );
  assert.deepEqual(found.blocks[1]?.place.heading, ["Plan"]);
  assert.deepEqual([found.facts["slides"], found.facts["hidden_slides"], found.facts["comments"]], [2, 1, 4]);
  assert.deepEqual(
    found.inner.map(({ path }) => path),
    ["slide 1/e.docx"],
  );
  assert.deepEqual(found.warnings, []);
});

test("a broken slide is told of, and the others are read", async () => {
  const found = await readWith(
    pptx,
    zipped({
      "ppt/presentation.xml": part(
        "p:presentation",
        '<p:sldIdLst><p:sldId r:id="r1"/><p:sldId r:id="r2"/><p:sldId r:id="r9"/></p:sldIdLst>',
      ),
      "ppt/_rels/presentation.xml.rels": relations(["slide", "s1.xml"], ["slide", "s2.xml"]),
      "ppt/s1.xml": slide("p:sld", shape("", 1, text("lost"))).slice(0, -30),
      "ppt/s2.xml": slide("p:sld", shape("", 1, text("kept"))),
    }),
  );
  assert.deepEqual([found.text, found.warnings.map(({ code }) => code)], ["kept", ["part_unreadable"]]);
});
