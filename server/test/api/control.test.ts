/** Going on, steering, accepting, rejecting and restoring over HTTP, on the whole server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@orchestratex/sdk";
import { type ThreadEvent, ThreadState } from "@orchestratex/sdk/contract";
import { openTestApp } from "../app.ts";
import { changesOf, doorTo, prompt, said, wait } from "./control.ts";
import { eventOf, openStream } from "./stream.ts";

const nobody = "0193a000-0000-7000-8000-000000000000";
const quick = { mode: "quick" };
const typesOf = (events: readonly ThreadEvent[]) => events.map(({ event_type }) => event_type);

test("another iteration", async (t) => {
  const app = await openTestApp(t);
  const { iterate, draft, versions } = doorTo(app);

  await t.test("is refused where it cannot be", async () => {
    assert.deepEqual(said(await iterate(nobody)), [404, "thread.not_found"]);
    assert.deepEqual(said(await iterate(await draft())), [409, "thread.not_started"]);
    assert.deepEqual(said(await iterate("no id")), [422, "request.invalid"]);
    const { thread_id } = await app.ask(prompt, quick);
    assert.deepEqual(said(await iterate(thread_id, { feedback: "x".repeat(20_001) })), [422, "request.invalid"]);
    const failed = await app.ask(prompt, { ...quick, cost_limit: 0 });
    assert.deepEqual(said(await iterate(failed.thread_id)), [409, "thread.no_answer"]);
    const { id } = await app.session();
    const last = await app.ask(prompt, { ...quick, session_id: id });
    await app.send("DELETE", `/api/sessions/${id}`);
    assert.deepEqual(said(await iterate(last.thread_id)), [409, "session.ended"]);
  });

  await t.test("of two at once one wins, and ten are the most", async () => {
    const { thread_id } = await app.ask(prompt, quick);
    for (let count = 2; count <= 10; count++) {
      const both = await Promise.all([iterate(thread_id, {}, wait), iterate(thread_id, {}, wait)]);
      const [won, lost] = both.sort((a, b) => a.status - b.status).map(said);
      assert.deepEqual(
        [won, lost],
        [
          [200, "completed"],
          [409, "thread.running"],
        ],
      );
      const { body } = await app.send("GET", `/api/orchestrate/status/${thread_id}`);
      assert.deepEqual([body["current_iteration"], body["max_iterations"]], [count, count]);
    }
    assert.deepEqual(said(await iterate(thread_id)), [409, "thread.iteration_limit"]);
    assert.equal((await versions(thread_id)).length, 10);
  });

  await t.test("the same key brings the same iteration; another body is refused", async () => {
    const { thread_id } = await app.ask(prompt, quick);
    const key = { "idempotency-key": "i-1", ...wait };
    const answers = await Promise.all([1, 2, 3].map(() => iterate(thread_id, { feedback: "Shorter." }, key)));
    assert.deepEqual(answers.map(said), Array(3).fill([200, "completed"]));
    assert.equal((await versions(thread_id)).length, 2);
    assert.deepEqual(said(await iterate(thread_id, { feedback: "Longer." }, key)), [422, "request.key_reused"]);
    assert.deepEqual(said(await iterate(await draft(), {}, { "idempotency-key": "i-2" })), [409, "thread.not_started"]);
    assert.deepEqual(said(await iterate(thread_id, {}, { "idempotency-key": "i-2", ...wait })), [200, "completed"]);
  });

  await t.test("without a word it improves what it can; a limit of cost holds, and keeps the answer", async () => {
    const { thread_id } = await app.ask(prompt, { ...quick, cost_limit: 0.02 });
    let state: ThreadState;
    do state = ThreadState.parse((await iterate(thread_id, {}, wait)).body);
    while (state.stop_reason !== "cost_limit");
    assert.ok(state.total_cost <= 0.02 && state.current_iteration < 10 && state.final_response !== null);
    assert.equal(state.thread_status, "completed");
    assert.match((await versions(thread_id))[1]?.prompt_sent ?? "", /improve the answer where you can/);
  });
});

test("a stream after the ask begins with the ask's own event; who follows sees both runs to their end", async (t) => {
  const app = await openTestApp(t);
  const url = await app.listen();
  const { thread_id, last_seq } = await app.ask(prompt, { mode: "checked", quality_threshold: 1 });
  const stream = await openStream(`${url}/api/orchestrate/iteration`, { body: { thread_id, feedback: "Shorter." } });
  let frame = await stream.next();
  while (frame?.id === null) frame = await stream.next();
  assert.deepEqual([eventOf(frame).event_type, frame?.id], ["feedback_received", String(last_seq + 1)]);
  stream.cut();

  const followed: ThreadEvent[] = [];
  for await (const event of createClient({ baseUrl: url }).follow(thread_id))
    if (event.seq !== null) followed.push(event);
  assert.deepEqual(
    followed.map(({ seq }) => seq),
    followed.map((_, place) => place + 1),
  );
  const ends = followed.filter(({ event_type }) => event_type === "orchestration_finished");
  assert.deepEqual([ends.length, ends.at(-1)], [2, followed.at(-1)]);
});

test("a rating", async (t) => {
  const app = await openTestApp(t);
  const { rate, draft } = doorTo(app);

  await t.test("is refused where it cannot be", async () => {
    assert.deepEqual(said(await rate(nobody, { rating: 5 })), [404, "thread.not_found"]);
    assert.deepEqual(said(await rate(await draft(), { rating: 5 })), [409, "thread.not_started"]);
    const { thread_id } = await app.ask(prompt, quick);
    for (const body of [{}, { rating: 0 }, { rating: 11 }, { comment: " " }, { comment: "a\u0000" }, { rating: null }])
      assert.deepEqual(said(await rate(thread_id, body)), [422, "request.invalid"], JSON.stringify(body));
  });

  await t.test("of a finished thread is kept and told once, and runs nothing", async () => {
    const { thread_id } = await app.ask(prompt, quick);
    const key = { "idempotency-key": "r-1" };
    const first = { user_accepted: true, rating: 7.5 };
    for (const _ of [1, 2]) assert.equal((await rate(thread_id, first, key)).status, 200);
    assert.deepEqual(said(await rate(thread_id, { rating: 1 }, key)), [422, "request.key_reused"]);
    const { body } = await rate(thread_id, { comment: " Good. " });
    assert.deepEqual(
      [body["user_accepted"], body["user_rating"], body["user_comment"], body["thread_status"]],
      [true, 7.5, "Good.", "completed"],
    );
    const events = await app.events(thread_id);
    assert.deepEqual(changesOf(events), ["rated", "rated"]);
    assert.ok(!typesOf(events).includes("feedback_received"));
  });
});

test("an earlier version becomes the final one, and the next iteration starts from it", async (t) => {
  const app = await openTestApp(t);
  const { iterate, restore, versions, set, draft } = doorTo(app);
  const { thread_id, session_id } = await app.ask(prompt, quick);
  await iterate(thread_id, { feedback: "Mention 'zebras'." }, wait);
  const [first, second] = await versions(thread_id);
  assert.ok(first && second);
  for (const _ of [1, 2]) {
    const { status, body } = await restore(thread_id, first.id);
    assert.equal(status, 200);
    const state = ThreadState.parse(body);
    assert.deepEqual(
      [
        state.final_response,
        state.best_response_id,
        state.best_iteration,
        state.best_model_id,
        state.current_iteration,
      ],
      [first.response_text, first.id, 1, first.model_name, 2],
    );
  }
  const thread = await app.thread(thread_id);
  assert.deepEqual(
    (await versions(thread_id)).map(({ status, is_selected_best }) => [status, is_selected_best]),
    [
      ["completed", true],
      ["completed", false],
    ],
  );
  const chosen = thread.selections.filter(({ override_reasons }) => override_reasons?.startsWith("The user chose"));
  assert.deepEqual(
    chosen.map((row) => [row.selection_phase, row.iteration_number, row.selected_model]),
    [["final", 1, first.model_name]],
  );
  assert.deepEqual(changesOf(await app.events(thread_id)), ["final_restored"]);

  const follow = await app.ask("And at night?", { ...quick, session_id });
  const [{ context_provided = "" } = {}] = await versions(follow.thread_id);
  assert.ok(
    context_provided?.includes(first.response_text?.slice(0, 100) ?? "-") && !context_provided.includes("zebras"),
  );

  const state = ThreadState.parse((await iterate(thread_id, { feedback: "Mention 'llamas'." }, wait)).body);
  const third = (await versions(thread_id))[2];
  assert.equal(third?.parent_response_id, first.id);
  assert.ok(third?.prompt_sent.includes(first.response_text?.slice(0, 200) ?? "-"));
  assert.deepEqual([state.best_response_id, state.current_iteration], [third?.id, 3]);

  assert.deepEqual(said(await restore(nobody, first.id)), [404, "thread.not_found"]);
  assert.deepEqual(said(await restore(await draft(), first.id)), [409, "thread.not_started"]);
  assert.deepEqual(said(await restore(thread_id, nobody)), [404, "response.not_found"]);
  assert.deepEqual(said(await restore(follow.thread_id, first.id)), [404, "response.not_found"]);
  await set(thread_id, "failed");
  assert.deepEqual(said(await restore(thread_id, second.id)), [200, "failed"]);
});

test("accepting and rejecting what has ended", async (t) => {
  const app = await openTestApp(t);
  const { set, rate, draft, iterate } = doorTo(app);
  const { thread_id, session_id, final_response } = await app.ask(prompt, quick);
  assert.deepEqual(said(await set(nobody, "completed")), [404, "thread.not_found"]);
  assert.deepEqual(said(await set(await draft(), "completed")), [409, "thread.not_started"]);
  assert.deepEqual(said(await set(thread_id, "refining")), [409, "thread.status_reserved"]);
  assert.deepEqual(said(await set(thread_id, "great")), [422, "request.invalid"]);

  for (const _ of [1, 2]) {
    const { status, body } = await set(thread_id, "failed");
    assert.deepEqual(
      [status, body["thread_status"], body["failure_reason"], body["stop_reason"], body["user_accepted"]],
      [200, "failed", "thread.rejected", null, false],
    );
    assert.equal(body["final_response"], final_response);
  }
  const next = await app.ask("And at night?", { ...quick, session_id });
  assert.equal((await app.thread(next.thread_id)).responses[0]?.context_provided, null);
  assert.deepEqual(said(await iterate(thread_id)), [409, "thread.rejected"]);

  for (const _ of [1, 2]) {
    const { body } = await set(thread_id, "completed");
    assert.deepEqual(
      [body["thread_status"], body["failure_reason"], body["stop_reason"], body["user_accepted"]],
      ["completed", null, "stopped", true],
    );
  }
  assert.deepEqual(changesOf(await app.events(thread_id)), ["status_set", "status_set"]);
  assert.deepEqual(said(await rate(thread_id, { rating: 2 })), [200, "completed"]);
  const failed = await app.ask(prompt, { ...quick, cost_limit: 0 });
  assert.deepEqual(said(await set(failed.thread_id, "completed")), [409, "thread.no_answer"]);
  assert.deepEqual(said(await set(failed.thread_id, "failed")), [200, "failed"]);
  assert.equal((await app.thread(failed.thread_id)).failure_reason, "budget.exceeded");
});
