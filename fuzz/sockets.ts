/** Sockets at the level of frames: right, wrong, in pieces, giant and many. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { SocketClose } from "@orchestratex/sdk/contract";
import type { Chance } from "../chaos/chance.ts";
import type { Pool } from "./requests.ts";
import { traps } from "./values.ts";

/** One frame of a client, masked. RFC 6455, section 5.2. */
function frame(opcode: number, payload: Buffer, { final = true, masked = true, reserved = 0 } = {}): Buffer {
  const { length } = payload;
  const size =
    length < 126
      ? Buffer.from([length])
      : length < 65_536
        ? Buffer.from([126, length >> 8, length & 255])
        : longSize(length);
  size[0] = (size[0] ?? 0) | (masked ? 128 : 0);
  const head = Buffer.concat([Buffer.from([(final ? 128 : 0) | reserved | opcode]), size]);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

function longSize(length: number): Buffer {
  const size = Buffer.alloc(9);
  size[0] = 127;
  size.writeBigUInt64BE(BigInt(length), 1);
  return size;
}

const [TEXT, BINARY, CLOSE, PING] = [1, 2, 8, 9];
const text = (value: unknown) => frame(TEXT, Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));

/** What is sent, and the close codes that it may bring; none: the socket stays open and still answers. */
type Move = { name: string; send: Buffer[]; closes: readonly number[] };

const { not_json, binary, too_large, policy, too_many, not_found } = SocketClose;

function moves(pool: Pool, chance: Chance): Move[] {
  const thread_id = chance.of([...pool.thread_id, "01a1fe80-0000-7000-8000-000000000000", "x"]);
  const half = Buffer.from('{"type":"ping","nonce":1}');
  const odd = chance.of(traps);
  return [
    { name: "subscribe", send: [text({ type: "subscribe", thread_id, after_seq: chance.whole(0, 20) })], closes: [] },
    { name: "unsubscribe", send: [text({ type: "unsubscribe", thread_id })], closes: [] },
    { name: "statistics", send: [text({ type: "statistics" })], closes: [] },
    { name: "a wrong field", send: [text({ type: "subscribe", thread_id, after_seq: odd })], closes: [] },
    { name: "an unknown type", send: [text({ type: odd })], closes: [policy] },
    { name: "ten unknown types", send: Array.from({ length: 10 }, () => text({ type: "nope" })), closes: [policy] },
    { name: "no object", send: [text(chance.of(["null", "[]", "1", '"x"']))], closes: [policy, not_json] },
    { name: "not JSON", send: [text(chance.of(["{", "NaN", "", "\ufeff{}"]))], closes: [not_json] },
    { name: "not UTF-8", send: [frame(TEXT, Buffer.from([0xff, 0xfe, 0xc0]))], closes: [not_json] },
    { name: "binary", send: [frame(BINARY, half)], closes: [binary] },
    { name: "giant", send: [text("x".repeat(70_000))], closes: [too_large] },
    { name: "64 kB", send: [text({ type: "statistics", x: "x".repeat(65_400) })], closes: [] },
    {
      name: "in pieces",
      send: [frame(TEXT, half.subarray(0, 5), { final: false }), frame(0, half.subarray(5))],
      closes: [],
    },
    {
      name: "giant in pieces",
      send: [
        frame(TEXT, half, { final: false }),
        ...Array.from({ length: 80 }, () => frame(0, Buffer.alloc(1024, 120), { final: false })),
      ],
      closes: [too_large],
    },
    { name: "not masked", send: [frame(TEXT, half, { masked: false })], closes: [1002, 1006] },
    { name: "reserved bits", send: [frame(TEXT, half, { reserved: 64 })], closes: [1002, 1006] },
    { name: "an unknown opcode", send: [frame(5, half)], closes: [1002, 1006] },
    { name: "a flood", send: Array.from({ length: 500 }, () => text({ type: "ping", nonce: 1 })), closes: [too_many] },
    {
      name: "pings of the protocol",
      send: Array.from({ length: 50 }, () => frame(PING, Buffer.from("x"))),
      closes: [too_many],
    },
    { name: "nothing more", send: [frame(CLOSE, Buffer.from([3, 232]))], closes: [1000, 1005, 1006] },
    { name: "rubbish", send: [randomBytes(200)], closes: [1002, 1006, 1007, 1009, 1000, 1003] },
  ];
}

