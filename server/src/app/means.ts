/** The engine's means over the store, the providers and the clock: what turns its plain functions into transactions and calls. */
import { setTimeout as pause } from "node:timers/promises";
import type { Profile, Role } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { Turn } from "../engine/context.ts";
import { Fenced, type Journal, Leaving, type Refusal } from "../engine/journal.ts";
import type { Algorithm } from "../engine/settings.ts";
import type { Limits, Means } from "../engine/thread.ts";
import { AppError } from "../errors.ts";
import type { Provider } from "../providers/provider.ts";
import type { Books, HeldThread } from "../store/journal.ts";
import type { Live } from "../store/live.ts";
import type { Partials } from "./partials.ts";

export const limits: Limits = {
  answerTokens: [4096, 2048, 1024, 512],
  evaluationTokens: 1500,
};

/** A call goes out at most this long after its reservation: a third of the lease, so nobody can have taken the thread by then. */
const FRESH_MS = 10_000;

/** The bill of a call must not be lost to a database that is away for a moment; after this the thread's lease lapses. */
const SETTLE_FOR_MS = 25_000;

export type World = {
  books: Books;
  live: Live;
  /** The provider that speaks for a profile, with its wrappers; throws `provider.unreachable` when there is none. */
  providerOf(profile: Profile): Provider;
  /** The profiles this thread may use. */
  profiles(): Promise<Profile[]>;
  turns(): Promise<Turn[]>;
  algorithm: Algorithm;
  partials: Partials;
};

export type Held = HeldThread & { session_id: string; deadline_at: string | null };

/** `signal`: all that may call the thread off; `draining`: no new call, those under way may end. */
export function meansFor(world: World, held: Held, signal: AbortSignal, draining: AbortSignal): Means {
  const reservations = openReservations();
  return {
    journal: journalFor(world, held, { signal, draining, reservations }),
    fresh: reservations.fresh,
    newId: uuidv7,
    now: Date.now,
    clock: () => performance.now(),
    profiles: world.profiles,
    turns: world.turns,
    algorithm: world.algorithm,
    limits,
    send: (request, abort) => world.providerOf(request.profile).call(request, abort),
    remainingMs: () =>
      held.deadline_at === null ? Number.POSITIVE_INFINITY : Date.parse(held.deadline_at) - Date.now(),
    delta: showing(world, held),
  };
}

type Bounds = { signal: AbortSignal; draining: AbortSignal; reservations: ReturnType<typeof openReservations> };

function journalFor({ books, live }: World, { thread_id, session_id, epoch }: Held, bounds: Bounds): Journal {
  const { signal, draining, reservations } = bounds;
  const called = AbortSignal.any([signal, draining]);
  const refuseFenced = (code: string) => {
    if (code === "fenced" || code === "late") throw new Fenced(thread_id);
  };
  return {
    async reserve(stage) {
      for (;;) {
        if (draining.aborted) throw new Leaving(thread_id);
        const room = nextRoom(live, session_id, called);
        reservations.begin(stage.calls);
        const { code } = await books.reserve(thread_id, epoch, stage);
        if (code !== "wait") room.forget();
        refuseFenced(code);
        if (code !== "wait") return code as "reserved" | Refusal;
        await room.came;
        if (signal.aborted) return refusalOf(signal.reason);
      }
    },
    async settle(settlement) {
      const { code } = await whileAway(() => books.settle(thread_id, epoch, settlement));
      reservations.end(settlement.response.id);
      live.textEnded(thread_id);
      live.room(session_id);
      refuseFenced(code);
    },
    async record(change) {
      refuseFenced((await books.record(thread_id, epoch, change)).code);
    },
    requests: () => books.requests(thread_id),
    async finish(ending) {
      const { code } = await books.finish(thread_id, epoch, ending);
      refuseFenced(code);
      if (code === "asked_again") return code;
      if (code !== "finished") throw new AppError("internal", `a thread cannot finish: ${code}`);
      live.room(session_id);
      return code;
    },
  };
}

/** When each call under way was reserved. Two clocks: one stands still while a machine sleeps, the other may be set. */
function openReservations() {
  const since = new Map<string, { clock: number; wall: number }>();
  return {
    begin(calls: readonly { id: string }[]): void {
      for (const { id } of calls) since.set(id, { clock: performance.now(), wall: Date.now() });
    },
    end: (id: string) => void since.delete(id),
    fresh(id: string): boolean {
      const at = since.get(id);
      if (!at) return false;
      return performance.now() - at.clock < FRESH_MS && Math.abs(Date.now() - at.wall) < FRESH_MS;
    },
  };
}

/** Again, with growing pauses, while the database cannot be reached. Only for what may be said twice. */
export async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + SETTLE_FOR_MS;
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
    try {
      return await work();
    } catch (error) {
      const away = error instanceof AppError && error.code === "store.failed";
      if (!away || performance.now() + pauseMs > until) throw error;
      await pause(pauseMs);
    }
  }
}

/** The next time money of the session comes free, or the thread is called off. */
export function nextRoom(live: Live, sessionId: string, signal: AbortSignal): { came: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const off = live.onRoom(sessionId, wake);
  signal.addEventListener("abort", wake, { once: true });
  if (signal.aborted) resolve();
  const forget = () => {
    off();
    signal.removeEventListener("abort", wake);
  };
  return { came: promise.finally(forget), forget };
}

const refusalOf = (reason: unknown): Refusal =>
  reason instanceof AppError && reason.code === "deadline.passed" ? "deadline" : "stopped";

/** Show text as it comes, and have it saved now and then. */
function showing({ partials, live }: World, { thread_id }: Held) {
  const texts = new Map<string, string>();
  return (
    of: { response_id: string; role: Role; iteration_number: number; model_name: string },
    offset: number,
    text: string,
  ) => {
    live.delta({ thread_id, ...of, offset, text });
    const whole = (texts.get(of.response_id) ?? "") + text;
    texts.set(of.response_id, whole);
    partials.keep(thread_id, of.response_id, whole);
  };
}
