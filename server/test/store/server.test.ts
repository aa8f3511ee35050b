/** A PostgreSQL server as the store: its pool, its losses, and the same answers as the embedded database. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../../src/errors.ts";
import { type Database, SqlError } from "../../src/store/database.ts";
import { readDatabaseUrl } from "../../src/store/database-url.ts";
import { copyImage } from "../../src/store/image.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { clientClass } from "../../src/store/postgres-client.ts";
import { eraseSession } from "../../src/store/sessions.ts";
import { openTestStore, serverOnly, temporaryFolder, testImage } from "../store.ts";
import { dropDatabase, freshDatabase, testServer } from "../store-server.ts";
import { addSession } from "./rows.ts";

const server = testServer ?? "";

const fresh = async (t: TestContext): Promise<string> => {
  const url = await freshDatabase(server);
  t.after(() => dropDatabase(server, url));
  return url;
};

const open = async (t: TestContext, url: string, pool: { poolSize?: number; poolMax?: number } = {}) => {
  const database = await openPostgres({ url, poolSize: 1, poolMax: 4, ...pool });
  t.after(() => database.close());
  return database;
};

const embedded = async (t: TestContext) => {
  const dataDir = temporaryFolder();
  copyImage(await testImage(), dataDir);
  const database = await openPglite({ dataDir, fsync: false });
  t.after(() => database.close());
  return database;
};

const isLost = (error: unknown) => error instanceof AppError && error.code === "store.failed";

const settle = async (database: Database, count: number, statement = sql`select 1`) =>
  Promise.all(Array.from({ length: count }, () => statement.execute(database.sql)));

test("never more connections than the pool may have, however many ask; all are answered", serverOnly, async (t) => {
  const database = await open(t, await fresh(t), { poolSize: 2, poolMax: 3 });
  const busy = sql<{ n: number }>`
    select (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as n
    from pg_sleep(0.01)`;
  const answers = await Promise.all(Array.from({ length: 30 }, () => busy.execute(database.sql)));
  assert.ok(Math.max(...answers.map(({ rows }) => rows[0]?.n ?? 0)) <= 2);
});

test("a refused statement costs no connection", serverOnly, async (t) => {
  const database = await open(t, await fresh(t), { poolSize: 1, poolMax: 1 });
  const pid = async () =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.sql)).rows[0]?.pid;
  const before = await pid();
  await assert.rejects(settle(database, 1, sql`select 1 / 0`), SqlError);
  await assert.rejects(database.exec("begin; select 1 / 0"), SqlError);
  await assert.rejects(database.exec("begin"), SqlError);
  assert.equal(await pid(), before);
});

test(
  "a connection lost in the middle fails its statement with store.failed, and the next works",
  serverOnly,
  async (t) => {
    const database = await open(t, await fresh(t));
    const sleeping = sql`select pg_sleep(60)`.execute(database.sql);
    const lost = assert.rejects(sleeping, isLost);
    const killed = sql<{ n: number }>`
    select count(pg_terminate_backend(pid)) as n from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`;
    for (;;) if ((await killed.execute(database.sql)).rows[0]?.n) break;
    await lost;
    assert.equal((await sql<{ one: number }>`select 1 as one`.execute(database.sql)).rows[0]?.one, 1);
    await assert.rejects(sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.sql), isLost);
    await settle(database, 4);
  },
);

test("a connection that breaks while nobody listens ends nothing else", () => {
  const Client = clientClass(readDatabaseUrl("postgresql://somewhere/database"), false);
  // An error without a listener is thrown, and would end a server.
  assert.ok(new Client().emit("error", new Error("it broke")));
});

test("closing waits for what was asked, also for what still waits for a connection", serverOnly, async (t) => {
  const database = await open(t, await fresh(t), { poolSize: 1, poolMax: 1 });
  const asked = Promise.all([1, 2, 3, 4, 5].map(() => database.exec("select pg_sleep(0.01)")));
  await database.close();
  await asked;
});

test("a session is not erased when a prompt is accepted while the erasure waits for it", serverOnly, async (t) => {
  const database = await open(t, await fresh(t));
  const id = await addSession(database);
  const asked = { original_prompt: "Why?", mode: "quick", quality_threshold: 8, settings: { deadline_ms: 60_000 } };
  const thread = { ...asked, id: uuidv7(), session_id: id };
  const accepting = database.exec(
    `select journal_accept('${JSON.stringify({ thread, draft: false })}'); select pg_sleep(0.3);`,
  );
  const accepted = sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
  while ((await accepted.execute(database.sql)).rows[0]?.n === 0);
  await assert.rejects(
    eraseSession(database, id),
    (error) => error instanceof AppError && error.code === "thread.running",
  );
  await accepting;
});

test("servers that start together on an empty database migrate it once", serverOnly, async (t) => {
  const url = await fresh(t);
  const first = await open(t, url);
  await first.exec("drop schema public cascade; create schema public");
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ url, poolSize: 1, poolMax: 2 })));
  for (const store of stores) await store.close();
  assert.deepEqual(await migrate(first), []);
});

/** As a server may be set up, against ours. */
const HABITS = {
  ...{ timezone: "Asia/Kolkata", datestyle: "German", bytea_output: "escape", intervalstyle: "sql_standard" },
};

