/** State of the process that events carry with them. */
import type { SystemState } from "../store/journal.ts";

/** Memory is looked at once a second: asking for it is a read of a file. */
export function systemState(load: () => { queued: number; running: number }): () => SystemState {
  let seen = { at: Number.NEGATIVE_INFINITY, mb: 0 };
  return () => {
    const at = performance.now();
    if (at - seen.at > 1_000) seen = { at, mb: Math.round(process.memoryUsage.rss() / 1e6) };
    const { queued, running } = load();
    return { memory_usage: seen.mb, active_requests: running, queue_length: queued };
  };
}
