/** What a request waits for while the database is busy: the embedded one has one connection, in a thread of its own. */
import { mkdirSync } from "node:fs";
import { pino } from "pino";
import { openApp } from "../../server/src/app.ts";
import { readConfig } from "../../server/src/config.ts";
import { percentile } from "./numbers.ts";

const AT_WORK = 32;

type Latency = { p50: number; p99: number; most: number; requests: number };

const PATHS = {
  "touches nothing (/docs/errors)": "/docs/errors",
  "a small read (/api/models/opal)": "/api/models/simulated-opal",
};

export async function doorWhileBusy(folder: string, seconds: number): Promise<Record<string, Latency>> {
  mkdirSync(folder);
  const env = {
    ...{
      ORCHESTRATEX_DATA: folder,
      PORT: "0",
      OLLAMA_BASE_URL: "off",
      EMBEDDING_MODEL: "lexical",
      ORCHESTRATEX_SIMULATED_SPEED: "20",
    },
    ...{ ORCHESTRATEX_DEFAULT_COST_LIMIT: "none", ORCHESTRATEX_DRAIN_SECONDS: "0" },
  };
  const app = await openApp(readConfig(env, folder), pino({ level: "error" }));
  const url = await app.listen();
  await app.ready();
  const result: Record<string, Latency> = {};
  const measure = async (when: string) => {
    for (const [name, path] of Object.entries(PATHS)) result[`${name}, ${when}`] = await latency(url + path, seconds);
  };
  await measure("at rest");
  const busy = new AbortController();
  const work = Promise.all(Array.from({ length: AT_WORK }, () => askOnAndOn(url, busy.signal)));
  await measure(`${AT_WORK} threads at work`);
  busy.abort();
  await work;
  await app.close();
  return result;
}

async function latency(url: string, seconds: number): Promise<Latency> {
  const times: number[] = [];
  const until = performance.now() + 1_000 * seconds;
  while (performance.now() < until) {
    const started = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - started);
  }
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    most: percentile(times, 1),
    requests: times.length,
  };
}

async function askOnAndOn(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const body = JSON.stringify({ prompt: "Compare TCP and UDP for a video game.", mode: "checked" });
    const headers = { "content-type": "application/json", prefer: "wait=60" };
    await fetch(`${url}/api/orchestrate/prompt`, { method: "POST", headers, body, signal }).then(
      (reply) => reply.text(),
      () => undefined,
    );
  }
}
