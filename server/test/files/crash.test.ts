/** Whatever the moment at which a process ends: the next one brings each file to its end, once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { openTestStore, type TestStore, temporaryFolder } from "../store.ts";
import { dyingStore } from "./held-store.ts";
import { openFilesApp } from "./kept.ts";

const text = Array.from({ length: 60 }, (_, n) => `Paragraph ${n}: ${"the costs of the year fell. ".repeat(30)}`).join(
  "\n\n",
);

const moments: [string, "before" | "after", RegExp, number?][] = [
  ["when it is asked for", "after", /file_retry/],
  ["when its reading begins", "before", /"stage":"detect"/],
  ["when its text is kept and nothing says so", "before", /"stage":"store"/],
  ["between two batches of chunks", "before", /insert into vector_chunks/, 2],
  ["before its chunks are shown", "before", /"write":"show"/],
  ["when its chunks are shown", "after", /"write":"show"/],
  ["among its vectors", "before", /insert into chunk_embeddings/, 2],
  ["before its end is written", "before", /"write":"close"/],
  ["when its end is written", "after", /"write":"close"/],
];

/** Half a minute later: on a server the next process waits until the dead one's leases are over. */
const lapse = (store: TestStore) =>
  sql`update processing_jobs set lease_until = now() - interval '1 second' where status = 'running'`.execute(store.sql);

test("a file is brought to its end by the next process, from where the last one died", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const dir = temporaryFolder();
  let expected: number | undefined;
  for (const [name, when, words, nth] of moments) {
    const dying = dyingStore(store, when, words, nth);
    const before = await openFilesApp(t, { store: dying.store, dir });
    dying.live();
    const id = await before.put("costs.txt", `${name}\n\n${text}`);
    void before.send("POST", `/api/files/${id}/retry`);
    await dying.dead;
    await before.close();
    await lapse(store);

    const after = await openFilesApp(t, { store, dir });
    await after.follow(id);
    const file = await after.stored(id);
    assert.deepEqual([file.status, file.error, file.searchable], ["ready", null, true], name);
    expected ??= file.chunk_count;
    assert.equal(file.chunk_count, expected, name);
    const { rows } = await sql<{ chunks: number; versions: number; vectors: number }>`
      select count(*) as chunks, count(distinct version) as versions,
        (select count(*) from chunk_embeddings e where e.file_id = ${id}) as vectors
      from vector_chunks where file_id = ${id}`.execute(store.sql);
    assert.deepEqual(rows, [{ chunks: expected, versions: 1, vectors: expected }], name);
    const events = await after.events(id);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, at) => at + 1),
      name,
    );
    assert.equal(events.filter(({ event_type }) => event_type === "processing_finished").length, 1, name);
    assert.deepEqual(after.faults, [], name);
    await after.close();
  }
});

test("a file that its process dies of each time is given up, and others are read", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const dir = temporaryFolder();
  let id = "";
  for (let time = 1; time <= 3; time++) {
    const dying = dyingStore(store, "before", /"stage":"detect"/);
    const app = await openFilesApp(t, { store: dying.store, dir });
    dying.live();
    if (time === 1) {
      id = await app.put("poison.txt", text);
      void app.send("POST", `/api/files/${id}/retry`);
    }
    await dying.dead;
    await app.close();
    await lapse(store);
  }
  const app = await openFilesApp(t, { store, dir });
  await app.follow(id);
  assert.equal((await app.stored(id)).error?.code, "file.reader_died");
  assert.equal((await app.read(await app.put("good.txt", text))).status, "ready");
});
