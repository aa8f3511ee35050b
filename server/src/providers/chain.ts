/** The wrappers around every wire, in the protocol's order: outside in retrying, breaking, limited, budgeted, metered. */
import { type Breaking, type BreakingOptions, breaking } from "./breaking.ts";
import { budgeted } from "./budgeted.ts";
import { type LimitedOptions, limited } from "./limited.ts";
import { type Metered, metered } from "./metered.ts";
import type { Wrapper } from "./provider.ts";
import { type RetryingOptions, retrying } from "./retrying.ts";

export type ChainOptions = {
  /** Milliseconds, monotonic. */
  clock(): number;
  random(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  leases: LimitedOptions["leases"];
  retrying?: Partial<RetryingOptions>;
  breaking?: Partial<BreakingOptions>;
  limited?: Partial<LimitedOptions>;
};

export type Chain = Wrapper & Pick<Breaking, "states"> & Pick<Metered, "totals">;

/**
 * What is known of a model (its failures, limits, totals) is known to all providers that one chain is put around.
 * A wait for a limit comes before the reservation, so that waiting holds no money; a retry passes all of it again, the
 * reservation too; a model that is left alone reserves nothing; the wire is reached only with what was reserved.
 */
export function chain({ clock, random, sleep, leases, ...more }: ChainOptions): Chain {
  const retry = retrying({ random, sleep, ...more.retrying });
  const breaker = breaking({ clock, ...more.breaking });
  const limit = limited({ clock, sleep, leases, ...more.limited });
  const book = budgeted();
  const meter = metered({ clock });
  const wrapper: Wrapper = (wire) => retry(breaker(limit(book(meter(wire)))));
  return Object.assign(wrapper, { states: breaker.states, totals: meter.totals });
}
