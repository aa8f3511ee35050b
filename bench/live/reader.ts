/** One client: a socket that keeps its place, checks what it gets, and can drop its line, stop reading, or play dead. */
import { WebSocket } from "ws";

export type Tally = {
  /** Milliseconds from the event's timestamp, and from asking the journal for it, to its receipt, of the phase that is on. */
  latencies: number[];
  asked: number[];
  events: number;
  texts: number;
  /** Logged events that came again; numbers that were left out; text that did not fit what came before it. */
  twice: number;
  missing: number;
  torn: number;
  /** Answers whose text, put together, was the beginning of what was written down; and all of it. */
  answers: number;
  whole: number;
  closes: Record<number, number>;
};

export const newTally = (): Tally => ({
  ...{ latencies: [], asked: [], events: 0, texts: 0, twice: 0, missing: 0, torn: 0, answers: 0, whole: 0, closes: {} },
});

type Wire = {
  event_type: string;
  seq: number | null;
  timestamp: string;
  details: { asked_at?: number; response_id?: string; response_text?: string; offset?: number; text?: string };
};

export class Reader {
  readonly #url: string;
  readonly #tally: Tally;
  #socket: WebSocket | undefined;
  #text = { id: "", text: "" };
  #opened = false;
  /** Latencies of what was missed meanwhile say nothing. */
  #live = 0;
  seq = 0;
  /** Its latencies count. */
  counts = true;

  constructor(address: string, threadId: string, tally: Tally) {
    this.#url = `${address.replace("http", "ws")}/ws/thread/${threadId}`;
    this.#tally = tally;
  }

  /** Resolves once it is greeted. */
  connect(): Promise<void> {
    const socket = new WebSocket(`${this.#url}?after=${this.seq}`, { perMessageDeflate: false, autoPong: true });
    this.#socket = socket;
    this.#opened = false;
    return new Promise((resolve, reject) => {
      socket.on("message", (data: Buffer) => {
        if (socket !== this.#socket) return;
        const event = JSON.parse(data.toString()) as Wire;
        if (event.event_type === "connection_established") {
          this.#live = (event as unknown as { details: { last_seq: number } }).details.last_seq;
          this.#opened = true;
          resolve();
        } else if (event.seq === null) this.#show(event);
        else this.#take(event.seq, event);
      });
      socket.on("error", reject);
      socket.on("close", (code) => {
        this.#tally.closes[code] = (this.#tally.closes[code] ?? 0) + 1;
        if (!this.#opened) reject(new Error(`closed with ${code}`));
      });
    });
  }

  cut(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
    this.#text = { id: "", text: "" };
  }

  pause(): void {
    this.counts = false;
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  #take(seq: number, { event_type, details, timestamp }: Wire): void {
    const tally = this.#tally;
    tally.events++;
    if (seq <= this.seq) tally.twice++;
    else if (seq > this.seq + 1) tally.missing++;
    this.seq = Math.max(this.seq, seq);
    if (this.counts && seq > this.#live) {
      const now = performance.timeOrigin + performance.now();
      tally.latencies.push(now - Date.parse(timestamp));
      tally.asked.push(now - (details.asked_at ?? now));
    }
    if (event_type !== "response_generated" || details.response_id !== this.#text.id) return;
    tally.answers++;
    if (details.response_text === this.#text.text) tally.whole++;
    if (!details.response_text?.startsWith(this.#text.text)) tally.torn++;
  }

  #show({ event_type, details }: Wire): void {
    this.#tally.texts++;
    const { response_id = "", text = "", offset = 0 } = details;
    if (event_type === "response_snapshot") this.#text = { id: response_id, text };
    else if (this.#text.id === response_id && offset === this.#text.text.length) this.#text.text += text;
    else if (offset === 0) this.#text = { id: response_id, text };
    else this.#tally.torn++;
  }
}
