/** What the suites of the wrappers are driven with: a provider that does what it is told, and a time that only moves when it is told. */
import assert from "node:assert/strict";
import type { Profile } from "@orchestratex/sdk/contract";
import type { AppError } from "../../src/errors.ts";
import type { Booking, ModelEvent, ModelRequest, Provider } from "../../src/providers/provider.ts";
import { simulatedProfiles } from "../../src/providers/simulated.ts";

const [first] = simulatedProfiles;

/** Without limits, unless told. */
export const profileOf = (values: Partial<Profile> = {}): Profile => ({
  ...(first ?? assert.fail()),
  rate_limits: { requests_per_minute: null, tokens_per_minute: null },
  ...values,
});

export const requestOf = (values: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ id: "asked", profile: profileOf(), role: "primary", messages: [{ role: "user", content: "Why?" }] },
  ...{ max_output_tokens: 100, temperature: null, stream: true },
  ...values,
});

export const usage = { input: 10, output: 5, cached_input: 0, reasoning: 0 };
export const end: ModelEvent = { type: "end", finish_reason: "stop", usage };

/** A text is a delta, an error is thrown, a function is awaited: for whatever shall happen in between. */
type Line = string | ModelEvent | Error | ((signal: AbortSignal) => unknown);

/** Its n-th call says the n-th script, the last one again and again. */
export function scripted(...scripts: Line[][]): Provider & { asked: ModelRequest[]; closed: number } {
  const provider = {
    id: "scripted",
    asked: [] as ModelRequest[],
    closed: 0,
    async *call(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const script = scripts[Math.min(provider.asked.length, scripts.length - 1)] ?? [];
      provider.asked.push(request);
      try {
        for (const line of script) {
          if (line instanceof Error) throw line;
          if (typeof line === "function") await line(signal);
          else yield typeof line === "string" ? { type: "text-delta", text: line } : line;
        }
      } finally {
        provider.closed++;
      }
    },
  };
  return provider;
}

/** What came, and what ended it. */
export async function read(
  provider: Provider,
  request: ModelRequest = requestOf(),
  signal: AbortSignal = new AbortController().signal,
): Promise<{ text: string; events: ModelEvent[]; error: unknown }> {
  const events: ModelEvent[] = [];
  let error: unknown = null;
  try {
    for await (const event of provider.call(request, signal)) events.push(event);
  } catch (caught) {
    error = caught;
  }
  return { text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""), events, error };
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

/** Never moves by itself: `advance` moves it, from one sleeper's waking to the next. */
export function handTime() {
  let now = 0;
  const sleepers = new Set<{ at: number; wake(): void }>();
  return {
    slept: [] as number[],
    clock: () => now,
    sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
      this.slept.push(milliseconds);
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener("abort", () => sleepers.delete(sleeper) && reject(signal.reason), { once: true });
      });
    },
    async advance(milliseconds: number): Promise<void> {
      const until = now + milliseconds;
      for (;;) {
        await settled();
        const next = [...sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = until;
      await settled();
    },
  };
}

/** All that can happen without waiting for anything has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A time that sleeping moves on. */
export function quickTime() {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    clock: () => now,
    sleep: async (milliseconds: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Writes down what it is asked. `reserve` answers a request of its own id and a smaller cap. */
export function bookkeeper(values: Partial<Booking> = {}): Booking & { log: string[] } {
  const log: string[] = [];
  const { reserve = async (attempt) => requestOf({ id: `r${attempt}`, max_output_tokens: 50 }), ...rest } = values;
  return {
    log,
    async reserve(attempt) {
      log.push(`reserve ${attempt}`);
      return await reserve(attempt);
    },
    fresh: () => true,
    async failed({ id }: ModelRequest, { code }: AppError, pauseMs: number) {
      log.push(`failed ${id} ${code} ${pauseMs}`);
    },
    waits: (pauseMs) => log.push(`waits ${pauseMs}`),
    ...rest,
  };
}
