/** Control meets a thread at work: accepted, rejected, stopped, steered while it runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadState } from "@orchestratex/sdk/contract";
import { openTestApp } from "../app.ts";
import { openTestStore } from "../store.ts";
import { changesOf, doorTo, prompt, said, wait } from "./control.ts";

/** The answer comes, its evaluations never do. */
const stuck = { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" };

test("accepting and rejecting what runs ends it so, once; the rest of control meets a running thread", async (t) => {
  const app = await openTestApp(t, stuck);
  const { set, restore, iterate, rate, versions } = doorTo(app);
  const begin = async () => {
    const id = await app.start(prompt, { mode: "checked" });
    await app.until(id, "response_generated");
    return id;
  };
  for (const [word, accepted] of [
    ["completed", true],
    ["failed", false],
  ] as const) {
    const id = await begin();
    const answer = (await versions(id))[0];
    assert.deepEqual(said(await restore(id, answer?.id ?? "")), [409, "thread.running"]);
    assert.deepEqual(said(await iterate(id)), [409, "thread.running"]);
    assert.equal((await rate(id, { comment: "Shorter.", user_accepted: false })).status, 200);
    const answers = await Promise.all([set(id, word), set(id, word)]);
    for (const { status } of answers) assert.ok(status === 202 || status === 200);
    await app.until(id, "orchestration_finished");
    const state = ThreadState.parse((await app.send("GET", `/api/orchestrate/status/${id}`)).body);
    assert.deepEqual(
      [state.thread_status, state.user_accepted, state.failure_reason, state.stop_reason, state.best_response_id],
      [word, accepted, accepted ? null : "thread.rejected", accepted ? "stopped" : null, answer?.id],
    );
    assert.equal(state.final_response, answer?.response_text);
    const events = await app.events(id);
    const ends = events.filter(({ event_type }) => event_type === "orchestration_finished");
    assert.deepEqual(
      ends.map((event) => event.event_type === "orchestration_finished" && event.details.thread_status),
      [word],
    );
    assert.deepEqual(changesOf(events), ["rated", "status_set"]);
    assert.deepEqual((await set(id, word)).status, 200);
  }
});

test("what a stop kept from being worked in is worked in by the next iteration", async (t) => {
  const store = await openTestStore();
  t.after(() => store.close());
  const before = await openTestApp(t, stuck, store);
  const id = await before.start(prompt, { mode: "checked" });
  await before.until(id, "response_generated");
  const { stop, rate, iterate } = doorTo(before);
  assert.equal((await rate(id, { comment: "Mention 'owls'." })).status, 200);
  assert.equal((await stop(id)).status, 202);
  assert.equal((await rate(id, { comment: "Mention 'cranes'." })).status, 200);
  await before.until(id, "orchestration_finished");
  assert.deepEqual(said(await stop(id)), [409, "thread.finished"]);
  assert.equal((await before.thread(id)).stop_reason, "stopped");

  const herons = { feedback: "Mention 'herons'." };
  const key = { "idempotency-key": "herons" };
  const asked = ThreadState.parse((await iterate(id, herons, key)).body);
  assert.deepEqual([asked.final_response, asked.stop_reason, asked.max_iterations], [null, null, 2]);
  assert.notEqual(asked.draft_response, null);
  assert.equal((await stop(id)).status, 202, "a stop after an iteration was asked for");
  await before.close();

  const after = doorTo(await openTestApp(t, {}, store));
  assert.deepEqual(said(await after.iterate(id, herons, { ...key, ...wait })), [200, "completed"]);
  assert.equal((await after.versions(id)).filter(({ status }) => status !== "failed").length, 1);
  assert.deepEqual(said(await after.iterate(id, {}, wait)), [200, "completed"]);
  const written = (await after.versions(id)).filter(({ status }) => status !== "failed");
  for (const bird of ["owls", "cranes", "herons"]) assert.ok(written[1]?.prompt_sent.includes(bird), bird);
});

test("there is nothing to accept before the first answer", async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:hang" });
  const { set } = doorTo(app);
  const id = await app.start(prompt, { mode: "quick" });
  await app.until(id, "model_selected");
  assert.deepEqual(said(await set(id, "completed")), [409, "thread.no_answer"]);
  // 200 where it has ended by the time of the answer.
  assert.ok([200, 202].includes((await set(id, "failed")).status));
  await app.until(id, "orchestration_finished");
  const state = await app.thread(id);
  assert.deepEqual([state.thread_status, state.failure_reason], ["failed", "thread.rejected"]);
});
