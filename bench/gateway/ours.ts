/** This server as a process: an embedded store that flushes, one model of the mock with a price, a session with a limit. */
import { pino } from "pino";
import { openApp } from "../../server/src/app.ts";
import { readConfig } from "../../server/src/config.ts";

const [folder = "", vendor = ""] = process.argv.slice(2);
const config = readConfig({ ORCHESTRATEX_DATA: folder, PORT: "0", ORCHESTRATEX_DEFAULT_COST_LIMIT: "100000" }, folder);
const app = await openApp(config, pino({ level: "error" }));
const url = await app.listen();
await app.ready();

const ask = async (method: string, path: string, body?: object) => {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const answer: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer as Record<string, unknown>;
};
/** Dollars per token. */
const price = { cost_per_input_token: 0.000001, cost_per_output_token: 0.000002 };
await ask("POST", "/api/models/", {
  ...{ model_name: "mock", provider: "openai-compatible", model_version: "mock", api_endpoint: vendor, ...price },
  ...{ max_context_length: 100_000, api_key_required: false },
});
await ask("PUT", "/api/models/mock/status", { is_available: true });

process.on("message", () => {
  void ask("GET", "/api/sessions/?limit=1").then(({ items }) => process.send?.({ sessions: items }));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ url: `${url}/v1` });
