/** The threads that are followed: kept as drafts until all sockets stand, then asked. */
import { setTimeout as pause } from "node:timers/promises";

const PER_SESSION = 10;
/** Threads begin over this long: else all would be judged at the same moments. */
const OVER_MS = 4_000;

type Json = Record<string, unknown>;

async function ask(url: string, method: string, path: string, body?: object): Promise<Json> {
  const reply = await fetch(url + path, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = (await reply.json()) as Json;
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${answer["detail"]}`);
  return answer;
}

export async function draftThreads(url: string, count: number, max_iterations: number): Promise<string[]> {
  const threads: string[] = [];
  let session_id: unknown;
  for (let number = 0; number < count; number++) {
    if (number % PER_SESSION === 0)
      session_id = (await ask(url, "POST", "/api/sessions/", { settings: { cost_limit: null } }))["id"];
    const wishes = {
      mode: "thorough",
      evaluators: 4,
      max_iterations,
      quality_threshold: 10,
      deadline_ms: 600_000,
      context_mode: "none",
    };
    const { thread_id } = await ask(url, "POST", "/api/threads/", {
      session_id,
      prompt: `Number ${number}: compare TCP and UDP.`,
      ...wishes,
    });
    threads.push(String(thread_id));
  }
  return threads;
}

export async function startAll(url: string, threads: readonly string[]): Promise<void> {
  for (const thread_id of threads) {
    await ask(url, "POST", "/api/orchestrate/prompt", { thread_id });
    await pause(OVER_MS / threads.length);
  }
}

/** Thread -> the last number of its log, once all have ended. */
export async function finished(url: string, threads: readonly string[]): Promise<Record<string, number>> {
  const last: Record<string, number> = {};
  for (const id of threads)
    for (;;) {
      const state = await ask(url, "GET", `/api/orchestrate/status/${id}`);
      if (state["thread_status"] === "completed" || state["thread_status"] === "failed") {
        if (state["thread_status"] === "failed") throw new Error(`thread ${id} failed: ${state["failure_reason"]}`);
        last[id] = Number(state["last_seq"]);
        break;
      }
      await pause(200);
    }
  return last;
}
