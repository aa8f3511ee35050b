/** Settings: read once, from what is given; wrong ones are named, and so are those that do nothing yet. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { envExample, readConfig } from "../src/config.ts";
import { AppError } from "../src/errors.ts";

test("without settings there are defaults, and an empty value counts as none", () => {
  const config = readConfig({ PORT: "", ORCHESTRATEX_DATA: "here" }, "/somewhere");
  assert.deepEqual([config.port, config.dataDir, config.defaultCostLimitUsd], [8000, "/somewhere/here", 1]);
  assert.equal(config.simulated.policy, "auto");
  assert.deepEqual([config.web, readConfig({ ORCHESTRATEX_WEB: "off" }, "/").web], [true, false]);
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
  assert.deepEqual(readConfig({ NOTION_TOKEN: "secret", HOME: "/" }, "/").withoutEffect, ["NOTION_TOKEN"]);
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

test("keys of vendors are read, several divided by commas, and no configuration prints one", () => {
  const { secrets, ...rest } = readConfig(
    {
      ...{ OPENAI_API_KEY: " key-one, key-two,,key-one", GROQ_API_KEY: "key-three", ENCRYPTION_KEY: "key-four" },
      ...{ OPENAI_BASE_URL: "http://127.0.0.1:9/v1/", OLLAMA_BASE_URL: "off" },
    },
    "/",
  );
  assert.deepEqual(secrets.keysOf("openai"), ["key-one", "key-two"]);
  assert.deepEqual([secrets.keysOf("groq"), secrets.keysOf("mistral")], [["key-three"], []]);
  assert.equal(secrets.encryptionKey(), "key-four");
  assert.deepEqual([rest.baseUrls, rest.findOllama], [{ openai: "http://127.0.0.1:9/v1" }, false]);
  const printed =
    inspect({ secrets, ...rest }, { depth: null, showHidden: true }) + JSON.stringify({ secrets, ...rest });
  assert.doesNotMatch(printed, /key-(one|two|three|four)/);
  assert.deepEqual([readConfig({}, "/").baseUrls, readConfig({}, "/").findOllama], [{}, true]);
});

test("an address with a password in it is refused without telling it, and production refuses a weak ENCRYPTION_KEY", () => {
  assert.throws(
    () => readConfig({ OPENAI_BASE_URL: "https://me:hunter2@example.org", OLLAMA_BASE_URL: "ftp://x" }, "/"),
    (error: Error) =>
      /OPENAI_BASE_URL/.test(error.message) && /OLLAMA/.test(error.message) && !/hunter2/.test(error.message),
  );
  const production = (ENCRYPTION_KEY: string) => readConfig({ ORCHESTRATEX_ENV: "production", ENCRYPTION_KEY }, "/");
  for (const weak of ["secret", "changeme", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabcabcabcabc"])
    assert.throws(
      () => production(weak),
      (error: Error) => /ENCRYPTION_KEY/.test(error.message) && !error.message.includes(weak),
    );
  assert.equal(production("0f9c3a7be1d24586ac91").secrets.encryptionKey(), "0f9c3a7be1d24586ac91");
  assert.equal(readConfig({ ENCRYPTION_KEY: "secret" }, "/").secrets.encryptionKey(), "secret");
});

test("proxies are read in large letters or small, and no configuration prints their passwords", () => {
  const { secrets } = readConfig(
    { https_proxy: "http://me:hunter2@proxy.example:3128", NO_PROXY: "a.example" },
    "/nowhere",
  );
  assert.deepEqual(secrets.proxy(), {
    http: null,
    https: "http://me:hunter2@proxy.example:3128",
    except: "a.example",
  });
  assert.doesNotMatch(inspect(secrets, { depth: 9 }) + JSON.stringify(secrets), /hunter2/);
  assert.equal(readConfig({ NO_PROXY: "a.example" }, "/nowhere").secrets.proxy(), null);
  assert.throws(
    () => readConfig({ HTTP_PROXY: "me:hunter2@proxy" }, "/nowhere"),
    (error: Error) => {
      return /HTTP_PROXY/.test(error.message) && !/hunter2/.test(error.message);
    },
  );
});

test(".env.example is what the code says (if not: npm run env-example)", () => {
  assert.equal(readFileSync(new URL("../../.env.example", import.meta.url), "utf8"), envExample());
});
