/** A server that says what it is told to, turn by turn: for what a real one does only when things go wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ThreadEvent } from "../src/contract/events.ts";

export type Turn = (response: ServerResponse, request: IncomingMessage) => void;

/** `turns`: by method and path; the last turn of a route repeats. */
export async function openScripted(
  t: { after(fn: () => Promise<void>): void },
  turns: Readonly<Record<string, readonly Turn[]>>,
) {
  const seen: { route: string; lastEventId: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    response.on("error", () => {});
    const route = `${request.method} ${request.url}`;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const before = seen.filter((one) => one.route === route).length;
    seen.push({ route, lastEventId: headerOf(request, "last-event-id"), body: Buffer.concat(parts).toString() });
    const turn = turns[route]?.[before] ?? turns[route]?.at(-1);
    if (turn) turn(response, request);
    else response.writeHead(404).end("there is nothing here");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  t.after(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close };
}

export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join() : value;
};

export const json =
  (status: number, body: unknown): Turn =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

export const problem = (status: number, code: string, errors?: { path: string; problem: string }[]): Turn =>
  json(status, {
    ...{ type: `/docs/errors#${code}`, title: code, status, detail: `detail of ${code}` },
    ...{ instance: "1", code, retry: false, ...(errors ? { errors } : {}) },
  });

export const frame = (event: ThreadEvent): string =>
  `${event.seq === null ? "" : `id: ${event.seq}\n`}event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`;

/** A stream of these, then its end: `end` as it should be, `cut` in the middle, `open` not at all. */
export const stream =
  (pieces: readonly (string | Uint8Array)[], end: "end" | "cut" | "open" = "end"): Turn =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.flushHeaders();
    const next = (at: number): void => {
      const piece = pieces[at];
      if (piece !== undefined) response.write(piece, () => next(at + 1));
      else if (end === "end") response.end();
      else if (end === "cut") response.destroy();
    };
    next(0);
  };
