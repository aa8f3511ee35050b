import assert from "node:assert/strict";
import { test } from "node:test";
import { utils, write } from "@e965/xlsx";
import { unzipSync } from "fflate";
import { ods } from "../../src/ingest/extractors/sheets-ods.ts";
import { xls } from "../../src/ingest/extractors/sheets-xls.ts";
import { xlsx } from "../../src/ingest/extractors/sheets-xlsx.ts";
import { oleOf, u16, u32, utf16 } from "./ole-making.ts";
import { readWith } from "./reading.ts";
import { relations, xlsxOf, zipOf } from "./sheets-making.ts";

const rows =
  `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Share</t></is></c></row>` +
  `<row r="2"><c r="A2" s="1"><v>43831</v></c><c r="B2"><v>1234.5</v></c><c r="C2" s="2"><v>0.025</v></c></row>` +
  `<row r="1048576"><c r="B1048576"><f>SUM(B2)</f></c><c r="XFD1048576" t="b"><v>1</v></c></row>`;

test("an XLSX is told row by row as it is shown, wherever its cells are", async () => {
  const { blocks, facts } = await readWith(xlsx, xlsxOf(rows, { state: ' state="hidden"' }));
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.cells]),
    [
      ["heading", "Ducks", undefined],
      ["table_row", "Year\tFreshwater\tShare", "A1:C1"],
      ["table_row", "2020-01-01\t1234.5\t2.50%", "A2:C2"],
      ["table_row", `=SUM(B2)${"\t".repeat(20)}TRUE`, "B1048576:XFD1048576"],
      ["record", "Rate = Ducks!$B$2", undefined],
    ],
  );
  assert.deepEqual(facts["sheets"], [
    { name: "Ducks", rows: 3, columns: 16384, header: ["Year", "Freshwater", "Share"], hidden: true },
  ]);
});

test("what stands beside the cells of an XLSX is told: comments, charts, boxes, headers, choices, links, files", async () => {
  const c =
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
  const bytes = xlsxOf(rows, {
    after:
      '<dataValidations><dataValidation type="list" sqref="A9"><formula1>"red,green"</formula1></dataValidation></dataValidations>' +
      '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Report&amp;RPage &amp;P</oddHeader></headerFooter>',
    parts: {
      "xl/worksheets/_rels/sheet1.xml.rels": relations(
        ["comments", "../comments1.xml"],
        ["threadedComment", "../threadedComments/t1.xml"],
        ["drawing", "../drawings/drawing1.xml"],
        ["hyperlink", "https://example.org/ducks", "External"],
        ["package", "../embeddings/note.docx"],
      ),
      "xl/comments1.xml":
        '<comments><authors><author>Ada</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>Since </t></r><r><t>when?</t></r></text></comment><comment ref="B1" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>',
      "xl/threadedComments/t1.xml":
        '<ThreadedComments><threadedComment ref="B1" personId="p"><text>Too few</text></threadedComment></ThreadedComments>',
      "xl/persons/person.xml": '<personList><person displayName="Grace" id="p"/></personList>',
      "xl/drawings/drawing1.xml": `<d ${c}><txBody><a:p><a:r><a:t>In a box</a:t></a:r></a:p></txBody></d>`,
      "xl/drawings/_rels/drawing1.xml.rels": relations(["chart", "../charts/chart1.xml"]),
      "xl/charts/chart1.xml": `<c:chartSpace ${c}><c:title><c:tx><c:rich><a:p><a:r><a:t>Ducks by year</a:t></a:r></a:p></c:rich></c:tx></c:title><c:ser><c:tx><c:v>Wild</c:v></c:tx><c:cat><c:pt><c:v>2019</c:v></c:pt><c:pt><c:v>2020</c:v></c:pt></c:cat><c:val><c:pt><c:v>7</c:v></c:pt><c:pt><c:v>9</c:v></c:pt></c:val></c:ser></c:chartSpace>`,
      "xl/embeddings/note.docx": "bytes",
    },
  });
  const { blocks, facts, inner, warnings } = await readWith(xlsx, bytes);
  const beside = blocks.filter(({ place }) => place.part && place.part !== "defined_name");
  assert.deepEqual(
    beside.map(({ text, place }) => [place.part, place.cells ?? "", text]),
    [
      ["choices", "", "Choices: red,green"],
      ["header", "", "Report | Page #"],
      ["comment", "B1", "Grace: Too few"],
      ["comment", "A1", "Ada: Since when?"],
      ["textbox", "", "In a box"],
      ["chart", "", "Ducks by year"],
      ["chart", "", "\t2019\t2020"],
      ["chart", "", "Wild\t7\t9"],
    ],
  );
  assert.deepEqual(
    [facts["links"], inner.map(({ name }) => name), warnings],
    [["https://example.org/ducks"], ["note.docx"], []],
  );
});

