/** Sockets: messages by the contract and against it, and frames that are none. Every frame back must be one of the contract's. */
import { connect } from "node:net";
import { SocketClose, SocketReply, ThreadEvent } from "@orchestratex/sdk/contract";
import { WebSocket } from "ws";
import type { Chance } from "../chaos/chance.ts";
import { oddities, type Pools } from "./values.ts";

export type SocketFuzz = { faults: string[]; facts: Record<string, unknown> };

type Plan = { messages: number; ids: Pools };

const AT_ONCE = 8;
const PER_SOCKET = 12;
const ANSWER_MS = 250;

export async function fuzzSockets(port: number, chance: Chance, plan: Plan): Promise<SocketFuzz> {
  const faults: string[] = [];
  const closes: Record<string, number> = {};
  const frames: Record<string, number> = {};
  let sent = 0;
  const one = async () => {
    while (sent < plan.messages) {
      sent += PER_SOCKET;
      const path = pathFor(chance, plan.ids);
      const talk = await converse(
        port,
        path,
        Array.from({ length: PER_SOCKET }, () => messageFor(chance, plan.ids)),
      );
      for (const fault of talk.faults) faults.push(`${path}: ${fault}`);
      closes[talk.close] = (closes[talk.close] ?? 0) + 1;
      for (const type of talk.frames) frames[type] = (frames[type] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const raw = await Promise.all(
    rawTalks.flatMap((bytes) => Array.from({ length: 5 }, () => rawly(port, plan.ids, bytes))),
  );
  return {
    faults,
    facts: { socket_messages: sent, raw_talks: raw.length, socket_frames: frames, socket_closes: closes },
  };
}

function pathFor(chance: Chance, ids: Pools): string {
  const session = String(chance.of(ids["session_id"] ?? ["x"]));
  const thread = String(chance.of(ids["thread_id"] ?? ["x"]));
  return chance.of([
    `/ws/${session}`,
    `/ws/${session}/`,
    `/ws/thread/${thread}`,
    `/ws/thread/${thread}?after=${chance.of(["0", "3", "-1", "x", "99999999999", "1e3"])}`,
    `/ws/${session}?since=${chance.of(["2026-11-21T10:00:00Z", "x", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", ""])}`,
    `/ws/thread/${session}`,
    "/ws/thread/00000000-0000-7000-8000-000000000000",
    "/ws/not-an-id",
  ]);
}

function messageFor(chance: Chance, ids: Pools): string | Buffer {
  const thread_id = chance.hits(0.8) ? chance.of(ids["thread_id"] ?? [null]) : chance.of(oddities);
  const fits = chance.of([
    { type: "ping", nonce: chance.whole(0, 1e6) },
    { type: "statistics" },
    { type: "subscribe", thread_id, after_seq: chance.whole(0, 30) },
    { type: "subscribe", thread_id },
    { type: "unsubscribe", thread_id },
  ]);
  if (chance.hits(0.55)) return JSON.stringify(fits);
  const odd = chance.of(oddities);
  return chance.of<string | Buffer>([
    JSON.stringify({ ...fits, [chance.of(["type", "thread_id", "after_seq", "nonce", "odd"])]: odd }) ?? "null",
    JSON.stringify(odd) ?? "null",
    JSON.stringify({ type: chance.of(["odd", "", "__proto__", "close"]) }),
    chance.of(["{", "", "nul", "[".repeat(20_000), '{"type":"ping","nonce":1e999}', "x".repeat(70_000)]),
    Buffer.from([0, 1, 2, 255]),
  ]);
}

type Talk = { faults: string[]; close: string; frames: string[] };

/** Say all, wait a little for what comes back, leave. */
function converse(port: number, path: string, messages: readonly (string | Buffer)[]): Promise<Talk> {
  const { promise, resolve } = Promise.withResolvers<Talk>();
  const talk: Talk = { faults: [], close: "none", frames: [] };
  const socket = new WebSocket(`ws://localhost:${port}${path}`);
  let timer: NodeJS.Timeout | undefined;
  socket.on("open", () => {
    for (const message of messages) if (socket.readyState === WebSocket.OPEN) socket.send(message);
    timer = setTimeout(() => socket.close(1000), ANSWER_MS);
  });
  socket.on("message", (data) => read(String(data), talk));
  socket.on("unexpected-response", (_request, response) => {
    if ((response.statusCode ?? 500) >= 500) talk.faults.push(`refused with ${response.statusCode}`);
    talk.close = `http ${response.statusCode}`;
    response.destroy();
    socket.terminate();
  });
  socket.on("error", () => undefined);
  socket.on("close", (code) => {
    clearTimeout(timer);
    if (talk.close === "none") talk.close = String(code);
    if (![1000, 1005, 1006, ...known].includes(code)) talk.faults.push(`closed with ${code}, which is not documented`);
    resolve(talk);
  });
  return promise;
}

const known: readonly number[] = Object.values(SocketClose);

function read(text: string, talk: Talk): void {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    talk.faults.push(`not JSON: ${text.slice(0, 100)}`);
    return;
  }
  const reply = SocketReply.safeParse(frame);
  const event = reply.success ? null : ThreadEvent.safeParse(frame);
  if (event && !event.success) talk.faults.push(`a frame off the contract: ${text.slice(0, 200)}`);
  talk.frames.push(reply.success ? reply.data.type : event?.success ? event.data.event_type : "unknown");
  if (reply.success && reply.data.type === "problem" && reply.data.problem.status >= 500)
    talk.faults.push(`a problem of ours: ${text.slice(0, 200)}`);
}

const mask = [1, 2, 3, 4];

/** Bytes after the handshake that no client library sends. */
const rawTalks: readonly Buffer[] = [
  Buffer.from([0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f]), // not masked
  Buffer.from([0xf1, 0x80, ...mask]), // reserved bits
  Buffer.from([0x8b, 0x80, ...mask]), // an opcode that does not exist
  Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mask]), // 2^63 - 1 bytes are announced
  Buffer.from([0x81, 0xfe, 0x40]), // half of a header
  Buffer.from([0x00, 0x80, ...mask]), // the continuation of nothing
  Buffer.from([0x09, 0x80, ...mask]), // a ping in pieces
  Buffer.from([0x89, 0xfe, 0x00, 0x80, ...mask, ...Buffer.alloc(128)]), // a ping that is too long
  Buffer.from([0x88, 0x82, ...mask, 0x01 ^ 1, 0x01 ^ 2]), // closed with code 257
  Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from([0x89, 0x80, ...mask]))), // a flood of pings
  Buffer.concat([
    Buffer.from([0x01, 0x81, ...mask, 0x7b ^ 1]),
    ...Array.from({ length: 3_000 }, () => Buffer.from([0x00, 0x80, ...mask])),
  ]),
  Buffer.from([0x81, 0x82, ...mask, 0xff ^ 1, 0xfe ^ 2]), // not UTF-8
];

/** Whatever comes of it: the server is looked at afterwards. */
function rawly(port: number, ids: Pools, bytes: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const [thread] = ids["thread_id"] ?? [];
  const line = connect(port, "127.0.0.1", () => {
    line.write(
      `GET /ws/thread/${thread} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    line.write(bytes);
  });
  const leave = setTimeout(() => line.destroy(), 2 * ANSWER_MS);
  line.on("data", () => undefined).on("error", () => undefined);
  line.on("close", () => {
    clearTimeout(leave);
    resolve();
  });
  return promise;
}
