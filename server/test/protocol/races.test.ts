/** Two transactions at once leave what one after the other would have left: stops, ends, take-overs and last settlements. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Database } from "../../src/store/database.ts";
import { openTestStore } from "../store.ts";
import { raceCases } from "./drive-cases.ts";
import { race } from "./races.ts";

let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

for (const one of raceCases)
  test(`two at once: ${one.name}`, async () => {
    const { races, kinds } = await race(database, one);
    assert.ok(races >= kinds);
  });
