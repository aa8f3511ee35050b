/** What a vendor would charge, whatever it tells: exact, in pico-dollars. */
import type { Count } from "./wire.ts";

/** Dollars per token; what a cache has a part in costs as `input` where no price of its own is given. */
export type Prices = { input: number; output: number; cached?: number; cacheWrite?: number };

const pico = (dollars: number): bigint => BigInt(Math.round(dollars * 1e12));

export function charge(prices: Prices, count: Count, outputTokens: number): bigint {
  const plain = count.input - count.cached - count.cacheWrite;
  return (
    BigInt(plain) * pico(prices.input) +
    BigInt(count.cached) * pico(prices.cached ?? prices.input) +
    BigInt(count.cacheWrite) * pico(prices.cacheWrite ?? prices.input) +
    BigInt(outputTokens) * pico(prices.output)
  );
}

export type Bills = {
  all(): bigint;
  of(tag: string): bigint;
  /** More, never less. */
  add(tag: string | null, amount: bigint): void;
  clear(): void;
};

export function openBills(): Bills {
  let sum = 0n;
  const byTag = new Map<string, bigint>();
  return {
    all: () => sum,
    of: (tag) => byTag.get(tag) ?? 0n,
    add: (tag, amount) => {
      sum += amount;
      if (tag !== null) byTag.set(tag, (byTag.get(tag) ?? 0n) + amount);
    },
    clear: () => {
      sum = 0n;
      byTag.clear();
    },
  };
}
