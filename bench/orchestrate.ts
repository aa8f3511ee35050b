/**
 * What orchestration adds to the models' own time. Models are an upstream of ours, over the wire of OpenAI, a process of its own
 * that answers each call after a fixed time. Baseline of every row: the critical path of the same threads by the upstream's own
 * stamps (each answer, then the slowest of its evaluators), from the head of a request to the last byte of its reply. A thread
 * is timed from `orchestration_started` to `orchestration_finished`; before that is the pick-up, from acceptance. On a machine
 * with other work the ratios say little; the server's processor time for a thread, reading it at the end included, says more.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "@orchestratex/sdk";
import { startServer, startUpstream } from "./orchestrate/children.ts";
import type { BenchOptions } from "./run.ts";
import { percentile } from "./store/numbers.ts";

type Scene = {
  threads: number;
  /** Milliseconds between the beginnings of two threads; null: one after another. */
  gapMs: number | null;
  callMs: number;
  bar: { quantile: number; ratio: number; pickupMs?: number };
};

const scenes = (quick: boolean): Readonly<Record<string, Scene>> => ({
  "one at a time, 50 ms a call": {
    ...{ threads: quick ? 10 : 20, gapMs: null, callMs: 50 },
    bar: { quantile: 0.5, ratio: 1.1, pickupMs: 20 },
  },
  "100 at once, 500 ms a call": { threads: 100, gapMs: 0, callMs: 500, bar: { quantile: 0.95, ratio: 1.2 } },
  "100 spread over one call, 500 ms": { threads: 100, gapMs: 5, callMs: 500, bar: { quantile: 0.95, ratio: 1.03 } },
});

const families = ["north", "east", "south", "west"];
const TEXT = "Air scatters blue light far more than red, so from every side of the sky blue reaches us. ".repeat(6);

export async function bench({ quick }: BenchOptions): Promise<object> {
  const rows: Record<string, Row> = {};
  for (const [name, scene] of Object.entries(scenes(quick))) rows[name] = await measured(scene);
  console.table(rows);
  return { holds: Object.values(rows).every(({ holds }) => holds), scenes: rows };
}

async function measured(scene: Scene): Promise<Row> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const upstream = await startUpstream(["--latency", String(scene.callMs), "--text", TEXT]);
  const server = await startServer(folder, {
    ORCHESTRATEX_SIMULATED: "off",
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "none",
    ORCHESTRATEX_THREADS_AT_ONCE: "100",
  });
  try {
    const client = createClient({ baseUrl: server.url });
    for (const family of families) await createModel(server.url, family, `${upstream.url}/v1`);
    await all(client, { ...scene, threads: scene.gapMs === null ? 5 : scene.threads }, "warm");
    await fetch(`${upstream.url}/_reset`, { method: "POST" });
    const before = server.cpuMs();
    const threads = await all(client, scene, "thread");
    const after = server.cpuMs();
    const reply = await fetch(`${upstream.url}/_calls`);
    const cpuMs = before === null || after === null ? null : Math.round((after - before) / scene.threads);
    return { ...rowOf(scene, threads, (await reply.json()) as Call[]), server_cpu_ms: cpuMs };
  } finally {
    await server.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new model takes part once it has answered a test. */
async function createModel(url: string, family: string, api_endpoint: string): Promise<void> {
  const model_name = `bench-${family}`;
  await post(`${url}/api/models/`, {
    ...{ model_name, provider: "openai-compatible", family, model_version: model_name },
    ...{ api_endpoint, api_key_required: false, max_context_length: 100_000 },
    ...{ specialties: ["general"], cost_per_input_token: 1e-6, cost_per_output_token: 4e-6 },
  });
  await post(`${url}/api/models/${model_name}/test`, {});
}

async function post(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
}

/** Threads by tag. What became of them is read once all have ended, so that reading does not slow those that run. */
async function all(client: Client, { threads, gapMs }: Scene, word: string): Promise<Timed[]> {
  const tags = Array.from({ length: threads }, (_, number) => `${word}-${number}`);
  const ids: string[] = [];
  if (gapMs === null) for (const tag of tags) ids.push(await asked(client, tag));
  else
    ids.push(
      ...(await Promise.all(
        tags.map(async (tag, number) => {
          await pause(gapMs * number);
          return asked(client, tag);
        }),
      )),
    );
  const timed: Timed[] = [];
  for (const [number, id] of ids.entries()) timed.push(await timesOf(client, id, tags[number] ?? ""));
  return timed;
}

/** Resolves, with the thread's id, when it has ended. */
async function asked(client: Client, tag: string): Promise<string> {
  const prompt = `[[${tag}]] Why is the sky blue?`;
  const { thread_id } = await client.prompt({ prompt, mode: "checked", context_mode: "none" }, { waitSeconds: 120 });
  return thread_id;
}

/** Epoch milliseconds. */
type Timed = { tag: string; acceptedAt: number; startedAt: number; finishedAt: number };

async function timesOf(client: Client, threadId: string, tag: string): Promise<Timed> {
  const { created_at, failure_reason } = await client.thread(threadId);
  if (failure_reason !== null) throw new Error(`${tag} failed: ${failure_reason}`);
  let [startedAt, finishedAt] = [Number.NaN, Number.NaN];
  for await (const { event_type, timestamp } of client.follow(threadId)) {
    if (event_type === "orchestration_started") startedAt = Date.parse(timestamp);
    if (event_type === "orchestration_finished") finishedAt = Date.parse(timestamp);
  }
  return { tag, acceptedAt: Date.parse(created_at), startedAt, finishedAt };
}

type Call = { tag: string; model: string; streamed: boolean; arrivedAt: number; endedAt: number };

/** Milliseconds. Answers are streamed, evaluations are not; one evaluator's calls come one after another. */
function criticalPath(calls: readonly Call[]): number {
  let sum = 0;
  let judging = new Map<string, number>();
  const judged = () => Math.max(0, ...judging.values());
  for (const { model, streamed, arrivedAt, endedAt } of calls.toSorted((a, b) => a.arrivedAt - b.arrivedAt)) {
    const took = endedAt - arrivedAt;
    if (!streamed) judging.set(model, (judging.get(model) ?? 0) + took);
    else {
      sum += judged() + took;
      judging = new Map();
    }
  }
  return sum + judged();
}

type Row = ReturnType<typeof rowOf> & { server_cpu_ms: number | null };

function rowOf({ bar }: Scene, threads: readonly Timed[], calls: readonly Call[]) {
  const byTag = Map.groupBy(calls, ({ tag }) => tag);
  const critical = threads.map(({ tag }) => criticalPath(byTag.get(tag) ?? []));
  const took = threads.map(({ startedAt, finishedAt }) => finishedAt - startedAt);
  const ratios = took.map((ms, index) => ms / (critical[index] ?? 0));
  const pickup = threads.map(({ acceptedAt, startedAt }) => startedAt - acceptedAt);
  const ratio = percentile(ratios, bar.quantile);
  const pickupMs = percentile(pickup, bar.quantile);
  return {
    threads: threads.length,
    calls: calls.length,
    critical_ms: Math.round(percentile(critical, 0.5)),
    took_ms: Math.round(percentile(took, 0.5)),
    median: percentile(ratios, 0.5),
    p95: percentile(ratios, 0.95),
    bar: `p${bar.quantile * 100} <= ${bar.ratio}`,
    pickup_ms: percentile(pickup, 0.5),
    pickup_p95_ms: percentile(pickup, 0.95),
    holds: ratio <= bar.ratio && pickupMs <= (bar.pickupMs ?? Number.POSITIVE_INFINITY),
  };
}
