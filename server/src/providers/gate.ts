/** Before one model: calls pass in the order they came, as its limits and its vendor allow. */
import type { Profile } from "@orchestratex/sdk/contract";
import { type ModelRequest, ProviderError } from "./provider.ts";
import { type Leases, openStock } from "./stock.ts";

export type GateOptions = {
  /** Milliseconds, monotonic. */
  clock(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  leases: Leases;
  /** How many calls of a model may be under way in this process; null: any number. */
  mostAtOnce(profile: Profile): number | null;
  /** A call that would have to wait longer fails at once, so that another model can be asked. */
  longestWaitMs: number;
};

/** The call has ended; what it says after the first time is of no effect. `tokens`: those it used; null: as many as was thought. */
export type Leave = (tokens: number | null) => void;

export type Gate = {
  /** Answers at once where nothing keeps the call. Throws `provider.rate_limited`, free, or the signal's reason. */
  enter(request: ModelRequest, tokens: number, signal: AbortSignal): Leave | Promise<Leave>;
  /** The vendor asked for a pause: nobody passes for so long. */
  close(forMs: number): void;
};

export function openGate({ clock, sleep, leases, mostAtOnce, longestWaitMs }: GateOptions): Gate {
  const stock = openStock(clock, leases);
  let closedUntil = Number.NEGATIVE_INFINITY;
  let running = 0;
  let isServing = false;
  let pause = new AbortController();
  const line = openLine(() => pause.abort());

  const isFull = (profile: Profile) => running >= (mostAtOnce(profile) ?? Number.POSITIVE_INFINITY);
  const admit = ({ profile }: ModelRequest, tokens: number): Leave | null => {
    if (clock() < closedUntil || isFull(profile)) return null;
    const correct = isUnlimited(profile) ? () => {} : stock.take(tokens);
    if (!correct) return null;
    running++;
    return once((used) => {
      running--;
      correct(used ?? tokens);
      if (mostAtOnce(profile) !== null || (used ?? tokens) < tokens) pause.abort();
    });
  };
  /** Milliseconds until it is worth another look; 0: now. */
  const obstacle = async ({ request: { profile }, tokens }: Waiting): Promise<number> => {
    if (clock() < closedUntil) return closedUntil - clock();
    return isFull(profile) ? Number.POSITIVE_INFINITY : await stock.refill(profile, tokens, line.calls.length);
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
      const forMs = await obstacle(head);
      if (Number.isFinite(forMs) && forMs > 0)
        for (const call of [...line.calls]) warn(call, Math.ceil(forMs), longestWaitMs);
      // Ended early where something has changed.
      if (forMs > 0 && line.calls.length > 0)
        await sleep(Math.min(forMs, longestWaitMs), pause.signal).catch(() => undefined);
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
      return turn;
    },
    close(forMs) {
      closedUntil = Math.max(closedUntil, clock() + forMs);
    },
  };
}

const isUnlimited = ({ rate_limits: { requests_per_minute, tokens_per_minute } }: Profile): boolean =>
  requests_per_minute === null && tokens_per_minute === null;

const once = (leave: Leave): Leave => {
  let hasLeft = false;
  return (used) => {
    if (!hasLeft) leave(used);
    hasLeft = true;
  };
};

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
