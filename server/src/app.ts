/** The wiring: the one place that knows every room. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Door } from "./api/door.ts";
import { buildDoor } from "./api/server.ts";
import { type Asking, ask, draft, newSession } from "./app/asking.ts";
import { type Direct, openDirect } from "./app/direct.ts";
import { type ImplicitSessions, openImplicitSessions } from "./app/implicit-session.ts";
import { type Integrations, openIntegrations } from "./app/integrations.ts";
import { openModelTests } from "./app/model-test.ts";
import { type Opening, openPatiently } from "./app/opening.ts";
import { preview } from "./app/preview.ts";
import { openPulse } from "./app/pulse.ts";
import { openSelfTest } from "./app/self-test.ts";
import { changeSettings } from "./app/settings.ts";
import { builtIn, keepProfiles, known, shippedProfiles } from "./app/shipped.ts";
import { openSpeakers, type Speakers } from "./app/speakers.ts";
import { openWorkers } from "./app/workers.ts";
import type { Config } from "./config.ts";
import { RULES, shipped } from "./engine/settings.ts";
import { AppError } from "./errors.ts";
import type { Provider } from "./providers/provider.ts";
import { substituteFor } from "./providers/retired.ts";
import { simulated } from "./providers/simulated.ts";
import { keepShipped } from "./store/algorithm.ts";
import type { Database } from "./store/database.ts";
import { placeOf, readDatabaseUrl } from "./store/database-url.ts";
import { openBooks, type SystemState } from "./store/journal.ts";
import { type Live, openLive } from "./store/live.ts";
import { openStore } from "./store/open.ts";
import { upsertProfiles } from "./store/profiles.ts";
import { getThread } from "./store/threads.ts";
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

/** How long the tests of a model and of the server itself may take, and who speaks in the latter. */
type Testing = { modelMs?: number; selfMs?: number; speaker?: Provider };

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
    return assemble(
      config,
      log,
      {
        ...{ ...opening, speakers: options.providers, testing: options.testing ?? {} },
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
  fault: Door["storeFault"];
  speakers: ReadonlyMap<string, Provider> | undefined;
  testing: Testing;
};

function assemble(config: Config, log: Logger, opening: Behind, leaving: AbortController): App {
  const { database: store } = opening;
  const live = openLive();
  const outside = openIntegrations({
    ...{ config, database: store, live, log, speakers: opening.speakers },
    substituteFor: (vendorId, modelId) => substituteFor(vendorId, modelId, new Date()),
  });
  const speakers = openSpeakers({
    wires: outside.wires,
    ...{ database: store, simulatedSpeed: config.simulated.speed },
    testWire: opening.testing.speaker ?? simulated({ seed: "self-test", speed: 0 }),
  });
  const books = openBooks(
    store,
    live,
    systemState(() => workers.load()),
  );
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
  const tests = openTests({
    asking,
    live,
    stopping,
    load: workers.load,
    log,
    outside,
    speakers,
    config,
    ...opening.testing,
  });
  const door = buildDoor(
    doorFor(asking, {
      ...{ ...tests, live, load: workers.load, stopping, log, integrations: outside },
      ...{ direct: direct.call, implicitSession },
      ...{ storeOpens: opening.waitFor, storeFault: opening.fault },
    }),
  );
  const found = opening.opened.then(() => outside.start());
  const ready = found.then(() => workers.start());
  const background = ready.then(() => inBackground(store, config, log, leaving.signal)).catch(() => undefined);

  return {
    door,
    listen: () => door.listen({ host: config.host, port: config.port }),
    ready: () => ready,
    found: () => found,
    async close() {
      leaving.abort(new AppError("server.stopping", "The server is stopping: ask again in a moment"));
      // Workers that are about to start, start first.
      const drained = ready.catch(() => undefined).then(() => workers.drain());
      await Promise.all([door.close(), drained, direct.drain()]);
      await background;
      await outside.close();
      await store.close();
    },
  };
}

/** Memory is looked at once a second: asking for it is a read of a file. */
function systemState(load: () => { queued: number; running: number }): () => SystemState {
  let seen = { at: Number.NEGATIVE_INFINITY, mb: 0 };
  return () => {
    const at = performance.now();
    if (at - seen.at > 1_000) seen = { at, mb: Math.round(process.memoryUsage.rss() / 1e6) };
    const { queued, running } = load();
    return { memory_usage: seen.mb, active_requests: running, queue_length: queued };
  };
}

const openDirectly = (
  asking: Asking & { sessions: ImplicitSessions },
  live: Live,
  speakers: Speakers,
  { drainMs, simulated: { policy } }: Config,
  log: Logger,
): Direct =>
  openDirect({
    ...{ books: asking.books, sessions: asking.sessions, live, simulatedPolicy: policy, drainMs },
    speakerOf: (profile) => speakers.wireOf(profile) && speakers.providerOf(profile),
    async totals(threadId) {
      const thread = await getThread(asking.database, threadId);
      if (!thread) throw new AppError("thread.not_found", `There is no thread ${threadId}`);
      const { total_cost, total_time_spent, cost_is_estimated } = thread;
      return { total_cost, total_time_spent, cost_is_estimated };
    },
    onFault: (message, error, threadId) => log.error({ err: error, thread_id: threadId }, message),
  });

/** Resolves when all of it has ended, after the signal. */
const inBackground = (store: Database, config: Config, log: Logger, signal: AbortSignal) => {
  const onFault = (what: string) => (error: unknown) => log.error({ err: error }, what);
  return Promise.all([
    startUpkeep(store, { signal, onFault: onFault("upkeep failed") }),
    keepProfiles(store, config.simulated.policy, { signal, onFault: onFault("shipped profiles were not refreshed") }),
  ]);
};

type Constant = "builtIn" | "known" | "simulatedPolicy" | "version" | "webDir";

const doorFor = (
  asking: Asking,
  rest: Omit<Door, "database" | "books" | "ask" | "draft" | "preview" | "createSession" | "changeSettings" | Constant>,
): Door => ({
  ...rest,
  database: asking.database,
  books: asking.books,
  ask: (userId, body, key) => ask(asking, userId, body, key),
  draft: (userId, body, key) => draft(asking, userId, body, key),
  preview: (userId, body) => preview(asking, userId, body),
  createSession: (userId, body, key) => newSession(asking, userId, body, key),
  changeSettings: (userId, body, expected) => changeSettings(asking.database, userId, body, expected),
  builtIn,
  known,
  simulatedPolicy: asking.simulatedPolicy,
  version: packageVersion(),
  webDir: fileURLToPath(new URL("../../web/", import.meta.url)),
});

/** What the door tests, of the models and of the server. */
function openTests({
  asking,
  live,
  load,
  stopping,
  log,
  outside,
  speakers,
  config,
  modelMs = 30_000,
  selfMs = 10_000,
}: Tests) {
  return {
    standing: outside.standing,
    isPaused: (name: string) => speakers.breakers().get(name)?.state === "open",
    testModel: openModelTests({
      ...{ database: asking.database, stopping, withinMs: modelMs },
      speakerOf: speakers.wireOf,
      standing: outside.standing,
      onFault: (error) => log.error({ err: error }, "the test of a model failed on our side"),
    }),
    selfTest: openSelfTest({
      ...{ asking, live, load, stopping, threadsAtOnce: config.threadsAtOnce, withinMs: selfMs },
      onFault: (error) => log.warn({ err: error }, "something of a self-test was left behind: the next one removes it"),
    }),
  };
}

type Tests = Pick<Door, "live" | "load" | "stopping" | "log"> & {
  asking: Asking;
  outside: Integrations;
  speakers: Speakers;
  config: Config;
} & Testing;

function packageVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}
