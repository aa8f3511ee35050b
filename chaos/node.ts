/** The process under test: the server as `server/src/main.ts` opens it, with the harness's vendor for its models, and told where to die. */
import { appendFileSync } from "node:fs";
import { pino } from "pino";
import { openApp } from "../server/src/app.ts";
import { environment, readConfig } from "../server/src/config.ts";
import { openStore } from "../server/src/store/open.ts";
import { upsertProfiles } from "../server/src/store/profiles.ts";
import { modelsAt } from "./models.ts";
import { deathAt, watched } from "./points.ts";
import { refusalsTo } from "./refusals.ts";
import { speakers } from "./speaker.ts";

const { CHAOS_VENDOR: vendor = "", CHAOS_KILL, CHAOS_CHECKPOINT_MS, CHAOS_REFUSALS } = process.env;
const pass = deathAt(CHAOS_KILL);
const config = readConfig(environment(process.cwd()), process.cwd());
const log = pino({ level: config.logLevel });

const open = async () => {
  const store = await openStore(config.database ?? { dataDir: config.dataDir });
  await upsertProfiles(store, modelsAt(vendor));
  if (CHAOS_CHECKPOINT_MS)
    setInterval(() => void store.exec("checkpoint").catch(() => undefined), Number(CHAOS_CHECKPOINT_MS)).unref();
  return watched(CHAOS_REFUSALS ? refusalsTo(store, (line) => appendFileSync(CHAOS_REFUSALS, line)) : store, pass);
};
const app = await openApp(config, log, { open, providers: speakers(pass) });
process.once("SIGTERM", () => {
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, "it did not close");
      process.exit(1);
    },
  );
});
await app.listen();
await app.ready();
process.stdout.write("ready\n");
