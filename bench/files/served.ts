/**
 * Files through a server of its own process: from the first byte that is sent until they are found by words and by meaning, how many
 * small ones it takes a minute, and what whoever asks something else notices of it.
 */
import { existsSync, mkdirSync, openAsBlob, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "@orchestratex/sdk";
import { type Child, startServer } from "../orchestrate/children.ts";
import { percentile } from "../store/numbers.ts";
import { type Small, smallDocuments } from "./small.ts";

/** `barMs`: until ready, with a model on this machine. */
export type Served = { name: string; file: string; barMs: number };

type Ready = { document: string; embedding: string; ready_ms: number; bar_ms: number | ""; stages: string };

const LOOK_EVERY_MS = 20;
const READY_WITHIN_MS = 300_000;
const OPENED_WITHIN_MS = 60_000;
/** Uploads at once. */
const AT_ONCE = 4;

export async function throughServer(
  folder: string,
  documents: readonly Served[],
  { quick, model }: { quick: boolean; model: string | undefined },
): Promise<object> {
  const data = path.join(folder, "served");
  mkdirSync(data);
  const ready: Ready[] = [];
  const rounds = quick ? 1 : 3;
  const lexical = await withServer(path.join(data, "lexical"), "lexical", async (server, client) => {
    ready.push(...(await timed(client, documents, "lexical", rounds)));
    return disturbance(server, client, quick);
  });
  for (const [name, at] of variantsOf(model, data))
    await withServer(path.join(data, name), at, async (_server, client) => {
      ready.push(...(await timed(client, documents, name, rounds)));
    });
  console.table(ready);
  console.table(lexical.phases);
  const { small } = lexical;
  process.stdout.write(`${small.files} small documents: ${small.a_minute} a minute, ${small.failed} failed\n`);
  return { ready, ...lexical };
}

async function withServer<T>(
  folder: string,
  embedding: string,
  work: (server: Child, client: Client) => Promise<T>,
): Promise<T> {
  const server = await startServer(folder, {
    ...{ EMBEDDING_MODEL: embedding, OLLAMA_BASE_URL: "off", ORCHESTRATEX_DEFAULT_COST_LIMIT: "none" },
    ...{ ORCHESTRATEX_SIMULATED: "on", ORCHESTRATEX_SIMULATED_SPEED: "0" },
  });
  try {
    const client = createClient({ baseUrl: server.url });
    await embedded(client);
    // Whoever comes second finds a reader, and a model, ready.
    await arrived(client, "warm.txt", new Blob(["warm"]));
    return await work(server, client);
  } finally {
    await server.stop();
  }
}

/** Until the embedding that is wanted is there. */
async function embedded(client: Client): Promise<void> {
  for (const until = performance.now() + OPENED_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const { embedding } = await client.fileProcessing();
    if (embedding.state === "ready") return;
    if (performance.now() > until) throw new Error(`the embedding is not there: ${embedding.detail}`);
  }
}

async function timed(
  client: Client,
  documents: readonly Served[],
  embedding: string,
  rounds: number,
): Promise<Ready[]> {
  const told: Ready[] = [];
  for (const { name, file, barMs } of documents) {
    const bytes = await openAsBlob(file);
    const runs: { ms: number; stages: string }[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const { id, stage_times } = await arrived(client, path.basename(file), bytes);
      const stages = Object.entries(stage_times).map(([stage, ms]) => `${stage} ${Math.round(ms)}`);
      runs.push({ ms: Math.round(performance.now() - began), stages: stages.join(", ") });
      // The same bytes again would be a file that is there.
      await client.deleteFile(id);
    }
    const middle = runs.toSorted((a, b) => a.ms - b.ms)[rounds >> 1];
    if (middle)
      told.push({
        ...{ document: name, embedding, ready_ms: middle.ms, bar_ms: embedding === "lexical" ? "" : barMs },
        stages: middle.stages,
      });
  }
  return told;
}

async function arrived(client: Client, name: string, bytes: Blob) {
  const { file_id } = await client.upload(bytes, { name });
  for (const until = performance.now() + READY_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const file = await client.file(file_id);
    if (file.status === "ready") return file;
    if (file.status === "failed" || performance.now() > until) throw new Error(`${name}: ${file.error?.message}`);
  }
}

/** Name -> folder with that one alone: a server takes the small one where both are there. */
function variantsOf(model: string | undefined, data: string): [string, string][] {
  if (model === undefined) return [];
  const variants = { "8 bit": "model_quantized.onnx", "32 bit": "model.onnx" };
  return Object.entries(variants)
    .filter(([, file]) => existsSync(path.join(model, "onnx", file)))
    .map(([name, file]): [string, string] => {
      const folder = path.join(data, `model ${name}`);
      mkdirSync(path.join(folder, "onnx"), { recursive: true });
      for (const entry of readdirSync(model))
        if (entry !== "onnx") symlinkSync(path.resolve(model, entry), path.join(folder, entry));
      symlinkSync(path.resolve(model, "onnx", file), path.join(folder, "onnx", file));
      return [name, folder];
    });
}

type Phase = { health_p50_ms: number; health_p99_ms: number; prompt_p50_ms: number; prompt_p99_ms: number };

/** What a look at the server's health, and a prompt that models answer at once, take beside files and without. */
async function disturbance(server: Child, client: Client, quick: boolean) {
  await phaseOf(server.url, client, () => pause(1_000));
  const quiet = await phaseOf(server.url, client, () => pause(quick ? 4_000 : 15_000));
  const documents = smallDocuments(quick ? 150 : 1_000);
  const before = server.cpuMs();
  const began = performance.now();
  const busy = await phaseOf(server.url, client, async () => {
    await sendAll(client, documents);
    await allDone(client);
  });
  const seconds = (performance.now() - began) / 1000;
  const after = server.cpuMs();
  const { jobs } = await client.fileProcessing();
  const small = {
    ...{ files: documents.length, failed: jobs.failed, seconds: Math.round(seconds * 10) / 10 },
    a_minute: Math.round((documents.length / seconds) * 60),
    // Prompts and looks of that time included.
    server_ms_each: before === null || after === null ? null : Math.round((after - before) / documents.length),
  };
  const ratio = (key: keyof Phase) => Math.round((busy[key] / Math.max(quiet[key], 0.1)) * 100) / 100;
  const ratios = {
    health_p99: ratio("health_p99_ms"),
    prompt_p50: ratio("prompt_p50_ms"),
    prompt_p99: ratio("prompt_p99_ms"),
  };
  return { phases: { quiet, "while files are read": busy }, small, ratios };
}

async function sendAll(client: Client, documents: readonly Small[]): Promise<void> {
  const waiting = documents.values();
  const send = async () => {
    for (const { name, bytes } of waiting) await client.upload(new Blob([new Uint8Array(bytes)]), { name });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

async function allDone(client: Client): Promise<void> {
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until; await pause(200)) {
    const { jobs } = await client.fileProcessing();
    if (jobs.queued + jobs.running === 0) return;
  }
  throw new Error(`files were still waiting after ${READY_WITHIN_MS / 1000} s`);
}

async function phaseOf(url: string, client: Client, work: () => Promise<void>): Promise<Phase> {
  const [health, prompts]: [number[], number[]] = [[], []];
  let on = true;
  const repeatedly = async (times: number[], everyMs: number, ask: () => Promise<unknown>) => {
    while (on) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
      await pause(everyMs);
    }
  };
  const asking = [
    repeatedly(health, 20, async () => (await fetch(`${url}/health`)).text()),
    repeatedly(prompts, 50, () =>
      client.prompt(
        { prompt: `Why is the sky blue, ${prompts.length}?`, mode: "quick", context_mode: "none" },
        { waitSeconds: 60 },
      ),
    ),
  ];
  await work();
  on = false;
  await Promise.all(asking);
  return {
    ...{ health_p50_ms: percentile(health, 0.5), health_p99_ms: percentile(health, 0.99) },
    ...{ prompt_p50_ms: percentile(prompts, 0.5), prompt_p99_ms: percentile(prompts, 0.99) },
  };
}
