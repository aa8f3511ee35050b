import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { AppError } from "../../src/errors.ts";
import { type Database, json, SqlError } from "../../src/store/database.ts";
import { embeddedOnly, openTestStore } from "../store.ts";

let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

const one = async (expression: ReturnType<typeof sql>) =>
  (await sql<{ value: unknown }>`select ${expression} as value`.execute(database.sql)).rows[0]?.value;

test("values arrive as the wire wants them", async () => {
  assert.equal(await one(sql`9007199254740991::int8`), Number.MAX_SAFE_INTEGER);
  await assert.rejects(one(sql`9007199254740993::int8`), RangeError);
  assert.equal(await one(sql`0.0123000000::numeric(20,10)`), 0.0123);
  assert.equal(await one(sql`timestamptz '2026-11-21 10:00:00+00'`), "2026-11-21T10:00:00.000Z");
  assert.equal(await one(sql`timestamptz '2026-11-21 12:00:00.5+02'`), "2026-11-21T10:00:00.500Z");
  assert.equal(await one(sql`date '2026-11-21'`), "2026-11-21");
  assert.deepEqual(await one(sql`'{"a": [1, null, "x"]}'::jsonb`), { a: [1, null, "x"] });
  assert.deepEqual(await one(sql`'\\x00ff'::bytea`), Buffer.from([0, 255]));
  assert.deepEqual(await one(sql`array['a', null, 'b "c" \\ {,}', '', 'NULL']`), [
    "a",
    null,
    'b "c" \\ {,}',
    "",
    "NULL",
  ]);
  assert.deepEqual(await one(sql`array[1.5, 2]::numeric[]`), [1.5, 2]);
  assert.deepEqual(await one(sql`'{}'::text[]`), []);
  assert.equal(await one(sql`true`), true);
  assert.equal(await one(sql`null`), null);
});

test("what is sent comes back: texts, lists of texts, bytes, JSON", async () => {
  const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\u0000", ""));
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(text),
      fc.uint8Array(),
      fc.dictionary(text, text),
      async (plain, list, bytes, object) => {
        const { rows } = await sql<{ plain: string; list: string[]; bytes: Buffer; object: unknown }>`
        select ${plain}::text as plain, ${list}::text[] as list, ${bytes}::bytea as bytes, ${object}::jsonb as object
      `.execute(database.sql);
        assert.deepEqual(rows[0], { plain, list, bytes: Buffer.from(bytes), object: { ...object } });
      },
    ),
    { numRuns: 50 },
  );
});

test("one call is one function with one JSON object", async () => {
  assert.deepEqual(await database.call("jsonb_strip_nulls", { a: 1, b: null, c: [1, { d: null }] }), {
    a: 1,
    c: [1, {}],
  });
  await assert.rejects(database.call("now(); drop table users", {}), TypeError);
});

test("JSON takes what a model may write: U+0000 and halves of characters are replaced, not refused", async () => {
  const answer = await database.call("jsonb_strip_nulls", { text: "a\u0000b\ud800c 😀 \\u0000" });
  assert.deepEqual(answer, { text: "a\ufffdb\ufffdc 😀 \\u0000" });
});

test("Kysely inserts, changes, counts; JSON columns take json() only", async () => {
  const made = await database.sql
    .insertInto("users")
    .values({ id: "ada", email: "ada@example.org", preferences: json({ theme: "dark" }) })
    .returning(["id", "preferences", "created_at"])
    .executeTakeFirstOrThrow();
  assert.deepEqual(made.preferences, { theme: "dark" });
  assert.match(made.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const changed = await database.sql
    .updateTable("users")
    .set({ name: "Ada" })
    .where("id", "=", "ada")
    .executeTakeFirst();
  assert.equal(changed.numUpdatedRows, 1n);
  // @ts-expect-error a bare value is no JSON
  database.sql.updateTable("users").set({ preferences: "dark" });
});

test("a refused statement says which rule, and none of the values", async () => {
  const insert = (email: string) => database.sql.insertInto("users").values({ id: email, email }).execute();
  await insert("bob@example.org");
  await assert.rejects(insert("BOB@example.org"), (error) => {
    assert.ok(error instanceof SqlError);
    assert.equal(error.sqlState, "23505");
    assert.equal(error.constraint, "users_email_key");
    assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /bob/i);
    return true;
  });
  await assert.rejects(
    one(sql`${"secret"}::uuid`),
    (error) => error instanceof SqlError && !error.message.includes("secret"),
  );
});

test("a statement refused once does not spoil the same statement sent again", async () => {
  const divide = (by: number) => one(sql`10 / ${by}::int`);
  for (const by of [0, 2, 0, 5, 0, 2]) {
    if (by === 0) await assert.rejects(divide(by), SqlError);
    else assert.equal(await divide(by), 10 / by);
  }
});

test("statements sent often survive a change of the schema", async () => {
  await database.exec("create table things (a int); insert into things values (1)");
  const all = async () => (await sql`select * from things`.execute(database.sql)).rows;
  for (let time = 0; time < 3; time++) assert.deepEqual(await all(), [{ a: 1 }]);
  await database.exec("alter table things add column b text default 'x'");
  assert.deepEqual(await all(), [{ a: 1, b: "x" }]);
  await database.exec("drop table things");
});

test("more statements than are kept prepared all work", async () => {
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 250; number++) assert.equal(await one(sql`${sql.raw(String(number))}::int`), number);
  }
});

test("interactive transactions are refused, and one left open is undone", async () => {
  await assert.rejects(
    database.sql.transaction().execute(async () => {}),
    /one statement/,
  );
  await assert.rejects(
    sql`begin`.execute(database.sql),
    (error) => error instanceof SqlError && error.sqlState === "25000",
  );
  await assert.rejects(database.exec("begin; insert into users (id) values ('carl')"), SqlError);
  assert.equal(await one(sql`(select count(*) from users where id = 'carl')`), 0);
});

test("several statements in one message are one transaction", async () => {
  await assert.rejects(database.exec("insert into users (id) values ('dora'); select 1/0"), SqlError);
  assert.equal(await one(sql`(select count(*) from users where id = 'dora')`), 0);
});

test("answers come in order", embeddedOnly, async () => {
  const order: number[] = [];
  await Promise.all([3, 1, 2].map(async (number) => order.push((await one(sql`${number}::int`)) as number)));
  assert.deepEqual(order, [3, 1, 2]);
});

test("idle is measured from the last answer", async () => {
  const asked = database.exec("select 1");
  assert.equal(database.idleMs(), 0);
  await asked;
  assert.ok(database.idleMs() < 1_000);
});

test("ids made by the database are UUIDs of version 7, in order of time", async () => {
  const ids = (await sql<{ id: string }>`select new_id() as id from generate_series(1, 100)`.execute(database.sql))
    .rows;
  for (const { id } of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const at = Number.parseInt(ids[0]?.id.replace("-", "").slice(0, 12) ?? "", 16);
  assert.ok(Math.abs(at - Date.now()) < 60_000);
});

test("a closed store says so", async () => {
  const closed = await openTestStore();
  await closed.end();
  await closed.close();
  await assert.rejects(closed.exec("select 1"), (error) => error instanceof AppError && error.code === "store.failed");
});
