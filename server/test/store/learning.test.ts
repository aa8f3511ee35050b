/** Threads that end at the same moment teach the same models: on a server these are transactions side by side. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { openTestApp } from "../app.ts";

test("what threads learn that end side by side is all counted, and none of them fails", async (t) => {
  const app = await openTestApp(t);
  const prompts = Array.from(
    { length: 24 },
    (_, number) => `Compare TCP and UDP for a video game, in ${number + 3} words.`,
  );
  const states = await Promise.all(
    prompts.map(async (prompt) => app.ask(prompt, { session_id: (await app.session()).id, mode: "checked" })),
  );
  assert.deepEqual(new Set(states.map(({ thread_status }) => thread_status)), new Set(["completed"]));
  const { rows } = await sql`
    select p.model_name, (p.performance_metrics ->> 'total_requests')::int as counted,
      (select count(*) from model_responses r where r.model_name = p.model_name) as made
    from ai_model_profiles p order by 1`.execute(app.store.sql);
  assert.deepEqual(
    rows,
    rows.map((row) => ({ ...(row as object), counted: (row as { made: number }).made })),
  );
  assert.deepEqual(app.faults, []);
});
