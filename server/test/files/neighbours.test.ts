/** Two servers over one database and one folder: what is done with a file at one is seen, stopped and undone at the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { eventOf, numbersOf, openStream } from "../api/stream.ts";
import { openTestStore, serverOnly, temporaryFolder } from "../store.ts";
import { heldStore } from "./held-store.ts";
import { openFilesApp } from "./kept.ts";

const text = Array.from({ length: 80 }, (_, n) => `Paragraph ${n} of a long text. ${"word ".repeat(60)}`).join("\n\n");

test("a file is read at one server; the other follows it, cancels it, deletes it", serverOnly, async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const dir = temporaryFolder();
  // Whoever reads is held while it stores chunks: at either server.
  const first = heldStore(store, /insert into vector_chunks/);
  const here = await openFilesApp(t, { store: first.store, dir });
  const id = await here.put("long.txt", text);
  await here.send("POST", `/api/files/${id}/retry`);
  await first.held;
  const there = await openFilesApp(t, { store, dir });
  const stream = await openStream(`${await there.listen()}/api/files/${id}/events`);
  assert.equal(eventOf(await stream.next()).event_type, "connection_established");
  assert.equal((await there.send("POST", `/api/files/${id}/cancel`)).status, 200);
  const heard = numbersOf(await stream.rest());
  assert.deepEqual(
    heard,
    heard.map((_, at) => at + 1),
  );
  first.release();
  assert.equal((await there.stored(id)).error?.code, "file.cancelled");

  const all = await openStream(`${await here.listen()}/api/files/events`);
  await all.next();
  const again = await there.read(id);
  assert.deepEqual([again.status, again.error], ["ready", null]);
  for (let event = eventOf(await all.next()); event.event_type !== "processing_finished"; )
    event = eventOf(await all.next());
  // Both at once: nothing waits for the other for ever, and nothing is left.
  const answers = await Promise.all([here, there, here, there].map((app) => app.send("DELETE", `/api/files/${id}`)));
  for (const { status, body } of answers) assert.ok(status === 204 || status === 404, JSON.stringify(body));
  assert.equal(eventOf(await all.next()).event_type, "file_deleted");
  all.cut();
  const { rows } = await sql<{ left: number }>`
    select (select count(*) from files) + (select count(*) from vector_chunks) + (select count(*) from chunk_embeddings)
      + (select count(*) from processing_jobs) as left`.execute(store.sql);
  assert.equal(rows[0]?.left, 0);
  for await (const { key } of here.blobs.list()) assert.fail(key);
  assert.deepEqual([here.faults, there.faults], [[], []]);
});
