/** Models asked directly, over a real store and beside a whole server on it, by a provider that the test leads by hand. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Profile } from "@orchestratex/sdk/contract";
import { openDirect } from "../../src/app/direct.ts";
import { openImplicitSessions } from "../../src/app/implicit-session.ts";
import { openSpeakers } from "../../src/app/speakers.ts";
import type { DirectCall, DirectEvent } from "../../src/engine/direct.ts";
import { AppError } from "../../src/errors.ts";
import type { ModelEvent, ModelRequest, Provider } from "../../src/providers/provider.ts";
import { openBooks } from "../../src/store/journal.ts";
import { openLive } from "../../src/store/live.ts";
import { listProfiles } from "../../src/store/profiles.ts";
import { getThread } from "../../src/store/threads.ts";
import { openTestApp } from "../app.ts";
import { openTestStore, type TestStore } from "../store.ts";

export type Answering = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

/** Two pieces, 10 tokens in and 20 out. */
export async function* twoPieces(): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", text: "Forty" };
  yield { type: "text-delta", text: "-two" };
  yield { type: "end", finish_reason: "stop", usage: { input: 10, output: 20, cached_input: 0, reasoning: 0 } };
}

/** Never ends by itself. */
export async function* silence(_request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", text: "Well" };
  await new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}

/** 1 dollar for a thousand tokens out, nothing for those in. */
const price = { cost_per_input_token: 0, cost_per_output_token: 0.001 };

/** `answer`: who speaks for the one model. `app`: a whole server over the same store, to look at it. */
export async function openTestDirect(t: TestContext, answer: Answering, { store: given }: { store?: TestStore } = {}) {
  const store = given ?? (await openTestStore());
  const app = await openTestApp(t, {}, store);
  const live = openLive();
  const books = openBooks(store, live, () => ({ memory_usage: 1, active_requests: 0, queue_length: 0 }));
  const faults: unknown[] = [];
  const wire: Provider = { id: "by-hand", call: answer };
  const speakers = openSpeakers({
    ...{ wires: new Map([["simulated", wire]]), database: store, simulatedSpeed: 0, testWire: wire },
  });
  const direct = openDirect({
    ...{ books, live, simulatedPolicy: "auto", drainMs: 0 },
    speakerOf: speakers.providerOf,
    sessions: openImplicitSessions({ database: store, defaultCostLimitUsd: 1 }),
    async totals(id) {
      const { total_cost, total_time_spent, cost_is_estimated } = (await getThread(store, id)) ?? assert.fail(id);
      return { total_cost, total_time_spent, cost_is_estimated };
    },
    onFault: (_message, error) => void faults.push(error),
  });
  t.after(async () => {
    await direct.drain();
    if (!given) await store.close();
  });
  const known = (await listProfiles(store)).find(({ simulated }) => simulated);
  assert.ok(known);
  const profile: Profile = { ...known, ...price };
  const asking = (over: Partial<DirectCall> = {}): DirectCall => ({
    profile,
    messages: [{ role: "user", content: "Six times seven?" }],
    ...{ max_output_tokens: 100, session_id: null, prompt: "Six times seven?", context: null },
    ...{ temperature: null, stream: true },
    ...over,
  });
  const ask = (over: Partial<DirectCall> = {}, signal = new AbortController().signal) =>
    direct.call("local", asking(over), signal);
  return {
    ...{ app, store, direct, live, books, faults, profile, ask },
    /** Asked and read to its end. */
    async whole(over: Partial<DirectCall> = {}) {
      const { events, ...ids } = await ask(over);
      const seen: DirectEvent[] = [];
      for await (const event of events) seen.push(event);
      const end = seen.at(-1);
      assert.ok(end?.type === "end");
      return { ...ids, seen, end };
    },
    async money(sessionId: string) {
      const { body } = await app.send("GET", `/api/sessions/${sessionId}`);
      return ["total_cost", "held", "unconfirmed", "overrun"].map((name) => Number(body[name]));
    },
  };
}

/** The code that a call fails with. */
export const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "answered",
    (error: unknown) => {
      assert.ok(error instanceof AppError, String(error));
      return error.code;
    },
  );

export const drained = async (events: AsyncIterable<DirectEvent>): Promise<void> => {
  for await (const _event of events);
};
