/** Threads waiting to be worked on, inside one process: first come, first served, so many at once. The thread row decides; this only wakes. */

export type Jobs = {
  /** Ask for a thread to be worked on; asking twice while it waits is asking once. */
  add(threadId: string): void;
  queued(): number;
  running(): number;
  /** Take no more; resolves when what runs has ended. */
  close(): Promise<void>;
};

/** `run` must not throw. */
export function openJobs(atOnce: number, run: (threadId: string) => Promise<void>): Jobs {
  const waiting = new Set<string>();
  const working = new Map<string, Promise<void>>();
  let closed = false;

  const next = () => {
    for (const threadId of waiting) {
      if (closed || working.size >= atOnce) return;
      if (working.has(threadId)) continue;
      waiting.delete(threadId);
      const work = run(threadId).finally(() => {
        working.delete(threadId);
        next();
      });
      working.set(threadId, work);
    }
  };
  return {
    add(threadId) {
      waiting.add(threadId);
      next();
    },
    queued: () => waiting.size,
    running: () => working.size,
    async close() {
      closed = true;
      await Promise.all(working.values());
    },
  };
}
