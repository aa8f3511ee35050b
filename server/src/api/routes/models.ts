/** The models that may answer and evaluate. */
import { Profile, pageOf } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { getProfile, listProfiles } from "../../store/profiles.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["models"];

const ModelPath = z.object({
  model_name: z
    .string()
    .max(200)
    .refine((name) => !name.includes("\u0000"))
    .describe("its short name, or one that people know it by, such as GPT-4"),
});

export function modelRoutes(app: Routes, door: Door): void {
  app.get(
    "/api/models/",
    {
      schema: {
        operationId: "listModels",
        summary: "All models, with their prices and what was measured of them",
        description:
          "The list comes whole: `next_cursor` is always null. `simulated` says which ones only play a model.",
        tags,
        response: { 200: answer("The models, by name", pageOf(Profile)), ...problems([]) },
      },
    },
    async () => ({ items: await listProfiles(door.database), next_cursor: null }),
  );
  app.get(
    "/api/models/:model_name",
    {
      schema: {
        operationId: "getModel",
        summary: "One model",
        tags,
        params: ModelPath,
        response: { 200: answer("The model", Profile), ...problems(["model.not_found"]) },
      },
    },
    async ({ params }) => {
      const profile = await getProfile(door.database, params.model_name);
      if (!profile) throw new AppError("model.not_found", "There is no such model: see GET /api/models/");
      return profile;
    },
  );
}
