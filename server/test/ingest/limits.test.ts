/** The limits of one reading, in this process. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { type Limits, usualLimits } from "../../src/ingest/limits.ts";
import { readFile } from "../../src/ingest/read.ts";

const dir = mkdtempSync(path.join(tmpdir(), "orchestratex-limits-"));
after(() => rmSync(dir, { recursive: true }));

async function read(name: string, content: string, limits: Partial<Limits>) {
  const file = path.join(dir, name);
  writeFileSync(file, content);
  const chunking = { size: 200, overlap: 20 };
  const about = { path: file, name, size: Buffer.byteLength(content), declaredMime: null, into: dir };
  return readFile({ ...about, chunking, limits: { ...usualLimits, ...limits } }, { onType() {}, onProgress() {} });
}

test("text beyond the limits is left out, and the warning says how much can be searched", async () => {
  const rows = Array.from({ length: 2000 }, (_, at) => `row ${at},with some words`).join("\n");
  const few = await read("a.csv", rows, { chunks: 10 });
  assert.equal(few.chunkCount, 10);
  const chunks = readFileSync(path.join(dir, "chunks.jsonl"), "utf8").trim().split("\n");
  assert.equal(chunks.length, 10);
  const [warning] = few.warnings.filter(({ code }) => code === "text_limited");
  assert.match(
    warning?.message ?? "",
    /^Only the first 10 passages can be searched: about .* of text, of a file of 48 kB$/,
  );
  const short = await read("b.csv", rows, { textLength: 1000 });
  assert.ok(short.textLength <= 1000 && short.textLength > 900);
  assert.equal(typeof short.metadata["rows_read"], "number");
});

test("an empty file and one that nobody can read say so", async () => {
  const empty = await read("empty.pdf", "", {});
  assert.deepEqual([empty.type, empty.warnings.map(({ code }) => code)], ["unknown", ["no_text"]]);
  const bytes = Uint8Array.from({ length: 3000 }, (_, at) => (at * at * 31 + at * 7) % 256);
  const strange = await read("x.bin", Buffer.from(bytes).toString("latin1"), {});
  assert.ok(strange.warnings.length <= 1);
});
