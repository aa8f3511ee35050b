import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../src/store/database.ts";
import { copyImage } from "../../src/store/image.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { startUpkeep, upkeepStep } from "../../src/store/upkeep.ts";
import { embeddedOnly, temporaryFolder, testImage } from "../store.ts";

/** As if it had been idle for long. */
const atRest = (database: Database): Database => ({ ...database, idleMs: () => 1_000 });

const megabytes = (folder: string) => {
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += fs.statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return bytes / 2 ** 20;
};

test("many updates keep the folder bounded, in steps that come to an end", embeddedOnly, async (t) => {
  const folder = temporaryFolder();
  copyImage(await testImage(), folder);
  const database = await openPglite({ dataDir: folder, fsync: false });
  t.after(() => database.close());
  await sql`insert into users (id, preferences)
    select 'user-' || n, jsonb_build_object('text', repeat('x', 1500)) from generate_series(1, 500) n`.execute(
    database.sql,
  );
  const steps: string[] = [];
  for (let round = 0; round < 30; round++) {
    // Every round rewrites every row and its index entries: 1.5 MB of table and of log, twice that dead.
    await sql`update users set email = id || '@' || ${round} || '.example', preferences = preferences || ${{ round }}`.execute(
      database.sql,
    );
    await sql`select pg_stat_force_next_flush()`.execute(database.sql);
    for (;;) {
      const step = await upkeepStep(atRest(database));
      if (step === "nothing") break;
      steps.push(step);
      assert.ok(steps.length < 500, "upkeep never ends");
    }
  }
  assert.ok(steps.includes("checkpoint") && steps.includes("vacuum"), steps.join(" "));
  const { rows } = await sql<{ table: number }>`select pg_total_relation_size('users') as table`.execute(database.sql);
  assert.ok((rows[0]?.table ?? 0) < 8 * 2 ** 20, `the table has ${rows[0]?.table} bytes`);
  assert.ok(megabytes(path.join(folder, "database")) < 60, `the folder has ${megabytes(folder)} MB`);
  assert.equal(await upkeepStep({ ...database, idleMs: () => 0 }), "busy");
});

test("upkeep runs beside the work until it is told to stop, and outlives a failure", async () => {
  const faults: unknown[] = [];
  const stop = new AbortController();
  const broken = { engine: "embedded", idleMs: () => 1_000 } as Database;
  const running = startUpkeep(broken, { signal: stop.signal, onFault: (error) => faults.push(error), everyMs: 1 });
  while (faults.length < 2) await wait(1);
  stop.abort();
  await running;
});

test("a server is left to do its own upkeep", async () => {
  const signal = new AbortController().signal;
  await startUpkeep({ engine: "server" } as Database, { signal, onFault: assert.fail });
});
