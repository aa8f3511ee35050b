/** The models that may answer and evaluate. */
import { CreateModel, ModelsQuery, type Profile, pageOf, ShownProfile, UpdateModel } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { createProfile, deleteProfile, getProfile, listProfiles, updateProfile } from "../../store/profiles.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["models"];

export const ModelPath = z.object({
  model_name: z
    .string()
    .max(200)
    .refine((name) => !name.includes("\u0000"))
    .describe("its short name, or one that people know it by, such as GPT-4"),
});

export function modelRoutes(app: Routes, door: Door): void {
  read(app, door);
  make(app, door);
  change(app, door);
  remove(app, door);
}

function read(app: Routes, door: Door): void {
  app.get(
    "/api/models/",
    {
      schema: {
        operationId: "listModels",
        summary: "All models, with their prices and what was measured of them",
        description:
          "The list comes whole: `next_cursor` is always null. `simulated` says which ones only play a model; `is_available` is false while a model's provider has no key or does not answer, and for a model that was retired.",
        tags,
        querystring: ModelsQuery,
        response: { 200: answer("The models, by name", pageOf(ShownProfile)), ...problems(["request.invalid"]) },
      },
    },
    async ({ query }) => {
      const models = await listProfiles(door.database);
      return { items: models.filter((model) => fits(model, query)).map(shownBy(door)), next_cursor: null };
    },
  );
  app.get(
    "/api/models/:model_name",
    {
      schema: {
        operationId: "getModel",
        summary: "One model",
        tags,
        params: ModelPath,
        response: { 200: answer("The model", ShownProfile), ...problems(["model.not_found"]) },
      },
    },
    async ({ params }) => shownBy(door)(await knownModel(door, params.model_name)),
  );
}

const fits = (model: Profile, { provider, specialty, active, available, simulated }: ModelsQuery): boolean =>
  (provider ?? model.provider) === model.provider &&
  (specialty === undefined || model.specialties.includes(specialty)) &&
  (active ?? model.is_active) === model.is_active &&
  (available ?? model.is_available) === model.is_available &&
  (simulated ?? model.simulated) === model.simulated;

function make(app: Routes, door: Door): void {
  app.post(
    "/api/models/",
    {
      schema: {
        operationId: "createModel",
        summary: "Add a model of your own",
        description:
          "Its name and aliases must be free. It is available as soon as its provider is set up: has a key, or needs none. Prices and context that are not given come from the price list, where that has the model; `prices.source` says so.",
        tags,
        body: CreateModel,
        response: {
          201: answer("The model; its path is in `Location`", ShownProfile),
          ...problems(["model.exists"], "body"),
        },
      },
    },
    async ({ body }, reply) => {
      if (body.model_name.startsWith("simulated-"))
        throw invalid("model_name", "must not start with simulated-: that marks the built-in simulations");
      if (body.provider === SIMULATED) throw invalid("provider", "must not be simulated: those are built in");
      const { model_name } = await createProfile(door.database, await withWhatIsKnown(door, body));
      await door.integrations.refresh(body.provider);
      return reply
        .code(201)
        .header("Location", `/api/models/${model_name}`)
        .send(shownBy(door)(await knownModel(door, model_name)));
    },
  );
}

/** Prices only where none is given: half of one's own and half of the list's would be nobody's. */
async function withWhatIsKnown({ known }: Door, body: CreateModel) {
  const { needsEndpoint, substitute, facts } = await known(body.provider, body.model_version);
  if (needsEndpoint && !body.api_endpoint)
    throw invalid("api_endpoint", `must be given: ${body.provider} has no address of its own`);
  if (substitute && !body.api_endpoint)
    throw invalid("model_version", `has been shut down by ${body.provider}, which names ${substitute} instead`);
  const max_context_length = body.max_context_length ?? facts?.max_context_length;
  if (max_context_length === undefined)
    throw invalid("max_context_length", "must be given: it is not known of this model");
  const priced = [body.cost_per_input_token, body.cost_per_output_token, body.prices].some(
    (price) => price !== undefined,
  );
  return { ...(!priced && facts), ...body, max_context_length };
}

function change(app: Routes, door: Door): void {
  app.put(
    "/api/models/:model_name",
    {
      schema: {
        operationId: "updateModel",
        summary: "Change what is known of a model; what is not named stays",
        description:
          "What is measured, the name and `simulated` are not changed. A new price per token ends what `prices` said, unless both are given. Of a model that comes with the server, edited facts are no longer refreshed at a start. `is_active` false takes it out at once.",
        tags,
        params: ModelPath,
        body: UpdateModel,
        response: {
          200: answer("The model as it is now", ShownProfile),
          ...problems(["model.not_found", "model.exists"], "body"),
        },
      },
    },
    async ({ params, body }) => {
      const { model_name, provider, simulated } = await knownModel(door, params.model_name);
      if (body.provider !== undefined && (body.provider === SIMULATED) !== simulated)
        throw invalid("provider", simulated ? "must stay simulated" : "must not be simulated: those are built in");
      if (!(await updateProfile(door.database, model_name, body))) throw noModel();
      await door.integrations.refresh(body.provider ?? provider);
      return shownBy(door)(await knownModel(door, model_name));
    },
  );
}

function remove(app: Routes, door: Door): void {
  app.delete(
    "/api/models/:model_name",
    {
      schema: {
        operationId: "deleteModel",
        summary: "Remove a model of your own",
        description: "What it answered and judged stays, under its name.",
        tags,
        params: ModelPath,
        response: {
          204: z.undefined().describe("It is gone"),
          ...problems(["model.not_found", "model.built_in"]),
        },
      },
    },
    async ({ params }, reply) => {
      const { model_name } = await knownModel(door, params.model_name);
      if (door.builtIn.has(model_name))
        throw new AppError(
          "model.built_in",
          `${model_name} comes with the server and would be back at the next start: set is_active to false instead`,
        );
      await deleteProfile(door.database, model_name);
      return reply.code(204).send();
    },
  );
}

/** The provider of the built-in simulations, and of nothing else. */
const SIMULATED = "simulated";

export const shownBy =
  ({ builtIn }: Door) =>
  (profile: Profile): ShownProfile => ({ ...profile, built_in: builtIn.has(profile.model_name) });

export async function knownModel({ database }: Door, name: string): Promise<Profile> {
  const profile = await getProfile(database, name);
  if (!profile) throw noModel();
  return profile;
}

export const noModel = () => new AppError("model.not_found", "There is no such model: see GET /api/models/");

const invalid = (path: string, problem: string): AppError =>
  new AppError("request.invalid", `${path} ${problem}`, { errors: [{ path, problem }] });
