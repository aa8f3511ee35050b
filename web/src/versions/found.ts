/** Which events of a log are looked for. Pure, but for what it remembers of each event. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";

export type Sought = { type: ThreadEvent["event_type"] | null; text: string };

/** An event as it is searched: with its details, in small letters. Made once. */
const written = new WeakMap<ThreadEvent, string>();

function textOf(event: ThreadEvent): string {
  const known = written.get(event);
  if (known !== undefined) return known;
  const { seq, event_type, model_involved, message, details } = event;
  const text = `#${seq} ${event_type} ${model_involved ?? ""} ${message} ${JSON.stringify(details)}`.toLowerCase();
  written.set(event, text);
  return text;
}

/** All words must be in it. */
export function found(events: readonly ThreadEvent[], { type, text }: Sought): readonly ThreadEvent[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (type === null && words.length === 0) return events;
  return events.filter(
    (event) =>
      (type === null || event.event_type === type) &&
      (words.length === 0 || words.every((word) => textOf(event).includes(word))),
  );
}

/** The types that occur, in the order of their first event, and how often. */
export function typesOf(events: readonly ThreadEvent[]): readonly [ThreadEvent["event_type"], number][] {
  const counts = new Map<ThreadEvent["event_type"], number>();
  for (const { event_type } of events) counts.set(event_type, (counts.get(event_type) ?? 0) + 1);
  return [...counts];
}
