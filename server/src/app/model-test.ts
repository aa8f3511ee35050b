/** Asking one model one short question, as the engine would, to see whether it answers. */
import { type ModelTest, NOTES_MARK, type Profile } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { analyze } from "../engine/analyze.ts";
import { billFor, type Outcome, type PlannedCall, plannedCall } from "../engine/call.ts";
import { answerMessages } from "../engine/prompts.ts";
import { send } from "../engine/step.ts";
import { AppError } from "../errors.ts";
import { budgeted } from "../providers/budgeted.ts";
import { metered } from "../providers/metered.ts";
import type { Provider } from "../providers/provider.ts";
import type { Database } from "../store/database.ts";
import { noteCheck } from "../store/model-checks.ts";

export type ModelTester = {
  database: Database;
  /** Undefined: nobody here speaks for it. */
  speakerOf(profile: Profile): Provider | undefined;
  /** Why it cannot be asked, before anyone has tried; null: it can. */
  standing(profile: Profile): { detail: string } | null;
  withinMs: number;
  stopping: AbortSignal;
  onFault(error: unknown): void;
};

const PROMPT = "Say in one short sentence that you are ready.";
const OUTPUT_TOKENS = 64;

/** Of what was written, so many characters are shown. */
const SHOWN = 2_000;

/** One test of a model at a time: who asks meanwhile gets the same answer. No session pays for it, and it teaches nothing. */
export function openModelTests(tester: ModelTester): (profile: Profile) => Promise<ModelTest> {
  const running = new Map<string, Promise<ModelTest>>();
  return (profile) => {
    const name = profile.model_name;
    const test = running.get(name) ?? testModel(tester, profile).finally(() => running.delete(name));
    running.set(name, test);
    return test;
  };
}

async function testModel(tester: ModelTester, profile: Profile): Promise<ModelTest> {
  const { model_name, simulated } = profile;
  const about = { model_name, simulated, tested_at: new Date().toISOString() };
  const nothing = { ok: false, response_time: 0, output: null, usage: null, cost: 0 };
  const speaker = tester.speakerOf(profile);
  const why = tester.standing(profile);
  if (!speaker || why) {
    const detail = why?.detail ?? `nothing here speaks for its provider, ${profile.provider}`;
    return { ...about, ...nothing, code: "model.no_provider", detail };
  }
  const call = callOf(profile);
  const outcome = await outcomeOf(call, speaker, tester);
  const answer = (outcome.text.split(NOTES_MARK, 1)[0] ?? "").trim();
  const result = { ...about, response_time: outcome.elapsedMs, output: answer.slice(0, SHOWN) || null };
  if (!outcome.ok) {
    // What broke off in the middle of an answer did answer.
    const away = outcome.code === "provider.unreachable" && outcome.text === "";
    await noteCheck(tester.database, model_name, away ? false : null);
    const cost = outcome.hold === "released" ? 0 : null;
    return { ...result, ok: false, usage: null, cost, code: outcome.code, detail: outcome.detail };
  }
  await noteCheck(tester.database, model_name, true);
  const { cost, tokens_used: usage, cost_source } = billFor(call, outcome);
  const bill = { usage, cost: cost_source === "provider" ? cost : null };
  if (answer !== "") return { ...result, ...bill, ok: true, code: null, detail: null };
  return { ...result, ...bill, ok: false, code: "provider.empty", detail: `${model_name} answered with nothing` };
}

const callOf = (profile: Profile): PlannedCall =>
  plannedCall({
    ...{ id: uuidv7(), profile, step: "test", attempt: 1, iteration_number: 1 },
    ...{ role: "primary", response_type: "initial", context_provided: null, parent_response_id: null },
    ...{ criticism_addressed: [], max_output_tokens: OUTPUT_TOKENS },
    messages: answerMessages({ prompt: PROMPT, context: null, analysis: analyze(PROMPT, null) }),
  });

/** The provider is not trusted to let go when it is told to. */
async function outcomeOf(call: PlannedCall, speaker: Provider, tester: ModelTester): Promise<Outcome> {
  const started = performance.now();
  const control = new AbortController();
  const late = `${call.model_name} did not answer within ${tester.withinMs / 1_000} seconds`;
  const timer = setTimeout(() => control.abort(new AppError("provider.unreachable", late)), tester.withinMs);
  const signal = AbortSignal.any([control.signal, tester.stopping]);
  const clock = () => performance.now();
  // Not retried, and not held back by the model's recent failures: it is asked to see how it is now.
  const caller = {
    send: budgeted()(metered({ clock })(speaker)).call,
    ...{ clock, fresh: () => true, delta: () => undefined, remainingMs: () => tester.withinMs },
  };
  const step = {
    ...{ planned: call, reserve: async () => call, retried: async () => undefined, waits: () => undefined },
  };
  const failed = (code: "provider.unreachable" | "internal", detail: string, text = ""): Outcome => ({
    ...{ ok: false, text, elapsedMs: Math.round(performance.now() - started), code, detail },
    ...{ hold: "unconfirmed", aborted: false },
  });
  try {
    const sent = await Promise.race([send(step, caller, signal), givenUp(signal)]);
    tester.stopping.throwIfAborted();
    const outcome = sent?.call ? sent.outcome : null;
    return outcome === null || (!outcome.ok && outcome.aborted)
      ? failed("provider.unreachable", late, outcome?.text)
      : outcome;
  } catch (error) {
    if (tester.stopping.aborted) throw error;
    tester.onFault(error);
    return failed("internal", "Something failed on our side; the log has it");
  } finally {
    clearTimeout(timer);
  }
}

/** Some time after the abort, so that a provider which does let go can say what it had. */
const givenUp = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 50, null), { once: true }));
