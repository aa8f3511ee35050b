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

export type SocketOptions = {
  socket: WebSocket;
  /** The line beneath it. */
  line: Socket;
  followers: Followers;
  userId: string;
  requestId: string;
  log: FastifyBaseLogger;
  close(code: SocketClose, reason: string): void;
};

export class OpenSocket {
  /** Every 15 s. */
  readonly beat: () => void;
  readonly #options: SocketOptions;
  readonly #sink: Sink;
  readonly #inbox: ReturnType<typeof openInbox>;
  #connection: Connection | undefined;
  #session: ReturnType<Followers["sessions"]["follow"]> | undefined;
  #leaveFiles = () => {};
  #ended = false;

  constructor(options: SocketOptions) {
    const { socket, line } = options;
    this.#options = options;
    this.#sink = {
      ready: () => line.writableLength < WAITING_BYTES && !this.#ended,
      onReady: (listener) => line.on("drain", listener),
      send: (event) => this.#write(socketFrame(event)),
      together(work) {
        line.cork();
        work();
        line.uncork();
      },
    };
    const close = this.close.bind(this);
    const life = openLife(socket, line, close);
    this.beat = life.beat;
    this.#inbox = openInbox(socket, {
      act: (request) => this.#act(request),
      complain: (error) => this.#complain(error),
      close,
      heard: life.heard,
    });
    socket.on("close", () => this.#end());
    // What is wrong with a frame closes the socket by itself, with the right code.
    socket.on("error", () => undefined);
  }

  begin(target: Target): void {
    this.#inbox.first(() => this.#begin(target).catch((error: unknown) => this.#fail(error)));
  }

  close(code: SocketClose, reason = socketCloses[code].meaning): void {
    if (this.#ended) return;
    this.#end();
    // 123 bytes are the most a reason may have.
    this.#options.close(code, reason.slice(0, 120));
  }

  #end(): void {
    this.#ended = true;
    this.#session?.stop();
    this.#leaveFiles();
    this.#connection?.close();
  }

  async #begin(target: Target): Promise<void> {
    const { id, type } = target;
    if (!Id.safeParse(id).success) return this.close(SocketClose.not_found);
    if (type === "session") await target.own();
    if (this.#ended) return;
    const since = type === "session" ? target.since : null;
    const { followers, userId } = this.#options;
    const connection = followers.connect({
      ...{ userId, sink: this.#sink, since, sessionId: type === "session" ? id : null },
      onEnd: (reason) => this.#leave(reason),
      onGone: (threadId) => {
        if (type === "thread" && threadId === id) this.#leave("gone");
      },
    });
    this.#connection = connection;
    const { following, send } = connection;
    // After the greeting, which comes first.
    const withFiles = () => {
      if (!this.#ended) this.#leaveFiles = followers.files.all(userId, { ...this.#sink, send });
    };
    if (type === "thread") {
      await following.add(id, target.after, (thread, last_seq) =>
        send(greeting({ ...thread, thread_id: id, last_seq })),
      );
      return withFiles();
    }
    send(greeting({ session_id: id, thread_id: null, last_seq: 0, simulated: false }));
    withFiles();
    this.#session = followers.sessions.follow(
      { sessionId: id, since },
      following,
      (thread, lastSeq) => this.#subscribed(thread, lastSeq),
      (error) => this.#fail(error),
    );
    await this.#session.begun;
  }

  async #act(request: SocketRequest): Promise<void> {
    if (this.#ended || !this.#connection) return;
    const { following } = this.#connection;
    if (request.type === "statistics")
      return this.#reply({ type: "statistics", ...this.#options.followers.statistics() });
    if (request.type === "ping") {
      const delivered_to = following.deliveredTo().toISOString();
      return this.#reply({ type: "pong", nonce: request.nonce, delivered_to });
    }
    const threadId = request.thread_id.toLowerCase();
    if (request.type === "unsubscribe") {
      this.#session?.leave(threadId);
      return following.drop(threadId);
    }
    await following.add(threadId, request.after_seq, (thread, lastSeq) => this.#subscribed(thread, lastSeq));
  }

  #subscribed({ id }: FollowedThread, last_seq: number): void {
    this.#reply({ type: "subscribed", thread_id: id, last_seq });
  }

  #reply(message: SocketReply): void {
    // To one who does not read nothing is said.
    if (this.#sink.ready()) this.#write(textFrame(JSON.stringify(message)));
  }

  #write(frame: Buffer): void {
    const { socket, line } = this.#options;
    if (socket.readyState === socket.OPEN) line.write(frame);
  }

  #complain(error: unknown): void {
    if (error instanceof AppError) this.#reply({ type: "problem", problem: problemOf(error, this.#options.requestId) });
    else this.#fail(error);
  }

  #fail(error: unknown): void {
    const fault = error instanceof AppError ? error : undefined;
    if (fault?.status === 404) this.close(SocketClose.not_found);
    else if (fault?.code === "request.too_many") this.close(SocketClose.too_many, fault.message);
    else {
      if (!this.#ended) this.#options.log.error({ err: error }, "a socket broke off");
      this.close(SocketClose.internal);
    }
  }

  #leave(reason: End): void {
    if (reason === "gone") this.close(SocketClose.not_found);
    else if (reason === "stopping") this.close(SocketClose.restart);
    else this.#fail(reason);
  }
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
