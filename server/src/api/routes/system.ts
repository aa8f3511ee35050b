/** Whether it works. */
import { LiveStatistics } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { z } from "zod";
import { poolOf } from "../../engine/pool.ts";
import { AppError } from "../../errors.ts";
import { listProfiles } from "../../store/profiles.ts";
import type { Door } from "../door.ts";
import type { Followers } from "../live.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["system"];

const Alive = z
  .object({ status: z.literal("ok"), version: z.string(), uptime: z.number().describe("milliseconds") })
  .meta({ id: "Alive", example: { status: "ok", version: "0.1.0", uptime: 1234 } });

const Health = z
  .object({
    status: z.enum(["ok", "degraded"]).describe("degraded: no model can answer"),
    version: z.string(),
    uptime: z.number().describe("milliseconds"),
    parts: z.object({
      database: z.object({ status: z.literal("ok"), response_time: z.number().describe("milliseconds") }),
      jobs: z.object({
        status: z.literal("ok"),
        queued: z.int().describe("threads that wait for a worker"),
        running: z.int().describe("threads that are being worked on"),
      }),
      models: z.object({
        status: z.enum(["ok", "degraded"]),
        available: z.int().describe("models that a new prompt may use"),
        simulated: z.boolean().describe("whether answers come from simulated models"),
      }),
      live: LiveStatistics.extend({ status: z.literal("ok") }).describe("who follows what, in this process"),
    }),
  })
  .meta({
    id: "Health",
    example: {
      ...{ status: "ok", version: "0.1.0", uptime: 86_400_000 },
      parts: {
        database: { status: "ok", response_time: 0.8 },
        jobs: { status: "ok", queued: 0, running: 2 },
        models: { status: "ok", available: 7, simulated: false },
        live: { status: "ok", connections: 12, subscriptions: 15, messages: 5120, dropped: 3 },
      },
    },
  });

export function systemRoutes(app: Routes, door: Door, followers: Followers): void {
  const startedAt = performance.now();
  const uptime = () => Math.round(performance.now() - startedAt);
  app.get(
    "/health",
    {
      schema: {
        operationId: "isAlive",
        summary: "Whether the server lives and its database answers",
        description:
          "503 `store.failed` while the database cannot be reached, from the start on or later: `detail` names it. " +
          "Known from the work that is done, else asked at most once a second; the answer takes two seconds at most.",
        tags,
        response: { 200: answer("It lives", Alive), ...problems([]) },
      },
    },
    async () => {
      await requireStore(door);
      return { status: "ok" as const, version: door.version, uptime: uptime() };
    },
  );
  app.get(
    "/api/health",
    {
      schema: {
        operationId: "getHealth",
        summary: "Every part of it, asked now",
        description: "503 `store.failed` while the database does not answer, as at `/health`.",
        tags,
        response: { 200: answer("How the parts are", Health), ...problems([]) },
      },
    },
    async () => {
      await requireStore(door);
      const [database, models] = await Promise.all([databasePart(door), modelsPart(door)]);
      const live = { status: "ok" as const, ...followers.statistics() };
      const parts = { database, jobs: { status: "ok" as const, ...door.load() }, models, live };
      return { status: models.status, version: door.version, uptime: uptime(), parts };
    },
  );
}

async function requireStore(door: Door): Promise<void> {
  const fault = await door.storeFault();
  if (fault) throw fault;
}

async function databasePart({ database }: Door) {
  const asked = performance.now();
  try {
    await sql`select 1 from schema_migrations limit 1`.execute(database.sql);
  } catch (error) {
    throw new AppError("store.failed", "The database does not answer: the server's log may say why", { cause: error });
  }
  return { status: "ok" as const, response_time: Math.round((performance.now() - asked) * 10) / 10 };
}

/** The models that a prompt without wishes may use. */
async function modelsPart({ database, simulatedPolicy }: Door) {
  const pool = poolOf(await listProfiles(database), simulatedPolicy, null);
  const ready = pool.filter(({ is_active, is_available }) => is_active && is_available);
  return {
    status: ready.length > 0 ? ("ok" as const) : ("degraded" as const),
    available: ready.length,
    simulated: ready.some(({ simulated }) => simulated),
  };
}
