/** Pictures: measured without decoding them, and what was written into them is found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { image } from "../../src/ingest/extractors/image.ts";
import { exifOf, gifOf, jpegOf, pngOf, tiffOf, webpOf, xmpOf } from "./picture-builders.ts";
import { readWith } from "./reading.ts";

const alternatives = (text: string) => `<rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt>`;
const xmp = xmpOf(
  `<dc:title>${alternatives("Harbour &amp; lights")}</dc:title><dc:subject><rdf:Bag><rdf:li>night</rdf:li><rdf:li>water</rdf:li></rdf:Bag></dc:subject>` +
    `<Iptc4xmpCore:AltTextAccessibility>${alternatives("Boats at night")}</Iptc4xmpCore:AltTextAccessibility>`,
);
const exif = exifOf([
  { tag: 0x010e, ascii: "The old harbour, größer" },
  { tag: 0x010f, ascii: "Canon" },
  { tag: 0x0110, ascii: "Canon EOS 40D" },
  { tag: 0x0112, short: 6 },
  { tag: 0x013b, ascii: "Ada Lovelace" },
]);

test("a JPEG tells its size, how it is turned, who took it and what is in it", async () => {
  const bytes = jpegOf(640, 480, [
    [0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif])],
    [0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xap/1.0/\0", "latin1"), xmp])],
    [0xfe, Buffer.from("scanned in 2009")],
  ]);
  const { facts, text, warnings } = await readWith(image, bytes, { type: "jpg" });
  const { width, height, orientation, shown, exif: told } = facts as Record<string, unknown> & { exif: object };
  assert.deepEqual(
    { width, height, orientation, shown },
    { width: 640, height: 480, orientation: 6, shown: { width: 480, height: 640 } },
  );
  assert.equal((told as Record<string, unknown>)["make"], "Canon");
  assert.equal(facts["camera"], "Canon EOS 40D");
  for (const expected of [
    "Harbour & lights",
    "größer",
    "Ada Lovelace",
    "night, water",
    "Boats at night",
    "scanned in 2009",
  ])
    assert.ok(text.includes(expected), expected);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["needs_ocr"],
  );
});

test("a PNG's texts are read however they are packed, and a huge one costs nothing", async () => {
  const bytes = pngOf(100_000, 100_000, [
    ["tEXt", Buffer.from("Title\0Caf\xe9", "latin1")],
    ["zTXt", Buffer.concat([Buffer.from("Comment\0\0", "latin1"), deflateSync(Buffer.from("packed words"))])],
    ["iTXt", Buffer.from("Description\0\0\0de\0Beschreibung\0schöne Grüße")],
    ["zTXt", Buffer.concat([Buffer.from("Bomb\0\0", "latin1"), deflateSync(Buffer.alloc(5_000_000, "x"))])],
    ["acTL", Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])],
  ]);
  const { facts, text } = await readWith(image, bytes, { type: "png" });
  assert.deepEqual([facts["width"], facts["height"], facts["frames"]], [100_000, 100_000, 3]);
  for (const expected of ["Café", "packed words", "schöne Grüße"]) assert.ok(text.includes(expected), expected);
  assert.ok(text.length < 200_000);
});

test("animations, pages and what WebP hides in its chunks", async () => {
  const gif = await readWith(image, gifOf(30, 20, [10, 40], "made by hand"), { type: "gif" });
  const { width, height, frames, duration_s } = gif.facts;
  assert.deepEqual({ width, height, frames, duration_s }, { width: 30, height: 20, frames: 2, duration_s: 0.5 });
  assert.match(gif.text, /made by hand/);
  const webp = await readWith(
    image,
    webpOf(300, 200, 3, [
      ["EXIF", exif],
      ["XMP ", xmp],
    ]),
    { type: "webp" },
  );
  assert.deepEqual([webp.facts["width"], webp.facts["frames"], webp.facts["duration_s"]], [300, 3, 0.3]);
  assert.match(webp.text, /Harbour & lights[\s\S]*Ada Lovelace/);
  const page = (width: number) => [
    { tag: 256, short: width },
    { tag: 257, long: 50 },
  ];
  const tiff = await readWith(image, tiffOf([[...page(70), { tag: 270, ascii: "Scan" }], page(80)]), { type: "tiff" });
  assert.deepEqual([tiff.facts["width"], tiff.facts["height"], tiff.facts["pages"]], [70, 50, 2]);
  assert.match(tiff.text, /Scan/);
  const loop = await readWith(image, tiffOf([page(70), page(80)], { loops: true }), { type: "tiff" });
  assert.equal(loop.facts["pages"], 2);
});

test("a picture that is cut off or no picture says so", async () => {
  const whole = jpegOf(64, 48, [[0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif])]]);
  await assert.rejects(readWith(image, whole.subarray(0, 60), { type: "jpg" }), { code: "file.unreadable" });
  for (const type of image.types)
    await assert.rejects(readWith(image, Buffer.alloc(300, 0xff), { type }), { code: "file.unreadable" }, type);
  const cut = gifOf(30, 20, [10, 40], "x");
  assert.equal((await readWith(image, cut.subarray(0, -12), { type: "gif" })).facts["width"], 30);
});
