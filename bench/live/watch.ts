/** What all the sockets of the bench have seen. */
export type Watch = ReturnType<typeof openWatch>;

export type Seen = {
  messages: number;
  megabytes: number;
  duplicates: number;
  missing: string[];
  broken: string[];
  /** Milliseconds from the event's own time (the start of its transaction) to its receipt, by what went on meanwhile. */
  delivery: Record<string, Times>;
  /** From a line that stands again to the events missed meanwhile. */
  catching_up: Times;
  /** From a piece of text being written to it being received; collecting pieces is part of it. */
  text: Times;
};

export type Times = { count: number; p50: number; p99: number; max: number };

export function openWatch() {
  const delivery: Record<string, number[]> = {};
  const catching: number[] = [];
  const text: number[] = [];
  const seen = { messages: 0, bytes: 0, duplicates: 0, missing: [] as string[], broken: [] as string[] };
  let phase = "calm";
  return {
    /** What goes on from now. */
    enter(name: string) {
      phase = name;
    },
    message(bytes: number) {
      seen.messages++;
      seen.bytes += bytes;
    },
    duplicate: () => void seen.duplicates++,
    missing: (what: string) => void seen.missing.push(what),
    broken: (what: string) => void seen.broken.push(what),
    delivered(ms: number) {
      delivery[phase] ??= [];
      delivery[phase]?.push(ms);
    },
    caughtUp: (ms: number) => void catching.push(ms),
    shown: (ms: number) => void text.push(ms),
    seen: (): Seen => ({
      messages: seen.messages,
      megabytes: Math.round(seen.bytes / 1e6),
      duplicates: seen.duplicates,
      missing: seen.missing,
      broken: seen.broken,
      delivery: Object.fromEntries(Object.entries(delivery).map(([name, times]) => [name, timesOf(times)])),
      catching_up: timesOf(catching),
      text: timesOf(text),
    }),
  };
}

export function timesOf(values: readonly number[]): Times {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: Math.round(at(0.5)), p99: Math.round(at(0.99)), max: Math.round(at(1)) };
}
