/** Before the first call: what is asked, what the models may know, who answers and who judges. A resumed thread reads what was decided. */
import type { Analysis, Profile, Selection } from "@orchestratex/sdk/contract";
import { analyze, cleanPrompt } from "./analyze.ts";
import { contextFor, type Turn } from "./context.ts";
import { capFor, reserveFor, roughTokens } from "./cost.ts";
import { estimate } from "./estimate.ts";
import type { Asked, Change, NewEvent, NewSelection, Past } from "./journal.ts";
import { type Plan, planOf } from "./plan.ts";
import { answerMessages, type Task } from "./prompts.ts";
import { type Choice, OVER_LIMIT, select } from "./select.ts";
import type { Cast, Halt, Limits, Means, Room } from "./thread.ts";

export async function prepare(asked: Asked, past: Past, means: Means, signal: AbortSignal): Promise<Room | Halt> {
  const prompt = cleanPrompt(asked.prompt);
  const analysis = past.analysis ?? analyze(prompt, asked.context);
  const plan =
    past.mode && past.max_iterations
      ? resumedPlan(past.mode, past.max_iterations, asked, analysis, means)
      : planFor(asked, analysis, means);
  const profiles = await means.profiles();
  const begun = {
    thread: {
      thread_status: "model_selection",
      processed_prompt: prompt,
      ...analysisColumns(analysis),
      mode: plan.mode,
      max_iterations: plan.maxIterations,
      ...(past.selections.length === 0 && {
        simulated: profiles.length > 0 && profiles.every((profile) => profile.simulated),
      }),
    },
    events: [startedEvent(asked, plan, past), ...(past.analysis ? [] : [analyzedEvent(analysis)])],
  } satisfies Change;
  const context = past.responses[0]
    ? past.responses[0].context_provided
    : contextOf(asked.context, prompt, profiles, await means.turns(), means.limits);
  const task: Task = { prompt, context, analysis };
  const initial = past.selections.find((row) => row.selection_phase === "initial");
  if (initial) await means.journal.record(begun);
  const cast = initial ? castFrom(initial, profiles) : await choose(asked, task, plan, profiles, means, begun);
  return "halt" in cast ? cast : { asked, past, means, signal, task, analysis, plan, cast };
}

const planFor = (asked: Asked, analysis: Analysis, { algorithm }: Means): Plan =>
  planOf(
    { mode: asked.mode, evaluators: asked.evaluators, maxIterations: asked.max_iterations },
    analysis.complexity_level,
    algorithm.settings.modes,
  );

const resumedPlan = (
  mode: Plan["mode"],
  maxIterations: number,
  asked: Asked,
  analysis: Analysis,
  { algorithm }: Means,
): Plan =>
  planOf({ mode, evaluators: asked.evaluators, maxIterations }, analysis.complexity_level, algorithm.settings.modes);

const analysisColumns = (analysis: Analysis) => ({
  analysis,
  domain: analysis.domain,
  complexity_level: analysis.complexity_level,
  estimated_difficulty: analysis.estimated_difficulty,
  language: analysis.language,
});

/** Half the smallest window is for what came before; a context the user gave is never cut for it. */
export function contextOf(
  own: string | null,
  prompt: string,
  profiles: readonly Profile[],
  turns: readonly Turn[],
  limits: Limits,
): string | null {
  const smallest = Math.min(
    ...profiles
      .filter((profile) => profile.is_active && profile.is_available)
      .map((profile) => profile.max_context_length),
    1_000_000,
  );
  const half = smallest / 2 - roughTokens(prompt) - limits.answerTokens[0];
  return contextFor(own, turns, Math.max(half, (own?.length ?? 0) / 2));
}

/** `begun`: what is to be told of the thread's begin, in the transaction that has the choice. */
async function choose(
  asked: Asked,
  task: Task,
  plan: Plan,
  profiles: readonly Profile[],
  means: Means,
  begun: Required<Pick<Change, "thread" | "events">>,
): Promise<Cast | Halt> {
  const started = means.clock();
  const promptTokens = roughTokens(task.prompt, task.context);
  const choice = select(task.analysis, promptTokens, profiles, {
    strategy: asked.strategy,
    weights: means.algorithm.settings.selection_weights[asked.strategy],
    evaluators: plan.evaluators,
    preferred: asked.preferred_models,
    excluded: asked.excluded_models,
    override: asked.model_name,
    room: asked.room_usd === null ? null : { usd: asked.room_usd, need: leastNeed(task, means.limits) },
  });
  if ("reasons" in choice) {
    await means.journal.record(begun);
    return nobody(choice.reasons);
  }
  const { low, high } = estimate(task, plan, choice, means.limits, asked.room_usd).cost;
  const elapsedMs = Math.round((means.clock() - started) * 100) / 100;
  const row = selectionRow(means.newId(), asked, means.algorithm.version, choice, elapsedMs);
  await means.journal.record({
    thread: {
      ...begun.thread,
      ...{ selected_model: row.selected_model, evaluators: row.evaluators, simulated: choice.selected.simulated },
    },
    selections: [row],
    events: [...begun.events, selectedEvent(row, choice, { low, high })],
  });
  return {
    author: choice.selected,
    evaluators: choice.evaluators,
    fallbacks: choice.fallbacks,
    candidates: choice.candidates,
    selectionId: row.id,
  };
}

