/** Chance that repeats: the same words give the same draws, on every machine. */
import { hash } from "node:crypto";

export type Chance = {
  /** 0 <= x < 1 */
  next(): number;
  hit(probability: number): boolean;
  between(low: number, high: number): number;
  pick<const List extends readonly [unknown, ...unknown[]]>(list: List): List[number];
  shuffled<T>(list: readonly T[]): T[];
};

/** 0 <= x < 1, evenly spread over the parts. U+0000 parts them, so ("ab","c") and ("a","bc") differ. */
export const unit = (...parts: readonly string[]): number => seedOf(parts) / 2 ** 32;

export function chanceOf(...parts: readonly string[]): Chance {
  let state = seedOf(parts);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    hit: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    shuffled: (list) =>
      list
        .map((item) => ({ item, order: next() }))
        .sort((a, b) => a.order - b.order)
        .map(({ item }) => item),
  };
}

const seedOf = (parts: readonly string[]): number =>
  Number.parseInt(hash("sha256", parts.join("\u0000"), "hex").slice(0, 8), 16);
