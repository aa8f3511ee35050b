/** The journal's functions do what the model does, move by move; and a function that did not would be noticed. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { Database } from "../../src/store/database.ts";
import { openTestStore } from "../store.ts";
import { drive } from "./drive.ts";
import { driveCases } from "./drive-cases.ts";

let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

for (const one of driveCases)
  test(`the database does as the model: ${one.name}`, { skip: one.large && "explore.ts has it" }, async () => {
    const { covered, transactions } = await drive(database, one);
    assert.ok(transactions >= covered);
  });

/** What a careless change of a function would be: `from` becomes `to`. */
const changes = [
  { fn: "journal_take", from: "held = held - v_lost, unconfirmed = unconfirmed + v_lost", to: "held = held - v_lost" },
  { fn: "journal_take", from: "journal_leased(t.lease_until)", to: "false" },
  { fn: "journal_settle", from: "v_late := r.status <> 'pending'", to: "v_late := false" },
  { fn: "journal_settle", from: "p ->> 'hold' <> 'unconfirmed'", to: "p ->> 'hold' = 'spent'" },
  { fn: "journal_reserve", from: "t.epoch <> (p ->> 'epoch')::int", to: "false" },
  { fn: "journal_finish", from: "t.epoch <> (p ->> 'epoch')::int", to: "false" },
  { fn: "journal_save", from: "lease_until = t.lease_until", to: "lease_until = journal_lease()" },
  { fn: "journal_reserve", from: "t.stop_requested = 'now'", to: "false", in: "stops" },
  { fn: "journal_finish", from: "t.request_no <> (e ->> 'request_no')::int", to: "false", in: "stops" },
  { fn: "journal_finish", from: "status = 'pending'", to: "false", in: "stops" },
  {
    fn: "journal_reserve",
    from: "jsonb_build_object('code', 'wait')",
    to: "jsonb_build_object('code', 'cost_limit')",
    in: "waiting for money",
  },
  {
    fn: "journal_save",
    from: "seen_request_no = t.seen_request_no",
    to: "seen_request_no = t.request_no",
    in: "feedback and one more iteration",
  },
  {
    fn: "journal_reserve",
    from: "and iteration_number is null and request_no",
    to: "and request_no",
    in: "feedback in two iterations",
  },
  {
    fn: "journal_reserve",
    from: " and request_no <= t.seen_request_no",
    to: "",
    in: "feedback and one more iteration",
  },
  {
    fn: "journal_ask",
    from: "v_kind = 'iteration' and t.current_iteration >= 10",
    to: "false",
    in: "feedback and one more iteration",
  },
] as const;

for (const { fn, from, to, ...rest } of changes)
  test(`noticed: ${fn} with ${to === "false" ? "no" : `"${to}" for`} "${from}"`, async () => {
    const name = "in" in rest ? rest.in : "take-overs and late settlements";
    const one = driveCases.find((driven) => driven.name === name);
    assert.ok(one);
    const { rows } = await sql<{ text: string }>`select pg_get_functiondef(${fn}::regproc) as text`.execute(
      database.sql,
    );
    const text = rows[0]?.text ?? "";
    assert.ok(text.includes(from), `${fn} has changed: change this test too`);
    await database.exec(text.replace(from, () => to));
    try {
      await assert.rejects(drive(database, one), /the database differs from the model/);
    } finally {
      await database.exec(text);
    }
  });
