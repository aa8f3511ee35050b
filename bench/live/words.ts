/** What the bench and its servers say to each other. */
export type ServerOptions = {
  folder: string;
  databaseUrl: string | null;
  threads: number;
  eventsPerSecond: number;
  textsPerSecond: number;
};

/** `collect`: figures, after a collection of garbage. */
export type Asked = { type: "start" | "stop" | "figures" | "collect" | "leave" };

export type Figures = {
  type: "figures";
  /** Of one core, since asked last. */
  cpu_percent: number;
  rss_mb: number;
  /** Of JavaScript, and of buffers. */
  heap_mb: number;
  /** From asking the journal to its answer. */
  write_ms: { p50: number; p99: number };
  /** Events that were due while the one before was still being written. */
  late: number;
};

export type Told =
  | { type: "ready"; address: string; threads: string[] }
  | { type: "stopped"; last: Record<string, number> }
  | Figures;
