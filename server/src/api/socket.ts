/** One WebSocket: what it follows, what it asks, and what is too much. */
import type { Socket } from "node:net";
import { Id, SocketClose, type SocketReply, SocketRequest, socketCloses } from "@orchestratex/sdk/contract";
import type { FastifyBaseLogger } from "fastify";
import type { RawData, WebSocket } from "ws";
import { AppError } from "../errors.ts";
import type { FollowedThread } from "../store/events.ts";
import { socketFrame, textFrame } from "./frames.ts";
import type { Connection, End, Followers } from "./live.ts";
import { problemOf } from "./problems.ts";
import { greeting, type Sink } from "./reader.ts";

/** A client with more than this waiting for it is slow. */
const WAITING_BYTES = 256 * 1024;

const MESSAGES_PER_SECOND = 100;
const UNKNOWN_MESSAGES = 10;

/** So many beats in a row without a sign of life. */
const SILENT_BEATS = 2;
/** So many in which it answers but takes nothing of what waits for it. */
const STUCK_BEATS = 8;

/** What a path names: null for what cannot be an id. */
export type Target =
  | { type: "thread"; id: string; after: number }
  | { type: "session"; id: string; since: Date | null; own(): Promise<unknown> };

export type OpenSocket = {
  begin(target: Target): void;
  /** Every 15 s. */
  beat(): void;
};

type Options = {
  socket: WebSocket;
  /** The line beneath it. */
  line: Socket;
  followers: Followers;
  userId: string;
  requestId: string;
  log: FastifyBaseLogger;
  close(code: SocketClose, reason: string): void;
};

export function openSocket(options: Options): OpenSocket {
  const { socket, line, followers, userId, log } = options;
  let connection: Connection | undefined;
  let session: ReturnType<Followers["sessions"]["follow"]> | undefined;
  let ended = false;

  const close = (code: SocketClose, reason = socketCloses[code].meaning) => {
    if (ended) return;
    ended = true;
    session?.stop();
    connection?.close();
    // 123 bytes are the most a reason may have.
    options.close(code, reason.slice(0, 120));
  };
  const fail = (error: unknown) => {
    if (error instanceof AppError && error.status === 404) return close(SocketClose.not_found);
    if (error instanceof AppError && error.code === "request.too_many")
      return close(SocketClose.too_many, error.message);
    if (!ended) log.error({ err: error }, "a socket broke off");
    close(SocketClose.internal);
  };
  const onEnd = (reason: End) => {
    if (reason === "gone") close(SocketClose.not_found);
    else if (reason === "stopping") close(SocketClose.restart);
    else fail(reason);
  };
  const canTake = () => line.writableLength < WAITING_BYTES;
  const sink: Sink = {
    ready: () => canTake() && !ended,
    onReady: (listener) => line.on("drain", listener),
    send: (event) => void (socket.readyState === socket.OPEN && line.write(socketFrame(event))),
  };
  const reply = (message: SocketReply) => {
    if (sink.ready() && socket.readyState === socket.OPEN) line.write(textFrame(JSON.stringify(message)));
  };
  const subscribed = ({ id }: FollowedThread, last_seq: number) =>
    reply({ type: "subscribed", thread_id: id, last_seq });

  const begin = async (target: Target) => {
    const { id, type } = target;
    if (!Id.safeParse(id).success) return close(SocketClose.not_found);
    if (type === "session") await target.own();
    if (ended) return;
    const since = type === "session" ? target.since : null;
    const opened = followers.connect({
      ...{ userId, sink, since, onEnd, sessionId: type === "session" ? id : null },
      onGone: (threadId) => {
        if (type === "thread" && threadId === id) onEnd("gone");
      },
    });
    connection = opened;
    if (type === "thread")
      return opened.following.add(id, target.after, (thread, last_seq) =>
        opened.send(greeting({ ...thread, thread_id: id, last_seq })),
      );
    opened.send(greeting({ session_id: id, thread_id: null, last_seq: 0, simulated: false }));
    session = followers.sessions.follow({ sessionId: id, since }, opened.following, subscribed, fail);
    await session.begun;
  };

  const act = async (request: SocketRequest) => {
    if (ended || !connection) return;
    const { following } = connection;
    switch (request.type) {
      case "subscribe":
        return following.add(request.thread_id.toLowerCase(), request.after_seq, subscribed);
      case "unsubscribe":
        session?.leave(request.thread_id.toLowerCase());
        return following.drop(request.thread_id.toLowerCase());
      case "ping":
        return reply({ type: "pong", nonce: request.nonce, delivered_to: following.deliveredTo().toISOString() });
      case "statistics":
        return reply({ type: "statistics", ...followers.statistics() });
    }
  };
  const complain = (error: unknown) => {
    if (!(error instanceof AppError)) return fail(error);
    reply({ type: "problem", problem: problemOf(error, options.requestId) });
  };
  const life = openLife(socket, line, close);
  const inbox = openInbox(socket, { act, complain, close, heard: life.heard });
  socket.on("close", () => {
    ended = true;
    session?.stop();
    connection?.close();
  });
  // What is wrong with a frame closes the socket by itself, with the right code.
  socket.on("error", () => undefined);
  return {
    begin: (target) => inbox.first(() => begin(target).catch(fail)),
    beat: life.beat,
  };
}

