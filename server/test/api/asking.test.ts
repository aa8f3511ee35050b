/** Asking, waiting, following, stopping and reading over HTTP, on the whole server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Preview, Thread, ThreadEvent, ThreadState } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { waitOf } from "../../src/api/waiting.ts";
import { openTestApp } from "../app.ts";
import { eventOf, numbersOf, openStream } from "./stream.ts";

const asked = "/api/orchestrate/prompt";
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test("asking over HTTP", { timeout: 120_000 }, async (t) => {
  const app = await openTestApp(t);
  const { send } = app;

  await t.test("a prompt is accepted with its state and its place", async () => {
    const { status, headers, body } = await send("POST", asked, {
      prompt: "  Why is the sky blue?  ",
      mode: "checked",
    });
    assert.equal(status, 202);
    const state = ThreadState.parse(body);
    assert.equal(headers["location"], `/api/orchestrate/status/${state.thread_id}`);
    assert.equal(headers["preference-applied"], undefined);
    assert.deepEqual(state.links, {
      events: `/api/threads/${state.thread_id}/events`,
      thread: `/api/threads/${state.thread_id}`,
      stop: `/api/orchestrate/stop/${state.thread_id}`,
    });
    await app.until(state.thread_id, "orchestration_finished");
    const done = ThreadState.parse((await send("GET", String(headers["location"]))).body);
    assert.equal(done.thread_status, "completed");
    assert.equal(done.simulated, true);
    const thread = Thread.parse((await send("GET", state.links.thread)).body);
    assert.equal(thread.original_prompt, "Why is the sky blue?");
    assert.ok(thread.responses.length > 0 && thread.selections.length > 0 && thread.evaluations.length > 0);
  });

  await t.test("Prefer: wait answers at the end", async () => {
    const { status, headers, body } = await send(
      "POST",
      asked,
      { prompt: "What is 2+2?", mode: "quick" },
      { prefer: "respond-async, wait=60" },
    );
    assert.equal(status, 200);
    assert.equal(headers["preference-applied"], "wait=60");
    assert.ok(headers["location"]);
    assert.ok(ThreadState.parse(body).final_response);
  });

  await t.test("one command shows the whole loop: the same POST, as a stream of events", async () => {
    const reply = await app.door.inject({
      ...{ method: "POST", url: asked, payload: { prompt: "Why is the sky blue?", mode: "checked" } },
      headers: { accept: "text/event-stream" },
    });
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.headers["content-type"], "text/event-stream; charset=utf-8");
    assert.match(String(reply.headers["location"]), /^\/api\/orchestrate\/status\//);
    const types = [...reply.body.matchAll(/^event: (.+)$/gm)].map(([, type]) => type);
    assert.equal(types[0], "connection_established");
    assert.equal(types.at(-1), "orchestration_finished");
    for (const type of [
      "orchestration_started",
      "prompt_analyzed",
      "model_selected",
      "response_generated",
      "evaluation_completed",
      "iteration_completed",
    ])
      assert.ok(types.includes(type), type);
    const numbers = [...reply.body.matchAll(/^id: (.+)$/gm)].map(([, id]) => Number(id));
    assert.deepEqual(numbers, upTo(numbers.length));
    for (const [, data = ""] of reply.body.matchAll(/^data: (.+)$/gm)) ThreadEvent.parse(JSON.parse(data));
  });

  await t.test("a refused prompt is a problem, also when a stream was wanted", async () => {
    const reply = await app.door.inject({
      method: "POST",
      url: asked,
      payload: { prompt: "" },
      headers: { accept: "text/event-stream" },
    });
    assert.equal(reply.statusCode, 422);
    assert.equal(reply.headers["content-type"], "application/problem+json");
    const missing = await send("POST", asked, { prompt: "x", session_id: uuidv7() });
    assert.equal(missing.body["code"], "session.not_found");
    const later = await send("POST", asked, { prompt: "x", file_ids: [uuidv7()] });
    assert.equal(later.body["code"], "feature.not_available");
  });

  await t.test("events come in pages, each valid, and the cursor goes on where the page ended", async () => {
    const { thread_id, last_seq } = await app.ask("Compare two sorting algorithms", { mode: "checked" });
    const url = `/api/threads/${thread_id}/events`;
    const seen: number[] = [];
    for (let query = "?limit=3"; query !== ""; ) {
      const { body } = await send("GET", `${url}${query}`);
      for (const item of body["items"] as unknown[]) seen.push(ThreadEvent.parse(item).seq ?? 0);
      query = body["next_cursor"] === null ? "" : `?limit=3&cursor=${body["next_cursor"]}`;
    }
    assert.deepEqual(seen, upTo(last_seq));
    const { body } = await send("GET", `${url}?after=${last_seq - 1}`);
    assert.deepEqual(
      (body["items"] as ThreadEvent[]).map(({ event_type }) => event_type),
      ["orchestration_finished"],
    );
    assert.deepEqual((await send("GET", `${url}?after=${last_seq}`)).body, { items: [], next_cursor: null });
  });

  await t.test("a draft runs once, when it is asked", async () => {
    const draft = await send("POST", "/api/threads/", { prompt: "Later", mode: "quick" });
    assert.equal(draft.status, 201);
    const { thread_id, thread_status, last_seq } = ThreadState.parse(draft.body);
    assert.equal(draft.headers["location"], `/api/threads/${thread_id}`);
    assert.deepEqual([thread_status, last_seq], ["initializing", 0]);
    assert.equal((await send("PUT", `/api/orchestrate/stop/${thread_id}`)).body["code"], "thread.not_started");
    const run = await send("POST", asked, { thread_id: thread_id.toUpperCase() }, { prefer: "wait=60" });
    assert.deepEqual([run.status, run.body["thread_status"], run.body["thread_id"]], [200, "completed", thread_id]);
    assert.equal((await send("POST", asked, { thread_id })).body["code"], "thread.started");
    assert.equal((await send("POST", asked, { thread_id: uuidv7() })).body["code"], "thread.not_found");
  });

  await t.test("the threads of a session come in pages, newest first", async () => {
    const { id } = await app.session();
    const made: string[] = [];
    for (let count = 0; count < 5; count++)
      made.unshift(
        String((await send("POST", "/api/threads/", { prompt: `${count}`, session_id: id })).body["thread_id"]),
      );
    const seen: string[] = [];
    for (let query = "?limit=2"; query !== ""; ) {
      const { body } = await send("GET", `/api/threads/session/${id}${query}`);
      seen.push(...(body["items"] as ThreadState[]).map((state) => ThreadState.parse(state).thread_id));
      query = body["next_cursor"] === null ? "" : `?limit=2&cursor=${body["next_cursor"]}`;
    }
    assert.deepEqual(seen, made);
  });

  await t.test("a preview shows the choice and its price, and keeps nothing", async () => {
    const count = async () => (await app.store.sql.selectFrom("conversation_threads").select("id").execute()).length;
    const before = await count();
    const { status, body } = await send("POST", "/api/orchestrate/preview", {
      prompt: "Write a sonnet",
      mode: "checked",
    });
    assert.equal(status, 200);
    const preview = Preview.parse(body);
    assert.equal(preview.selection.evaluators.length, 2);
    assert.ok(preview.cost_range.low <= preview.cost_range.high);
    assert.equal(await count(), before);
  });
  assert.deepEqual(app.faults, []);
});

test("stopping and waiting, at the pace of life", { timeout: 120_000 }, async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_SPEED: "1" });
  const { send } = app;
  const address = await app.listen();

  await t.test("a wait that is too short answers 202 with the state so far", async () => {
    const { status, headers, body } = await send(
      "POST",
      asked,
      { prompt: "Write a long essay", mode: "thorough" },
      { prefer: "wait=1" },
    );
    assert.equal(status, 202);
    assert.equal(headers["preference-applied"], undefined);
    assert.equal(ThreadState.parse(body).final_response, null);
    await send("PUT", `/api/orchestrate/stop/${body["thread_id"]}`);
  });

  await t.test("stop takes no body, or one; asking twice is asking once; then it is too late", async () => {
    const thread_id = await app.start("Write a long essay", { mode: "thorough" });
    const url = `/api/orchestrate/stop/${thread_id}`;
    const soft = await send("PUT", url, { when: "after_iteration" });
    assert.equal(soft.status, 202);
    ThreadState.parse(soft.body);
    assert.equal((await send("PUT", url, { when: "never" })).status, 422);
    assert.equal((await send("PUT", `${url}/`, { when: "after_iteration" })).status, 202);
    assert.equal((await send("PUT", url)).status, 202);
    await app.until(thread_id, "orchestration_finished");
    const late = await send("PUT", url);
    assert.deepEqual([late.status, late.body["code"]], [409, "thread.finished"]);
    const asks = (await app.events(thread_id)).filter(({ event_type }) => event_type === "stop_requested");
    assert.deepEqual(
      asks.map(({ details }) => details),
      [{ when: "after_iteration" }, { when: "now" }].map((when) => ({ ...when, total_cost: 0 })),
    );
  });

  await t.test("text is shown while it is written; hanging up does not stop the thread", async () => {
    const stream = await openStream(address + asked, { body: { prompt: "Tell me about the sea", mode: "quick" } });
    let text = "";
    let id = "";
    for (let frame = await stream.next(); frame !== null; frame = await stream.next()) {
      const event = eventOf(frame);
      id = event.thread_id ?? "";
      if (event.event_type !== "response_delta") continue;
      assert.equal(event.details.offset, text.length);
      text += event.details.text;
      if (text.length > 100) break;
    }
    stream.cut();
    await app.until(id, "orchestration_finished");
    const { final_response } = ThreadState.parse((await send("GET", `/api/orchestrate/status/${id}`)).body);
    assert.ok(final_response?.startsWith(text), "what was shown is the beginning of the answer");
    const again = await (
      await openStream(`${address}/api/threads/${id}/events`, { headers: { "last-event-id": "2" } })
    ).rest();
    const numbers = numbersOf(again);
    assert.deepEqual(numbers, upTo(numbers.at(-1) ?? 0).slice(2));
  });

  await t.test("a stopping server answers who waits, and keeps no line open", async () => {
    const body = JSON.stringify({ prompt: "Write a long essay", mode: "thorough" });
    const headers = { "content-type": "application/json", prefer: "wait=120" };
    const arrived = new Promise((resolve) => app.door.server.once("request", resolve));
    const waits = fetch(address + asked, { method: "POST", body, headers });
    await arrived;
    const other = await app.start("Write a long essay", { mode: "thorough" });
    await app.until(other, "model_selected");
    const [, reply] = await Promise.all([app.close(), waits]);
    assert.equal(reply.status, 202);
    assert.equal(reply.headers.get("connection"), "close");
    assert.equal(ThreadState.parse(await reply.json()).final_response, null);
  });
  assert.deepEqual(app.faults, []);
});

test("Prefer is read as RFC 7240 says, and nonsense is passed over", () => {
  const cases: [prefer: string | undefined, seconds: number][] = [
    ["wait=10", 10],
    ["WAIT = 10", 10],
    ['wait="10"', 10],
    ["respond-async, wait=10", 10],
    ["wait=10; foo=bar, return=minimal", 10],
    ["wait=500", 120],
    ["wait=0", 0],
    ["wait=-1", 0],
    ["wait=1.5", 0],
    ["wait=x", 0],
    ["wait", 0],
    ["await=10", 0],
    ["wait=99999999999999", 0],
    ["", 0],
    [undefined, 0],
  ];
  for (const [prefer, seconds] of cases) assert.equal(waitOf(prefer), seconds, prefer);
});
