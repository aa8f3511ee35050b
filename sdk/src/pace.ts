/** How a reader of events comes back after its line broke. */

/** The server is gone, and in `waitMs` attempt number `attempt` is made; or it is back. */
export type Connection =
  | { type: "lost"; attempt: number; maxAttempts: number; waitMs: number; error: unknown }
  | { type: "restored" };

export type FollowOptions = {
  /** Only what came after this number; 0 is everything. */
  afterSeq?: number;
  signal?: AbortSignal;
  /** Attempts in a row that bring nothing new before it gives up. */
  maxAttempts?: number;
  onConnection?: (connection: Connection) => void;
};

/** Time and chance, handed in. */
export type Pace = {
  /** Waits, or throws the signal's reason. */
  wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to 1. */
  random: () => number;
  /** A connection this long without a byte is dead: the server speaks every 15 s. */
  silenceMs: number;
};

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** Doubling, capped, and half of it by chance, so that many clients do not come back at the same instant. */
export const waitBefore = (attempt: number, chance: number): number => {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * chance);
};

/** The clock and the chance of whoever hands in none. */
export const ownPace: Pace = {
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
  random: Math.random,
  silenceMs: 45_000,
};
