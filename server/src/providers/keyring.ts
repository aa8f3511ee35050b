/** The keys of all vendors, in memory. The environment's win over stored ones; who feeds it what is the app's to know. */
import { type Keyring, vendors } from "./vendors.ts";

type KeySource = "environment" | "stored" | "none";

export type FullKeyring = Keyring & {
  /** Put the stored keys of a vendor in the place of those before; a key that stays goes on resting. */
  store(vendorId: string, keys: readonly string[]): void;
  source(vendorId: string): KeySource;
  /** Those in use, resting or not, in their order. */
  keys(vendorId: string): readonly string[];
  /** Every key known, also those the environment's stand before. */
  all(): readonly string[];
};

/** `now`: milliseconds of a clock that never goes back. */
export function openKeyring(environment: (vendorId: string) => readonly string[], now: () => number): FullKeyring {
  const stored = new Map<string, readonly string[]>();
  const turns = new Map<string, number>();
  const restingUntil = new Map<string, number>();
  const rested = (vendorId: string, key: string) => `${vendorId} ${key}`;
  const keys = (vendorId: string): readonly string[] => {
    const given = environment(vendorId);
    return given.length > 0 ? given : (stored.get(vendorId) ?? []);
  };
  return {
    next(vendorId) {
      const awake = keys(vendorId).filter((key) => (restingUntil.get(rested(vendorId, key)) ?? 0) <= now());
      if (awake.length === 0) return null;
      const turn = turns.get(vendorId) ?? 0;
      turns.set(vendorId, turn + 1);
      return awake[turn % awake.length] ?? null;
    },
    has: (vendorId) => keys(vendorId).length > 0,
    rest(vendorId, key, forMs) {
      if (forMs > 0) restingUntil.set(rested(vendorId, key), now() + forMs);
      else restingUntil.delete(rested(vendorId, key));
    },
    store(vendorId, given) {
      for (const key of stored.get(vendorId) ?? [])
        if (!given.includes(key)) restingUntil.delete(rested(vendorId, key));
      stored.set(vendorId, [...given]);
    },
    source(vendorId) {
      if (environment(vendorId).length > 0) return "environment";
      return keys(vendorId).length > 0 ? "stored" : "none";
    },
    keys,
    all: () => [...new Set([...vendors.flatMap(({ id }) => environment(id)), ...[...stored.values()].flat()])],
  };
}
