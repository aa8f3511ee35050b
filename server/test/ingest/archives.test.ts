/** Archives: listed whatever is wrong with them, and never unpacked beyond what they say and what is allowed. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { pack } from "tar-stream";
import { docx } from "../../src/ingest/extractors/docx.ts";
import { gzip } from "../../src/ingest/extractors/gzip.ts";
import { seven } from "../../src/ingest/extractors/seven.ts";
import { tar } from "../../src/ingest/extractors/tar.ts";
import { zip } from "../../src/ingest/extractors/zip.ts";
import { rarOf, sevenOf, unicodeExtra, zipOf } from "./archive-builders.ts";
import { para, wordDocument } from "./packages.ts";
import { type Found, readWith } from "./reading.ts";

type Listed = { name: string; size: number | null; verdict: string; encrypted: boolean; target?: string };
const entries = ({ facts }: Found): Listed[] => facts["entries"] as Listed[];
const verdicts = (found: Found) => Object.fromEntries(entries(found).map(({ name, verdict }) => [name, verdict]));
const codes = ({ warnings }: Found) => warnings.map(({ code }) => code);
const inner = (found: Found) => found.inner.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);

test("a ZIP is listed with sizes, dates, comments and totals, and its documents are read", async () => {
  const bytes = zipOf(
    [
      { name: "docs/" },
      { name: "docs/report.md", data: "# Costs", comment: "the final one" },
      { name: "photo.jpg", data: "not read", stored: true },
      { name: "more/inner.zip", data: zipOf([{ name: "a.txt", data: "a" }]), stored: true },
    ],
    { comment: "Backup of March" },
  );
  const found = await readWith(zip, bytes, { type: "zip" });
  assert.match(found.text, /docs\/report\.md \(7 bytes, 2024-02-29\): the final one/);
  assert.match(found.text, /Backup of March/);
  assert.equal(found.facts["entry_count"], 4);
  assert.equal(found.facts["depth"], 2);
  assert.deepEqual(found.facts["types"], { md: 1, jpg: 1, zip: 1 });
  assert.deepEqual(found.facts["nested"], ["more/inner.zip"]);
  assert.deepEqual(inner(found)[0], ["docs/report.md", "# Costs"]);
  assert.deepEqual(
    found.inner.map(({ path }) => path),
    ["docs/report.md", "more/inner.zip"],
  );
});

test("names in a ZIP are read in the characters they were written in", async () => {
  const named = async (name: string, encoding: string) => {
    const found = await readWith(zip, zipOf([{ name: iconv.encode(name, encoding), data: "x" }]), { type: "zip" });
    assert.deepEqual(
      entries(found).map((entry) => entry.name),
      [name],
      encoding,
    );
  };
  await named("文章1.txt", "shift_jis");
  await named("レポート2024.docx", "shift_jis");
  await named("会议记录 2024年.docx", "gbk");
  await named("보고서.hwp", "euc-kr");
  await named("Документы/Письмо.doc", "cp866");
  await named("Müller Straße.txt", "cp437");
  await named("Übersicht.txt", "utf-8");
  const raw = Buffer.from("bersicht.txt");
  const extra = zipOf([{ name: raw, data: "x", extra: unicodeExtra(raw, "Über ☃.txt") }]);
  assert.equal(entries(await readWith(zip, extra, { type: "zip" }))[0]?.name, "Über ☃.txt");
  const other = zipOf([{ name: raw, data: "x", extra: unicodeExtra(Buffer.from("another"), "Über.txt") }]);
  assert.equal(entries(await readWith(zip, other, { type: "zip" }))[0]?.name, "bersicht.txt");
});

test("what is wrong with an entry stands beside it, and what is encrypted or a bomb is not read", async () => {
  const found = await readWith(
    zip,
    zipOf([
      { name: "../../etc/passwd", data: "x" },
      { name: "C:\\Windows\\a.txt", data: "x" },
      { name: "invoice\u202Efdp.exe", data: "x", flags: 0x800 },
      { name: "setup.exe", data: "x" },
      { name: "secret.txt", data: "x", flags: 0x1 },
      { name: "link", data: "/etc/shadow", mode: 0o120777 },
      { name: "twice.txt", data: "one" },
      { name: "twice.txt", data: "two" },
      { name: "bomb.txt", data: "x", size: 4_000_000_000 },
    ]),
    { type: "zip" },
  );
  assert.deepEqual(verdicts(found), {
    ...{
      "../../etc/passwd": "unsafe_path",
      "C:/Windows/a.txt": "unsafe_path",
      "invoice\u202Efdp.exe": "disguised_name",
    },
    ...{
      "setup.exe": "executable",
      "secret.txt": "encrypted",
      link: "link",
      "twice.txt": "duplicate",
      "bomb.txt": "bomb",
    },
  });
  assert.equal(found.facts["verdict"], "bomb");
  assert.ok(codes(found).includes("archive_bomb") && codes(found).includes("archive_encrypted"));
  assert.ok(!found.inner.some(({ path }) => ["secret.txt", "bomb.txt", "setup.exe"].includes(path)));
});

test("a ZIP that lies, is cut off, or stands behind a program is listed as far as it goes", async () => {
  const two = [
    { name: "a.txt", data: "alpha".repeat(100) },
    { name: "b.txt", data: "beta" },
  ];
  const lie = await readWith(zip, zipOf([{ name: "a.txt", data: "a".repeat(5000), size: 3 }]), { type: "zip" });
  assert.deepEqual([lie.inner.length, codes(lie)], [0, ["part_unreadable"]]);
  const moved = zipOf(two, { before: Buffer.alloc(5000, 0x4d), after: Buffer.alloc(300, 0x20) });
  assert.deepEqual(inner(await readWith(zip, moved, { type: "zip" }))[1], ["b.txt", "beta"]);
  const cut = await readWith(zip, zipOf(two, { withoutDirectory: true }), { type: "zip" });
  assert.deepEqual([entries(cut).map(({ name }) => name), codes(cut)], [["a.txt", "b.txt"], ["part_unreadable"]]);
  const limited = await readWith(zip, zipOf(two), { type: "zip", limits: { entries: 1 } });
  assert.deepEqual([entries(limited).length, limited.facts["entry_count"]], [1, 2]);
  await assert.rejects(readWith(zip, Buffer.alloc(3000, 0x50), { type: "zip" }), { code: "file.unreadable" });
  const overlapping = zipOf(Array.from({ length: 40 }, (_, index) => ({ name: `${index}`, data: "", size: 0 })));
  // Every record of the directory claims the whole of the file.
  for (let at = overlapping.indexOf("PK\u0001\u0002"); at >= 0; at = overlapping.indexOf("PK\u0001\u0002", at + 4))
    overlapping.writeUInt32LE(overlapping.length, at + 20);
  assert.equal((await readWith(zip, overlapping, { type: "zip" })).facts["verdict"], "bomb");
});

test("an archive of more documents than are read is listed, and none of them is inflated", async () => {
  const large = Buffer.alloc(12 * 1024 * 1024, "text ");
  const found = await readWith(
    zip,
    zipOf(["1", "2", "3"].map((name) => ({ name: `${name}.txt`, data: large, stored: true }))),
    { type: "zip" },
  );
  assert.deepEqual([entries(found).length, found.inner.length, codes(found)], [3, 0, ["listed_only"]]);
});

async function tarOf(): Promise<Buffer> {
  const packed = pack();
  packed.entry({ name: "café/", type: "directory" });
  packed.entry({ name: `${"long/".repeat(40)}notes.txt`, mtime: new Date("2024-03-01T00:00:00Z") }, "long notes");
  packed.entry({ name: "up", type: "symlink", linkname: "../../outside" });
  packed.entry({ name: "b.txt" }, "beta");
  packed.finalize();
  const pieces: Uint8Array[] = [];
  packed.on("data", (piece) => pieces.push(piece as Uint8Array));
  await once(packed as unknown as NodeJS.EventEmitter, "end");
  return Buffer.concat(pieces);
}

test("a TAR, gzipped or not, is listed and read, and up to where it is cut", async () => {
  const bytes = await tarOf();
  const long = `${"long/".repeat(40)}notes.txt`;
  const whole = await readWith(tar, bytes, { type: "tar" });
  assert.deepEqual(verdicts(whole), { "café/": "ok", [long]: "ok", up: "unsafe_path", "b.txt": "ok" });
  assert.deepEqual(inner(whole), [
    [long, "long notes"],
    ["b.txt", "beta"],
  ]);
  const zipped = await readWith(gzip, gzipSync(bytes), { type: "gz", name: "a.tgz" });
  assert.deepEqual([zipped.text, inner(zipped)], [whole.text, inner(whole)]);
  const cut = await readWith(gzip, gzipSync(bytes).subarray(0, -60), { type: "tar.gz" });
  assert.ok(entries(cut).length > 0 && codes(cut).includes("part_unreadable"));
});

test("what is gzipped is told and read, up to the limit", async () => {
  const found = await readWith(gzip, gzipSync("one line\n"), { type: "gz", name: "server.log.gz" });
  assert.deepEqual([entries(found)[0]?.name, entries(found)[0]?.size], ["server.log", 9]);
  assert.deepEqual(inner(found), [["server.log", "one line\n"]]);
  const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
  const limited = await readWith(gzip, bomb, { type: "gz", name: "b.gz", limits: { inflatedBytes: 1024 * 1024 } });
  assert.deepEqual([limited.inner.length, codes(limited)], [0, ["part_unreadable"]]);
});

test("what is no TAR and no GZIP is said to be none", async () => {
  const noise = Buffer.alloc(2000, 0x41);
  await assert.rejects(readWith(tar, noise, { type: "tar" }), { code: "file.unreadable" });
  await assert.rejects(readWith(gzip, noise, { type: "gz" }), { code: "file.unreadable" });
  await assert.rejects(readWith(gzip, gzipSync(noise), { type: "tar.gz" }), { code: "file.unreadable" });
});

test("7Z and RAR are listed and read, and a broken one says so", async () => {
  const data = Buffer.from("in the archive ".repeat(8));
  for (const [type, bytes] of [
    ["7z", sevenOf("ümlaut/notes.txt", data)],
    ["rar", rarOf("notes.txt", data)],
  ] as const) {
    const found = await readWith(seven, bytes, { type });
    assert.match(found.text, /notes\.txt \(120 bytes/, type);
    assert.equal(inner(found)[0]?.[1], data.toString(), type);
    await assert.rejects(readWith(seven, bytes.subarray(0, 40), { type }), { code: "file.unreadable" });
  }
  // `xz` of 100 000 zeros: its index tells the size.
  const xz = Buffer.from(
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4YafAFNdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjF" +
      "dYrid/i2lH8MasDedElk4ulcU7IE1rH1lwAAAACPxpSiGONw8QABb6CNBgAAkORuUbHEZ/sCAAAAAARZWg==",
    "base64",
  );
  for (const [type, packed] of [
    ["bz2", "QlpoOTFBWSZTWTmjGoEAAALVgAAQQAAAQC8O1EAgADFMABNCg2UMNQok8Bpnl3MCowgvZPxdyRThQkDmjGoE"],
    [
      "xz",
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAYSGVsbG8gZnJvbSBhIHBhY2tlZCB0ZXh0CgAAAAB9OsCEblAI4QABMRlZGrCCH7bzfQEAAAAABFla",
    ],
  ] as const) {
    const found = await readWith(seven, Buffer.from(packed, "base64"), { type, name: `a.txt.${type}` });
    assert.deepEqual(inner(found), [["a.txt", "Hello from a packed text\n"]]);
    assert.equal(entries(found)[0]?.size, 25);
    const broken = Buffer.from(packed, "base64").subarray(0, -30);
    await assert.rejects(readWith(seven, broken, { type }), { code: "file.unreadable" });
  }
  const described = await readWith(seven, xz, { type: "xz", name: "zeros.bin.xz" });
  assert.deepEqual([entries(described)[0]?.name, entries(described)[0]?.size], ["zeros.bin", 100_000]);
});

test("a document in a ZIP without its end, or with bytes behind it, is read as far as it goes", async () => {
  const whole = wordDocument({ body: Array.from({ length: 300 }, (_, at) => para(`line ${at}`)).join("") });
  const half = await readWith(docx, whole.subarray(0, whole.length / 2));
  assert.deepEqual(
    [half.blocks[1]?.text, half.blocks.length < 300, half.warnings[0]?.code],
    ["line 1", true, "cut_off"],
  );
  assert.equal((await readWith(docx, Buffer.concat([whole, Buffer.from("sent by mail\r\n")]))).blocks.length, 300);
});
