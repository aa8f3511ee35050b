/** The parts behind a thread, page by page, and the filters of every list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ModelEvaluation,
  ModelResponse,
  Revision,
  Selection,
  type ThreadEvent,
  ThreadState,
} from "@orchestratex/sdk/contract";
import type { z } from "zod";
import { openTestApp, type TestApp } from "../app.ts";
import { addResponse, addSession, addThread } from "../store/rows.ts";

const REVISED = { mode: "checked", quality_threshold: 10, max_iterations: 3 };

/** All items, `limit` at a time. */
async function pages<Schema extends z.ZodType>(app: TestApp, url: string, item: Schema, limit: number) {
  const all: z.infer<Schema>[] = [];
  let cursor = "";
  let count = 0;
  do {
    const { status, body } = await app.send("GET", `${url}${url.includes("?") ? "&" : "?"}limit=${limit}${cursor}`);
    assert.equal(status, 200, JSON.stringify(body));
    const items = body["items"] as unknown[];
    assert.ok(items.length <= limit);
    all.push(...items.map((one) => item.parse(one)));
    cursor = body["next_cursor"] === null ? "" : `&cursor=${body["next_cursor"]}`;
    count++;
  } while (cursor !== "");
  return { all, count };
}

const isRefused = async (app: TestApp, url: string, path: string) => {
  const { status, body } = await app.send("GET", url);
  assert.deepEqual([status, body["code"]], [422, "request.invalid"], url);
  assert.ok(
    (body["errors"] as { path: string }[]).some((error) => error.path.startsWith(path)),
    JSON.stringify(body),
  );
};

test("every part of a thread comes in pages, oldest first, whole and filtered", async (t) => {
  const app = await openTestApp(t);
  const { thread_id } = await app.ask("Why is the sky blue?", REVISED);
  const thread = await app.thread(thread_id);
  const base = `/api/threads/${thread_id}`;
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort();
  const responses = await pages(app, `${base}/responses`, ModelResponse, 2);
  assert.deepEqual(responses.all, thread.responses);
  assert.equal(responses.count, Math.ceil(thread.responses.length / 2));
  for (const [part, item, rows] of [
    ["evaluations", ModelEvaluation, thread.evaluations],
    ["selections", Selection, thread.selections],
    ["revisions", Revision, thread.revisions],
  ] as const) {
    const { all } = await pages(app, `${base}/${part}`, item, 1);
    assert.deepEqual(ids(all), ids(rows), part);
    const times = all.map(({ timestamp }) => timestamp);
    assert.deepEqual(times, times.toSorted(), part);
  }
  const [first] = thread.evaluations;
  assert.ok(first && thread.revisions.length > 0);
  for (const [filter, expected] of [
    [
      "responses?role=evaluator&iteration=1",
      thread.responses.filter((r) => r.role === "evaluator" && r.iteration_number === 1),
    ],
    [
      `responses?model_name=${first.evaluator_model}`,
      thread.responses.filter((r) => r.model_name === first.evaluator_model),
    ],
    ["responses?status=failed", []],
    [
      `evaluations?evaluator_model=${first.evaluator_model}`,
      thread.evaluations.filter((e) => e.evaluator_model === first.evaluator_model),
    ],
    [
      `evaluations?evaluated_response_id=${first.evaluated_response_id}`,
      thread.evaluations.filter((e) => e.evaluated_response_id === first.evaluated_response_id),
    ],
    ["selections?phase=initial", thread.selections.filter((s) => s.selection_phase === "initial")],
    ["revisions?iteration=2", thread.revisions.filter((r) => r.iteration_number === 2)],
    ["revisions?iteration=9&colour=blue", []],
  ] as const) {
    const { body } = await app.send("GET", `${base}/${filter}`);
    assert.deepEqual(ids(body["items"] as { id: string }[]), ids(expected), filter);
  }
  const wrong: [string, string][] = [
    ["responses?role=boss", "role"],
    ["responses?limit=101", "limit"],
    ["evaluations?evaluated_response_id=x", "evaluated_response_id"],
    ["selections?phase=last", "phase"],
    ["revisions?iteration=one", "iteration"],
    ["revisions?iteration=", "iteration"],
    ["responses?cursor=x", "cursor"],
  ];
  for (const [url, path] of wrong) await isRefused(app, `${base}/${url}`, path);
  const nobodys = "/api/threads/01993c00-0000-7000-8000-000000000009/revisions";
  assert.equal((await app.send("GET", nobodys)).body["code"], "thread.not_found");
  // Of another list: a place all the same.
  const cursor = (await app.send("GET", `${base}/responses?limit=1`)).body["next_cursor"];
  assert.equal((await app.send("GET", `${base}/evaluations?cursor=${cursor}`)).status, 200);
});

test("a page goes on where it ended, though the thread has grown and many calls are of one moment", async (t) => {
  const app = await openTestApp(t);
  const session = await addSession(app.store);
  const thread = await addThread(app.store, session);
  const add = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, at) => addResponse(app.store, session, thread, { step: `s${from + at}` })),
    );
  const early = await add(0, 5);
  await app.store.sql.updateTable("model_responses").set({ timestamp: "2026-01-01T00:00:00.123Z" }).execute();
  const page = await app.send("GET", `/api/threads/${thread}/responses?limit=3`);
  const late = await add(5, 4);
  const rest = await app.send("GET", `/api/threads/${thread}/responses?limit=50&cursor=${page.body["next_cursor"]}`);
  const seen = [page, rest].flatMap(({ body }) => (body["items"] as { id: string }[]).map(({ id }) => id));
  assert.deepEqual(seen.slice(0, 5), early.toSorted());
  assert.deepEqual(seen.slice(5).sort(), late.toSorted());
});