test("an XLSX that wants to harm is read as far as it goes", async () => {
  const bomb = `<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&b; laughs</t></is></c></row></sheetData></worksheet>`;
  const laughs = await readWith(xlsx, xlsxOf("", { parts: { "xl/worksheets/sheet1.xml": bomb } }));
  assert.ok(laughs.text.includes("&b; laughs"), laughs.text);
  const broken = await readWith(xlsx, xlsxOf(`${rows}<row r="3"><c r="A3"><v>5</row>`));
  assert.ok(broken.text.includes("2020-01-01"));
  assert.deepEqual(
    broken.warnings.map(({ code }) => code),
    ["part_unreadable"],
  );
  const many = await readWith(xlsx, xlsxOf(rows), { limits: { cells: 4 } });
  assert.deepEqual([many.warnings[0]?.code, many.text.includes("1234.5")], ["text_limited", false]);
  await assert.rejects(readWith(xlsx, oleOf({ EncryptedPackage: Buffer.alloc(64) })), { code: "file.encrypted" });
  await assert.rejects(readWith(xlsx, zipOf({ "a.txt": "a" })), { code: "file.unreadable" });
});

test("an ODS is told as it was shown, a million empty rows between or not, and its comments", async () => {
  const content = `<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:dc="d">
    <table:table table:name="Birds"><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>
    <table:table-cell><office:annotation><dc:creator>Ada</dc:creator><dc:date>2020</dc:date><text:p>Which?</text:p></office:annotation><text:p>Wild<text:s/>ducks</text:p></table:table-cell></table:table-row>
    <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
    <table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value="0.5"><text:p>50 %</text:p></table:table-cell></table:table-row></table:table></office:document-content>`;
  const { blocks } = await readWith(ods, zipOf({ "content.xml": content }));
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.cells]),
    [
      ["heading", "Birds", undefined],
      ["note", "Ada: Which?", undefined],
      ["table_row", "Year\tWild ducks", "A1:B1"],
      ["table_row", "50 %", "C1048002"],
    ],
  );
  const locked = zipOf({ "content.xml": "noise", "META-INF/manifest.xml": "<m><encryption-data/></m>" });
  await assert.rejects(readWith(ods, locked), { code: "file.encrypted" });
});

test("an XLS is told as it is shown, with what its records hold beside the cells", async () => {
  const book = utils.book_new();
  const sheet = utils.aoa_to_sheet([
    ["Name", "Share"],
    ["Mallard", 0.25],
  ]);
  Object.assign(sheet["B2"], { z: "0.0%" });
  utils.book_append_sheet(book, sheet, "Ducks");
  const made: Buffer = write(book, { type: "buffer", bookType: "biff8" });
  const { text, facts } = await readWith(xls, made);
  assert.equal(text, "Ducks\nName\tShare\nMallard\t25.0%");
  assert.deepEqual(facts["sheets"], [{ name: "Ducks", rows: 2, columns: 2, header: ["Name", "Share"] }]);
  const long = utils.aoa_to_sheet([[123456789012345, 1.5]]);
  const binary: Buffer = write({ SheetNames: ["Ids"], Sheets: { Ids: long } }, { type: "buffer", bookType: "xlsb" });
  const parts = unzipSync(binary);
  const texts = ["&LOdd", null, null, "&CEven", null, null];
  const margins = Buffer.concat([
    u16(0),
    ...texts.map((text) => (text === null ? u32(0xffffffff) : Buffer.concat([u32(text.length), utf16(text)]))),
  ]);
  const sheetPart = "xl/worksheets/sheet1.bin";
  parts[sheetPart] = Buffer.concat([parts[sheetPart] ?? u16(), Buffer.from([0xdf, 3, margins.length]), margins]);
  assert.equal((await readWith(xlsx, zipOf(parts))).text, "Ids\n123456789012345\t1.5\nOdd\nEven");
  await assert.rejects(readWith(xlsx, zipOf(parts), { limits: { wholeBytes: 5000 } }), { code: "file.beyond_limits" });
  const header = Buffer.concat([u16(0x14, 3 + 9, 9), Buffer.from("\0&CSecret!", "latin1")]);
  const { besideCells } = await import("../../src/ingest/extractors/sheets-biff.ts");
  assert.deepEqual(besideCells(header), [{ sheet: null, part: "header", text: "Secret!" }]);
  await assert.rejects(readWith(xls, oleOf({ Workbook: Buffer.from("no records") })), { code: "file.unreadable" });
});
