import assert from "node:assert/strict";
import { test } from "node:test";
import { docx } from "../../src/ingest/extractors/docx.ts";
import { numeral } from "../../src/ingest/extractors/docx-numerals.ts";
import { inList, para, part, run, wordDocument, zipped } from "./packages.ts";
import { readWith } from "./reading.ts";

const style = (id: string, name: string, properties: string, base = "") =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${base && `<w:basedOn w:val="${base}"/>`}<w:pPr>${properties}</w:pPr></w:style>`;
const level = (at: number, format: string, text: string, more = "") =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const list = (id: number, of: number, more = "") =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`;
const definition = (id: number, ...levels: string[]) =>
  `<w:abstractNum w:abstractNumId="${id}">${levels.join("")}</w:abstractNum>`;

test("lists and headings have the numbers that Word shows", async () => {
  const numbering = part(
    "w:numbering",
    definition(
      0,
      level(0, "decimal", "%1."),
      level(1, "lowerLetter", "%2)"),
      level(2, "upperRoman", "%1.%2.%3", "<w:isLgl/>"),
    ) +
      definition(1, level(0, "bullet", "\uf0b7"), level(1, "decimalZero", "(%2)", '<w:lvlRestart w:val="0"/>')) +
      definition(
        2,
        level(0, "decimal", "%1", '<w:pStyle w:val="H1"/>'),
        level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/>'),
      ) +
      definition(3, '<w:numStyleLink w:val="Listed"/>') +
      list(1, 0) +
      list(2, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>') +
      list(3, 1) +
      list(4, 2) +
      list(5, 3),
  );
  const styles = part(
    "w:styles",
    style("H1", "heading 1", '<w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="4"/></w:numPr>') +
      style("H2", "heading 2", "<w:outlineLvl w:val='1'/><w:numPr><w:ilvl w:val='1'/><w:numId w:val='4'/></w:numPr>") +
      style("Mine", "Mine", "", "H2") +
      '<w:style w:type="numbering" w:styleId="Listed"><w:name w:val="x"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
  );
  const body = [
    para("Scope", '<w:pStyle w:val="H1"/>'),
    para("one", inList(1, 0)),
    para("under", inList(1, 1)),
    para("lower", inList(1, 2)),
    para("two", inList(1, 0)),
    para("again", inList(1, 1)),
    para("seven", inList(2, 0)),
    para("linked", inList(5, 0)),
    para("Costs", '<w:pStyle w:val="Mine"/>'),
    para("dot", inList(3, 0)),
    para("first", inList(3, 1)),
    para("dot", inList(3, 0)),
    para("on", inList(3, 1)),
    para("none", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
    para("skipped", '<w:pStyle w:val="H2"/>'),
  ];
  const links: [string, string][] = [
    ["numbering", "numbering.xml"],
    ["styles", "styles.xml"],
  ];
  for (const strict of [false, true]) {
    const parts = { "word/numbering.xml": numbering, "word/styles.xml": styles };
    const found = await readWith(docx, wordDocument({ body: body.join(""), links, parts, strict }));
    assert.deepEqual(
      found.blocks.map(({ text }) => text),
      [
        ...["1 Scope", "1. one", "a) under", "1.1.1 lower", "2. two", "a) again", "7. seven", "8. linked", "1.1 Costs"],
        ...["• dot", "(01) first", "• dot", "(02) on", "none", "1.2 skipped"],
      ],
    );
    assert.deepEqual(found.blocks[9]?.place.heading, ["1 Scope", "1.1 Costs"]);
    assert.equal(found.facts["headings"], 4);
  }
  const written = [
    ["upperRoman", 1994],
    ["lowerLetter", 28],
    ["ordinal", 112],
    ["ordinalText", 21],
    ["japaneseCounting", 340],
  ] as const;
  assert.deepEqual(
    written.map(([format, number]) => numeral(number, format)),
    ["MCMXCIV", "bb", "112th", "Twenty-first", "三百四十"],
  );
});

test("notes and comments stand where they are referred to, headers and footers once", async () => {
  const note = (id: number, text: string, more = "") => `<w:footnote w:id="${id}" ${more}>${para(text)}</w:footnote>`;
  const comment = (id: number, author: string, paragraph: string, text: string) =>
    `<w:comment w:id="${id}" w:author="${author}"><w:p w14:paraId="${paragraph}">${run(text)}</w:p></w:comment>`;
  const found = await readWith(
    docx,
    wordDocument({
      body:
        para(
          `${run("Costs fell")}<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>`,
        ) + para(`<w:r><w:commentReference w:id="1"/></w:r>${run("Next.")}`),
      links: [
        ...([
          ["footnotes", "footnotes.xml"],
          ["comments", "comments.xml"],
          ["header", "h1.xml"],
        ] as [string, string][]),
        ...([
          ["header", "h2.xml"],
          ["footer", "f1.xml"],
          ["commentsExtended", "ce.xml"],
        ] as [string, string][]),
      ],
      parts: {
        "word/footnotes.xml": part(
          "w:footnotes",
          note(0, "line", 'w:type="separator"') + note(2, "In 2019.") + note(3, "Lost."),
        ),
        "word/comments.xml": part("w:comments", comment(0, "Ada", "A1", "Really?") + comment(1, "Bo", "B1", "Yes.")),
        "word/ce.xml": part("w15:commentsEx", '<w15:commentEx w15:paraId="B1" w15:paraIdParent="A1"/>'),
        "word/h1.xml": part("w:hdr", para("Secret")),
        "word/h2.xml": part("w:hdr", para("Secret") + para("First page")),
        "word/f1.xml": part("w:ftr", para("Acme")),
      },
    }),
  );
  assert.deepEqual(
    found.blocks.map(({ text, place }) => [text, place.part]),
    [
      ...[
        ["Secret", "header"],
        ["First page", "header"],
        ["Costs fell", undefined],
        ["In 2019.", "footnote"],
      ],
      ...[
        ["Ada: Really?", "comment"],
        ["Next.", undefined],
        ["Bo (in reply to Ada): Yes.", "comment"],
        ["Lost.", "footnote"],
      ],
      ["Acme", "footer"],
    ],
  );
  assert.equal(found.facts["comments"], 2);
  assert.deepEqual(found.warnings, []);
});

test("what is in runs: changes, fields, breaks, signs, equations, boxes, boxes of older Word only once", async () => {
  const box = (text: string) => `<w:txbxContent>${para(text)}</w:txbxContent>`;
  const field = (code: string, shown: string) =>
    `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;
  const body = [
    para(
      `<w:ins w:author="A">${run("new ")}</w:ins><w:del w:author="A"><w:r><w:delText>old</w:delText></w:r></w:del>${run("text")}`,
    ),
    para(
      field(' HYPERLINK "https://a.example/x" ', "a link") +
        `<w:hyperlink r:id="r1" w:id="r2">${run(" and one")}</w:hyperlink>`,
    ),
    para(
      '<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
    ),
    para(
      "<m:oMath><m:f><m:num><m:r><m:t>x</m:t></m:r></m:num><m:den><m:rad><m:deg/><m:e><m:r><m:t>2</m:t></m:r></m:e></m:rad></m:den></m:f></m:oMath>",
    ),
    para(
      `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:docPr descr="A cat"/><wps:txbx>${box("boxed")}</wps:txbx></w:drawing></mc:Choice>` +
        `<mc:Fallback><w:pict><v:textbox>${box("boxed")}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>${run("around")}`,
    ),
    para('<w:r><w:pict><v:shape><v:textpath string="Sale!"/></v:shape></w:pict></w:r>'),
    para(
      '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="maybe"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ),
    `<w:sdt><w:sdtPr><w:alias w:val="hidden"/></w:sdtPr><w:sdtContent>${para("held")}</w:sdtContent></w:sdt>`,
    para('<w:r><w:br w:type="page"/></w:r>'),
    para(`<w:r><w:lastRenderedPageBreak/><w:t>page two</w:t></w:r>`),
    para("page three", "<w:pageBreakBefore/>"),
    para("&amp;amp; &#x41;&unknown;"),
  ];
  const found = await readWith(
    docx,
    wordDocument({ body: body.join(""), links: [["hyperlink", "https://b.example/"]] }),
  );
  assert.deepEqual(
    found.blocks.map(({ text }) => text),
    [
      ...[
        "new text",
        "a link and one",
        "a\tb\nc-α✓",
        "\\frac{x}{\\sqrt{2}}",
        "around",
        "A cat",
        "boxed",
        "Sale!",
        "maybe",
        "held",
      ],
      ...["page two", "page three", "&amp; A&unknown;"],
    ],
  );
  assert.deepEqual(found.facts["links"], ["https://a.example/x", "https://b.example/"]);
  assert.deepEqual(found.facts["tracked_changes"], { insertions: 1, deletions: 1 });
  assert.deepEqual(
    found.blocks.slice(-3).map(({ place }) => place.page),
    [2, 3, 3],
  );
});

test("tables by row: covered and nested cells, and tables that only arrange text", async () => {
  const cell = (content: string, properties = "") => `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`;
  const row = (...cells: string[]) => `<w:tr>${cells.join("")}</w:tr>`;
  const table = (...rows: string[]) => `<w:tbl><w:tblPr/>${rows.join("")}</w:tbl>`;
  const inner = table(row(cell(para("x")), cell(para("y"))));
  const body =
    table(
      row(cell(para("wide"), '<w:gridSpan w:val="2"/>'), cell(para("c"))),
      row(cell(para("a") + inner), cell(para("")), cell(para("two") + para("lines"))),
      `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>${cell(para("gone"))}</w:tr>`,
      `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>${cell(para("late"))}</w:tr>`,
    ) + table(row(cell(para("Dear all,") + para("a letter in a frame"))));
  const found = await readWith(docx, wordDocument({ body }));
  assert.deepEqual(
    found.blocks.map(({ text, kind }) => [kind, text]),
    [
      ...[
        ["table_row", "\twide\tc"],
        ["table_row", "a x y\t\ttwo lines"],
        ["table_row", "\tlate"],
      ],
      ...[
        ["paragraph", "Dear all,"],
        ["paragraph", "a letter in a frame"],
      ],
    ],
  );
  assert.equal(found.facts["tables"], 3);
});

test("charts, diagrams, and files inside are told", async () => {
  const values = (kind: string, ...texts: string[]) =>
    `<c:${kind}><c:strRef><c:strCache>${texts.map((text, at) => `<c:pt idx="${at}"><c:v>${text}</c:v></c:pt>`).join("")}</c:strCache></c:strRef></c:${kind}>`;
  const title = (text: string) =>
    `<c:title><c:tx><c:rich><a:p><a:r><a:t>${text}</a:t></a:r></a:p></c:rich></c:tx></c:title>`;
  const chart = part(
    "c:chartSpace",
    `<c:chart>${title("Sales")}<c:plotArea><c:barChart><c:ser>${values("tx", "peach")}${values("cat", "March", "April")}${values("val", "3", "4")}</c:ser></c:barChart><c:catAx>${title("Month")}</c:catAx></c:plotArea></c:chart>`,
  );
  const diagram = part(
    "dgm:dataModel",
    "<dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>From here</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>",
  );
  const found = await readWith(
    docx,
    wordDocument({
      body: para(
        '<w:r><w:drawing><c:chart r:id="r1"/></w:drawing></w:r><w:r><w:drawing><dgm:relIds r:dm="r2"/></w:drawing></w:r>',
      ),
      links: [
        ["chart", "charts/c.xml"],
        ["diagramData", "d.xml"],
        ["package", "embeddings/b.xlsx"],
        ["glossaryDocument", "g/d.xml"],
      ],
      parts: {
        ...{ "word/charts/c.xml": chart, "word/d.xml": diagram, "word/embeddings/b.xlsx": zipped({ a: "b" }) },
        "word/g/d.xml": part("w:glossaryDocument", `<w:docParts>${para("Building block")}</w:docParts>`),
      },
    }),
  );
  const wanted = ["Sales", "Month", "\tMarch\tApril", "peach\t3\t4", "From here", "Building block"];
  assert.deepEqual(
    found.blocks.map(({ text }) => text),
    wanted,
  );
  assert.deepEqual(
    found.inner.map(({ name, path }) => [name, path]),
    [["b.xlsx", "b.xlsx"]],
  );
});

test("what is broken or means harm is refused in a sentence, and what was read before stays", async () => {
  await assert.rejects(readWith(docx, zipped({ "a.txt": "no document" })), { code: "file.unreadable" });
  const deep = wordDocument({ body: "<w:sdt>".repeat(5000) });
  await assert.rejects(readWith(docx, deep), { code: "file.beyond_limits" });
  const bomb = wordDocument({ body: para(" ".repeat(3_000_000)) });
  await assert.rejects(readWith(docx, bomb, { limits: { inflatedBytes: 1_000_000 } }), { code: "file.beyond_limits" });
  const cut = zipped({
    "word/document.xml": `${part("w:document", `<w:body>${para("kept")}</w:body>`).slice(0, -20)}`,
  });
  const found = await readWith(docx, cut);
  assert.deepEqual([found.text, found.warnings.map(({ code }) => code)], ["kept", ["part_unreadable"]]);
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${part("w:document", `<w:body>${para("&b;")}</w:body>`).replace(/^.*\n/, "")}`;
  assert.equal((await readWith(docx, zipped({ "word/document.xml": laughs }))).text, "&b;");
});
