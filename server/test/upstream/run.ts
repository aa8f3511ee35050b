/** The upstream as a process of its own: `node server/test/upstream/run.ts --port 0 --latency 50 --text "..."` prints `{"url"}`. */
import { parseArgs } from "node:util";
import { openUpstream } from "./upstream.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    /** Milliseconds until the first byte. */
    latency: { type: "string", default: "0" },
    "tokens-per-second": { type: "string" },
    text: { type: "string" },
    /** Ids that are listed, divided by commas. */
    models: { type: "string" },
    seed: { type: "string", default: "1" },
    "no-record": { type: "boolean", default: false },
  },
});
const upstream = await openUpstream({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  seed: values.seed,
  record: !values["no-record"],
  ...(values.text !== undefined && { text: values.text }),
  ...(values["tokens-per-second"] !== undefined && { tokensPerSecond: Number(values["tokens-per-second"]) }),
});
if (values.models !== undefined) upstream.models = values.models.split(",");
process.once("SIGTERM", () => void upstream.close());
process.stdout.write(`${JSON.stringify({ url: upstream.url })}\n`);
