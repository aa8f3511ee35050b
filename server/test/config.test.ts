/** Settings: read once, from what is given; wrong ones are named, and so are those that do nothing yet. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { envExample, readConfig } from "../src/config.ts";
import { AppError } from "../src/errors.ts";

test("without settings there are defaults, and an empty value counts as none", () => {
  const config = readConfig({ PORT: "", ORCHESTRATEX_DATA: "here" }, "/somewhere");
  assert.deepEqual([config.port, config.dataDir, config.defaultCostLimitUsd], [8000, "/somewhere/here", 1]);
  assert.equal(config.simulated.policy, "auto");
  assert.equal(readConfig({ ORCHESTRATEX_ENV: "production" }, "/").simulated.policy, "off");
  assert.equal(readConfig({ ORCHESTRATEX_DEFAULT_COST_LIMIT: "none" }, "/").defaultCostLimitUsd, null);
});

test("every wrong setting is named at once", () => {
  const wrong = {
    PORT: "70000",
    ORCHESTRATEX_THREADS_AT_ONCE: "0",
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "-1",
    LOG_LEVEL: "loud",
  };
  assert.throws(
    () => readConfig(wrong, "/"),
    (error: Error) => Object.keys(wrong).every((name) => error.message.includes(name)),
  );
});

test("what cannot be done yet is refused when it would be unsafe, and told when it does nothing", () => {
  assert.throws(() => readConfig({ HOST: "0.0.0.0" }, "/"), /HOST .*no accounts/);
  assert.deepEqual(readConfig({ OPENAI_API_KEY: "sk-test", HOME: "/" }, "/").withoutEffect, ["OPENAI_API_KEY"]);
});

const configFor = (DATABASE_URL: string, more: object = {}) => readConfig({ DATABASE_URL, ...more }, "/").database;

test("a database server is named by its url, with or without a driver, and its pool has 20 to 30 connections", () => {
  assert.equal(readConfig({}, "/").database, null);
  for (const scheme of ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"]) {
    const url = `${scheme}://ada:s%40cret@db.example.org:6432/answers?sslmode=verify-full&prepared_statement_cache_size=0`;
    assert.deepEqual(configFor(url), { url, poolSize: 20, poolMax: 30 });
  }
  assert.equal(configFor("postgres:///x", { DATABASE_POOL_SIZE: "5", DATABASE_POOL_MAX: "5" })?.poolMax, 5);
  assert.throws(
    () => configFor("postgres:///x", { DATABASE_POOL_MAX: "19" }),
    /DATABASE_POOL_MAX .*DATABASE_POOL_SIZE/,
  );
});

test("a wrong DATABASE_URL is refused by name, without its password", () => {
  const wrong = {
    "mysql://ada:hunter2@db/answers": /must be a PostgreSQL url/,
    hunter2: /must be a PostgreSQL url/,
    "postgresql:ada:hunter2@db": /cannot be read/,
    "postgresql://ada:hunter2#x@db/answers": /%23/,
    "postgresql://ada:hunter2%@db/answers": /%25/,
    "postgresql://ada:hunter2@db:70000/answers": /cannot be read/,
    "postgresql://ada:hunter2@one,two/answers": /one host/,
    "postgresql://ada:hunter2@db/answers?sslmode=on": /sslmode: it must be one of disable, /,
    "postgresql://ada:hunter2@db/answers?connect_timeout=soon": /connect_timeout/,
  };
  for (const [url, says] of Object.entries(wrong))
    assert.throws(
      () => configFor(url),
      (error) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, "config.invalid");
        assert.match(error.message, /^DATABASE_URL /);
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
});

test(".env.example is what the code says (if not: npm run env-example)", () => {
  assert.equal(readFileSync(new URL("../../.env.example", import.meta.url), "utf8"), envExample());
});
