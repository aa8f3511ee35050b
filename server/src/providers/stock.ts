/** What this process may still send to one model: the rest of a block of the model's limits, leased when it is needed. */
import type { Profile } from "@orchestratex/sdk/contract";

type Amount = { requests: number; tokens: number };

/**
 * A block of a model's limits for this process to use by itself within `for_ms`, so that all processes together keep them.
 * At least the `least` of both, or nothing: then `id` is null, and `for_ms` is when that may change.
 * `corrections`: what earlier blocks turned out to be used more than leased; less, when below 0. No block twice.
 */
export type Leases = (ask: {
  model_name: string;
  limits: Profile["rate_limits"];
  least: Amount;
  wanted: Amount;
  corrections: readonly ({ id: string } & Amount)[];
}) => Promise<Amount & { id: string | null; for_ms: number }>;

/** Tells how many tokens it was in the end. */
type Correct = (tokens: number) => void;

type Stock = {
  /** Takes a request of so many tokens; null: there is not as much left. */
  take(tokens: number): Correct | null;
  /** Leases a block that holds such a request, and more where more are `waiting`. Answers how long to wait before asking again; 0: it is there. */
  refill(profile: Profile, tokens: number, waiting: number): Promise<number>;
};

/** A tenth of a minute's limits at most is leased at a time. */
const SHARE = 10;
/** Where only tokens are limited. */
const MOST_REQUESTS = 1_000;

/** `clock`: milliseconds, monotonic. A block asked for before the last one has lapsed is twice as large; soon after, as large as what was used of it. */
export function openStock(clock: () => number, leases: Leases): Stock {
  let block: (Amount & { id: string; leased: number; until: number; forMs: number }) | null = null;
  /** By block. */
  let corrections = new Map<string, Amount>();
  const correct = (id: string, requests: number, tokens: number) => {
    const known = corrections.get(id);
    corrections.set(id, { requests: (known?.requests ?? 0) + requests, tokens: (known?.tokens ?? 0) + tokens });
  };
  const isLive = () => block !== null && clock() < block.until;
  /** How many requests the next few seconds will probably bring. */
  const expected = (): number => {
    if (block === null || clock() >= block.until + block.forMs) return 1;
    return isLive() ? block.leased * 2 : block.leased - block.requests;
  };

  return {
    take(tokens) {
      if (block === null || !isLive() || block.requests < 1 || block.tokens < tokens) return null;
      const { id } = block;
      block.requests--;
      block.tokens -= tokens;
      return (used) => {
        if (used !== tokens) correct(id, 0, used - tokens);
      };
    },
    async refill({ model_name, rate_limits: limits }, tokens, waiting) {
      const asked = Math.max(1, waiting, expected());
      const requests = Math.min(asked, Math.ceil((limits.requests_per_minute ?? MOST_REQUESTS * SHARE) / SHARE));
      const share = Math.ceil((limits.tokens_per_minute ?? 0) / SHARE);
      // The rest of a block goes back: it lapses here.
      if (block && block.requests + block.tokens > 0) correct(block.id, -block.requests, -block.tokens);
      const sent = [...corrections].map(([id, amount]) => ({ id, ...amount }));
      block = null;
      corrections = new Map();
      const { id, for_ms, ...leased } = await leases({
        ...{ model_name, limits, corrections: sent },
        least: { requests: 1, tokens },
        wanted: { requests, tokens: Math.max(tokens, Math.min(share, requests * tokens)) },
      });
      if (id === null) return for_ms;
      block = { id, ...leased, leased: leased.requests, until: clock() + for_ms, forMs: for_ms };
      return 0;
    },
  };
}
