/** Files are read in processes that may die, and nothing but what they read is lost. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { type Limits, usualLimits } from "../../src/ingest/limits.ts";
import type { Reading } from "../../src/ingest/reading.ts";
import { openSandbox } from "../../src/ingest/sandbox.ts";

const dir = mkdtempSync(path.join(tmpdir(), "orchestratex-sandbox-"));
const sandbox = openSandbox({ atOnce: 1 });
after(async () => {
  await sandbox.close();
  rmSync(dir, { recursive: true });
});

let made = 0;
function reading(name: string, content: string | Uint8Array, limits: Partial<Limits> = {}): Reading {
  const into = path.join(dir, "work", String(++made));
  mkdirSync(into, { recursive: true });
  const file = path.join(dir, `file-${made}`);
  writeFileSync(file, content);
  const size = Buffer.byteLength(content);
  const chunking = { size: 1000, overlap: 200 };
  return { path: file, name, size, declaredMime: null, into, chunking, limits: { ...usualLimits, ...limits } };
}

type Told = { types: string[]; stages: Set<string> };
const read = (asked: Reading, signal = new AbortController().signal, told: Told = { types: [], stages: new Set() }) =>
  sandbox.read(asked, {
    signal,
    onType: (type) => void told.types.push(type),
    onProgress: (stage) => void told.stages.add(stage),
  });

const lines = (asked: Reading, name: string) =>
  readFileSync(path.join(asked.into, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const children = (): number[] =>
  execFileSync("ps", ["-o", "pid=,ppid=,args=", "-A"], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === process.pid && args.join(" ").includes("ingest/child.ts"))
    .map(([pid]) => Number(pid));

test("a file is read into blocks and chunks, with what its text tells; its chunks are made anew from the blocks", async () => {
  const text = `First paragraph, in English, of a text about costs.\n\nA second one\0 with \ud800 odd signs.\n`;
  const asked = reading("a.txt", text);
  const told: Told = { types: [], stages: new Set() };
  const answer = await read(asked, undefined, told);
  assert.equal(answer.type, "txt");
  assert.equal(answer.encoding, "utf-8");
  assert.deepEqual(told.types, ["txt"]);
  assert.equal(answer.analysis["words"], 15);
  assert.equal(answer.analysis["language"], "en");
  assert.deepEqual(Object.keys(answer.stageTimes), ["detect", "extract", "chunk"]);
  const blocks = lines(asked, "blocks.jsonl");
  assert.deepEqual(
    blocks.map(({ place }) => place.line),
    [1, 3],
  );
  assert.doesNotMatch(JSON.stringify(blocks), /\\u0000|\\ud800/i);
  assert.equal(lines(asked, "chunks.jsonl").length, answer.chunkCount);
  const into = path.join(dir, "work", "again");
  mkdirSync(into);
  const small = { blocksPath: path.join(asked.into, "blocks.jsonl"), into, chunking: { size: 100, overlap: 20 } };
  const again = await sandbox.chunk({ ...small, limits: usualLimits }, new AbortController().signal);
  assert.equal(lines({ ...asked, into }, "chunks.jsonl").length, again.chunkCount);
});

test("what takes too long or too much is killed, a reader that dies is named, and the next file is read", async () => {
  await assert.rejects(read(reading("slow.txt", "x", { wallMs: 0 })), { code: "file.took_too_long" });
  const rows = "some,cells,of,a,table\n".repeat(500_000);
  const large = reading("large.csv", rows, { memoryBytes: 1024 * 1024 });
  await assert.rejects(read(large), { code: "file.too_much_memory" });
  assert.ok(!existsSync(path.join(large.into, "blocks.jsonl")), "nothing half-written has the name of a whole");
  const dies = read(reading("dies.csv", rows));
  let pid: number | undefined;
  while (pid === undefined) {
    [pid] = children();
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.kill(pid, "SIGKILL");
  await assert.rejects(dies, (error: Error & { code: string }) => {
    assert.equal(error.code, "file.reader_died");
    assert.match(error.message, /SIGKILL/);
    return true;
  });
  assert.equal((await read(reading("fine.txt", "Fine."))).textLength, 5);
});

test("who gives up gets his reason at once, in the line and at the seat, and no process is left at the end, nor without work", async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const rows = "some,cells,of,a,table\n".repeat(500_000);
  const seated = read(reading("a.csv", rows), first.signal);
  const waiting = read(reading("b.txt", "b"), second.signal);
  const last = read(reading("c.txt", "c"));
  second.abort(new Error("not wanted"));
  await assert.rejects(waiting, { message: "not wanted" });
  first.abort(new Error("enough"));
  await assert.rejects(seated, { message: "enough" });
  assert.equal((await last).textLength, 1);
  assert.equal(children().length, 1);
  await sandbox.close();
  assert.deepEqual(children(), []);
  await assert.rejects(read(reading("late.txt", "late")), { code: "file.cancelled" });

  const brief = openSandbox({ atOnce: 1, idleMs: 1 });
  await brief.read(reading("d.txt", "d"), { signal: new AbortController().signal, onType() {}, onProgress() {} });
  while (children().length > 0) await new Promise((resolve) => setImmediate(resolve));
  await brief.close();
});
