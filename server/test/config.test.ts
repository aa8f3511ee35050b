/** Settings: read once, from what is given; wrong ones are named, and so are those that do nothing yet. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { envExample, readConfig } from "../src/config.ts";

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
  assert.throws(() => readConfig({ DATABASE_URL: "postgres://x" }, "/"), /DATABASE_URL/);
  assert.deepEqual(readConfig({ OPENAI_API_KEY: "sk-test", HOME: "/" }, "/").withoutEffect, ["OPENAI_API_KEY"]);
});

test(".env.example is what the code says (if not: npm run env-example)", () => {
  assert.equal(readFileSync(new URL("../../.env.example", import.meta.url), "utf8"), envExample());
});
