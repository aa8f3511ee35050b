/** A server that cannot be used says which one it is, what is wrong and what to do, and never the password. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { falseServer } from "./false-server.ts";

const refused = async (place: string, says: RegExp, rest = "") => {
  const url = `postgresql://ada:hunter2@${place}/answers${rest}`;
  await assert.rejects(openPostgres({ url }), (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, "store.failed");
    assert.match(error.message, says);
    assert.ok(error.message.includes(`${place}/answers`), error.message);
    assert.doesNotMatch(JSON.stringify({ ...error, message: error.message, stack: error.stack }), /hunter2/);
    return true;
  });
};

const refusals = [
  ["28P01", 'password authentication failed for user "ada"', /refuses the user or the password .*"ada"/],
  ["28000", 'role "ada" does not exist', /refuses the user/],
  ["3D000", 'database "answers" does not exist', /no such database. Create it/],
  ["53300", "sorry, too many clients already", /takes no more connections. Lower DATABASE_POOL_MAX/],
  ["57P03", "the database system is starting up", /starting up/],
  ["08P01", "unsupported startup parameter: datestyle", /pooler .*docs\/postgresql\.md/],
  ["08P01", "no such database: answers", /no such database/],
] as const;

for (const [code, words, says] of refusals)
  test(`it refuses us: ${words}`, async (t) => refused(await falseServer(t, { refuse: [code, words] }), says));

test("nothing listens there, or nobody knows the name", async () => {
  await refused("127.0.0.1:1", /nothing listens there/);
  await refused("nowhere.invalid:5432", /the name of the host is not known/);
});

test("it takes the connection and never answers", async (t) => {
  await refused(await falseServer(t, {}), /did not answer in time/, "?connect_timeout=1&sslmode=disable");
});

test("it has no TLS where TLS is asked for", async (t) => {
  await refused(await falseServer(t, { facts: {} }), /has no TLS/, "?sslmode=require");
});

const fit = {
  ...{ version: "15.2", number: "150002", encoding: "UTF8", zone: "UTC", isolation: "read committed" },
  ...{ read_only: "off", vector: "0.8.0", vector_offered: "0.8.0" },
};

const unfit = [
  [{ version: "14.9", number: "140009" }, /is version 14\.9: 15 or newer/],
  [{ encoding: "SQL_ASCII" }, /SQL_ASCII.*encoding 'UTF8'/],
  [{ zone: "Europe/Berlin" }, /Europe\/Berlin.*DateStyle and TimeZone/],
  [{ isolation: "serializable" }, /must be "read committed"/],
  [{ read_only: "on" }, /is read-only/],
  [{ vector: null, vector_offered: null }, /no extension "vector": install pgvector .*postgresql-15-pgvector/],
] as const;

for (const [facts, says] of unfit)
  test(`it is reached, but ${Object.keys(facts)[0]} is ${Object.values(facts)[0]}`, async (t) =>
    refused(await falseServer(t, { facts: { ...fit, ...facts } }), says));

test("one that fits is opened", async (t) => {
  const url = `postgresql+asyncpg://ada:hunter2@${await falseServer(t, { facts: fit })}/answers`;
  const database = await openPostgres({ url });
  assert.equal(database.engine, "server");
  await database.close();
});
