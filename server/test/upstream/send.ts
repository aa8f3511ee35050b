/** A reply on its way: at once or word by word, whole or cut; each part is charged as it is written. */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultKind, Format, Frame, Reply } from "./wire.ts";

export type Sending = {
  response: ServerResponse;
  format: Format;
  reply: Reply;
  fault: FaultKind | null;
  headers: Record<string, string>;
  /** Milliseconds, for all of it; 0: at once. */
  takesMs: number;
  /** Milliseconds between two words of a trickle. */
  wordMs: number | null;
  /** So much of the reply, from 0 to 1, is written, or counts as if it were. */
  wrote(share: number): void;
};

const json = { "content-type": "application/json" };

export async function send(sending: Sending): Promise<void> {
  const { response, format, reply, fault, headers } = sending;
  if (reply.asked.streamed) {
    response.writeHead(200, { ...headers, "content-type": format.contentType, "cache-control": "no-cache" });
    return streamed(sending);
  }
  const text = JSON.stringify(format.whole(reply));
  sending.wrote(1);
  if (sending.takesMs > 0) await pause(sending.takesMs);
  if (response.destroyed) return;
  const head = { ...headers, ...json, "content-length": String(Buffer.byteLength(text)) };
  if (fault === "error_midway") {
    const failure = { fault: "server_error", model: reply.asked.model, key: null, retryAfterMs: 0 } as const;
    response.writeHead(500, { ...headers, ...json });
    response.end(JSON.stringify(format.refusal(failure, "/v1/").body));
  } else if (fault === "garbled") {
    response.writeHead(200, head).end(text.replace(/"/g, "'"));
  } else if (fault === "cut") {
    response.writeHead(200, head);
    await cut(response, text.slice(0, Math.ceil(text.length / 2)));
  } else {
    await trickled(sending, text, head);
  }
}

async function trickled({ response, wordMs, fault }: Sending, text: string, head: Record<string, string>) {
  response.writeHead(200, head);
  const parts = fault === "trickle" ? 10 : 1;
  const size = Math.ceil(text.length / parts);
  for (let part = 0; part < parts && !response.destroyed; part++) {
    if (part > 0) await pause(wordMs ?? 0);
    response.write(text.slice(part * size, (part + 1) * size));
  }
  response.end();
}

async function streamed(sending: Sending): Promise<void> {
  const { response, format, reply, fault, takesMs, wrote } = sending;
  const frames = format.frames(reply);
  const wordMs = sending.wordMs ?? takesMs / frames.length;
  const middle = Math.ceil(frames.length / 2);
  const isBroken = fault === "cut" || fault === "error_midway";
  // A vendor finds out of a broken line late: the whole is charged.
  if (isBroken || fault === "garbled") wrote(1);
  const sent = isBroken ? frames.slice(0, middle) : frames;
  if (fault === "garbled") sent.splice(middle, 0, { bytes: format.garbled, share: 0 });
  if (wordMs === 0) {
    wrote(1);
    const text = joined(sent);
    if (!isBroken) return void response.end(text);
    return fault === "cut" ? cut(response, text) : void response.end(text + format.brokenOff);
  }
  const startedAt = performance.now();
  response.flushHeaders();
  for (const [index, { bytes, share }] of sent.entries()) {
    const early = startedAt + (index + 1) * wordMs - performance.now();
    if (early >= 1) await pause(early);
    if (response.destroyed) return;
    response.write(bytes);
    wrote(share);
  }
  if (response.destroyed) return;
  if (fault === "cut") return cut(response, "");
  response.end(fault === "error_midway" ? format.brokenOff : "");
}

const joined = (frames: readonly Frame[]): string => frames.map(({ bytes }) => bytes).join("");

/** So much, then the line is dead. */
const cut = (response: ServerResponse, text: string): Promise<void> =>
  new Promise((resolve) => {
    response.write(text, () => {
      response.destroy();
      resolve();
    });
  });
