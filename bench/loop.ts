/**
 * Prompts through the whole loop by the public door, 8 at a time, in each mode.
 * Baseline of every row: the critical path of the same threads, by the models' own times
 * (each iteration's answer and its slowest evaluation).
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { ModelResponse, Thread } from "@orchestratex/sdk/contract";
import { pino } from "pino";
import { openApp } from "../server/src/app.ts";
import { readConfig } from "../server/src/config.ts";
import { ownPrompts } from "./prompts/own.ts";
import type { BenchOptions } from "./run.ts";

const AT_ONCE = 8;
const modes = ["quick", "checked", "thorough", "auto"] as const;

export async function bench({ quick, prompts, speed = quick ? 20 : 4 }: BenchOptions): Promise<object> {
  const all = prompts === undefined ? ownPrompts : promptsIn(prompts);
  const asked = quick ? all.slice(0, 16) : all;
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const env = {
    ORCHESTRATEX_DATA: folder,
    PORT: "0",
    OLLAMA_BASE_URL: "off",
    EMBEDDING_MODEL: "lexical",
    ORCHESTRATEX_SIMULATED_SPEED: String(speed),
    ORCHESTRATEX_DEFAULT_COST_LIMIT: "none",
  };
  const app = await openApp(readConfig(env, folder), pino({ level: "error" }));
  try {
    const url = await app.listen();
    process.stdout.write(
      `${asked.length} distinct prompts, ${AT_ONCE} at a time, simulated models ${speed} times as fast as life\n\n`,
    );
    const rows: Record<string, Row> = {};
    for (const mode of modes) {
      const started = performance.now();
      const threads = await inParallel(asked, (prompt) => run(url, prompt, mode));
      rows[mode] = summary(threads, (performance.now() - started) / 1000);
    }
    print(rows);
    return { prompts: asked.length, speed, modes: rows };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function promptsIn(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const rows = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { prompt: string });
  return [...new Set(rows.map(({ prompt }) => prompt))];
}

async function run(url: string, prompt: string, mode: string): Promise<Thread> {
  const post = await fetch(`${url}/api/orchestrate/prompt`, {
    method: "POST",
    headers: { "content-type": "application/json", prefer: "wait=120" },
    body: JSON.stringify({ prompt, mode }),
  });
  const { thread_id } = (await post.json()) as { thread_id: string };
  return (await (await fetch(`${url}/api/threads/${thread_id}`)).json()) as Thread;
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

type Row = ReturnType<typeof summary>;

function summary(threads: readonly Thread[], seconds: number) {
  const final = threads.filter(({ thread_status }) => thread_status === "completed" || thread_status === "failed");
  const reasons: Record<string, number> = {};
  for (const { stop_reason, failure_reason } of final) {
    const reason = stop_reason ?? failure_reason ?? "?";
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const scored = final.filter(({ final_quality_score }) => final_quality_score !== null);
  const first = scored.map(
    (thread) =>
      thread.responses.find(({ role, status }) => role === "primary" && status !== "failed")?.selection_score ?? 0,
  );
  const best = scored.map(({ final_quality_score }) => final_quality_score ?? 0);
  const ratios = final.map((thread) => thread.total_time_spent / criticalPathMs(thread.responses));
  return {
    threads: threads.length,
    final: final.length,
    failed: final.filter(({ thread_status }) => thread_status === "failed").length,
    iterations: mean(final.map(({ current_iteration }) => current_iteration)),
    stop_reasons: reasons,
    score_first: median(first),
    score_best: median(best),
    improved: best.filter((score, index) => score > (first[index] ?? 0)).length,
    worse_revision_rejected: final.filter(
      ({ best_iteration, current_iteration }) => (best_iteration ?? 0) < current_iteration,
    ).length,
    cost_usd: Math.round(final.reduce((sum, { total_cost }) => sum + total_cost, 0) * 1e6) / 1e6,
    wall_s: Math.round(seconds * 10) / 10,
    ratio_to_critical_path: { median: median(ratios), p95: quantile(ratios, 0.95) },
  };
}

/** Milliseconds: in each iteration the answer, then the slowest evaluator with its repair. */
function criticalPathMs(responses: readonly ModelResponse[]): number {
  const iterations = Map.groupBy(responses, ({ iteration_number }) => iteration_number);
  let sum = 0;
  for (const rows of iterations.values()) {
    const time = (row: ModelResponse) => row.response_time ?? 0;
    const slots = Map.groupBy(
      rows.filter(({ role }) => role === "evaluator"),
      ({ step }) => step,
    );
    const evaluators = [...slots.values()].map((attempts) => attempts.reduce((total, row) => total + time(row), 0));
    sum +=
      rows.filter(({ role }) => role !== "evaluator").reduce((total, row) => total + time(row), 0) +
      Math.max(0, ...evaluators);
  }
  return sum;
}

function print(rows: Record<string, Row>): void {
  const text = (reasons: Record<string, number>) =>
    Object.entries(reasons)
      .map(([reason, count]) => `${reason} ${count}`)
      .join(", ");
  console.table(
    Object.fromEntries(
      Object.entries(rows).map(([mode, row]) => [
        mode,
        {
          final: `${row.final}/${row.threads}`,
          iterations: row.iterations,
          "score first": row.score_first,
          "score best": row.score_best,
          improved: row.improved,
          "worse rejected": row.worse_revision_rejected,
          "cost $": row.cost_usd,
          "wall s": row.wall_s,
          "x critical path": `${row.ratio_to_critical_path.median} (p95 ${row.ratio_to_critical_path.p95})`,
          stopped: text(row.stop_reasons),
        },
      ]),
    ),
  );
}

const mean = (values: readonly number[]): number =>
  round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
const median = (values: readonly number[]): number | null => quantile(values, 0.5);
const quantile = (values: readonly number[], share: number): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : round(value);
};
const round = (value: number): number => Math.round(value * 100) / 100;
