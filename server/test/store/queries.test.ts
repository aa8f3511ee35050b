import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Profile, Session, Thread, ThreadEvent, ThreadState } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../../src/errors.ts";
import { type Database, json } from "../../src/store/database.ts";
import { eventsAfter } from "../../src/store/events.ts";
import { getProfile, listProfiles, upsertProfiles } from "../../src/store/profiles.ts";
import { createSession, getSession, listSessions, setSatisfaction, updateSettings } from "../../src/store/sessions.ts";
import { getThreadDetail } from "../../src/store/thread-detail.ts";
import { listThreads } from "../../src/store/thread-list.ts";
import { conversationOf, getThread, getThreadRow, unfinishedThreads } from "../../src/store/threads.ts";
import { openTestStore } from "../store.ts";
import { addResponse, addSession, addThread, addWhatFollows, settings } from "./rows.ts";

let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

const failsAs = (code: string, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return true;
};

test("a session is shown as the contract says, and remembers whether its iterations were chosen", async () => {
  const id = uuidv7();
  const made = await createSession(database, { id, userId: "ada", maxIterations: null, settings });
  Session.parse(made);
  assert.deepEqual(await getSession(database, id), made);
  assert.deepEqual([made.max_iterations, made.given_max_iterations], [3, null]);
  const changed = await updateSettings(database, id, { maxIterations: 5 });
  assert.deepEqual([changed.max_iterations, changed.given_max_iterations], [5, 5]);
  assert.equal(await getSession(database, uuidv7()), undefined);
});

test("settings are merged; a limit below what is spent or held is refused with the least that would do", async () => {
  const id = await addSession(database);
  const merged = await updateSettings(database, id, { settings: { mode: "quick", cost_limit: 2 } });
  assert.deepEqual(merged.settings, { ...settings, mode: "quick", cost_limit: 2 });
  await database.sql
    .updateTable("user_sessions")
    .set({ total_cost: 0.5, held: 0.25, unconfirmed: 0.1, overrun: 0.0000000001 })
    .where("id", "=", id)
    .execute();
  const lower = (cost_limit: number | null) => updateSettings(database, id, { settings: { cost_limit } });
  await assert.rejects(lower(0.85), failsAs("session.cost_limit_too_low", /at least 0\.850000001/));
  assert.equal((await getSession(database, id))?.settings.cost_limit, 2);
  assert.equal((await lower(0.850000001)).settings.cost_limit, 0.850000001);
  assert.equal((await lower(null)).settings.cost_limit, null);
  await assert.rejects(updateSettings(database, uuidv7(), {}), failsAs("session.not_found", /no session/));
});

test("a session is rated", async () => {
  const id = await addSession(database);
  assert.equal((await setSatisfaction(database, id, 9)).user_satisfaction, 9);
  await assert.rejects(setSatisfaction(database, uuidv7(), 9), failsAs("session.not_found", /no session/));
});

test("sessions are listed by owner, newest first, each once across pages, also when many are of one moment", async () => {
  const ids = new Set<string>();
  for (let count = 0; count < 7; count++) ids.add(await addSession(database, "pager"));
  await database.sql
    .updateTable("user_sessions")
    .set({ session_start: "2020-11-21T10:00:00.123Z" })
    .where("user_id", "=", "pager")
    .execute();
  ids.add(await addSession(database, "pager"));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSessions(database, "pager", { limit: 3, cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  assert.equal(seen.length, 8);
  assert.deepEqual(new Set(seen), ids);
  assert.equal(seen[0], [...ids].at(-1));
  assert.deepEqual(await listSessions(database, "nobody", { limit: 3 }), { items: [], next_cursor: null });
  for (const bad of ["x", Buffer.from("2026 drop").toString("base64url")]) {
    await assert.rejects(
      listSessions(database, "pager", { limit: 3, cursor: bad }),
      failsAs("request.invalid", /cursor/),
    );
  }
});

test("a thread is shown as the contract says, with everything behind it", async () => {
  const session = await addSession(database, "ada");
  const id = await addThread(database, session);
  const response = await addResponse(database, session, id);
  await addWhatFollows(database, session, id, response);
  await database.sql
    .updateTable("conversation_threads")
    .set({ best_response_id: response, total_cost: 0.1, overrun: 0.2, last_seq: 2, cost_limit: 0.5, domain: "math" })
    .where("id", "=", id)
    .execute();
  const state = await getThread(database, id);
  ThreadState.parse(state);
  assert.equal(state?.total_cost, 0.3);
  assert.equal(state?.draft_response, "Because.");
  assert.equal(state?.final_response, null);
  assert.equal(state?.cost_is_estimated, false);
  assert.equal(state?.links.events, `/api/threads/${id}/events`);
  const detail = await getThreadDetail(database, id);
  assert.deepEqual(Thread.parse(detail), detail);
  assert.deepEqual(
    [detail?.selections.length, detail?.responses.length, detail?.evaluations.length, detail?.revisions.length],
    [1, 1, 1, 1],
  );
  assert.equal((await getThreadRow(database, id))?.user_id, "ada");
  assert.equal(await getThread(database, uuidv7()), undefined);
  assert.equal(await getThreadDetail(database, uuidv7()), undefined);
});

test("a cost is an estimate once a bill is missing", async () => {
  const session = await addSession(database);
  const id = await addThread(database, session);
  await addResponse(database, session, id);
  const estimated = async () => (await getThread(database, id))?.cost_is_estimated;
  assert.equal(await estimated(), false);
  await database.sql.updateTable("conversation_threads").set({ unconfirmed: 0.1 }).where("id", "=", id).execute();
  assert.equal(await estimated(), true);
});

test("threads of a session come in pages, newest first", async () => {
  const session = await addSession(database);
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.unshift(await addThread(database, session, { answer: "yes" }));
  const first = await listThreads(database, { sessionId: session }, { limit: 3 });
  const rest = await listThreads(
    database,
    { sessionId: session },
    { limit: 3, cursor: first.next_cursor ?? undefined },
  );
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ thread_id }) => thread_id),
    ids,
  );
  assert.equal(rest.next_cursor, null);
  assert.equal(first.items[0]?.final_response, "yes");
  assert.equal(first.items[0]?.draft_response, null);
});