type Close = (code: SocketClose, reason?: string) => void;

/** Whether anybody is still there. */
function openLife(socket: WebSocket, line: Socket, close: Close) {
  let silent = 0;
  let stuck = 0;
  let takenBefore = 0;
  const heard = () => {
    silent = 0;
  };
  socket.on("pong", heard);
  return {
    heard,
    beat() {
      const taken = line.bytesWritten - line.writableLength;
      const waits = line.writableLength > 0;
      const moves = waits && taken > takenBefore;
      takenBefore = taken;
      // On a slow line the ping itself waits behind what is being taken.
      if (moves) silent = 0;
      stuck = waits && !moves ? stuck + 1 : 0;
      if (silent++ >= SILENT_BEATS || stuck >= STUCK_BEATS) return close(SocketClose.heartbeat_missed);
      socket.ping();
    },
  };
}

type Inbox = {
  act(request: SocketRequest): Promise<void> | void;
  complain(error: unknown): void;
  close: Close;
  heard(): void;
};

/** What the client says, one after the other. */
function openInbox(socket: WebSocket, { act, complain, close, heard }: Inbox) {
  let unknown = 0;
  let waiting = 0;
  let second = 0;
  let said = 0;
  let last: Promise<void> = Promise.resolve();
  const isTooMuch = () => {
    const now = Math.floor(performance.now() / 1000);
    said = now === second ? said + 1 : 1;
    second = now;
    return said > MESSAGES_PER_SECOND || waiting > MESSAGES_PER_SECOND;
  };
  const inTurn = (work: () => Promise<void> | void) => {
    waiting++;
    last = last
      .then(work)
      .catch(complain)
      .finally(() => waiting--);
  };
  const hear = () => {
    heard();
    if (isTooMuch()) close(SocketClose.too_many, `more than ${MESSAGES_PER_SECOND} messages in a second`);
  };
  socket.on("ping", (data) => {
    hear();
    if (socket.readyState === socket.OPEN && waiting <= MESSAGES_PER_SECOND) socket.pong(data);
  });
  socket.on("message", (data: RawData, isBinary) => {
    hear();
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return close(SocketClose.binary);
    const message = read(String(data));
    if (message === undefined) return close(SocketClose.not_json);
    const request = SocketRequest.safeParse(message);
    if (request.success) return inTurn(() => act(request.data));
    if (++unknown >= UNKNOWN_MESSAGES) return close(SocketClose.policy);
    inTurn(() => complain(notOurs(request.error.issues)));
  });
  return { first: inTurn };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notOurs(issues: readonly { path: PropertyKey[]; message: string }[]): AppError {
  const errors = issues
    .slice(0, 5)
    .map(({ path, message }) => ({ path: path.map(String).join("."), problem: message }));
  const said = errors.map(({ path, problem }) => (path === "" ? problem : `${path}: ${problem}`)).join("; ");
  return new AppError(
    "request.invalid",
    `The message is none of subscribe, unsubscribe, ping, statistics as they should be: ${said}`,
    { errors },
  );
}
