/** The process: read the configuration, open everything, listen, stop cleanly. */
import { existsSync } from "node:fs";
import { pino } from "pino";
import { openApp } from "./app.ts";
import { environment, readConfig } from "./config.ts";
import { AppError } from "./errors.ts";

/** Two signals that come together (Ctrl-C reaches npm and us) count as one. */
const SAME_SIGNAL_MS = 500;

export async function main(overrides: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
  const cwd = process.cwd();
  try {
    const config = readConfig({ ...environment(cwd), ...overrides }, cwd);
    const log = pino({ level: config.logLevel });
    const started = performance.now();
    if (config.withoutEffect.length > 0)
      log.warn(`set, but without effect in this version: ${config.withoutEffect.join(", ")}`);
    if (!config.database && !existsSync(config.dataDir))
      process.stderr.write(`\n  Making the data folder ${config.dataDir}: a few seconds, this once.\n`);
    const app = await openApp(config, log);
    const address = await app.listen();
    log.info({ address, data: config.dataDir, start_ms: Math.round(performance.now() - started) }, "ready");
    process.stderr.write(
      `\n  OrchestrateX is ready:  ${address}\n  Ask:  npx orchestratex ask "Why is the sky blue?"\n\n`,
    );
    stopOnSignal(async (signal) => {
      log.info({ signal }, "stopping");
      await app.close();
    });
  } catch (error) {
    process.stderr.write(`orchestratex: ${sayWhy(error)}\n`);
    process.exit(error instanceof AppError && error.code === "config.invalid" ? 2 : 1);
  }
}

/** The first signal stops cleanly; a second one, later, ends the process at once. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let first: number | null = null;
  const on = (signal: NodeJS.Signals) => {
    if (first !== null) {
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    first = performance.now();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`orchestratex: ${sayWhy(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", on).on("SIGTERM", on);
}

function sayWhy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE")
    return `${error.message}: another program listens there. Stop it, or set PORT to another number.`;
  return error instanceof AppError ? error.message : (error.stack ?? error.message);
}
