/** The process: read the configuration, open everything, listen, stop cleanly. */
import { existsSync } from "node:fs";
import type { Logger } from "pino";
import type { App } from "./app.ts";
import { type Config, environment, readConfig } from "./config.ts";
import { AppError } from "./errors.ts";
import { openLog } from "./log.ts";
import { startThreadAhead } from "./store/pglite-thread.ts";

/** Two signals that come together (Ctrl-C reaches npm and us) count as one. */
const SAME_SIGNAL_MS = 500;

/** A start that takes longer says what it waits for. */
const WAITING_MS = 1_000;

export async function main(overrides: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
  const cwd = process.cwd();
  try {
    const config = readConfig({ ...environment(cwd), ...overrides }, cwd);
    const log = openLog(config.logLevel);
    if (config.withoutEffect.length > 0)
      log.warn(`set, but without effect in this version: ${config.withoutEffect.join(", ")}`);
    const isNew = !config.database && !existsSync(config.dataDir);
    const opening = openEarly(config, log);
    const stops = stopOnSignal(async (signal) => {
      log.info({ signal }, "draining: no new requests; a second signal ends the process at once");
      await (await opening).close();
      log.info("stopped");
    });
    if (isNew) process.stderr.write(`\n  Making the data folder ${config.dataDir}: a few seconds, this once.\n`);
    await Promise.race([serve(await opening, config, log), stops]);
  } catch (error) {
    process.stderr.write(`orchestratex: ${sayWhy(error)}\n`);
    process.exit(error instanceof AppError && error.code === "config.invalid" ? 2 : 1);
  }
}

/** The store is opened, the embedded one by a thread of its own, while this one reads the rest of the code. */
async function openEarly(config: Config, log: Logger): Promise<App> {
  if (!config.database) startThreadAhead();
  const { openStore } = await import("./store/open.ts");
  const place = config.database ?? { dataDir: config.dataDir };
  let first: ReturnType<typeof openStore> | undefined = openStore(place);
  first.catch(() => undefined);
  const open = () => {
    const attempt = first ?? openStore(place);
    first = undefined;
    return attempt;
  };
  const { openApp } = await import("./app.ts");
  return openApp(config, log, { open });
}

/** Listens first, and says so where the database is not there at once. */
async function serve(app: App, config: Config, log: Logger): Promise<void> {
  const ready = app.ready();
  // Of a folder in use and its port in use, the folder is told.
  const broken = new Promise<never>((_resolve, reject) => ready.catch(reject));
  const address = await Promise.race([broken, app.listen()]);
  const patience = setTimeout(() => {
    log.info({ address }, "listening, waiting for the database");
    process.stderr.write(`\n  Listening on ${address}, waiting for the database ...\n`);
  }, WAITING_MS);
  await ready.finally(() => clearTimeout(patience));
  const { rss } = process.memoryUsage();
  const start = { start_ms: Math.round(performance.now()), memory_mb: Math.round(rss / 1e6) };
  log.info({ address, data: config.dataDir, ...start }, "ready");
  const found = (await app.found()).map((line) => `  ${line}\n`).join("");
  process.stderr.write(
    `\n  OrchestrateX is ready:  ${address}\n${found}  Ask:  npx orchestratex ask "Why is the sky blue?"\n\n`,
  );
}

/** The first signal stops cleanly; a second one, later, ends the process at once. The promise fires with the first. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): Promise<void> {
  let first: number | null = null;
  const { promise, resolve } = Promise.withResolvers<void>();
  const on = (signal: NodeJS.Signals) => {
    if (first !== null) {
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    first = performance.now();
    resolve();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`orchestratex: ${sayWhy(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", on).on("SIGTERM", on);
  return promise;
}

function sayWhy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE")
    return `${error.message}: another program listens there. Stop it, or set PORT to another number.`;
  return error instanceof AppError ? error.message : (error.stack ?? error.message);
}