/** The least an answer by a profile must have free: the shortest we ask for. */
export function leastNeed(task: Task, limits: Limits): (profile: Profile) => number | null {
  const messages = answerMessages(task);
  return (profile) => reserveFor(messages, capFor(Math.min(...limits.answerTokens), profile), profile);
}

const nobody = (reasons: string[]): Halt => {
  const money = reasons.every((reason) => reason.endsWith(OVER_LIMIT));
  return { halt: "failed", code: money ? "budget.exceeded" : "model.none", detail: reasons.join("; "), untold: [] };
};

/** Where the author is no longer known, who came next writes on. */
function castFrom(row: Selection, profiles: readonly Profile[]): Cast | Halt {
  const named = (names: readonly string[]) =>
    names.flatMap((name) => profiles.filter((profile) => profile.model_name === name));
  const candidates = row.candidates_considered.map(({ model_name }) => model_name);
  const [author, ...fallbacks] = named([...new Set([row.selected_model, ...candidates])]);
  if (!author)
    return { halt: "failed", code: "model.none", detail: `${row.selected_model} is no longer known`, untold: [] };
  return {
    author,
    evaluators: named(row.evaluators),
    fallbacks,
    candidates: row.candidates_considered,
    selectionId: row.id,
  };
}

const selectionRow = (
  id: string,
  asked: Asked,
  algorithm_version: string,
  choice: Choice,
  elapsedMs: number,
): NewSelection => ({
  id,
  iteration_number: 1,
  selection_phase: "initial",
  algorithm_version,
  selection_strategy: asked.strategy,
  candidates_considered: choice.candidates,
  selected_model: choice.selected.model_name,
  evaluators: choice.evaluators.map(({ model_name }) => model_name),
  selection_confidence: choice.confidence,
  runner_up_model: choice.runnerUp,
  selection_margin: choice.margin,
  primary_selection_factors: choice.factors,
  reasoning: choice.reasoning,
  override_reasons: choice.overrideReasons,
  selection_success: null,
  actual_performance: null,
  selection_accuracy_score: null,
  selection_time: elapsedMs,
});

const startedEvent = (asked: Asked, plan: Plan, { resumed, told }: Past): NewEvent => ({
  event_type: "orchestration_started",
  message: resumed
    ? "Taken up again after an interruption"
    : told.length > 0
      ? "Taken up again for another iteration"
      : `Started in mode ${plan.mode}`,
  details: {
    mode: plan.mode,
    max_iterations: plan.maxIterations,
    quality_threshold: asked.quality_threshold,
    cost_limit: asked.cost_limit,
    cost_limit_of: asked.cost_limit_of,
    deadline_at: asked.deadline_at,
    resumed,
  },
});

const analyzedEvent = (analysis: Analysis): NewEvent => ({
  event_type: "prompt_analyzed",
  message: `A ${analysis.complexity_level} ${analysis.domain} prompt, difficulty ${analysis.estimated_difficulty} of 10`,
  details: analysis,
});

const selectedEvent = (row: NewSelection, choice: Choice, costRange: { low: number; high: number }): NewEvent => ({
  event_type: "model_selected",
  component: "selector",
  iteration_number: 1,
  model_involved: row.selected_model,
  processing_time: row.selection_time,
  message: row.reasoning,
  details: {
    selection_id: row.id,
    selected_model: row.selected_model,
    evaluators: row.evaluators,
    runner_up_model: row.runner_up_model,
    selection_margin: row.selection_margin,
    selection_confidence: row.selection_confidence,
    selection_strategy: row.selection_strategy,
    reasoning: row.reasoning,
    warnings: [...(row.override_reasons === null ? [] : [row.override_reasons]), ...choice.warnings],
    candidates_considered: row.candidates_considered,
    cost_range: costRange,
  },
});
