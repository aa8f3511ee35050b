/** Calls of the journal as the engine makes them, with prompts and answers of usual length. */
import { v7 as uuidv7 } from "uuid";
import { type Database, json } from "../../server/src/store/database.ts";
import { type Books, openBooks } from "../../server/src/store/journal.ts";
import { openLive } from "../../server/src/store/live.ts";

const PROMPT = "p".repeat(1_200);
const ANSWER = "a".repeat(1_500);
const WARM_UP_MS = 500;
/** A thread has a handful of calls in life; here it gets so many before the next one is taken. */
const CALLS_A_THREAD = 8;

/** Callers that each reserve and settle one call after another, for `forMs`. */
export async function callsPerSecond(database: Database, callers: number, forMs: number): Promise<number> {
  const books = openBooks(database, openLive(), () => ({ memory_usage: 200, active_requests: 8, queue_length: 0 }));
  const sessions = await Promise.all(Array.from({ length: Math.ceil(callers / 4) }, () => session(database)));
  let calls = 0;
  let until = performance.now() + WARM_UP_MS;
  const caller = async (_: unknown, place: number) => {
    while (performance.now() < until) {
      const thread = await newThread(books, sessions[place % sessions.length] ?? "");
      for (let step = 1; step <= CALLS_A_THREAD && performance.now() < until; step++) {
        await oneCall(books, thread, step);
        calls++;
      }
    }
  };
  const round = () => Promise.all(Array.from({ length: callers }, caller));
  await round();
  calls = 0;
  const started = performance.now();
  until = started + forMs;
  await round();
  return Math.round((1_000 * calls) / (performance.now() - started));
}

async function session(database: Database): Promise<string> {
  const id = uuidv7();
  const settings = { cost_limit: 100_000, mode: "quick" };
  await database.sql
    .insertInto("user_sessions")
    .values({ id, user_id: "bench", settings: json(settings) as never })
    .execute();
  return id;
}

async function newThread(books: Books, session_id: string): Promise<{ id: string; epoch: number }> {
  const id = uuidv7();
  const settings = { deadline_ms: 600_000, asked: {} };
  await books.accept({ id, session_id, original_prompt: PROMPT, mode: "quick", quality_threshold: 8, settings });
  return { id, epoch: (await books.take(id))?.epoch ?? 0 };
}

async function oneCall(books: Books, thread: { id: string; epoch: number }, step: number): Promise<void> {
  const id = uuidv7();
  const call = {
    ...{ id, step: `${step}.answer.bench`, attempt: 1, iteration_number: step, model_name: "bench", role: "primary" },
    ...{ response_type: "initial", criticism_addressed: [], reserved_cost: 0.02, simulated: true, prompt_sent: PROMPT },
  };
  const change = { thread_status: "responding", current_iteration: step };
  const stage = { calls: [call], headroom: 0, thread: change, selections: [], events: [] };
  const { code } = await books.reserve(thread.id, thread.epoch, stage);
  if (code !== "reserved") throw new Error(`a reservation was answered with ${code}`);
  const tokens_used = { input_tokens: 300, output_tokens: 400, total_tokens: 700 };
  const response = {
    ...{ id, status: "completed", response_text: ANSWER, response_time: 900, processing_duration: 900 },
    ...{ cost: 0.003, cost_source: "provider", finish_reason: "stop", tokens_used },
  };
  const details = { response_id: id, role: "primary", response_text: ANSWER, tokens_used, cost: 0.003 };
  const event = { event_type: "response_generated", message: "an answer", iteration_number: step, details };
  await books.settle(thread.id, thread.epoch, { response, hold: "spent", events: [event] });
}