const EXPRESSIONS = String.raw`
  true; null::bool; 1::int2; (-2147483648)::int4; 9007199254740991::int8; 4294967295::oid; 1.5::float4; 0.1::float8 + 0.2
  'NaN'::float8; 0.0000000004::numeric(20,10); 1e400::numeric; 'Ünï 😀'::text; 'x'::varchar; 'a'::char(3); 'z'::"char"
  'active'::session_status; '00000000-0000-7000-8000-000000000000'::uuid; date '2026-11-21'; time '10:00'
  timestamp '2026-11-21 10:00:00'; timestamptz '2026-11-21 10:00:00.1234+02'; timestamptz '1880-01-01 00:00:00Z'
  timestamptz 'infinity'; timestamptz '0044-03-15 12:00:00Z BC'; date_trunc('day', timestamptz '2026-11-21T20:00:00Z')
  '{"a": [1, null, "\u00e9"]}'::jsonb; '[1.10, true]'::json; '\x00ff5c41'::bytea; '[1,2.5]'::vector
  array[true, null]; array[1, 2]::int2[]; array[1, -2]; array[1]::int8[]; array[1.5]::float4[]; array[0.1]::float8[]
  array[1.50]::numeric[]; array['a', null, 'b "c" \ {,}', '', 'NULL', ' ']; array['x']::varchar[]; '{}'::text[]
  array['00000000-0000-7000-8000-000000000000']::uuid[]; array[timestamptz '2026-11-21T10:00:00Z']
  array['{"a": 1}']::jsonb[]; to_tsvector('simple', 'Two words'); row(1, 'x')`
  .trim()
  .split(/;|\n/);

test(
  "every kind of column arrives alike from both engines, whatever the server's own habits",
  serverOnly,
  async (t) => {
    const url = await fresh(t);
    const before = await open(t, url);
    for (const [name, value] of Object.entries(HABITS))
      await before.exec(
        `do $$ begin execute format('alter database %I set ${name} = %L', current_database(), '${value}'); end $$`,
      );
    const there = await open(t, url);
    const here = await embedded(t);
    for (const expression of EXPRESSIONS) {
      const answer = async (database: Database) =>
        (await sql`select ${sql.raw(expression)} as value`.execute(database.sql)).rows;
      assert.deepEqual(await answer(there), await answer(here), expression);
    }
  },
);

test("both engines count the rows a statement changed, and refuse alike", serverOnly, async (t) => {
  const there = await openTestStore();
  t.after(() => there.close());
  const here = await embedded(t);
  const statements = [
    sql`insert into users (id) values ('ada'), ('bob')`,
    sql`update users set name = 'x' where id in ('ada', 'bob', 'carl')`,
    sql`insert into users (id) values ('ada')`,
    sql`insert into users (id, role) values ('dora', ${"secret"})`,
    sql`select ${"99999999999 secret"}::int`,
    sql`select ${"99999999999"}::int`,
    sql`select 1; select 2`,
    sql`delete from users where id = 'bob'`,
    sql`select no_such_column from users`,
  ];
  const told = async (database: Database, statement: (typeof statements)[number]) => {
    try {
      const { rows, numAffectedRows } = await statement.execute(database.sql);
      return { rows, numAffectedRows };
    } catch (error) {
      assert.ok(error instanceof SqlError);
      assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /secret|9999/);
      return { ...error, message: error.message };
    }
  };
  for (const statement of statements) assert.deepEqual(await told(there, statement), await told(here, statement));
});