export async function socketTurn(
  base: string,
  paths: readonly string[],
  pool: Pool,
  chance: Chance,
): Promise<{ name: string; fault: string | null }> {
  const path = chance
    .of(paths)
    .replace(/\{(\w+)\}/, (_, name: string) => chance.of([...(pool[name as keyof Pool] ?? []), "x"]));
  const { name, send, closes } = chance.of(moves(pool, chance));
  const line = await openSocket(base, path + chance.of(["", "/", "?after=0", "?since=2020-01-01T00:00:00Z"]));
  if (typeof line === "string") {
    const status = line.slice(0, 12);
    return { name: `${name}: ${status}`, fault: /^HTTP\/1\.1 4\d\d/.test(line) ? null : `no upgrade: ${status}` };
  }
  for (const one of send) line.socket.write(one);
  line.socket.write(text({ type: "ping", nonce: 424_242 }));
  const end = await line.ends;
  line.socket.destroy();
  const closed = [...closes, not_found, too_many].includes(Number(end)) || (end === 1006 && closes.length > 0);
  const fine = end === "answered" ? !mustClose.has(name) : closed;
  const right = closes.join(" or ") || "an answer";
  return { name: `${name}: ${end}`, fault: fine ? null : `${path}: ${name} ended with ${end}, not with ${right}` };
}

/** After these nothing more may be answered. */
const mustClose = new Set([
  ...["ten unknown types", "not JSON", "not UTF-8", "binary", "giant", "giant in pieces", "not masked"],
  ...["reserved bits", "an unknown opcode", "nothing more"],
]);

type Line = { socket: Socket; ends: Promise<number | "answered"> };

/** The answer to the handshake when it is no upgrade. */
function openSocket(base: string, path: string): Promise<Line | string> {
  const { port, host } = new URL(base);
  const { promise, resolve } = Promise.withResolvers<Line | string>();
  const ends = Promise.withResolvers<number | "answered">();
  const socket = connect(Number(port), "127.0.0.1");
  socket.setTimeout(5_000, () => ends.resolve(-1));
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  let got: Buffer = Buffer.alloc(0);
  let open = false;
  socket.on("data", (piece: Buffer) => {
    got = Buffer.concat([got, piece]);
    const head = got.indexOf("\r\n\r\n");
    if (!open && head === -1) return;
    if (!open) {
      const status = got.subarray(0, head).toString();
      if (!status.startsWith("HTTP/1.1 101")) {
        socket.destroy();
        return resolve(status);
      }
      open = true;
      got = got.subarray(head + 4);
      resolve({ socket, ends: ends.promise });
    }
    got = readFrames(got, ends.resolve);
  });
  const broke = () => {
    resolve("the line broke");
    ends.resolve(1006);
  };
  socket.once("error", broke).once("close", broke);
  return promise;
}

/** Answers what is left over. */
function readFrames(got: Buffer, ends: (how: number | "answered") => void): Buffer {
  let rest = got;
  for (;;) {
    const short = (rest[1] ?? 0) & 127;
    const skip = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < skip) return rest;
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < skip + length) return rest;
    const payload = rest.subarray(skip, skip + length);
    const opcode = (rest[0] ?? 0) & 15;
    if (opcode === CLOSE) ends(length >= 2 ? payload.readUInt16BE(0) : 1005);
    if (opcode === TEXT && payload.includes('"nonce":424242')) ends("answered");
    rest = rest.subarray(skip + length);
  }
}
