/** A WebSocket that a test reads message by message. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { SocketReply, SocketRequest, ThreadEvent } from "@orchestratex/sdk/contract";
import { type ClientOptions, WebSocket } from "ws";

export type Message = ThreadEvent | SocketReply;

export type SocketClient = {
  ws: WebSocket;
  say(message: SocketRequest | object): void;
  /** The next message, or null once it is closed. */
  next(): Promise<Message | null>;
  /** Messages until one is as wanted, that one included. */
  until(wanted: (message: Message) => boolean): Promise<Message[]>;
  /** The code it was closed with. */
  closed(): Promise<number>;
};

export async function openSocket(address: string, path: string, options: ClientOptions = {}): Promise<SocketClient> {
  const ws = new WebSocket(address.replace("http", "ws") + path, options);
  const came: (Message | null)[] = [];
  let arrived = () => {};
  const add = (message: Message | null) => {
    came.push(message);
    arrived();
  };
  const { promise: code, resolve } = Promise.withResolvers<number>();
  ws.on("message", (data) => add(JSON.parse(String(data)) as Message));
  ws.on("close", (reason) => {
    resolve(reason);
    add(null);
  });
  ws.on("error", () => undefined);
  await once(ws, "open");
  const next = async () => {
    while (came.length === 0) await new Promise<void>((wake) => (arrived = wake));
    return came[0] === null ? null : (came.shift() ?? null);
  };
  return {
    ws,
    say: (message) => ws.send(JSON.stringify(message)),
    next,
    async until(wanted) {
      const seen: Message[] = [];
      for (let message = await next(); message !== null; message = await next()) {
        seen.push(message);
        if (wanted(message)) break;
      }
      return seen;
    },
    closed: () => code,
  };
}

/** What the server says to an upgrade that it refuses. */
export async function refusal(
  address: string,
  path: string,
  options: ClientOptions = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const ws = new WebSocket(address.replace("http", "ws") + path, options);
  ws.on("error", () => undefined);
  const [, response] = (await once(ws, "unexpected-response")) as [unknown, IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode ?? 0, body: JSON.parse(text) };
}

export const isEvent = (message: Message): message is ThreadEvent => "event_type" in message;

export const kindOf = (message: Message | null): string =>
  message === null ? "closed" : isEvent(message) ? message.event_type : message.type;

/** Numbers of a thread's logged events among these. */
export const seqsOf = (messages: readonly Message[], threadId: string): (number | null)[] =>
  messages.filter(isEvent).flatMap(({ thread_id, seq }) => (thread_id === threadId && seq !== null ? [seq] : []));
