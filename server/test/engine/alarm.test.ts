/** The alarm clock's tables belong to pg-boss: a prompt must be accepted whatever state they are in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestApp } from "../app.ts";
import { embeddedOnly } from "../store.ts";

test(
  "a prompt that comes while another process is still making pg-boss's queue is accepted",
  embeddedOnly,
  async (t) => {
    const app = await openTestApp(t);
    // As pg-boss 12 leaves them between its start and the first queue; here nobody serves them.
    await app.store.exec(`
    create schema pgboss;
    create table pgboss.queue (name text primary key);
    create table pgboss.job (
      id uuid primary key default gen_random_uuid(), name text not null references pgboss.queue (name), data jsonb,
      singleton_key text, start_after timestamptz, state text default 'created', policy text, retry_limit int,
      expire_seconds int, keep_until timestamptz, deletion_seconds int
    )`);
    const { thread_status } = await app.ask("Who was Ada Lovelace?", { mode: "quick" });
    assert.equal(thread_status, "completed");
  },
);
