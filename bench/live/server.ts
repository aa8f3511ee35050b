/** The process under test: the server as it is, with the bench's model. Tells its size when asked. */
import { pino } from "pino";
import { openApp } from "../../server/src/app.ts";
import { environment, readConfig } from "../../server/src/config.ts";
import { scripted } from "./script.ts";

export type Size = { memory_mb: number; cpu_ms: number };

const config = readConfig(environment(process.cwd()), process.cwd());
const app = await openApp(config, pino({ level: "error" }), { providers: new Map([["simulated", scripted]]) });
const url = await app.listen();
await app.ready();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const size: Size = { memory_mb: Math.round(process.memoryUsage.rss() / 1e6), cpu_ms: (user + system) / 1000 };
  process.send?.(size);
});
process.once("SIGTERM", () => void app.close().then(() => process.exit(0)));
process.send?.({ url });
