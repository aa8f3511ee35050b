/** Threads this process works on: first come, first served, so many at once. The thread row decides; this only hands out. */

export type Jobs = {
  /** Ask for a thread to be worked on; asking twice while it waits is asking once. */
  add(threadId: string, taken?: () => void): void;
  queued(): number;
  running(): number;
  /** How many more could start at once. */
  free(): number;
  has(threadId: string): boolean;
  onFree(listener: () => void): void;
  /** Take no more; resolves when what runs has ended. */
  close(): Promise<void>;
};

/** `run` must not throw; it calls `taken` once the thread is its own, or is no one's to take. */
export function openJobs(atOnce: number, run: (threadId: string, taken: () => void) => Promise<void>): Jobs {
  const waiting = new Map<string, () => void>();
  const working = new Map<string, Promise<void>>();
  let closed = false;
  let freed = () => {};

  const next = () => {
    for (const [threadId, taken] of waiting) {
      if (closed || working.size >= atOnce) return;
      if (working.has(threadId)) continue;
      waiting.delete(threadId);
      const work = run(threadId, taken).finally(() => {
        working.delete(threadId);
        next();
        freed();
      });
      working.set(threadId, work);
    }
  };
  return {
    add(threadId, taken = () => {}) {
      waiting.get(threadId)?.();
      waiting.set(threadId, taken);
      next();
    },
    queued: () => waiting.size,
    running: () => working.size,
    free: () => (closed ? 0 : Math.max(0, atOnce - working.size - waiting.size)),
    has: (threadId) => working.has(threadId) || waiting.has(threadId),
    onFree(listener) {
      freed = listener;
    },
    async close() {
      closed = true;
      await Promise.all(working.values());
    },
  };
}
