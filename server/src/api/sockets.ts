/**
 * The sockets of this process: how one is let in, kept alive and ended.
 *
 * An upgrade passes the door as every request does (Host and Origin, user, path, whether the store is open), so what is refused
 * is refused as a problem; then it becomes a socket. https://www.rfc-editor.org/rfc/rfc6455
 */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SocketClose } from "@orchestratex/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket, WebSocketServer } from "ws";
import { AppError } from "../errors.ts";
import type { Followers } from "./live.ts";
import { answerUnreadable, pathOf } from "./problems.ts";
import { OpenSocket, type Target } from "./socket.ts";

const MOST_SOCKETS = 10_000;
const LONGEST_MESSAGE = 64 * 1024;

/** Each socket is asked for a sign of life every so often; not all in the same moment. */
const BEAT_EVERY_MS = 1_000;
const BEATS = 15;

/** A client that does not close in turn is cut off. */
const CLOSE_WITHIN_MS = 1_000;

/** What Node hands us as an upgrade; any other is a request without one. */
export const isForSocket = ({ headers, url = "" }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === "websocket" && /^\/ws(\/|$|\?)/.test(url);

export type Sockets = ReturnType<typeof openSockets>;

export function openSockets(app: FastifyInstance, followers: Followers, mostSockets = MOST_SOCKETS) {
  const upgrades = takeUpgrades(app);
  const beats = Array.from({ length: BEATS }, () => new Set<OpenSocket>());
  let opened = 0;
  let open = 0;
  let turn = 0;
  const timer = setInterval(() => {
    for (const socket of beats[turn++ % BEATS] ?? []) socket.beat();
  }, BEAT_EVERY_MS).unref();
  app.addHook("onClose", async () => clearInterval(timer));

  const enter = (request: FastifyRequest, ws: WebSocket, line: Socket, target: Target) => {
    const { userId, id: requestId, log } = request;
    const path = pathOf(request.url);
    const began = performance.now();
    const beat = beats[opened++ % BEATS];
    const one = new OpenSocket({
      ...{ socket: ws, line, followers, userId, requestId, log },
      close: (code, reason) => closeInTime(ws, code, reason),
    });
    open++;
    beat?.add(one);
    ws.on("close", (code) => {
      open--;
      beat?.delete(one);
      const ms = Math.round(performance.now() - began);
      log.info({ path, code, ms }, "socket closed");
    });
    if (open > mostSockets) one.close(SocketClose.too_many, `more than ${mostSockets} sockets`);
    else one.begin(target);
  };

  let server: Promise<WebSocketServer> | undefined;
  return {
    /** Answer an upgrade with a socket; anything else with a problem. */
    async accept(request: FastifyRequest, reply: FastifyReply, target: Target): Promise<void> {
      const upgrade = upgrades.get(request.raw);
      if (!upgrade) {
        reply.header("Upgrade", "websocket");
        throw new AppError(
          "request.not_socket",
          "This path is a WebSocket: connect to it with ws:// and a client of that kind",
        );
      }
      server ??= importServer();
      const { socket, head } = upgrade;
      const wss = await server;
      reply.hijack();
      reply.raw.detachSocket(socket);
      if (socket.destroyed) return;
      wss.handleUpgrade(request.raw, socket, head, (ws) => enter(request, ws, socket, target));
    },
  };
}

/** Upgrades go through Fastify like requests; their lines are not Node's any more. */
function takeUpgrades(app: FastifyInstance) {
  const upgrades = new WeakMap<IncomingMessage, { socket: Socket; head: Buffer }>();
  app.server.on("upgrade", (raw: IncomingMessage, stream, head: Buffer) => {
    const socket = stream as Socket;
    socket.on("error", () => socket.destroy());
    upgrades.set(raw, { socket, head });
    const response = new ServerResponse(raw);
    response.shouldKeepAlive = false;
    try {
      response.assignSocket(socket);
    } catch {
      // Sent behind a request whose answer is still under way: no client does that, and the two answers cannot share a line.
      socket.destroy();
      return;
    }
    response.on("finish", () => socket.end());
    app.routing(raw, response);
  });
  return upgrades;
}

/** Read with the first socket: [40 ms and 14 MB] that the start need not pay. */
async function importServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A few bytes must not become megabytes, nor each socket hold a compressor.
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
    maxFragments: 1024,
    maxBufferedChunks: 1024,
    // A flood of pings must not pile up answers.
    autoPong: false,
  });
  server.on("wsClientError", (error, stream) => answerUnreadable(error, stream as Socket));
  return server;
}

function closeInTime(socket: WebSocket, code: SocketClose, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
  socket.once("close", () => clearTimeout(timer));
}
