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