test("unfinished threads are those that were asked and have no end; drafts are not", async () => {
  const session = await addSession(database);
  const [asked, , ended] = [
    await addThread(database, session),
    await addThread(database, session),
    await addThread(database, session, { answer: "yes" }),
  ];
  await database.sql
    .updateTable("conversation_threads")
    .set({ queued_at: "2026-11-21T10:00:00.000Z" })
    .where("id", "in", [asked, ended])
    .execute();
  const found = (await unfinishedThreads(database)).filter(({ session_id }) => session_id === session);
  assert.deepEqual(found, [{ thread_id: asked, session_id: session }]);
});

test("a thread builds on what was answered before it; a branch on its own line", async () => {
  const session = await addSession(database);
  const ask = (prompt: string, answer?: string, parent?: string) =>
    addThread(database, session, {
      ...{ prompt, at: `2026-11-21T10:0${at++}:00.000Z` },
      ...(answer && { answer }),
      ...(parent && { parent_thread_id: parent }),
    });
  let at = 0;
  await ask("one", "1");
  const two = await ask("two", "2");
  await ask("unanswered");
  await ask("three", "3");
  const branch = await ask("two and a half", "2.5", two);
  const leaf = await ask("two and three quarters", "2.75", branch);
  const last = await ask("last");
  const told = async (id: string, limit?: number) =>
    (await conversationOf(database, id, limit)).map(({ prompt }) => prompt);
  assert.deepEqual(await told(leaf), ["one", "two", "two and a half"]);
  assert.deepEqual(await told(last, 2), ["two and a half", "two and three quarters"]);
  assert.deepEqual((await conversationOf(database, two))[0]?.answer, "1");
});

test("events follow a number, in order, as the contract says", async () => {
  const session = await addSession(database);
  const id = await addThread(database, session);
  await addWhatFollows(database, session, id, await addResponse(database, session, id));
  const events = await eventsAfter(database, id, 0, 10);
  assert.deepEqual(
    events.map((event) => ThreadEvent.parse(event).seq),
    [1, 2],
  );
  assert.deepEqual(await eventsAfter(database, id, 1, 10), events.slice(1));
  assert.equal((await eventsAfter(database, id, 0, 1)).length, 1);
});

const seed: Profile = {
  ...{ model_name: "gpt4", provider: "openai", family: "openai", model_version: "gpt-4o", specialties: ["coding"] },
  ...{ supported_languages: ["en"], max_context_length: 128_000, strengths: "code", weaknesses: "dear" },
  ...{ best_use_cases: [], api_endpoint: null, api_key_required: true, cost_per_input_token: 0.0000025 },
  ...{ cost_per_output_token: null, prices: null, max_output_tokens: 16_384 },
  ...{ rate_limits: { requests_per_minute: 10, tokens_per_minute: null } },
  ...{
    is_active: true,
    is_available: true,
    last_health_check: null,
    over_billed_at: null,
    retired: null,
    domain_performance: {},
    simulated: false,
  },
  performance_metrics: {
    ...{ average_response_time: null, success_rate: null, average_quality_rating: null },
    ...{ total_requests: 0, total_tokens_processed: 0, uptime_percentage: null },
  },
  aliases: ["GPT-4"],
};

test("seeded profiles: facts are refreshed, what was measured or switched off stays, an admin's edit wins", async () => {
  assert.equal(await upsertProfiles(database, [seed]), 1);
  assert.equal(await upsertProfiles(database, [seed]), 0);
  assert.deepEqual(Profile.parse(await getProfile(database, "gpt-4")), seed);
  const performance_metrics = { ...seed.performance_metrics, total_requests: 7 };
  await database.sql
    .updateTable("ai_model_profiles")
    .set({ is_active: false, performance_metrics: json(performance_metrics) })
    .execute();
  assert.equal(await upsertProfiles(database, [{ ...seed, cost_per_input_token: 0.000001 }]), 1);
  const refreshed = { ...seed, cost_per_input_token: 0.000001, is_active: false, performance_metrics };
  assert.deepEqual(await listProfiles(database), [refreshed]);
  await database.sql.updateTable("ai_model_profiles").set({ strengths: "ours", seeded: false }).execute();
  assert.equal(await upsertProfiles(database, [seed]), 0);
  assert.equal((await getProfile(database, "gpt4"))?.strengths, "ours");
  assert.equal(await getProfile(database, "gpt5"), undefined);
});
