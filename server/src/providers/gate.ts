/** Before one model: calls pass in the order they came, as its limits and its vendor allow. */
import type { Profile } from "@orchestratex/sdk/contract";
import { type ModelRequest, ProviderError } from "./provider.ts";
import { type Leases, openStock } from "./stock.ts";

export type GateOptions = {
  /** Milliseconds, monotonic. */
  clock(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  leases: Leases;
  /** A call that would have to wait longer fails at once, so that another model can be asked. */
  longestWaitMs: number;
};

/** The call has ended and used so many tokens; not called where that is not known. */
export type Leave = (tokens: number) => void;

export type Gate = {
  /** Answers at once where nothing keeps the call. Throws `provider.rate_limited`, free, or the signal's reason. */
  enter(request: ModelRequest, tokens: number, signal: AbortSignal): Leave | Promise<Leave>;
  /** The vendor asked for a pause: nobody passes for so long. */
  close(forMs: number): void;
};

export function openGate({ clock, sleep, leases, longestWaitMs }: GateOptions): Gate {
  const stock = openStock(clock, leases);
  let closedUntil = Number.NEGATIVE_INFINITY;
  let isServing = false;
  /** Until when nobody is served, unless something changes. */
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let pause = new AbortController();
  const line = openLine(() => pause.abort());

  const admit = ({ profile }: ModelRequest, tokens: number): Leave | null => {
    if (clock() < closedUntil) return null;
    if (isUnlimited(profile)) return () => undefined;
    const correct = stock.take(tokens);
    if (!correct) return null;
    return (used) => {
      correct(used);
      if (used < tokens) pause.abort();
    };
  };
  const tell = (calls: readonly Waiting[]) => {
    for (const call of calls) warn(call, Math.ceil(pausedUntil - clock()), longestWaitMs);
  };
  const serve = async () => {
    isServing = true;
    for (let head = line.calls[0]; head; head = line.calls[0]) {
      const leave = admit(head.request, head.tokens);
      if (leave) {
        head.pass(leave);
        continue;
      }
      pause = new AbortController();
      const closedMs = Math.max(0, closedUntil - clock());
      const forMs = closedMs || (await stock.refill(head.request.profile, head.tokens, line.calls.length));
      if (forMs === 0) continue;
      pausedUntil = clock() + forMs;
      tell([...line.calls]);
      // Ended early where something has changed.
      if (line.calls.length > 0) await sleep(forMs, pause.signal).catch(() => undefined);
      pausedUntil = Number.NEGATIVE_INFINITY;
    }
    isServing = false;
  };
  const refuseAll = (error: unknown) => {
    isServing = false;
    for (const call of [...line.calls]) call.refuse(error);
  };
  return {
    enter(request, tokens, signal) {
      const leave = line.calls.length === 0 ? admit(request, tokens) : null;
      if (leave) return leave;
      const turn = line.join(request, tokens, signal);
      if (!isServing) serve().catch(refuseAll);
      else if (clock() < pausedUntil) tell(line.calls.slice(-1));
      return turn;
    },
    close(forMs) {
      closedUntil = Math.max(closedUntil, clock() + forMs);
    },
  };
}

const isUnlimited = ({ rate_limits: { requests_per_minute, tokens_per_minute } }: Profile): boolean =>
  requests_per_minute === null && tokens_per_minute === null;

type Waiting = {
  request: ModelRequest;
  tokens: number;
  told: boolean;
  pass(leave: Leave): void;
  refuse(reason: unknown): void;
};

/** Who waits, the first in front. A call that is stopped leaves by itself, and `onStop` is called. */
function openLine(onStop: () => void) {
  const calls: Waiting[] = [];
  const join = (request: ModelRequest, tokens: number, signal: AbortSignal): Promise<Leave> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const go = () => {
        calls.splice(calls.indexOf(call), 1);
        signal.removeEventListener("abort", stop);
      };
      const stop = () => {
        call.refuse(signal.reason);
        onStop();
      };
      const call: Waiting = {
        ...{ request, tokens, told: false },
        pass(leave) {
          go();
          resolve(leave);
        },
        refuse(reason) {
          go();
          reject(reason);
        },
      };
      calls.push(call);
      signal.addEventListener("abort", stop, { once: true });
    });
  return { calls, join };
}

/** A call that has not the time to wait fails now; the others are told, once. */
function warn(call: Waiting, forMs: number, longestWaitMs: number): void {
  const { booking, profile } = call.request;
  if (forMs >= Math.min(longestWaitMs, booking?.remainingMs?.() ?? Number.POSITIVE_INFINITY)) {
    const detail = `${profile.model_name} may be asked again in ${forMs} ms`;
    call.refuse(new ProviderError("provider.rate_limited", detail, { free: true, retryAfterMs: forMs }));
  } else if (!call.told) {
    call.told = true;
    booking?.waits?.(forMs);
  }
}
