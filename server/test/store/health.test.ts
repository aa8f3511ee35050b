/** What checks find, in the store: who makes them, and how much of the time a model could be asked. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import {
  claimChecks,
  forgetChecks,
  forgetOldUptime,
  type ModelFound,
  noteModelsFound,
  refreshAvailability,
} from "../../src/store/health.ts";
import { createProfile, getProfile } from "../../src/store/profiles.ts";
import { openTestStore, type TestStore } from "../store.ts";

let database: TestStore;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

const NAME = "watched";
beforeEach(async () => {
  await database.exec(`delete from ai_model_profiles where model_name = '${NAME}'; delete from provider_checks`);
  await createProfile(database, {
    ...{ model_name: NAME, provider: "openai", model_version: "gpt-x", max_context_length: 1_000 },
  });
});

const up: ModelFound = { model_name: NAME, available: true, check_failure: null, retired: false, substitute: null };
const down: ModelFound = { ...up, available: false, check_failure: "provider.unreachable", retired: null };
const profile = async () => {
  const found = await getProfile(database, NAME);
  assert.ok(found);
  return found;
};
const uptime = async () => (await profile()).performance_metrics.uptime_percentage;
/** The last check was so long ago. */
const pass = (seconds: number) =>
  database.exec(
    `update ai_model_profiles set last_health_check = now() - interval '${seconds} seconds' where model_name = '${NAME}'`,
  );

test("of the time between checks the share in which it could be asked is its uptime; what nobody watched does not count", async () => {
  await noteModelsFound(database, [up]);
  assert.equal(await uptime(), null, "one check is no time");
  await pass(90);
  await noteModelsFound(database, [down]);
  assert.equal(await uptime(), 100, "it was up until it was found down");
  await pass(30);
  await noteModelsFound(database, [up]);
  assert.equal(Math.round((await uptime()) ?? 0), 75);
  await pass(3_600);
  await noteModelsFound(database, [down]);
  assert.equal(Math.round((await uptime()) ?? 0), 75, "an hour in which no server ran");
  assert.equal((await profile()).performance_metrics.total_requests, 0, "the rest of what is measured stays");
});

test("uptime is of the last 30 days, and older days are forgotten", async () => {
  await database.exec(`insert into model_uptime values
    ('${NAME}', (now() at time zone 'UTC')::date - 29, 100, 50), ('${NAME}', (now() at time zone 'UTC')::date - 30, 1000, 0)`);
  await noteModelsFound(database, [up]);
  await pass(100);
  await noteModelsFound(database, [up]);
  assert.equal(Math.round((await uptime()) ?? 0), 75);
  await forgetOldUptime(database);
  const days = await database.sql
    .selectFrom("model_uptime")
    .select("known_seconds")
    .where("model_name", "=", NAME)
    .execute();
  assert.deepEqual(days.map(({ known_seconds }) => Math.round(known_seconds)).sort(), [100, 100]);
});

test("retired since the list lacked it first, with what took its place; a failed check says nothing of that", async () => {
  await noteModelsFound(database, [{ ...up, available: false, retired: true, substitute: "gpt-y" }]);
  assert.equal((await profile()).retired?.substitute, "gpt-y");
  await database.exec(
    `update ai_model_profiles set retired_at = retired_at - interval '1 day' where model_name = '${NAME}'`,
  );
  const { retired } = await profile();
  await noteModelsFound(database, [{ ...up, available: false, retired: true, substitute: "gpt-z" }]);
  assert.deepEqual((await profile()).retired, { since: retired?.since, substitute: "gpt-z" });
  await noteModelsFound(database, [down]);
  assert.deepEqual((await profile()).retired, { since: retired?.since, substitute: "gpt-z" });
  await noteModelsFound(database, [up]);
  assert.deepEqual([(await profile()).retired, (await profile()).is_available], [null, true]);
});

test("a check is made by one process: of many that ask at once one gets it, and nobody until it is due again", async () => {
  const place = { vendor: "openai", base_url: "https://api.openai.com/v1" };
  const other = { ...place, vendor: "mistral" };
  const claimed = await Promise.all(Array.from({ length: 10 }, () => claimChecks(database, [place], 60_000)));
  assert.deepEqual(claimed.flat(), [place]);
  assert.deepEqual(await claimChecks(database, [place, other], 60_000), [other]);
  await forgetChecks(database, "openai");
  assert.deepEqual(await claimChecks(database, [place, other], 60_000), [place], "a new key: at once");
  assert.deepEqual(await claimChecks(database, [], 60_000), []);
});

test("available is what can be reached and no check has found wanting; without a key only what has answered", async () => {
  const refresh = async (reachable: boolean, proven: boolean) => {
    await refreshAvailability(database, [{ model_name: NAME, reachable, proven }]);
    return (await profile()).is_available;
  };
  assert.deepEqual([await refresh(true, true), await refresh(false, true)], [true, false]);
  assert.equal(await refresh(true, false), false, "nobody has looked whether anything answers there");
  await noteModelsFound(database, [down]);
  assert.deepEqual([await refresh(true, true), await refresh(true, false)], [false, false]);
  await forgetChecks(database, "openai");
  assert.equal(await refresh(true, true), true);
  await noteModelsFound(database, [up]);
  assert.equal(await refresh(true, false), true);
});
