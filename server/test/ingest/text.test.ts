/** Plain text and subtitles. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { subtitles } from "../../src/ingest/extractors/subtitles.ts";
import { text } from "../../src/ingest/extractors/text.ts";
import { readWith } from "./reading.ts";

test("paragraphs with their lines, whatever ends them; one line without end is bounded", async () => {
  const found = await readWith(text, "one\r\ntwo\r\n\r\n\rthree\n");
  assert.deepEqual(
    found.blocks.map(({ text: words, place }) => [words, place.line, place.line_end]),
    [
      ["one\ntwo", 1, 2],
      ["three", 5, 5],
    ],
  );
  const log = await readWith(text, "a line of a log that goes on\n".repeat(10_000));
  assert.ok(log.blocks.length > 100 && log.blocks.every((block) => block.text.length < 3000));
  const endless = await readWith(text, "x".repeat(5_000_000));
  assert.equal(
    endless.blocks.reduce((sum, block) => sum + block.text.length, 0),
    5_000_000,
  );
});

test("subtitles: what is said and when, without marks", async () => {
  const srt = await readWith(
    subtitles,
    "1\n00:00:01,500 --> 00:00:02,000\n<i>Hi</i>\nthere\n\n2\n01:00:00,000 --> 01:00:04,250\n{\\an8}Bye\n",
  );
  assert.deepEqual(
    srt.blocks.map(({ text: words, place }) => [words, place.time_s]),
    [
      ["Hi\nthere", 1.5],
      ["Bye", 3600],
    ],
  );
  assert.deepEqual([srt.facts["cues"], srt.facts["duration_s"]], [2, 3604.25]);
  const vtt = await readWith(
    subtitles,
    "WEBVTT Title\n\nSTYLE\n::cue { x }\n\n00:01.000 --> 00:02.000\n<v Ann>Hello &amp; you\n",
    { type: "vtt" },
  );
  assert.equal(vtt.text, "Title\nAnn: Hello & you");
  assert.deepEqual(vtt.facts["voices"], ["Ann"]);
});
