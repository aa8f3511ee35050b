/** A long file is opened where a passage is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FileContent } from "@orchestratex/sdk/contract";
import { openFilesApp } from "./kept.ts";

/** Each paragraph begins and ends like others; some are longer than a chunk, some are a word. */
const paragraph = (at: number): string =>
  at % 3 === 0
    ? "Costs."
    : `Costs fell in the year ${at}. ${"Nobody knew why it was so. ".repeat(at % 60)}That was all.`;

test("blocks begin a little before the passage that is named, and have its words; chunks begin with it", async (t) => {
  const app = await openFilesApp(t);
  const id = await app.put("long.md", Array.from({ length: 600 }, (_, at) => `${paragraph(at)}\n\n`).join(""));
  const { chunk_count, status } = await app.read(id);
  assert.equal(status, "ready");
  const window = async (part: string, near: number, limit = 100) => {
    const { body } = await app.send("GET", `/api/files/${id}/content?part=${part}&near=${near}&limit=${limit}`);
    return FileContent.parse(body);
  };
  const [first] = (await window("blocks", 0)).blocks;
  assert.equal(first?.text, "Costs.");
  for (const near of [Math.floor(chunk_count / 3), Math.floor(chunk_count / 2), chunk_count - 1]) {
    const [chunk] = (await window("chunks", near, 1)).chunks;
    assert.equal(chunk?.position, near);
    const { blocks, next_cursor } = await window("blocks", near, 30);
    const words = blocks.map(({ text }) => text).join(" ");
    assert.ok(words.includes(chunk.text.replace(/\s+/g, " ").slice(0, 60)), `${near}: ${chunk.text.slice(0, 90)}`);
    assert.notDeepEqual(blocks[0]?.place.line, first?.place.line);
    if (near !== chunk_count - 1) assert.notEqual(next_cursor, null);
  }
  assert.deepEqual((await window("chunks", 999_999)).chunks, []);
  assert.equal((await window("blocks", 999_999)).blocks[0]?.text, "Costs.");
  assert.equal((await app.send("GET", `/api/files/${id}/content?near=-1`)).status, 422);
});
