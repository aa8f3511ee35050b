/** Nothing is left of a deleted file: in no table, on no disk, whatever was done with it at the moment. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { tidyFiles } from "../../src/app/file-upkeep.ts";
import type { Database } from "../../src/store/database.ts";
import { openTestStore } from "../store.ts";
import { heldStore } from "./held-store.ts";
import { openFilesApp } from "./kept.ts";

const text = Array.from(
  { length: 80 },
  (_, n) => `Paragraph ${n} of a text that is to go away. ${"word ".repeat(60)}`,
).join("\n\n");

/** The tables in any row of which the id stands. */
async function placesOf(database: Database, id: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(
    database.sql,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`select from ${sql.table(name)} t where t::text like ${`%${id}%`} limit 1`.execute(
      database.sql,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

const onDisk = (dir: string, id: string): string[] =>
  readdirSync(dir, { recursive: true })
    .map(String)
    .filter((name) => name.includes(id));

test("a file goes with all that was made of it; another's is not there to be deleted", async (t) => {
  const app = await openFilesApp(t);
  const id = await app.put("secret.txt", text);
  assert.equal((await app.read(id)).status, "ready");
  const [stored] = await app.store.sql
    .insertInto("collections")
    .values({ owner_id: "local", name: "All" })
    .returning("id")
    .execute();
  await app.store.sql
    .insertInto("collection_files")
    .values({ collection_id: stored?.id ?? "", file_id: id })
    .execute();
  assert.ok((await placesOf(app.store, id)).length >= 6 && onDisk(app.dir, id).length > 0);

  await app.store.sql.insertInto("users").values({ id: "eve" }).execute();
  const theirs = await app.put("theirs.txt", text, "eve");
  for (const [method, path] of [
    ["DELETE", ""],
    ["GET", "/status"],
    ["GET", "/content"],
    ["GET", "/download"],
    ["POST", "/retry"],
    ["POST", "/cancel"],
    ["GET", "/events"],
  ] as const)
    assert.equal((await app.send(method, `/api/files/${theirs}${path}`)).body["code"], "file.not_found", path);

  assert.equal((await app.send("DELETE", `/api/files/${id}`)).status, 204);
  assert.deepEqual([await placesOf(app.store, id), onDisk(app.dir, id)], [[], []]);
  assert.equal((await app.send("DELETE", `/api/files/${id}`)).status, 404);
  assert.ok((await placesOf(app.store, theirs)).includes("files"));
  assert.deepEqual(app.faults, []);
});

test("a file that is being stored is cancelled at once and can be read again, or is deleted", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const held = heldStore(store, /insert into vector_chunks/);
  const app = await openFilesApp(t, { store: held.store });
  const id = await app.put("long.txt", text);
  await app.send("POST", `/api/files/${id}/retry`);
  await held.held;
  assert.equal((await app.send("POST", `/api/files/${id}/retry`)).body["code"], "file.running");
  const { status, body } = await app.send("POST", `/api/files/${id}/cancel`);
  assert.deepEqual(
    [status, body["status"], (body["error"] as { code: string }).code],
    [200, "failed", "file.cancelled"],
  );
  assert.equal((await app.send("POST", `/api/files/${id}/cancel`)).body["code"], "file.not_running");
  // Again at once, while the first reading still hangs.
  await app.send("POST", `/api/files/${id}/retry`);
  held.release();
  await app.follow(id);
  const file = await app.stored(id);
  assert.deepEqual([file.status, file.error], ["ready", null]);
  const { rows } = await sql`select distinct version from vector_chunks where file_id = ${id}`.execute(store.sql);
  assert.equal(rows.length, 1);
  await app.close();

  const again = heldStore(store, /insert into vector_chunks/);
  const next = await openFilesApp(t, { store: again.store, dir: app.dir });
  await next.send("POST", `/api/files/${id}/retry`);
  await again.held;
  const deleted = next.send("DELETE", `/api/files/${id}`);
  while ((await next.send("GET", `/api/files/${id}/status`)).status !== 404) await setImmediate();
  again.release();
  assert.equal((await deleted).status, 204);
  assert.deepEqual([await placesOf(store, id), onDisk(next.dir, id)], [[], []]);
  assert.deepEqual([app.faults, next.faults], [[], []]);
});

test("what the dead have left goes, with time; what lives and what is young stays", async (t) => {
  const app = await openFilesApp(t);
  const { dir, blobs, store: database } = app;
  const [id, doomed] = [await app.put("stays.txt", text), await app.put("goes.txt", text)];
  for (const one of [id, doomed]) assert.equal((await app.read(one)).status, "ready");
  const before = await app.stored(id);
  await sql`update files set deleted_at = now() - interval '2 minutes' where id = ${doomed}`.execute(database.sql);
  await sql`insert into vector_chunks (file_id, owner_id, version, position, text)
    select ${id}::uuid, 'local', v, 0, 'old' from unnest('{0,7}'::int[]) v`.execute(database.sql);
  await sql`insert into chunk_embeddings select chunk_id, 'of another model', file_id, owner_id, embedding, version
    from chunk_embeddings where file_id = ${id}`.execute(database.sql);
  const left = ["readers/shown/a", "readers/reading/read-b/blocks.jsonl", "work/c", "arrived"];
  for (const name of left) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), "left");
  }
  const orphan = `text/${"0".repeat(8)}-0000-7000-8000-${"0".repeat(12)}/blocks.jsonl`;
  await blobs.keep(orphan, path.join(dir, "arrived"));

  const tidy = (now: number) => tidyFiles({ database, blobs, dir }, new AbortController().signal, now);
  await tidy(Date.now());
  assert.deepEqual([await placesOf(database, doomed), onDisk(dir, doomed)], [[], []]);
  assert.notEqual(await blobs.size(orphan), undefined);
  for (const name of left.slice(0, 3)) assert.ok(existsSync(path.join(dir, name)), name);
  await tidy(Date.now() + 48 * 60 * 60_000);
  assert.equal(await blobs.size(orphan), undefined);
  for (const name of left.slice(0, 3)) assert.ok(!existsSync(path.join(dir, name)), name);
  assert.deepEqual(await app.stored(id), before);
  const { rows } = await sql<{ chunks: number; vectors: number }>`
    select count(*) as chunks, (select count(*) from chunk_embeddings where file_id = ${id}) as vectors
    from vector_chunks where file_id = ${id}`.execute(database.sql);
  assert.deepEqual(rows, [{ chunks: before.chunk_count, vectors: before.chunk_count }]);
  assert.equal((await app.read(id)).status, "ready");
  assert.deepEqual(app.faults, []);
});
