/**
 * The leases of the threads this process works on: renewed while it lives, so that another may take a thread only when it does not.
 * Where other processes may work, this is also how a worker learns that it has lost a thread, or that a stop was asked elsewhere.
 */
import type { Books, HeldThread } from "../store/journal.ts";

/** A third of the lease. */
const RENEW_EVERY_MS = 10_000;

export type Leases = ReturnType<typeof openLeases>;

type Holder = HeldThread & { onLost(): void; onStop(): void };

export function openLeases({ books, onFault }: { books: Books; onFault(error: unknown): void }) {
  const holders = new Set<Holder>();
  const renew = async () => {
    const asked = [...holders];
    if (asked.length === 0) return;
    const kept = await books.renew(asked.map(({ thread_id, epoch }) => ({ thread_id, epoch })));
    const stops = new Map(kept.map(({ thread_id, stop }) => [thread_id, stop]));
    for (const holder of asked) {
      const stop = stops.get(holder.thread_id);
      if (stop === undefined && holders.has(holder)) holder.onLost();
      if (stop === "now") holder.onStop();
    }
  };
  const timer = setInterval(() => void renew().catch(onFault), RENEW_EVERY_MS).unref();
  return {
    /** Until the answer is called. `onLost` once the thread is final or another worker's. */
    hold(holder: Holder): () => void {
      holders.add(holder);
      return () => void holders.delete(holder);
    },
    close: () => clearInterval(timer),
  };
}
