/** A client of server-sent events that a test can read piece by piece, pause and cut off. */
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import type { ThreadEvent } from "@orchestratex/sdk/contract";

/** `event` is empty for a comment, whose text is `data`. */
export type Frame = { id: string | null; event: string; data: string };

export type Stream = {
  status: number;
  headers: IncomingMessage["headers"];
  /** The next frame, or null at the end. */
  next(): Promise<Frame | null>;
  /** All that is still to come. */
  rest(): Promise<Frame[]>;
  pause(): void;
  resume(): void;
  cut(): void;
};

export const eventOf = (frame: Frame | null): ThreadEvent => JSON.parse(frame?.data ?? "null");

/** Numbers of the logged events among these. */
export const numbersOf = (frames: readonly Frame[]): number[] =>
  frames.filter(({ id }) => id !== null).map(({ id }) => Number(id));

export async function openStream(
  url: string,
  { headers = {}, body, paused = false }: { headers?: Record<string, string>; body?: object; paused?: boolean } = {},
): Promise<Stream> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request: ClientRequest = http.request(url, {
    method: body === undefined ? "GET" : "POST",
    agent: false,
    headers: { accept: "text/event-stream", ...(body && { "content-type": "application/json" }), ...headers },
  });
  request
    .on("response", resolve)
    .on("error", reject)
    .end(body && JSON.stringify(body));
  const response = await promise;
  if (paused) response.pause();
  const frames = framesOf(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next: async () => (await frames.next()).value ?? null,
    async rest() {
      const all: Frame[] = [];
      for await (const frame of frames) all.push(frame);
      return all;
    },
    pause: () => response.pause(),
    resume: () => response.resume(),
    cut: () => request.destroy(),
  };
}

async function* framesOf(response: IncomingMessage): AsyncGenerator<Frame, undefined> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      const parts = (text + chunk).split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) yield frameOf(part);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
  }
}

function frameOf(text: string): Frame {
  if (text.startsWith(":")) return { id: null, event: "", data: text.slice(1).trim() };
  const fields = new Map(
    text.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return { id: fields.get("id") ?? null, event: fields.get("event") ?? "", data: fields.get("data") ?? "" };
}
