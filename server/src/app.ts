/** The wiring: the one place that knows every room. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Door } from "./api/door.ts";
import { buildDoor } from "./api/server.ts";
import type { Asking } from "./app/asking.ts";
import { openDirectly } from "./app/direct-shop.ts";
import { doorFor, openTests, type Testing } from "./app/door.ts";
import { embeddingsFor } from "./app/embeddings.ts";
import { openFiles } from "./app/files.ts";
import { openImplicitSessions } from "./app/implicit-session.ts";
import { openIntegrations } from "./app/integrations.ts";
import { type Opening, openPatiently } from "./app/opening.ts";
import { openPulse } from "./app/pulse.ts";
import { keepProfiles, shippedProfiles } from "./app/shipped.ts";
import { openSpeakers } from "./app/speakers.ts";
import { systemState } from "./app/system-state.ts";
import { openWeb } from "./app/web.ts";
import { openWorkers } from "./app/workers.ts";
import type { Config } from "./config.ts";
import { RULES, shipped } from "./engine/settings.ts";
import { AppError } from "./errors.ts";
import type { Provider } from "./providers/provider.ts";
import { substituteFor } from "./providers/retired.ts";
import { simulated } from "./providers/simulated.ts";
import { keepShipped } from "./store/algorithm.ts";
import type { Blobs } from "./store/blobs/blobs.ts";
import { openBlobs } from "./store/blobs/index.ts";
import type { Database } from "./store/database.ts";
import { placeOf, readDatabaseUrl } from "./store/database-url.ts";
import { openBooks } from "./store/journal.ts";
import { type Live, openLive } from "./store/live.ts";
import { openStore } from "./store/open.ts";
import { upsertProfiles } from "./store/profiles.ts";
import { startUpkeep } from "./store/upkeep.ts";

export type App = {
  door: FastifyInstance;
  /** Answers the address, such as `http://127.0.0.1:8000`. */
  listen(): Promise<string>;
  /** Resolves once prompts can be answered; rejects with a fault of the store that will not pass. */
  ready(): Promise<void>;
  /** What was found by itself, in lines for people. */
  found(): Promise<string[]>;
  /** Take no more, let go of what runs (it is taken up again at the next start), close the store. */
  close(): Promise<void>;
};

export type AppOptions = {
  /** One attempt to open the store. */
  open?: () => Promise<Database>;
  firstPauseMs?: number;
  /** Who speaks with models, by the name of the protocol. */
  providers?: ReadonlyMap<string, Provider>;
  testing?: Testing;
};

/** The store, in the configured folder or on the configured server, is opened behind the door, which may listen meanwhile. */
export async function openApp(config: Config, log: Logger, options: AppOptions = {}): Promise<App> {
  const { open = () => openStore(config.database ?? { dataDir: config.dataDir }), firstPauseMs } = options;
  const leaving = new AbortController();
  const name = nameOf(config);
  const opening = openPatiently({
    open: async () => withWhatIsShipped(config, await open()),
    onRetry: (fault, pauseMs) => log.warn({ again_in_ms: pauseMs }, fault.message),
    engine: config.database ? "server" : "embedded",
    ...{ name, signal: leaving.signal, ...(firstPauseMs !== undefined && { firstPauseMs }) },
  });
  try {
    const blobs = await openBlobs(config.files, log);
    return assemble(
      config,
      log,
      {
        ...{ ...opening, blobs, speakers: options.providers, testing: options.testing ?? {} },
        fault: openPulse(opening.database, name, opening.waitFor),
      },
      leaving,
    );
  } catch (error) {
    leaving.abort(error);
    await opening.database.close();
    throw error;
  }
}

const nameOf = ({ database, dataDir }: Config): string =>
  database ? `The database at ${placeOf(readDatabaseUrl(database.url))}` : `The database in ${dataDir}`;

