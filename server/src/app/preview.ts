/** The dry run: what would be chosen and what it might cost, by the rules and settings of now. Nothing is stored or spent. */
import type { AlgorithmSettings, AskPrompt, Preview } from "@orchestratex/sdk/contract";
import { analyze, cleanPrompt } from "../engine/analyze.ts";
import { roughTokens } from "../engine/cost.ts";
import { estimate, timeOf } from "../engine/estimate.ts";
import { planOf } from "../engine/plan.ts";
import { contextOf, leastNeed } from "../engine/prepare.ts";
import type { Task } from "../engine/prompts.ts";
import { type Choice, select, type Wishes as Wanted } from "../engine/select.ts";
import { AppError } from "../errors.ts";
import { newestVersion } from "../store/algorithm.ts";
import type { StoredSession } from "../store/sessions.ts";
import { conversationBefore } from "../store/threads.ts";
import type { ThreadSettings } from "../store/work.ts";
import {
  type Asking,
  askedFor,
  modelsFor,
  refuseLater,
  sessionOf,
  sessionSettings,
  threadOf,
  threadSettings,
  type Wishes,
} from "./asking.ts";
import { limits } from "./means.ts";

const NO_LIMIT = Number.POSITIVE_INFINITY;

export async function preview(asking: Asking, userId: string, body: AskPrompt): Promise<Preview> {
  const { id, prompt: raw, wishes } = await askedFor(asking, userId, body);
  refuseLater(wishes);
  const { version, settings: algorithm } = await newestVersion(asking.database);
  const session = await sessionFor(asking, userId, wishes);
  const settings = session?.settings ?? sessionSettings({}, algorithm, asking.defaultCostLimitUsd);
  const asked = threadSettings(wishes, settings, session ? session.given_max_iterations : algorithm.max_iterations);
  const profiles = await modelsFor(asking, asked.model_name);
  const prompt = cleanPrompt(raw);
  const analysis = analyze(prompt, wishes.context ?? null);
  const plan = planOf(
    { mode: wishes.mode ?? settings.mode, evaluators: asked.evaluators, maxIterations: asked.max_iterations },
    analysis.complexity_level,
    algorithm.modes,
  );
  const turns =
    session && asked.context_mode === "session"
      ? await conversationBefore(asking.database, { id, session_id: session.id, parent_id: wishes.parent_thread_id })
      : [];
  const task: Task = { prompt, context: contextOf(wishes.context || null, prompt, profiles, turns, limits), analysis };

  const usd = Math.min(
    wishes.cost_limit ?? NO_LIMIT,
    (settings.cost_limit ?? NO_LIMIT) - (session ? goneOf(session) : 0),
  );
  const room = usd === NO_LIMIT ? null : { usd, need: leastNeed(task, limits) };
  const wanted = wantedOf(asked, plan.evaluators, algorithm, room);
  const tokens = roughTokens(prompt, task.context);
  const fitting = select(analysis, tokens, profiles, wanted);
  const choice = "selected" in fitting ? fitting : select(analysis, tokens, profiles, { ...wanted, room: null });
  if ("reasons" in choice)
    throw new AppError("model.none", `No model can take this prompt: ${choice.reasons.join("; ")}`);
  const { cost, calls } = estimate(task, plan, choice, limits, "selected" in fitting && room ? usd : null);
  return {
    algorithm_version: version,
    mode: plan.mode,
    max_iterations: plan.maxIterations,
    analysis,
    selection: shownSelection(choice, asked),
    cost_range: { low: cost.low, high: cost.high },
    cost_usual: cost.usual,
    duration_ms_range: timeOf(plan, choice, asked.deadline_ms),
    calls,
    fits_cost_limit: "selected" in fitting && cost.low <= usd,
  };
}

async function sessionFor(asking: Asking, userId: string, wishes: Wishes): Promise<StoredSession | null> {
  const parent = wishes.parent_thread_id ? await threadOf(asking, userId, wishes.parent_thread_id) : null;
  const id = wishes.session_id ?? parent?.session_id;
  return id ? sessionOf(asking, userId, id) : null;
}

/** What other threads hold may come free again: the run would wait for it. */
const goneOf = ({ total_cost, unconfirmed, overrun }: StoredSession): number => total_cost + unconfirmed + overrun;

const wantedOf = (
  asked: ThreadSettings,
  evaluators: number,
  algorithm: AlgorithmSettings,
  room: Wanted["room"],
): Wanted => ({
  strategy: asked.strategy,
  weights: algorithm.selection_weights[asked.strategy],
  evaluators,
  preferred: asked.preferred_models,
  excluded: asked.excluded_models,
  override: asked.model_name,
  room,
});

const shownSelection = (choice: Choice, asked: ThreadSettings): Preview["selection"] => ({
  selected_model: choice.selected.model_name,
  evaluators: choice.evaluators.map(({ model_name }) => model_name),
  runner_up_model: choice.runnerUp,
  selection_margin: choice.margin,
  selection_confidence: choice.confidence,
  selection_strategy: asked.strategy,
  reasoning: choice.reasoning,
  warnings: [...(choice.overrideReasons === null ? [] : [choice.overrideReasons]), ...choice.warnings],
  candidates_considered: choice.candidates,
});
