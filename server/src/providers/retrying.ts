/** Outermost: a call that failed for a reason that may pass is made again, each time through all the other wrappers. */
import { AppError, type FaultCode } from "../errors.ts";
import {
  type Booking,
  type ModelEvent,
  type ModelRequest,
  type Provider,
  ProviderError,
  type Wrapper,
} from "./provider.ts";

export type RetryingOptions = {
  /** At least 0, below 1. */
  random(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Of one call, the first included; those that were not sent in time do not count. */
  maxAttempts?: number;
  /** Before the second attempt; before each further one four times as long. */
  firstPauseMs?: number;
  longestPauseMs?: number;
};

/** What another attempt at the same thing may mend. */
const passing = new Set<FaultCode>([
  "provider.rate_limited",
  "provider.failed",
  "provider.unreachable",
  "provider.unreadable",
  "provider.empty",
]);

/** How often a call that was not sent in time is reserved anew. */
const MOST_NOT_SENT = 3;

type Pauses = Required<Omit<RetryingOptions, "sleep">>;

/**
 * Repeats a call that yielded nothing and failed for a reason that may pass, or whose error says `retryAfterMs` 0: at once, since
 * something is different now (another key, another form). The pause has full jitter [AWS, Exponential Backoff And Jitter, 2015],
 * on top of what the vendor asks for. A pause that is too long, or longer than the call has left, is not begun: the error is
 * thrown, so that another model can be asked. Without a booking nothing is repeated.
 */
export const retrying =
  ({ sleep, ...given }: RetryingOptions): Wrapper =>
  (inner) => {
    const pauses: Pauses = { maxAttempts: 3, firstPauseMs: 500, longestPauseMs: 20_000, ...given };
    return {
      id: inner.id,
      call: (request, signal) =>
        request.booking
          ? attempts(inner, { ...request, booking: remembering(request.booking) }, signal, pauses, sleep)
          : inner.call(request, signal),
    };
  };

async function* attempts(
  inner: Provider,
  request: ModelRequest & { booking: Remembering },
  signal: AbortSignal,
  pauses: Pauses,
  sleep: RetryingOptions["sleep"],
): AsyncGenerator<ModelEvent> {
  const { booking } = request;
  for (let failed = 0, notSent = 0; ; ) {
    let hasBegun = false;
    try {
      for await (const event of inner.call(request, signal)) {
        hasBegun = true;
        yield event;
      }
      return;
    } catch (error) {
      if (hasBegun || signal.aborted || !(error instanceof AppError)) throw error;
      const again = error.code === "call.not_sent" ? ++notSent <= MOST_NOT_SENT : ++failed < pauses.maxAttempts;
      const pauseMs = again ? pauseAfter(error, failed, pauses) : null;
      if (pauseMs === null || pauseMs >= (booking.remainingMs?.() ?? Number.POSITIVE_INFINITY)) throw error;
      await booking.endAttempt(error, pauseMs);
      if (pauseMs > 0) await sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

/** Milliseconds until the next attempt; null: there is to be none. `failed`: attempts made, at least 1 unless it was not sent. */
function pauseAfter(error: AppError, failed: number, pauses: Pauses): number | null {
  const asked = error instanceof ProviderError ? error.retryAfterMs : null;
  if (asked === 0 || error.code === "call.not_sent") return 0;
  if (!passing.has(error.code) || (asked ?? 0) > pauses.longestPauseMs) return null;
  const most = Math.min(pauses.longestPauseMs, pauses.firstPauseMs * 4 ** (failed - 1));
  return (asked ?? 0) + Math.floor(pauses.random() * most);
}

type Remembering = Booking & { endAttempt(failure: AppError, pauseMs: number): Promise<void> };

/** The booking, which also knows what the attempt under way has reserved: an attempt that never came so far leaves nothing to end. */
function remembering(booking: Booking): Remembering {
  let reserved: ModelRequest | null = null;
  return {
    reserve: async (attempt) => (reserved = await booking.reserve(attempt)),
    fresh: (id) => booking.fresh(id),
    failed: (request, failure, pauseMs) => booking.failed(request, failure, pauseMs),
    waits: (pauseMs) => booking.waits?.(pauseMs),
    remainingMs: () => booking.remainingMs?.() ?? Number.POSITIVE_INFINITY,
    async endAttempt(failure, pauseMs) {
      const ended = reserved;
      reserved = null;
      if (ended) await booking.failed(ended, failure, pauseMs);
    },
  };
}
