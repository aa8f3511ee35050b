/** Each event once, without gaps, and nothing shown that is not there in the end. */
import type { Follower } from "./clients.ts";
import type { Findings, Outside, Rows } from "./witness.ts";

type Logged = Rows["events"][number];

export function eventsOf({ threads, events }: Rows, { asks }: Outside): Findings {
  const missing: string[] = [];
  const twice: string[] = [];
  const shown: string[] = [];
  const logs = Map.groupBy(events, ({ stream_id }) => stream_id ?? "");
  for (const { id, last_seq, thread_status } of threads) {
    const log = logs.get(id) ?? [];
    for (let place = 0; place < Math.max(last_seq, log.length); place++)
      if (log[place]?.seq !== place + 1) {
        missing.push(`${id}: number ${log[place]?.seq} stands at place ${place + 1} of ${last_seq}`);
        break;
      }
    const ends = log.filter(({ event_type }) => event_type === "orchestration_finished").length;
    const isFinal = thread_status === "completed" || thread_status === "failed";
    if (ends > 1) twice.push(`${id}: ${ends} final events`);
    if (isFinal && log.at(-1)?.event_type !== "orchestration_finished")
      missing.push(`${id}: no final event at its end`);
  }
  for (const { mark, threadId, followers } of asks)
    for (const follower of threadId === null ? [] : followers) {
      const log = logs.get(threadId ?? "") ?? [];
      if (follower.trouble?.includes("came after")) twice.push(`${mark}: ${follower.trouble}`);
      else if (follower.trouble) missing.push(`${mark}: ${follower.trouble}`);
      missing.push(...notSeen(mark, follower, log));
      shown.push(...notDurable(mark, follower, log));
    }
  return { events_missing: missing, events_twice: twice, shown_not_durable: shown };
}

function notSeen(mark: string, { events, ended }: Follower, log: readonly Logged[]): string[] {
  const gap = events.findIndex(({ seq }, place) => seq !== place + 1);
  if (gap >= 0) return [`${mark}: a follower saw number ${events[gap]?.seq} at place ${gap + 1}`];
  return ended && events.length !== log.length ? [`${mark}: a follower saw ${events.length} of ${log.length}`] : [];
}

function notDurable(mark: string, { events }: Follower, log: readonly Logged[]): string[] {
  for (const seen of events) {
    const kept = log[seen.seq - 1];
    if (kept?.id !== seen.id || kept.event_type !== seen.type)
      return [`${mark}: ${seen.seq} ${seen.type} ${seen.id} was shown, ${kept?.event_type} ${kept?.id} is there`];
    if (canonical(kept.details) !== canonical(seen.details))
      return [`${mark}: ${seen.seq} ${seen.type} was shown with other details`];
  }
  return [];
}

/** Equal texts for equal values, whatever the order of their keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
