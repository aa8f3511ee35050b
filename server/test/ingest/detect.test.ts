/** What a file is, by its content. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import iconv from "iconv-lite";
import { detect } from "../../src/ingest/detect.ts";
import { decoded } from "../../src/ingest/encoding.ts";
import { bytesSource } from "../../src/ingest/source.ts";

const found = (name: string, content: string | Uint8Array, declaredMime: string | null = null) => {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return detect(bytesSource(bytes, { name, type: "unknown", encoding: null }), { declaredMime });
};

const package_ = (part: string) =>
  zipSync({ "[Content_Types].xml": Buffer.from("<Types/>"), [part]: Buffer.from("<x/>") });

/** An OLE2 file of one directory sector. */
function ole(...streams: string[]): Buffer {
  const file = Buffer.alloc(512 * 3);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  file.writeUInt32LE(0, 76);
  file.writeUInt32LE(0xfffffffe, 512 + 4);
  for (const [at, name] of streams.entries()) {
    file.write(name, 1024 + at * 128, "utf16le");
    file.writeUInt16LE(name.length * 2 + 2, 1024 + at * 128 + 64);
  }
  return file;
}

test("content decides, whatever the name says", async () => {
  const mail = "Received: by x\r\nFrom: a@b.c\r\nSubject: Hi\r\nDate: Mon, 1 Jan 2024\r\n\r\nHello";
  const table = "id;name;age\n1;a;30\n2;b;31\n3;c;32\n";
  const epub = zipSync({ mimetype: [Buffer.from("application/epub+zip"), { level: 0 }], "OEBPS/x": Buffer.from("x") });
  // A document of Word beside the workbook, but a folder deeper.
  const nested = ole("Root Entry", "Workbook", "Object", "WordDocument");
  for (const [entry, left, right, child] of [
    [0, -1, -1, 2],
    [1, -1, -1, -1],
    [2, 1, -1, 3],
    [3, -1, -1, -1],
  ] as const)
    for (const [at, link] of [left, right, child].entries())
      nested.writeInt32LE(link, 1024 + entry * 128 + 68 + at * 4);
  const tar = Buffer.alloc(1024);
  tar.write("ustar", 257);
  const cases: [string, string | Uint8Array, string][] = [
    ["a.pdf", package_("word/document.xml"), "docx"],
    ["a.docm", package_("word/document.xml"), "docx"],
    ["a", package_("xl/workbook.xml"), "xlsx"],
    ["a.docx", package_("ppt/presentation.xml").subarray(0, 120), "pptx"],
    ["a.zip", zipSync({ "a.txt": Buffer.from("a") }), "zip"],
    ["a.bin", epub, "epub"],
    ["a.xls", ole("Root Entry", "WorkBook"), "xls"],
    ["a", ole("Root Entry", "__properties_version1.0"), "msg"],
    ["a.dat", gzipSync(tar), "tar.gz"],
    ["a.gz", gzipSync("text"), "gz"],
    ["a", "%PDF-1.7\n…", "pdf"],
    ["a.doc", "{\\rtf1 x}", "rtf"],
    ["a.txt", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg"],
    ["a.xml", "<!DOCTYPE html><html><body>x</body></html>", "html"],
    ["a", "<rss><channel/></rss>", "xml"],
    ["a", "<b>bold</b> words", "html"],
    ["a.html", '<?xml version="1.0"?><link href="x" /><title>t</title>', "html"],
    ["a", "<MIFFile 2019> # made", "txt"],
    ["a.xls", nested, "xls"],
    ["a.rss", "<rss><channel/></rss>", "xml"],
    ["a.csv", '{"a": [1, 2]}', "json"],
    ["a", '{"a": 1}\n{"a": 2}\n{"a": 3}\n', "ndjson"],
    ["a.json", '{"nbformat": 4, "cells": []}', "ipynb"],
    ["a.json", '{"a": [1, 2', "json"],
    ["a", mail, "eml"],
    ["a", `From a@b.c Mon Jan  1 00:00:00 2024\n${mail.replaceAll("\r", "")}`, "mbox"],
    ["a", table, "csv"],
    ["a", table.replaceAll(";", "\t"), "tsv"],
    ["a.txt", "1\n00:00:01,000 --> 00:00:02,000\nHi\n", "srt"],
    ["a", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "vtt"],
    ["run", "#!/usr/bin/env python3\nprint(1)\n", "code"],
    ["a.php", "<!DOCTYPE html><?php echo 1;", "code"],
    ["Dockerfile", "FROM x\n", "code"],
    ["a.eml", `From a@b.c Mon Jan  1 00:00:00 2024\n${mail.replaceAll("\r", "")}`, "eml"],
    ["a.emlx", `95\n${mail.replaceAll("\r", "")}`, "eml"],
    ["a", "MIME-Version: 1.0\nContent-Type: text/plain\n\nx", "eml"],
    ["settings", "# one\n# two\n# three\n\na: b\n", "txt"],
    [".gitignore", "# Build\nout/\n\n# Logs\n*.log\n\n# Rest\n/x\n", "txt"],
    ["notes", "# One\n\n- a\n- b\n\n## Two\n\nwords\n", "md"],
    ["a.sas", "data a;\nrun;\nproc b;\nquit;\n", "txt"],
    ["a.json", '// why\n{"a": 1}', "json"],
    ["a.ogg", Buffer.concat([Buffer.from("OggS\0\x02"), Buffer.alloc(4000, 0xff)]), "ogg"],
    ["a.mp1", Buffer.from("fffec484c158eeeeeeee000000000000eeee0000", "hex"), "unknown"],
    ["a.wk1", Buffer.from("0000020006040600080000000000000000000000000000000000", "hex"), "unknown"],
    ["notes", "Just some words.\nAnd more.", "txt"],
    ["README.md", "<div>x</div>", "md"],
    ["a.ini", "[a]\nb = 1\n", "ini"],
  ];
  for (const [name, content, type] of cases)
    assert.equal((await found(name, content)).type, type, `${name}: ${content.slice(0, 40)}`);
  assert.equal((await found("a", "a: 1\n", "application/yaml")).type, "yaml");
});

test("a wrong name is noted, a rightful one is not; a password and an unknown type are told", async () => {
  const wrong = await found("report.pdf", package_("word/document.xml"));
  assert.deepEqual(wrong.warnings, [{ code: "type_mismatch", message: "It is named .pdf, and is a Word document" }]);
  const mimetype = strToU8("application/vnd.oasis.opendocument.text");
  const repacked = zipSync({ "content.xml": strToU8("<a/>"), mimetype });
  for (const [name, content] of [
    ["a.txt", "{}"],
    ["a.tgz", gzipSync("x")],
    ["a.dotx", package_("word/a.xml")],
    ["packed-again.odt", repacked],
  ] as const)
    assert.deepEqual((await found(name, content)).warnings, [], name);
  const locked = await found("secret.xlsx", ole("Root Entry", "EncryptedPackage"));
  assert.deepEqual([locked.type, locked.fault?.code], ["xlsx", "file.encrypted"]);
  const strange = await found(
    "a.bin",
    Uint8Array.from({ length: 999 }, (_, at) => (at * at * 31) % 256),
  );
  assert.deepEqual([strange.type, strange.encoding], ["unknown", null]);
});

test("text is told from bytes, in the encodings it comes in", async () => {
  const german = "Größere Straßen führen über Flüsse; das ist für Fußgänger schön. ".repeat(3);
  const russian = "Привет, это русский текст для проверки кодировки. ".repeat(3);
  const japanese = "日本語のテキストです。これは文章の例です。".repeat(3);
  const cases: [string, string, string][] = [
    [german, "utf-8", "utf-8"],
    [german, "windows-1252", "windows-1252"],
    [german, "utf-16le", "utf-16le"],
    [german, "utf-16be", "utf-16be"],
    [russian, "koi8-r", "koi8-r"],
    [russian, "windows-1251", "windows-1251"],
    [russian, "utf-16le", "utf-16le"],
    [japanese, "euc-jp", "euc-jp"],
  ];
  for (const [text, encoding, expected] of cases)
    assert.equal((await found("a.txt", iconv.encode(text, encoding))).encoding, expected, encoding);
  assert.equal((await found("a.txt", iconv.encode(german, "utf-16", { addBOM: true }))).encoding, "utf-16le");
  // Short ones, read back as they were written.
  for (const [text, encoding] of [
    ["名前,年齢,住所\n佐藤太郎,30,東京", "cp932"],
    ["Москва река", "utf-16be"],
    ["القاهرة هي عاصمة جمهورية مصر", "utf-16be"],
    [`${"Příliš žluťoučký kůň úpěl ďábelské ódy. ".repeat(3)}`, "iso-8859-2"],
    [`${"Příliš žluťoučký kůň úpěl ďábelské ódy. ".repeat(3)}`, "windows-1250"],
  ] as const) {
    const bytes = iconv.encode(text, encoding);
    assert.equal(decoded(bytes, (await found("a.txt", bytes)).encoding ?? "latin1"), text, encoding);
  }
  const shifted = Buffer.from("1b2442467c4b5c386c1b2842", "hex");
  assert.equal(decoded(shifted, (await found("a.txt", shifted)).encoding ?? "latin1"), "日本語");
  const mainframe = Buffer.from(`${"c885939396406d40e69699938440".repeat(4)}f1f2f315c1a240a4a2a48193`, "hex");
  assert.equal(
    decoded(mainframe, (await found("a.txt", mainframe)).encoding ?? "latin1"),
    `${"Hello _ World ".repeat(4)}123\nAs usual`,
  );
  const late = Buffer.concat([Buffer.alloc(200_000, "plain words "), iconv.encode(german, "windows-1252")]);
  assert.equal((await found("a.txt", late)).encoding, "windows-1252", "its first umlaut stands behind the head");
});
