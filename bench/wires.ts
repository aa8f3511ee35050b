/**
 * `npm run bench -- wires`: what a call of a model costs this process, beside the same package over the global fetch, beside
 * undici alone. The upstream is a process of its own and answers at once. CPU: all of this process, garbage collection too.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { openHttp } from "../server/src/providers/http.ts";
import { providers } from "../server/src/providers/index.ts";
import { firstProfiles } from "../server/src/providers/profiles/index.ts";
import type { ModelRequest } from "../server/src/providers/provider.ts";
import type { BenchOptions } from "./run.ts";

const TEXT = "A clock has two hands, a face and, as a rule, twelve numbers. ".repeat(8);
const [template] = firstProfiles(new Date());

export async function bench({ quick }: BenchOptions): Promise<object> {
  const upstream = await openUpstream();
  const ours = openHttp();
  const rounds = quick ? 500 : 3_000;
  try {
    const figures: Record<string, Figures> = {};
    const http = { global: { ...ours, fetch: globalThis.fetch }, ours };
    for (const vendor of ["openai-compatible", "openai", "anthropic", "google", "mistral", "openrouter", "ollama"])
      for (const stream of [false, true])
        for (const [name, one] of Object.entries(http))
          if (vendor === "openai-compatible" || name === "ours")
            figures[`${vendor} ${stream ? "streamed" : "whole"} ${name}`] = await measured(
              () => call(upstream.url, vendor, stream, one),
              rounds,
            );
    figures["one undici fetch of ours, no package"] = await measured(() => bare(ours.fetch, upstream.url), rounds);
    figures["one global fetch, no package"] = await measured(() => bare(globalThis.fetch, upstream.url), rounds);
    print(figures);
    return { figures };
  } finally {
    upstream.stop();
    await ours.close();
  }
}

/** Microseconds a call: of this process's CPU with 64 calls at once, and of time with one after the other (median). */
type Figures = { cpu_us: number; one_by_one_us: number; calls_per_second: number };

async function measured(once: () => Promise<void>, rounds: number): Promise<Figures> {
  const many = async (count: number) => {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await once();
    };
    await Promise.all(Array.from({ length: 64 }, worker));
  };
  await many(rounds);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await many(rounds);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const times: number[] = [];
  for (let turn = 0; turn < rounds / 5; turn++) {
    const from = performance.now();
    await once();
    times.push((performance.now() - from) * 1_000);
  }
  return {
    cpu_us: Math.round((user + system) / rounds),
    one_by_one_us: Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN),
    calls_per_second: Math.round(rounds / seconds),
  };
}

const bases: Readonly<Record<string, string>> = { google: "/v1beta", ollama: "", mistral: "/mistral/v1" };

async function call(url: string, vendor: string, stream: boolean, http: ReturnType<typeof openHttp>): Promise<void> {
  const speaker = speakersFor(url, http).get(vendor);
  if (!speaker || !template) throw new Error(`Nobody speaks for ${vendor}.`);
  const profile = { ...template, provider: vendor, model_version: "model-1" };
  const request: ModelRequest = {
    ...{ id: "bench", profile, role: "primary", temperature: null, stream, max_output_tokens: 1_000 },
    messages: [{ role: "user", content: "How many hands has a clock?" }],
  };
  let text = "";
  for await (const event of speaker.call(request, new AbortController().signal))
    if (event.type === "text-delta") text += event.text;
  if (text !== TEXT) throw new Error(`${vendor} answered something else: ${text.slice(0, 80)}`);
}

const opened = new Map<object, ReturnType<typeof providers>>();

function speakersFor(url: string, http: ReturnType<typeof openHttp>) {
  const speakers =
    opened.get(http) ??
    providers({
      simulated: { seed: "1", speed: 0, faults: "" },
      connections: ({ provider }) => ({ baseUrl: `${url}${bases[provider] ?? "/v1"}`, key: "key", headers: {} }),
      keyring: { next: () => "key", has: () => true, rest: () => {} },
      http,
    });
  opened.set(http, speakers);
  return speakers;
}

async function bare(fetch: typeof globalThis.fetch, url: string): Promise<void> {
  const body = JSON.stringify({
    model: "model-1",
    messages: [{ role: "user", content: "How many hands has a clock?" }],
  });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  if (!(await reply.text()).includes("A clock has")) throw new Error("It answered something else.");
}

async function openUpstream(): Promise<{ url: string; stop: () => void }> {
  const run = new URL("../server/test/upstream/run.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [run, "--port", "0", "--no-record", "--text", TEXT], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return { url, stop: () => child.kill() };
}

function print(figures: Record<string, Figures>): void {
  console.log("what                                      CPU µs   one by one µs   calls/s with 64 at once");
  for (const [name, { cpu_us, one_by_one_us, calls_per_second }] of Object.entries(figures))
    console.log(
      `${name.padEnd(40)} ${`${cpu_us}`.padStart(7)} ${`${one_by_one_us}`.padStart(15)} ${`${calls_per_second}`.padStart(25)}`,
    );
}