test("events are filtered by type and iteration in pages, and not in streams", async (t) => {
  const app = await openTestApp(t);
  const { thread_id } = await app.ask("Why is the sky blue?", REVISED);
  const all = await app.events(thread_id);
  const url = `/api/threads/${thread_id}/events`;
  const seqs = async (query: string) => {
    const { status, body } = await app.send("GET", `${url}?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return (body["items"] as ThreadEvent[]).map(({ seq }) => seq);
  };
  const of = (...types: string[]) => all.filter(({ event_type }) => types.includes(event_type)).map(({ seq }) => seq);
  assert.deepEqual(
    await seqs("event_type=model_selected,response_generated"),
    of("model_selected", "response_generated"),
  );
  assert.deepEqual(
    await seqs("event_type=model_selected&event_type=prompt_analyzed"),
    of("model_selected", "prompt_analyzed"),
  );
  assert.deepEqual(
    await seqs("iteration=2"),
    all.filter((e) => e.iteration_number === 2).map(({ seq }) => seq),
  );
  const one = await app.send("GET", `${url}?event_type=evaluation_completed&limit=1`);
  const next = await seqs(`event_type=evaluation_completed&limit=100&cursor=${one.body["next_cursor"]}`);
  assert.deepEqual(next, of("evaluation_completed").slice(1));
  await isRefused(app, `${url}?event_type=nothing`, "event_type");
  const stream = await app.send("GET", `${url}?event_type=model_selected`, undefined, { accept: "text/event-stream" });
  assert.deepEqual([stream.status, stream.body["code"]], [422, "request.invalid"]);
});

test("threads are listed over all sessions, newest first, by what they are and by a piece of the prompt", async (t) => {
  const app = await openTestApp(t);
  const quick = await app.ask("What is 100%_of \\ 7?", { mode: "quick" });
  const checked = await app.ask("Write a haiku about the SEA", { mode: "checked", max_iterations: 1 });
  const draft = await app.send("POST", "/api/threads/", { prompt: "Later: 100 per cent of the sea" });
  const other = await addThread(app.store, await addSession(app.store, "ada"), { prompt: "the sea of another" });
  const list = async (query: string, base = "/api/threads/") => {
    const { status, body } = await app.send("GET", `${base}?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return (body["items"] as unknown[]).map((item) => ThreadState.parse(item).thread_id);
  };
  const [a, b, c] = [quick.thread_id, checked.thread_id, String(draft.body["thread_id"])];
  assert.deepEqual(await list(""), [c, b, a]);
  assert.deepEqual(await list("status=completed&mode=quick"), [a]);
  assert.deepEqual(await list(`domain=${checked.domain}&stop_reason=${checked.stop_reason}`), [b]);
  assert.deepEqual(await list("simulated=true"), [b, a]);
  assert.deepEqual(await list("status=running"), [], "a draft does not run");
  assert.deepEqual(await list("status=initializing"), [c]);
  assert.deepEqual(await list("q=sea"), [c, b]);
  assert.deepEqual(await list(`q=${encodeURIComponent("100%_OF")}`), [a], "no wildcards");
  assert.deepEqual(await list(`q=${encodeURIComponent("\\ 7")}`), [a]);
  assert.deepEqual(await list("q=&colour=blue"), [c, b, a]);
  assert.deepEqual(await list("mode=quick", `/api/threads/session/${quick.session_id}`), [a]);
  assert.deepEqual(await list("mode=checked", `/api/threads/session/${quick.session_id}`), []);
  assert.ok(!(await list("q=another")).includes(other));
  const { all } = await pages(app, "/api/threads/?q=sea", ThreadState, 1);
  assert.deepEqual(
    all.map(({ thread_id }) => thread_id),
    [c, b],
  );
  const wrong: [string, string][] = [
    ["status=asleep", "status"],
    ["domain=cooking", "domain"],
    ["mode=slow", "mode"],
    ["simulated=maybe", "simulated"],
    ["stop_reason=bored", "stop_reason"],
    [`q=${"x".repeat(201)}`, "q"],
    ["q=%00", "q"],
    ["q=a&q=b", "q"],
  ];
  for (const [query, path] of wrong) await isRefused(app, `/api/threads/?${query}`, path);
});

test("a rare piece of a prompt is found beyond what one request looks at", async (t) => {
  const app = await openTestApp(t);
  const session = await addSession(app.store);
  const needle = await addThread(app.store, session, { prompt: "a needle", at: "2020-01-01T00:00:00.000Z" });
  await app.store.exec(`insert into conversation_threads (session_id, original_prompt)
    select '${session}', 'hay ' || n from generate_series(1, 1500) n`);
  const first = await app.send("GET", "/api/threads/?q=needle");
  assert.deepEqual(first.body["items"], []);
  const next = await app.send("GET", `/api/threads/?q=needle&cursor=${first.body["next_cursor"]}`);
  assert.deepEqual(
    (next.body["items"] as { thread_id: string }[]).map(({ thread_id }) => thread_id),
    [needle],
  );
  assert.equal(next.body["next_cursor"], null);
});

test("sessions are listed by status, models by what they are", async (t) => {
  const app = await openTestApp(t);
  const active = await app.session();
  const ended = await app.session();
  await app.send("DELETE", `/api/sessions/${ended.id}`);
  const sessions = async (url: string) =>
    ((await app.send("GET", url)).body["items"] as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(await sessions("/api/sessions/?status=active"), [active.id]);
  assert.deepEqual(await sessions("/api/sessions/user/local?status=completed"), [ended.id]);
  await isRefused(app, "/api/sessions/?status=asleep", "status");
});
