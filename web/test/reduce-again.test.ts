/** A thread that goes on in another way than planned: another author, or another iteration after its end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { viewOf } from "../src/thread/reduce.ts";

const event = (event_type: string, details: object, rest: object = {}): ThreadEvent =>
  ({
    ...{ event_type, details, timestamp: "2026-01-01T00:00:00Z", simulated: false, message: "" },
    ...{ iteration_number: 1, model_involved: "flint", ...rest },
  }) as unknown as ThreadEvent;

const viewAfter = (...events: ThreadEvent[]) =>
  viewOf(events.map((one, at) => ({ ...one, seq: at + 1 }) as ThreadEvent));
const chosen = () => event("model_selected", { selected_model: "flint", evaluators: ["quartz", "coral"] });
const written = (model: string) => event("response_generated", { response_id: "r1" }, { model_involved: model });

test("who takes over from the author is not one of its own judges", () => {
  const fallback = event("model_fallback", { from: "flint", to: "quartz", code: "provider.failed" });
  const view = viewAfter(chosen(), fallback, written("quartz"));
  assert.deepEqual(
    view.iterations[0]?.judgements.map(({ model }) => model),
    ["coral"],
  );
});

test("an iteration that was asked for after the end has begun, by the author of the best version", () => {
  const finished = event("orchestration_finished", { thread_status: "completed", best_response_id: "r1" });
  const asked = event("feedback_received", { kind: "iteration", feedback: "Shorter." });
  const view = viewAfter(chosen(), written("flint"), finished, asked);
  assert.equal(view.phase, "refining");
  assert.equal(view.finish, null);
  assert.deepEqual(
    view.iterations.map(({ number, author, version }) => [number, author, version?.responseId]),
    [
      [1, "flint", "r1"],
      [2, "flint", undefined],
    ],
  );
});

const judged = (number: number, score: number, best_iteration: number) => [
  event("response_generated", { response_id: `r${number}` }, { iteration_number: number }),
  event(
    "iteration_completed",
    { score, best_iteration, decision: number === 2 ? "threshold_met" : "refine" },
    { iteration_number: number },
  ),
];
const ended = (number: number) =>
  event("orchestration_finished", {
    ...{ thread_status: "completed", failure_reason: null, best_response_id: `r${number}`, best_iteration: number },
  });
const updated = (change: string, number: number, rest: object = {}) =>
  event("thread_updated", {
    ...{ change, thread_status: "completed", failure_reason: null, best_response_id: `r${number}` },
    ...{ best_iteration: number, user_accepted: null, user_rating: null, user_comment: null, ...rest },
  });
const two = [chosen(), ...judged(1, 7.5, 1), ...judged(2, 8.8, 2), ended(2)];
const stars = ({ iterations }: ReturnType<typeof viewOf>) =>
  iterations.flatMap((one) => (one.best ? [one.number] : []));

test("what the user restored is the answer, and the best score stays where it is", () => {
  const restored = viewAfter(...two, updated("final_restored", 1));
  assert.deepEqual([restored.leading, restored.restored, stars(restored)], [1, 1, [2]]);
  const asked = event("feedback_received", { kind: "iteration", feedback: "Shorter." });
  const third = viewAfter(...two, updated("final_restored", 1), asked, ...judged(3, 8.8, 3), ended(3));
  assert.deepEqual([third.leading, third.restored], [3, null]);
  const { gain, gainOver, best } = third.iterations[2] ?? {};
  assert.deepEqual(
    [gain, gainOver, best],
    [0, 2, true],
    "it gained nothing over the second, which it was not made from",
  );
});

test("a rating is of the version that was the answer when it was given", () => {
  const rated = updated("rated", 1, { user_rating: 8, user_comment: "Good." });
  const before = viewAfter(chosen(), ...judged(1, 7.5, 1), ended(1), rated, ...judged(2, 8.8, 2), ended(2));
  assert.deepEqual([before.rating, before.ratedVersion], [8, 1]);
  const thumb = updated("rated", 2, { user_rating: 8, user_comment: "Good.", user_accepted: true });
  const again = updated("rated", 2, { user_rating: 9, user_comment: "Good.", user_accepted: true });
  const events = [chosen(), ...judged(1, 7.5, 1), ended(1), rated, ...judged(2, 8.8, 2), ended(2), thumb];
  assert.equal(viewAfter(...events).ratedVersion, 1);
  assert.equal(viewAfter(...events, again).ratedVersion, 2);
  assert.equal(viewAfter(chosen(), updated("rated", 1, { user_comment: "Mention owls." })).ratedVersion, null);
});

test("a thread that the user stopped before there was a version did not fail", () => {
  const cut = event("error_occurred", { code: "thread.stopped", detail: "aborted", recoverable: false });
  const stopped = event("orchestration_finished", { thread_status: "failed", failure_reason: "thread.stopped" });
  const view = viewAfter(chosen(), cut, stopped);
  assert.deepEqual([view.phase, view.troubles], ["stopped", []]);
});

test("a critic that nothing is heard of was not asked; where it was cut it was not finished", () => {
  const statesAfter = (decision: string, ...more: ThreadEvent[]) => {
    const done = event("iteration_completed", { score: null, best_iteration: 1, decision });
    const { iterations, troubles } = viewAfter(chosen(), written("flint"), ...more, done);
    return [...(iterations[0]?.judgements ?? []).map(({ state }) => state), troubles.length];
  };
  assert.deepEqual(statesAfter("refine"), ["unasked", "unasked", 0]);
  assert.deepEqual(statesAfter("stopped"), ["skipped", "skipped", 0]);
  const unpaid = { evaluator_model: "quartz", code: "budget.exceeded", detail: "not asked", will_retry: false };
  assert.deepEqual(statesAfter("stopped", event("evaluation_failed", unpaid)), ["unasked", "skipped", 0]);
});
