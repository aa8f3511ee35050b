/** The story of a prompt, told through the door: what happens, in which order, and what remains. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { openTestApp } from "../app.ts";

const types = (events: readonly ThreadEvent[]): string[] => events.map(({ event_type }) => event_type);
const count = (events: readonly ThreadEvent[], type: string): number =>
  events.filter(({ event_type }) => event_type === type).length;

test("a prompt", async (t) => {
  const app = await openTestApp(t);
  await t.test(
    "is analysed, answered, evaluated by other families and ends with the best version, every step on record",
    async () => {
      const state = await app.ask("Write a Python function that merges two sorted lists and explain its complexity.", {
        mode: "thorough",
        quality_threshold: 10,
      });
      assert.equal(state.thread_status, "completed");
      assert.equal(state.simulated, true);
      assert.equal(state.domain, "coding");
      assert.equal(state.evaluators.length, 4);
      assert.ok(!state.evaluators.includes(state.selected_model ?? ""));

      const events = await app.events(state.thread_id);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      assert.deepEqual(types(events).slice(0, 4), [
        "orchestration_started",
        "prompt_analyzed",
        "model_selected",
        "response_generated",
      ]);
      assert.equal(types(events).at(-1), "orchestration_finished");
      assert.equal(count(events, "orchestration_finished"), 1);
      assert.equal(state.last_seq, events.length);
      assert.ok(events.every(({ simulated }) => simulated));

      const thread = await app.thread(state.thread_id);
      const versions = thread.responses.filter(({ role }) => role !== "evaluator");
      const best = versions.toSorted((a, b) => (b.selection_score ?? 0) - (a.selection_score ?? 0))[0];
      assert.equal(state.best_response_id, best?.id);
      assert.equal(state.final_response, best?.response_text);
      assert.equal(state.final_quality_score, best?.selection_score);
      assert.deepEqual(
        versions.filter(({ is_selected_best }) => is_selected_best).map(({ id }) => id),
        [best?.id],
      );
      assert.equal(thread.revisions.length, versions.length - 1);
      assert.deepEqual([...new Set(thread.selections.map(({ selection_phase }) => selection_phase))].toSorted(), [
        "final",
        "initial",
        "refinement",
      ]);
      assert.equal(thread.selections[0]?.candidates_considered.length, 8);
      assert.ok(
        thread.responses.every(
          ({ prompt_sent, tokens_used, cost_source, reserved_cost, cost }) =>
            prompt_sent !== "" &&
            tokens_used !== null &&
            cost_source === "provider" &&
            (cost ?? 9) <= (reserved_cost ?? 0),
        ),
      );
      for (const event of events.filter((one) => one.event_type === "evaluation_completed")) {
        const call = thread.responses.find(({ id }) => id === event.details.response_id);
        assert.deepEqual(event.details.tokens_used, call?.tokens_used);
      }
      assert.deepEqual(app.faults, []);
    },
  );

  await t.test(
    "the costs of its calls add up to the thread's and to the session's, and nothing stays held",
    async () => {
      const session = await app.session();
      const { thread_id } = await app.ask("Compare TCP and UDP for a video game.", {
        session_id: session.id,
        mode: "thorough",
      });
      const thread = await app.thread(thread_id);
      const sum = Math.round(thread.responses.reduce((total, { cost }) => total + (cost ?? 0), 0) * 1e9) / 1e9;
      const { body } = await app.send("GET", `/api/sessions/${session.id}`);
      assert.equal(thread.total_cost, sum);
      assert.deepEqual([body["total_cost"], body["held"], body["unconfirmed"], body["overrun"]], [sum, 0, 0, 0]);
      assert.equal(
        thread.total_tokens_used,
        thread.responses.reduce((total, { tokens_used }) => total + (tokens_used?.total_tokens ?? 0), 0),
      );
      assert.equal(thread.total_models_involved, new Set(thread.responses.map(({ model_name }) => model_name)).size);
    },
  );

  await t.test("in mode quick has one answer, no score, and says that nobody judged", async () => {
    const state = await app.ask("Who was Ada Lovelace?", { mode: "quick" });
    assert.deepEqual(
      [state.stop_reason, state.final_quality_score, state.current_iteration, state.evaluators],
      ["no_evaluators", null, 1, []],
    );
    assert.ok(state.final_response);
  });

  await t.test("with one iteration is answered and scored, never revised", async () => {
    const state = await app.ask("Explain how a suspension bridge carries its load.", {
      mode: "checked",
      max_iterations: 1,
      quality_threshold: 10,
    });
    assert.deepEqual([state.stop_reason, state.current_iteration, state.max_iterations], ["max_iterations", 1, 1]);
    assert.ok(state.final_quality_score !== null);
  });

  await t.test("mode auto goes by complexity; a session's own number of iterations overrides the mode", async () => {
    assert.equal((await app.ask("hello")).mode, "quick");
    assert.equal((await app.ask("Why is the sky blue?")).mode, "checked");
    const session = await app.session({ mode: "checked", quality_threshold: 10 }, { max_iterations: 1 });
    assert.equal((await app.ask("Why is the sky blue?", { session_id: session.id })).current_iteration, 1);
  });

  await t.test("a named model answers, even an excluded one, and the record says why", async () => {
    const state = await app.ask("What is 17 * 23 + 5?", {
      mode: "checked",
      model_name: "simulated-opal",
      excluded_models: ["simulated-opal", "simulated-onyx"],
    });
    assert.equal(state.selected_model, "simulated-opal");
    const { selections } = await app.thread(state.thread_id);
    assert.match(selections[0]?.override_reasons ?? "", /named by the user/);
    assert.ok(!selections[0]?.candidates_considered.some(({ model_name }) => model_name === "simulated-onyx"));
  });
});

test("the conversation", async (t) => {
  const app = await openTestApp(t);
  await t.test("a prompt sees the earlier turns of its session and its own context, unless told not to", async () => {
    const { id } = await app.session({ mode: "quick" });
    const first = await app.ask("My cat is called Miezi.", { session_id: id });
    const second = await app.ask("What is my cat called?", { session_id: id, context: "I also have a dog." });
    const [seen] = (await app.thread(second.thread_id)).responses;
    assert.ok(seen?.context_provided?.startsWith("I also have a dog."));
    assert.ok(seen?.context_provided?.includes("My cat is called Miezi."));
    assert.ok(seen?.context_provided?.includes(first.final_response ?? "?"));
    assert.ok(seen?.prompt_sent.includes("Miezi"));

    const alone = await app.ask("What is my cat called?", { session_id: id, context_mode: "none" });
    assert.equal((await app.thread(alone.thread_id)).responses[0]?.context_provided, null);
    const branch = await app.ask("And its colour?", { session_id: id, parent_thread_id: first.thread_id });
    const [branched] = (await app.thread(branch.thread_id)).responses;
    assert.ok(
      branched?.context_provided?.includes("Miezi") && !branched.context_provided.includes("What is my cat called?"),
    );
  });
});

describe("failing models", () => {
  const ask = { mode: "checked", quality_threshold: 10 };
  const prompt = "Write a Python function that merges two sorted lists.";

  test("an author that fails is replaced by the next candidate, and it is told", async (t) => {
    const plain = await (await openTestApp(t)).ask(prompt, ask);
    const name = plain.selected_model ?? "";
    const app = await openTestApp(t, {
      ORCHESTRATEX_SIMULATED_FAULTS: `${name.replace("simulated-", "")}.primary:rate_limited`,
    });
    const state = await app.ask(prompt, ask);
    const events = await app.events(state.thread_id);
    const fallback = events.find((event) => event.event_type === "model_fallback");
    assert.deepEqual([fallback?.details.from, fallback?.details.code], [name, "provider.rate_limited"]);
    assert.equal(state.thread_status, "completed");
    assert.notEqual(state.best_model_id, name);
  });

  test("when every author fails the thread has failed, with the provider's code and no cost", async (t) => {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:rejected" });
    const state = await app.ask(prompt, ask);
    assert.deepEqual(
      [state.thread_status, state.failure_reason, state.stop_reason, state.total_cost],
      ["failed", "provider.rejected", null, 0],
    );
    assert.equal((await app.events(state.thread_id)).at(-1)?.event_type, "orchestration_finished");
  });

  for (const fault of ["bad_json", "wrong_schema", "empty", "rate_limited"])
    test(`evaluators that answer ${fault} are told as failed, and the answer stands`, async (t) => {
      const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: `*.evaluator:${fault}` });
      const state = await app.ask(prompt, ask);
      assert.deepEqual(
        [state.thread_status, state.stop_reason, state.final_quality_score],
        ["completed", "no_evaluators", null],
      );
      const failed = (await app.events(state.thread_id)).filter((event) => event.event_type === "evaluation_failed");
      // Three attempts where it may pass, one repair where the form was wrong.
      assert.equal(failed.length, fault === "rate_limited" ? 6 : 4);
      assert.equal(failed.filter(({ details }) => details.will_retry).length, fault === "rate_limited" ? 4 : 2);
    });

  test("an evaluation that does not fit is asked for once more, in the same slot", async (t) => {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:bad_json_once" });
    const state = await app.ask(prompt, { ...ask, max_iterations: 1 });
    const { responses, evaluations } = await app.thread(state.thread_id);
    assert.equal(evaluations.length, 2);
    const slots = Map.groupBy(
      responses.filter(({ role }) => role === "evaluator"),
      ({ step }) => step,
    );
    for (const attempts of slots.values())
      assert.deepEqual(
        attempts.map(({ attempt, status }) => [attempt, status]),
        [
          [1, "failed"],
          [2, "completed"],
        ],
      );
  });

  test("an evaluation that was cut short is asked for with more room, as if a model had thought too long", async (t) => {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:length_once" });
    const state = await app.ask(prompt, { ...ask, max_iterations: 1 });
    const { responses, evaluations } = await app.thread(state.thread_id);
    assert.equal(evaluations.length, 2);
    for (const { evaluator_model } of evaluations) {
      const asked = responses.filter(({ model_name }) => model_name === evaluator_model);
      const [first, second] = asked.toSorted((a, b) => a.attempt - b.attempt);
      assert.deepEqual([first?.finish_reason, first?.status, second?.status], ["length", "failed", "completed"]);
      assert.equal(second?.prompt_sent, first?.prompt_sent);
      assert.ok((second?.reserved_cost ?? 0) > 2 * (first?.reserved_cost ?? 0));
    }
  });

  test("usage that never comes keeps the whole hold as unconfirmed, and the cost is marked as estimated", async (t) => {
    const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_FAULTS: "*:no_usage" });
    const { id } = await app.session();
    const state = await app.ask(prompt, { ...ask, max_iterations: 1, session_id: id });
    const { responses } = await app.thread(state.thread_id);
    const { body } = await app.send("GET", `/api/sessions/${id}`);
    const reserved =
      Math.round(responses.reduce((sum, { reserved_cost }) => sum + (reserved_cost ?? 0), 0) * 1e9) / 1e9;
    assert.deepEqual([body["total_cost"], body["held"], body["unconfirmed"]], [0, 0, reserved]);
    assert.equal(state.cost_is_estimated, true);
    assert.ok(
      responses.every(
        ({ cost_source, cost, reserved_cost }) => cost_source === "estimated" && (cost ?? 9) < (reserved_cost ?? 0),
      ),
    );
  });
});
