/** How the models are: who knows a subject, who is switched on, who answers. */
import {
  Domain,
  HealthWord,
  ModelStatus,
  ModelsHealth,
  ModelTest,
  type Profile,
  pageOf,
  ShownProfile,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError, type FaultCode, faultOf } from "../../errors.ts";
import { checkFailures } from "../../store/health.ts";
import { setModelStatus } from "../../store/model-checks.ts";
import { listProfiles } from "../../store/profiles.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { knownModel, ModelPath, noModel, shownBy } from "./models.ts";

const tags = ["models"];

export function modelTestRoutes(app: Routes, door: Door): void {
  specialists(app, door);
  status(app, door);
  test(app, door);
  health(app, door);
}

function specialists(app: Routes, door: Door): void {
  app.get(
    "/api/models/specialties/:domain",
    {
      schema: {
        operationId: "listSpecialists",
        summary: "The models that know a domain, or have a specialty, best first",
        description:
          "First those that can answer now; then by measured scores in the domain, and by the place the word has among a model's specialties. None is an empty list.",
        tags,
        params: z.object({ domain: z.string().describe("such as coding, or humor; in any case") }),
        response: { 200: answer("The models, best first", pageOf(ShownProfile)), ...problems([]) },
      },
    },
    async ({ params }) => {
      const word = params.domain.trim().toLowerCase();
      const models = (await listProfiles(door.database)).filter(({ specialties }) => specialties.includes(word));
      const rank = (model: Profile) => (isUsable(door, model) ? 100 : 0) + strengthIn(model, word);
      const sorted = models.toSorted((a, b) => rank(b) - rank(a));
      return { items: sorted.map(shownBy(door)), next_cursor: null };
    },
  );
}

/** Measured scores, which start from 6 as when a model is chosen; between equals, the place of the word among its specialties. */
function strengthIn({ specialties, domain_performance }: Profile, word: string): number {
  const domain = Domain.safeParse(word);
  const { threads = 0, average_score = 0 } = (domain.success && domain_performance[domain.data]) || {};
  return (6 * 5 + average_score * threads) / (5 + threads) - specialties.indexOf(word) / 1_000;
}

const isUsable = (door: Door, model: Profile): boolean =>
  model.is_active && model.is_available && door.standing(model) === null;

function status(app: Routes, door: Door): void {
  app.put(
    "/api/models/:model_name/status",
    {
      schema: {
        operationId: "setModelStatus",
        summary: "Switch a model on or off, or say whether it answers",
        description:
          "`is_active` is a wish, `is_available` what is known: a test sets it too. A model whose provider is not set up, or has no key, cannot be available.",
        tags,
        params: ModelPath,
        body: ModelStatus,
        response: {
          200: answer("The model as it is now", ShownProfile),
          ...problems(["model.not_found", "model.no_provider"], "body"),
        },
      },
    },
    async ({ params, body }) => {
      const model = await knownModel(door, params.model_name);
      const why = body.is_available ? door.standing(model) : null;
      if (why) throw new AppError("model.no_provider", `${model.model_name} cannot be available: ${why.detail}`);
      const changed = await setModelStatus(door.database, model.model_name, body);
      if (!changed) throw noModel();
      return shownBy(door)(changed);
    },
  );
}

function test(app: Routes, door: Door): void {
  app.post(
    "/api/models/:model_name/test",
    {
      schema: {
        operationId: "testModel",
        summary: "Ask a model a short question, to see whether it answers",
        description:
          "200 also where it fails: `ok` is false and `code` says why. It takes 30 seconds at most and 64 tokens of output; " +
          "what it cost is told, no session pays. An answer makes the model available, no connection makes it unavailable. " +
          "Who asks while the same model is being tested gets the same result.",
        tags,
        params: ModelPath,
        response: { 200: answer("How it went", ModelTest), ...problems(["model.not_found"]) },
      },
    },
    async ({ params }) => door.testModel(await knownModel(door, params.model_name)),
  );
}

function health(app: Routes, door: Door): void {
  app.get(
    "/api/orchestrate/models/health",
    {
      schema: {
        operationId: "getModelsHealth",
        summary: "How every model is, by what is known of it; nobody is asked",
        tags: ["orchestrate", "models"],
        response: { 200: answer("The models, by name, and how many are how", ModelsHealth), ...problems([]) },
      },
    },
    async () => {
      const [models, failures] = await Promise.all([listProfiles(door.database), checkFailures(door.database)]);
      const items = models.map((model) => healthOf(door, model, failures.get(model.model_name) ?? null));
      const count = (word: HealthWord) => items.filter(({ status }) => status === word).length;
      const counts = Object.fromEntries(HealthWord.options.map((word) => [word, count(word)])) as Record<
        HealthWord,
        number
      >;
      const usable = models.filter((model) => isUsable(door, model)).length;
      return { items, summary: { total: items.length, usable, ...counts } };
    },
  );
}

/** Fewer calls than this say nothing of how often a model fails. */
const ENOUGH_CALLS = 5;
const SUCCESS_EXPECTED = 0.9;

function healthOf(door: Door, model: Profile, failure: string | null) {
  const { performance_metrics: metrics, retired } = model;
  const standing = door.standing(model);
  const gone = retired && `its provider no longer lists ${model.model_version}`;
  const instead = retired?.substitute ? `: set model_version to ${retired.substitute}` : "";
  return {
    ...{ model_name: model.model_name, provider: model.provider, simulated: model.simulated },
    status: wordFor(model, standing?.word ?? null, failure, door.isPaused?.(model.model_name) ?? false),
    detail: standing?.detail ?? (gone ? `${gone}${instead}` : failure && faultOf(failure as FaultCode).title),
    ...{ retired, last_health_check: model.last_health_check, total_requests: metrics.total_requests },
    ...{ success_rate: metrics.success_rate, average_response_time: metrics.average_response_time },
    ...{ uptime_percentage: metrics.uptime_percentage, over_billed_at: model.over_billed_at },
  };
}

function wordFor(
  model: Profile,
  standing: "no_provider" | "no_key" | null,
  failure: string | null,
  paused: boolean,
): HealthWord {
  const { success_rate, total_requests } = model.performance_metrics;
  if (!model.is_active) return "inactive";
  if (standing !== null) return standing;
  if (model.retired) return "retired";
  if (failure === "provider.key_rejected" || failure === "provider.no_credit") return "key_rejected";
  if (!model.is_available) return "unavailable";
  if (paused) return "paused";
  const fails = total_requests >= ENOUGH_CALLS && success_rate !== null && success_rate < SUCCESS_EXPECTED;
  if (fails || model.over_billed_at !== null) return "degraded";
  return total_requests === 0 && model.last_health_check === null ? "untested" : "ok";
}
