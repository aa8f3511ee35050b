/** Uploads of a page: in which order, how fast, and what becomes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOfText, detailOfText, isCut } from "../src/library/problem-text.ts";
import { AT_ONCE, advance, type Chosen, join, type Step, speedOf, summaryOf, toStart } from "../src/library/queue.ts";
import { familyOf, refusalOf, typeByName } from "../src/library/types.ts";

const chosen = (name: string, change: Partial<Chosen> = {}): Chosen => ({
  ...{ name, size: 1_000, modified: 1, refusal: null },
  ...change,
});

const after = (steps: readonly Step[], files = [chosen("a"), chosen("b"), chosen("c"), chosen("d"), chosen("e")]) =>
  steps.reduce(advance, join([], files, 1).uploads);

const states = (uploads: ReturnType<typeof after>) => uploads.map(({ state }) => state);

test("three side by side, first come first served; who ends makes room, also by being paused", () => {
  assert.deepEqual(toStart(after([])), [1, 2, 3]);
  const three = [1, 2, 3].map((id): Step => ({ type: "start", id }));
  assert.equal(three.length, AT_ONCE);
  assert.deepEqual(toStart(after(three)), []);
  assert.deepEqual(toStart(after([...three, { type: "end", id: 2, fileId: "x", duplicate: false }])), [4]);
  assert.deepEqual(toStart(after([...three, { type: "pause", id: 1 }, { type: "fail", id: 3, detail: null }])), [4, 5]);
  assert.deepEqual(
    toStart(
      after([
        { type: "pause", id: 1 },
        { type: "resume", id: 1 },
      ]),
    ),
    [1, 2, 3],
  );
});

test("a file under way does not join twice; once at its end it may; what has arrived leaves when others begin", () => {
  const first = join([], [chosen("a"), chosen("a"), chosen("big", { refusal: "tooLarge" })], 1);
  assert.deepEqual(
    [first.again, [...first.joined], states(first.uploads)],
    [
      1,
      [
        [0, 1],
        [2, 3],
      ],
      ["waiting", "refused"],
    ],
  );
  const ended = advance(first.uploads, { type: "end", id: 1, fileId: "x", duplicate: false });
  const again = join(ended, [chosen("a")], 4);
  assert.deepEqual([again.again, again.uploads.map(({ id }) => id)], [0, [3, 4]]);
});

test("a line that is lost waits and goes on; what was refused or has ended is not moved by late news", () => {
  const cut = after([
    { type: "start", id: 1 },
    { type: "progress", id: 1, sent: 400, at: 0 },
    { type: "cut", id: 1 },
    { type: "pause", id: 2 },
  ]);
  assert.deepEqual(states(cut), ["cut", "paused", "waiting", "waiting", "waiting"]);
  assert.deepEqual(toStart(cut), [], "nobody answers the others either");
  const back = advance(cut, { type: "back" });
  assert.deepEqual(toStart(back), [1, 3, 4]);
  assert.deepEqual([back[0]?.state, back[0]?.sent, back[1]?.state], ["waiting", 400, "paused"]);
  const late = after([
    { type: "start", id: 1 },
    { type: "end", id: 1, fileId: "x", duplicate: true },
    { type: "progress", id: 1, sent: 5, at: 9 },
    { type: "fail", id: 1, detail: "no" },
    { type: "cut", id: 1 },
    { type: "pause", id: 1 },
  ]);
  assert.deepEqual([late[0]?.state, late[0]?.sent, late[0]?.fileId], ["duplicate", 1_000, "x"]);
  assert.deepEqual(states(advance(late, { type: "clear" })), ["waiting", "waiting", "waiting", "waiting"]);
});

test("speed is that of the last seconds, the last news is never lost, and what was paused starts to count anew", () => {
  const progress = (sent: number, at: number): Step => ({ type: "progress", id: 1, sent, at });
  const [upload] = after([{ type: "start", id: 1 }, progress(0, 0), progress(100, 50), progress(500, 1_000)]);
  assert.equal(speedOf(upload?.samples ?? []), 500);
  const [soon] = after([{ type: "start", id: 1 }, progress(0, 0), progress(1_000, 50)]);
  assert.deepEqual([soon?.sent, speedOf(soon?.samples ?? [])], [1_000, null]);
  const [slow] = after([{ type: "start", id: 1 }, progress(0, 0), progress(500, 1_000), progress(520, 20_000)]);
  assert.equal(speedOf(slow?.samples ?? []), null, "what was 20 s ago is past");
  const all = after([{ type: "start", id: 1 }, progress(0, 0), progress(500, 1_000), { type: "pause", id: 5 }]);
  assert.deepEqual(summaryOf(all), {
    ...{ ended: 0, all: 5, sent: 500, size: 5_000, speed: 500, leftMs: 7_000, underWay: 4, paused: 1 },
  });
  assert.equal(speedOf(advance(all, { type: "pause", id: 1 })[0]?.samples ?? []), null);
});

test("only what is certain is refused before it is sent", () => {
  const accepts = { types: ["pdf", "docx"], max_file_size: 100, chunk_size: 8 };
  const cases: [name: string, size: number, refused: string | null][] = [
    ["a.PDF", 100, null],
    ["a.docm", 1, null],
    ["a.pdf", 101, "tooLarge"],
    ["a.txt", 1, "type"],
    ["a.tar.gz", 1, "type"],
    ["Makefile", 1, null],
    ["a.constructor", 1, null],
  ];
  for (const [name, size, refused] of cases) assert.equal(refusalOf({ name, size }, accepts), refused, name);
  assert.equal(refusalOf({ name: "a.txt", size: 1 }, { ...accepts, types: null }), null);
  assert.equal(refusalOf({ name: "a.txt", size: 1e12 }, undefined), null);
  assert.deepEqual(["x.tgz", "x.JPEG", "x.py", ".txt", "x."].map(typeByName), ["tar.gz", "jpg", "code", "txt", null]);
  assert.deepEqual([familyOf("xlsx"), familyOf("unknown"), familyOf(null)], ["sheet", null, null]);
});

test("our own refusals are read; what stands between and what is too busy is a line that is lost", () => {
  const body = JSON.stringify({ code: "file.disk_full", detail: "There is no room." });
  assert.deepEqual([detailOfText(body), codeOfText(body)], ["There is no room.", "file.disk_full"]);
  for (const text of ["", "null", "<html>", "[]", '{"detail":3}']) assert.equal(detailOfText(text), null, text);
  assert.deepEqual(
    [isCut(0, ""), isCut(502, "<html>"), isCut(500, "proxy"), isCut(507, body), isCut(503, body), isCut(413, "")],
    [true, true, true, false, true, false],
  );
});
