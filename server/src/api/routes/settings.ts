/** The settings of the algorithm, and their versions. */
import {
  AlgorithmVersion,
  ChangeAlgorithmSettings,
  PageQuery,
  pageOf,
  VersionedSettings,
  VersionName,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import { changed, shipped } from "../../engine/settings.ts";
import { AppError } from "../../errors.ts";
import { listVersions, newestVersion, versionedSettings, versionNamed } from "../../store/algorithm.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["orchestrate"];

export function settingsRoutes(app: Routes, door: Door): void {
  read(app, door);
  change(app, door);
  versions(app, door);
}

/** With an example: what comes with the server, changed as the example of a change says. */
const Settings = VersionedSettings.meta({
  id: "VersionedSettings",
  example: {
    ...(AlgorithmVersion.meta()?.["example"] as object),
    ...changed(shipped, { modes: { thorough: { evaluators: 3 } }, plateau_gain: 0.3 }),
  },
});

const ReadQuery = z.object({
  version: VersionName.optional().describe("an older version, such as rules-1; without it, the one that holds"),
});

function read(app: Routes, { database }: Door): void {
  app.get(
    "/api/orchestrate/settings",
    {
      schema: {
        operationId: "getSettings",
        summary: "The settings of the algorithm: weights, threshold, plateau, modes",
        description:
          "`algorithm_version` is kept with every selection, so that what was decided can be told from what holds now.",
        tags,
        querystring: ReadQuery,
        response: {
          200: answer("The settings; their version is the `ETag` too", Settings),
          ...problems(["settings.not_found", "request.invalid"]),
        },
      },
    },
    async ({ query: { version } }, reply) => {
      const row = version === undefined ? await newestVersion(database) : await versionNamed(database, version);
      if (!row) throw new AppError("settings.not_found", `There is no version ${version} of the settings`);
      return reply.header("ETag", `"${row.version}"`).send(versionedSettings(row));
    },
  );
}

const IfMatch = z.looseObject({
  "if-match": z.string().optional().describe('the version that must hold until now, such as "rules-1.2": else 409'),
});

function change(app: Routes, door: Door): void {
  app.put(
    "/api/orchestrate/settings",
    {
      schema: {
        operationId: "updateSettings",
        summary: "Change the settings of the algorithm: a new version",
        description:
          "What is not named stays; the weights of one strategy or domain are given whole and add up to 1. It holds at once, in " +
          "every process, for prompts that are not yet selected for and for new sessions; a thread keeps the version it was " +
          'selected with. `{"restore":"rules-1"}` goes back to what came with the server. What changes nothing makes no version.',
        tags,
        headers: IfMatch,
        body: ChangeAlgorithmSettings,
        response: {
          200: answer("What holds from now on", Settings),
          ...problems(["settings.changed"], "body"),
        },
      },
    },
    async ({ userId, headers, body }, reply) => {
      const expected = body.expected_version ?? versionIn(headers["if-match"]);
      const settings = await door.changeSettings(userId, body, expected);
      return reply.header("ETag", `"${settings.algorithm_version}"`).send(settings);
    },
  );
}

/** `*` holds for any version. */
function versionIn(ifMatch: string | undefined): string | null {
  const version = ifMatch?.trim().replace(/^(?:W\/)?"(.*)"$/, "$1");
  return version === undefined || version === "" || version === "*" ? null : version;
}

function versions(app: Routes, { database }: Door): void {
  app.get(
    "/api/orchestrate/settings/versions",
    {
      schema: {
        operationId: "listSettingsVersions",
        summary: "All versions of the settings, newest first: who changed them, when and why",
        tags,
        querystring: PageQuery,
        response: { 200: answer("A page of versions", pageOf(AlgorithmVersion)), ...problems(["request.invalid"]) },
      },
    },
    ({ query }) => listVersions(database, query),
  );
}
