/** What the gateway bench and its processes tell each other, and the one question that all of them ask. */

/** Where a gateway is, and what its requests need. */
export type Place = { url: string; headers: Record<string, string>; model: string };

export type LoadPlan =
  /** So many connections, each asking as soon as it is answered. */
  | { kind: "throughput"; place: Place; connections: number; forMs: number }
  /** One connection each, in turn: what `place` adds to `against`, not streamed; milliseconds to the whole answer. */
  | { kind: "whole"; place: Place; against: Place; pairs: number }
  /** The same, streamed; milliseconds to the first piece of text. */
  | { kind: "first"; place: Place; against: Place; pairs: number };

export type Loaded = {
  /** Answers that were not as they should be. */
  wrong: number;
  answers: number;
  /** Of a throughput. */
  per_second: number;
  /** Milliseconds of each answer; of a pair, what the place added. */
  ms: number[];
};

/** Tokens of the mock's answer, as it counts them. */
export const USAGE = { prompt_tokens: 32, completion_tokens: 64, total_tokens: 96 };

const messages = [
  { role: "system", content: "You are a helpful assistant. Answer in English, in one paragraph." },
  { role: "user", content: "Why is the sky blue at noon and red in the evening? Two sentences will do." },
];

export const bodyFor = (model: string, stream: boolean): string =>
  JSON.stringify({ model, messages, max_tokens: 256, ...(stream && { stream: true }) });
