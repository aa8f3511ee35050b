/** One socket: keeps its places, checks what comes, loses its line when told to. */
import { WebSocket } from "ws";
import type { Watch } from "./watch.ts";

export type Follower = {
  opened(): Promise<void>;
  /** The line breaks without a word, and is opened again at the places reached. */
  drop(): void;
  pause(): void;
  resume(): void;
  close(): void;
  /** Thread -> the last number that came. */
  places: ReadonlyMap<string, number>;
};

/** `threads[0]` by the path, the others by subscription. `full`: the text is put together too. */
export function follow(url: string, threads: readonly string[], watch: Watch, full: boolean): Follower {
  const checked = openCheck(threads, watch, full);
  const { places } = checked;
  let socket: WebSocket;
  let first = Promise.withResolvers<void>();

  const open = () => {
    const [path = "", ...others] = threads;
    socket = new WebSocket(`${url}/ws/thread/${path}?after=${places.get(path)}`, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    socket.on("open", () => {
      checked.begin();
      for (const thread_id of others)
        socket.send(JSON.stringify({ type: "subscribe", thread_id, after_seq: places.get(thread_id) }));
      first.resolve();
    });
    socket.on("message", (data: Buffer) => checked.take(data));
    socket.on("error", (error) => watch.broken(String(error)));
    socket.on("close", (code) => code !== 1006 && code !== 1000 && watch.broken(`closed with ${code}`));
  };

  open();
  return {
    places,
    opened: () => first.promise,
    drop() {
      first = Promise.withResolvers<void>();
      socket.terminate();
      open();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  };
}

/** Holds what comes on one socket to the log: in order, nothing missing. */
function openCheck(threads: readonly string[], watch: Watch, full: boolean) {
  const places = new Map(threads.map((id) => [id, 0]));
  const texts = openTexts(watch);
  let openedAt = 0;
  return {
    places: places as ReadonlyMap<string, number>,
    begin() {
      openedAt = Date.now();
      texts.forget();
    },
    take(data: Buffer) {
      watch.message(data.length);
      const head = data.toString("latin1", 0, 120);
      if (head.includes('"seq":null')) {
        if (full) texts.live(JSON.parse(data.toString()) as Live);
        return;
      }
      if (!head.includes('"seq":')) return;
      const event = JSON.parse(data.toString()) as Logged;
      const place = places.get(event.thread_id) ?? 0;
      if (event.seq <= place) return watch.duplicate();
      if (event.seq !== place + 1) watch.missing(`${event.thread_id}: ${event.seq} after ${place}`);
      places.set(event.thread_id, event.seq);
      const at = Date.parse(event.timestamp);
      // What was written while the line was down is caught up on; it has no time of delivery.
      if (at >= openedAt) watch.delivered(Date.now() - at);
      else watch.caughtUp(Date.now() - openedAt);
      if (event.event_type === "response_generated" && full) texts.whole(event);
    },
  };
}

/** The text being written, put together from snapshots and pieces, and held to what was written in the end. */
function openTexts(watch: Watch) {
  const texts = new Map<string, { id: string; text: string }>();
  return {
    forget: () => texts.clear(),
    live({ event_type, thread_id, details }: Live) {
      const { response_id = "", text = "", offset = 0 } = details;
      const known = texts.get(thread_id);
      if (event_type === "response_snapshot") texts.set(thread_id, { id: response_id, text });
      else if (event_type === "response_delta") {
        const before = known?.id === response_id ? known.text : "";
        if (offset !== before.length)
          watch.missing(`text of ${thread_id}: a piece at ${offset} after ${before.length}`);
        texts.set(thread_id, { id: response_id, text: before + text });
        const [, written] = /.*t=(\d{13});/s.exec(text) ?? [];
        if (written) watch.shown(Date.now() - Number(written));
      }
    },
    whole({ thread_id, details }: Logged) {
      const known = texts.get(thread_id);
      const shown = known?.text.slice(0, details.response_text.length) ?? "";
      if (known?.id === details.response_id && !details.response_text.startsWith(shown))
        watch.missing(`text of ${thread_id}: what was shown is not what was written`);
      texts.delete(thread_id);
    },
  };
}

type Logged = {
  seq: number;
  event_type: string;
  thread_id: string;
  timestamp: string;
  details: { response_id: string; response_text: string };
};
type Live = {
  event_type: string;
  thread_id: string;
  details: { response_id?: string; text?: string; offset?: number };
};
