import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { pdf } from "../../src/ingest/extractors/pdf.ts";
import { line, pagesOf, pdfOf, streamOf } from "./pdf-making.ts";
import { readWith } from "./reading.ts";

const paragraph = (x: number, y: number, lines: readonly string[]): string =>
  lines.map((text, i) => line(x, y - i * 12, text)).join("");

test("a PDF is told in headings, paragraphs, lists and rows, with what repeats on its pages told once", async () => {
  const page = (number: number) =>
    line(50, 780, "Yearly report of the works") +
    line(50, 700, `Chapter ${number}`, { font: "F2", size: 16 }) +
    paragraph(50, 670, [
      "The first paragraph goes on over several lines and is hyphen-",
      "ated at the end of one of them, as text often is.",
    ]) +
    line(50, 630, "Bold and short", { font: "F2" }) +
    paragraph(50, 600, [`A second one, of page ${number}.`]) +
    paragraph(60, 570, ["1. one thing to do", "2. another thing to do"]) +
    line(50, 530, "Year") +
    line(150, 530, "Ducks") +
    line(50, 518, "2019") +
    line(150, 518, "120") +
    line(300, 30, `Page ${number} of 4`);
  const { blocks, facts, warnings } = await readWith(pdf, pagesOf([1, 2, 3, 4].map(page)));
  assert.deepEqual(warnings, []);
  assert.equal(facts["pages"], 4);
  const third = blocks.filter(({ place }) => place.page === 3);
  assert.deepEqual(
    third.map(({ kind, text }) => [kind, text]),
    [
      ["heading", "Chapter 3"],
      [
        "paragraph",
        "The first paragraph goes on over several lines and is hyphenated at the end of one of them, as text often is.",
      ],
      ["heading", "Bold and short"],
      ["paragraph", "A second one, of page 3."],
      ["list_item", "1. one thing to do"],
      ["list_item", "2. another thing to do"],
      ["table_row", "Year\tDucks"],
      ["table_row", "2019\t120"],
    ],
  );
  assert.deepEqual(third[3]?.place.heading, ["Chapter 3", "Bold and short"]);
  const running = blocks.filter(({ place }) => place.part);
  assert.deepEqual(
    running.map(({ text, place }) => [text, place.page, place.part]),
    [
      ["Yearly report of the works", 1, "header"],
      ["Page 1 of 4", 1, "footer"],
    ],
  );
});

test("columns that are drawn line by line are read one after the other; turned text is text", async () => {
  const left = [
    "The left column begins here",
    "and goes on for a while until",
    "it ends with its fourth line,",
    "which is this one on the left.",
  ];
  const right = [
    "The right column follows then",
    "with lines as long as those on",
    "the other side of the page it",
    "stands on, and ends just here.",
  ];
  const rows = left
    .flatMap((text, i) => [line(50, 700 - i * 12, text), line(320, 700 - i * 12, right[i] ?? "")])
    .join("");
  const { text } = await readWith(pdf, pagesOf([rows]));
  assert.ok(text.replaceAll("\n", " ").includes(`${left.join(" ")} ${right.join(" ")}`), text);
  const turned = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Turned by a quarter) Tj ET";
  assert.equal((await readWith(pdf, pagesOf([turned]))).text, "Turned by a quarter");
});

test("what stands beside the text is told: who made it, fields, comments, links, attachments", async () => {
  const annotations = "/Annots [7 0 R 8 0 R 9 0 R]";
  const more = [
    "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Is this right?) /T (Ada) >>",
    "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/a) >> >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (city) /V (Lisbon) /Rect [0 0 9 9] /P 5 0 R >>",
    "<< /Title (The \\(small\\) one) /Author (Grace) /CreationDate (D:20240822125427+02'00') >>",
    "<< /Type /Filespec /F (data.csv) /UF (data.csv) /EF << /F 12 0 R >> >>",
    streamOf("a,b\n1,2", "/Type /EmbeddedFile"),
  ];
  const catalog = "/AcroForm << /Fields [9 0 R] >> /Names << /EmbeddedFiles << /Names [(data.csv) 11 0 R] >> >>";
  const found = await readWith(
    pdf,
    pagesOf([line(50, 700, "A page with some text on it")], {
      page: annotations,
      more,
      catalog,
      trailer: "/Info 10 0 R",
    }),
  );
  const { title, author, created_at, links, form } = found.facts;
  assert.deepEqual(
    { title, author, created_at, links, form },
    {
      title: "The (small) one",
      author: "Grace",
      created_at: "2024-08-22T10:54:27.000Z",
      links: ["https://example.org/a"],
      form: "acroform",
    },
  );
  assert.deepEqual(
    found.inner.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
    [["data.csv", "a,b\n1,2"]],
  );
  assert.ok(found.text.includes("Ada: Is this right?") && found.text.includes("city: Lisbon"), found.text);
});

test("a page of pictures alone is said to want OCR, by its number", async () => {
  const picture = streamOf(
    "\xff",
    "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
  );
  const objects = [
    "<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
    streamOf("q 99 0 0 99 0 0 cm /I Do Q"),
    picture,
  ];
  const { blocks, warnings } = await readWith(pdf, pdfOf(objects));
  assert.deepEqual(blocks, []);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["needs_ocr"],
  );
  assert.match(warnings[0]?.message ?? "", /pages 1-2/);
});

test("what is no PDF, or lies about its pages, ends soon and plainly", async () => {
  for (const bytes of ["no PDF at all", "%PDF-1.7\n", pagesOf([line(9, 9, "x")]).subarray(0, 200)])
    await assert.rejects(readWith(pdf, bytes), { code: "file.unreadable" });
  const huge =
    line(50, 700, "small text, and more of it") + line(50, 300, "Letters of two thousand points", { size: 2000 });
  // What stands outside the page is not drawn.
  assert.equal((await readWith(pdf, pagesOf([huge]))).text, "small text, and more of it\nL");
  const lies = pagesOf([line(50, 700, "The only page there is, with text")])
    .toString("latin1")
    .replace("/Count 1 ", "/Count 9999999 ");
  const { text } = await readWith(pdf, Buffer.from(lies, "latin1"), { limits: { pages: 5 } });
  assert.equal(text, "The only page there is, with text");
});

test("of a PDF without its end the pages that are left are read, those in packed objects too", async () => {
  const two = pagesOf([line(50, 700, "The first page is still there"), line(50, 700, "and this one is not")]);
  const cut = await readWith(pdf, two.subarray(0, two.indexOf("8 0 obj")));
  assert.deepEqual([cut.text, cut.warnings[0]?.code], ["The first page is still there", "cut_off"]);
  const fonts = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
  const page = `<< /Type /Page /MediaBox [0 0 600 800] /Resources ${fonts} /Contents 9 0 R >>`;
  const packed = deflateSync(`7 0 8 2 ${"9".padEnd(2)}${page}`).toString("latin1");
  const object = streamOf(packed, "/Type /ObjStm /N 2 /First 8 /Filter /FlateDecode");
  const drawing = streamOf(line(50, 700, "Found in a packed page"));
  const found = await readWith(pdf, Buffer.from(`%PDF-1.7\n3 0 obj\n${object}\nendobj\n9 0 obj\n${drawing}`, "latin1"));
  assert.equal(found.text, "Found in a packed page");
});
