/** Chance with a seed, so that a run can be told by one number. What the processes under test do between, no seed decides. */
export type Chance = {
  /** From 0 to 1. */
  next(): number;
  between(least: number, most: number): number;
  whole(least: number, most: number): number;
  of<T>(items: readonly T[]): T;
  /** True with this probability. */
  hits(share: number): boolean;
};

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    whole,
    of: (items) => items[whole(0, items.length - 1)] as (typeof items)[number],
    hits: (share) => next() < share,
  };
}
