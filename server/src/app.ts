/** The wiring: the one place that knows every room. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Profile } from "@orchestratex/sdk/contract";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Door } from "./api/door.ts";
import { buildDoor } from "./api/server.ts";
import { type Asking, ask, draft, newSession, preview } from "./app/asking.ts";
import { openWorkers } from "./app/workers.ts";
import type { Config } from "./config.ts";
import { AppError } from "./errors.ts";
import { providers } from "./providers/index.ts";
import { firstProfiles } from "./providers/profiles.ts";
import type { Provider } from "./providers/provider.ts";
import { simulatedProfiles } from "./providers/simulated.ts";
import type { Database } from "./store/database.ts";
import { openBooks } from "./store/journal.ts";
import { openLive } from "./store/live.ts";
import { openStore } from "./store/open.ts";
import { upsertProfiles } from "./store/profiles.ts";
import { startUpkeep } from "./store/upkeep.ts";

export type App = {
  door: FastifyInstance;
  /** Answers the address, such as `http://127.0.0.1:8000`. */
  listen(): Promise<string>;
  /** Take no more, let go of what runs (it is taken up again at the next start), close the store. */
  close(): Promise<void>;
};

/** `database`: a store that is open already, for tests; else the configured folder or server is opened. */
export async function openApp(config: Config, log: Logger, database?: Database): Promise<App> {
  const store = database ?? (await openStore(config.database ?? { dataDir: config.dataDir }));
  try {
    return await assemble(config, log, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

const shippedProfiles = [...firstProfiles, ...simulatedProfiles];

async function assemble(config: Config, log: Logger, store: Database): Promise<App> {
  const speakers = providers(config);
  await upsertProfiles(store, config.simulated.policy === "off" ? firstProfiles : shippedProfiles);

  const leaving = new AbortController();
  const live = openLive();
  const books = openBooks(store, live, () => {
    const { queued, running } = workers.load();
    return {
      memory_usage: Math.round(process.memoryUsage.rss() / 1e6),
      active_requests: running,
      queue_length: queued,
    };
  });
  const workers = openWorkers({
    database: store,
    books,
    live,
    providerOf: (profile) => providerOf(speakers, profile),
    simulatedPolicy: config.simulated.policy,
    threadsAtOnce: config.threadsAtOnce,
    databaseUrl: config.database?.url ?? null,
    drainMs: config.drainMs,
    onFault: (message, error, threadId) => log.error({ err: error, thread_id: threadId }, message),
  });
  const asking: Asking = {
    database: store,
    books,
    defaultCostLimitUsd: config.defaultCostLimitUsd,
    simulatedPolicy: config.simulated.policy,
  };
  const door = buildDoor(doorFor(asking, { live, load: workers.load, stopping: leaving.signal, log }));
  await workers.start();
  const upkeep = startUpkeep(store, {
    signal: leaving.signal,
    onFault: (error) => log.error({ err: error }, "upkeep failed"),
  });

  return {
    door,
    listen: () => door.listen({ host: config.host, port: config.port }),
    async close() {
      leaving.abort(new AppError("server.stopping", "the server is stopping"));
      await Promise.all([door.close(), workers.drain()]);
      await upkeep;
      await store.close();
    },
  };
}

const doorFor = (asking: Asking, rest: Pick<Door, "live" | "load" | "stopping" | "log">): Door => ({
  ...rest,
  database: asking.database,
  books: asking.books,
  ask: (userId, body, key) => ask(asking, userId, body, key),
  draft: (userId, body) => draft(asking, userId, body),
  preview: (userId, body) => preview(asking, userId, body),
  createSession: (userId, body) => newSession(asking, userId, body),
  builtIn: new Set(shippedProfiles.map(({ model_name }) => model_name)),
  simulatedPolicy: asking.simulatedPolicy,
  version: packageVersion(),
  webDir: fileURLToPath(new URL("../../web/", import.meta.url)),
});

function providerOf(speakers: ReadonlyMap<string, Provider>, { model_name, provider }: Profile): Provider {
  const speaker = speakers.get(provider);
  if (!speaker) throw new AppError("provider.rejected", `nobody here speaks for ${model_name} (${provider})`);
  return speaker;
}

function packageVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}
