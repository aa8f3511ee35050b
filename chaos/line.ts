/** HTTP to whichever door is open just now; streams of events are looked at on their way. */
import { setTimeout as pause } from "node:timers/promises";
import type { ClientOptions } from "@orchestratex/sdk";

type Fetch = NonNullable<ClientOptions["fetch"]>;

type Reply = { status: number; body: Record<string, unknown> };

type Request = { method?: string; body?: object; headers?: Record<string, string> };

export type Line = {
  /** Once; null when nobody answered. */
  ask(path: string, request?: Request): Promise<Reply | null>;
  /** Until an answer comes that is not "not now". */
  insist(path: string, request?: Request): Promise<Reply>;
  /** For the sdk's client with any base URL. `onTrouble`: a stream whose numbers do not go up by one each. */
  watchedFetch(onTrouble: (trouble: string) => void): Fetch;
};

const NO_ANSWER_MS = 15_000;

export function lineTo(door: () => string): Line {
  const ask: Line["ask"] = async (path, { method = "GET", body, headers } = {}) => {
    try {
      const reply = await fetch(door() + path, {
        method,
        headers: { ...(body && { "content-type": "application/json" }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(NO_ANSWER_MS),
      });
      const text = await reply.text();
      return { status: reply.status, body: text === "" ? {} : JSON.parse(text) };
    } catch {
      return null;
    }
  };
  return {
    ask,
    async insist(path, request) {
      for (;;) {
        const reply = await ask(path, request);
        if (reply && reply.status < 500 && reply.status !== 429) return reply;
        await pause(50);
      }
    },
    watchedFetch: (onTrouble) => async (url, init) => {
      const reply = await fetch(String(url).replace("http://door", door()), init as RequestInit);
      if (!reply.body || !(reply.headers.get("content-type") ?? "").startsWith("text/event-stream")) return reply;
      const after = Number(new Headers((init as RequestInit).headers).get("last-event-id") ?? 0);
      return new Response(reply.body.pipeThrough(numbersOf(after, onTrouble)), {
        status: reply.status,
        headers: reply.headers,
      });
    },
  };
}

/** Passes everything on, and reads the `id:` lines. */
function numbersOf(after: number, onTrouble: (trouble: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = "";
  let last = after;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!line.startsWith("id: ")) continue;
        const number = Number(line.slice(4));
        if (number !== last + 1) onTrouble(`${number} came after ${last} on one line`);
        last = number;
      }
    },
  });
}