async function withWhatIsShipped(config: Config, store: Database): Promise<Database> {
  try {
    await keepShipped(store, RULES, shipped);
    await upsertProfiles(store, shippedProfiles(config.simulated.policy, new Date()));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

type Behind = Opening & {
  blobs: Blobs;
  fault: Door["storeFault"];
  speakers: ReadonlyMap<string, Provider> | undefined;
  testing: Testing;
};

function assemble(config: Config, log: Logger, opening: Behind, leaving: AbortController): App {
  const { database: store } = opening;
  const live = openLive();
  const { outside, speakers, embeddings } = openModels(config, log, opening, live);
  const load = () => workers.load();
  const books = openBooks(store, live, systemState(load));
  const workers = openWorkers({
    database: store,
    books,
    live,
    providerOf: speakers.providerOf,
    simulatedPolicy: config.simulated.policy,
    testSpeaker: speakers.testSpeaker,
    threadsAtOnce: config.threadsAtOnce,
    databaseUrl: config.database?.url ?? null,
    isAsked: (threadId) => direct.has(threadId),
    drainMs: config.drainMs,
    onFault: (message, error, threadId) => log.error({ err: error, thread_id: threadId }, message),
  });
  const asking: Asking = {
    database: store,
    books,
    defaultCostLimitUsd: config.defaultCostLimitUsd,
    simulatedPolicy: config.simulated.policy,
    standing: outside.standing,
  };
  const implicitSession = openImplicitSessions(asking);
  const direct = openDirectly({ ...asking, sessions: implicitSession }, live, speakers, config, log);
  const stopping = leaving.signal;
  const files = openFiles({ config: config.files, database: store, live, log, blobs: opening.blobs, embeddings });
  const tests = openTests({ asking, live, stopping, load, log, outside, speakers, config, ...opening.testing });
  const door = buildDoor(
    doorFor(asking, {
      ...{ ...tests, live, load, stopping, log, integrations: outside },
      ...{ direct: direct.call, implicitSession, ...files.door, embedding: embeddings.current },
      ...{ storeOpens: opening.waitFor, storeFault: opening.fault },
      ...(config.web && { web: openWeb({ development: !config.production, log, stopping }) }),
    }),
  );
  const found = opening.opened.then(() => outside.start());
  void found.then(embeddings.start, () => undefined);
  const ready = found.then(() => Promise.all([workers.start(), files.start()])).then(() => undefined);
  const background = ready.then(() => inBackground(store, config, log, leaving.signal)).catch(() => undefined);

  return {
    door,
    listen: () => door.listen({ host: config.host, port: config.port }),
    ready: () => ready,
    found: () => found,
    async close() {
      leaving.abort(new AppError("server.stopping", "The server is stopping: ask again in a moment"));
      // Workers that are about to start, start first.
      const drained = ready.catch(() => undefined).then(() => Promise.all([workers.drain(), files.drain()]));
      await Promise.all([door.close(), drained, direct.drain()]);
      await Promise.all([background, files.close()]);
      await Promise.all([embeddings.close(), outside.close()]);
      await store.close();
    },
  };
}

function openModels(config: Config, log: Logger, { database, speakers: given, testing }: Behind, live: Live) {
  const outside = openIntegrations({
    ...{ config, database, live, log, speakers: given },
    substituteFor: (vendorId, modelId) => substituteFor(vendorId, modelId, new Date()),
  });
  const speakers = openSpeakers({
    ...{ wires: outside.wires, database, simulatedSpeed: config.simulated.speed },
    ...(testing.realSpeed !== undefined && { realSpeed: testing.realSpeed }),
    testWire: testing.speaker ?? simulated({ seed: "self-test", speed: 0 }),
  });
  return { outside, speakers, embeddings: embeddingsFor(config, outside, live, log) };
}

/** Resolves when all of it has ended, after the signal. */
const inBackground = (store: Database, config: Config, log: Logger, signal: AbortSignal) => {
  const onFault = (what: string) => (error: unknown) => log.error({ err: error }, what);
  return Promise.all([
    startUpkeep(store, { signal, onFault: onFault("upkeep failed") }),
    keepProfiles(store, config.simulated.policy, { signal, onFault: onFault("shipped profiles were not refreshed") }),
  ]);
};
