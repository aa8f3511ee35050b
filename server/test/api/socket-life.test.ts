/** How sockets live and end: signs of life, slow readers, limits, a server that leaves. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, type TestContext, test } from "node:test";
import { pino } from "pino";
import { v7 as uuidv7 } from "uuid";
import { eventually, openByHand } from "./by-hand.ts";
import { isEvent, kindOf, openSocket, seqsOf } from "./socket-client.ts";

const within = { timeout: 60_000 };
const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

const place = await openByHand({ after });
const path = (threadId: string) => `/ws/thread/${threadId}`;

test("who answers no ping for two of them is closed with 4408; who answers stays", within, async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const other = await openByHand(t);
  const { id } = await other.thread();
  const dead = await openSocket(other.address, path(id), { autoPong: false });
  const alive = await openSocket(other.address, path(id));
  const lines = [dead.ws, alive.ws];
  for (let beat = 0; beat < 3; beat++) {
    const pinged = lines.map((ws) => new Promise((resolve) => ws.once("ping", resolve)));
    const ended = dead.closed();
    t.mock.timers.tick(15_000);
    await Promise.race([Promise.all(pinged), ended]);
    alive.say({ type: "ping", nonce: beat });
    await alive.until((message) => kindOf(message) === "pong");
  }
  assert.equal(await dead.closed(), 4408);
  assert.equal(alive.ws.readyState, alive.ws.OPEN);
});

test(
  "a slow reader gets every event, and text whole; little waits for it; others wait for nothing",
  within,
  async () => {
    const thread = await place.thread();
    const lines: Socket[] = [];
    place.door.server.on("upgrade", (_request, line) => void lines.push(line as Socket));
    const slow = await openSocket(place.address, path(thread.id));
    const quick = await openSocket(place.address, path(thread.id));
    await Promise.all([slow.next(), quick.next()]);
    slow.ws.pause();
    const big = note("x".repeat(60_000));
    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      await thread.tell(...Array.from({ length: 10 }, () => big));
      const last = (round + 1) * 10;
      await quick.until((message) => isEvent(message) && message.seq === last);
    }
    const waits = lines[0]?.writableLength ?? 0;
    assert.ok(waits > 256 * 1024 && waits < 256 * 1024 + 2 * 61_000, `${waits} bytes wait`);
    const response = uuidv7();
    for (let offset = 0; offset < 50; offset++) thread.text(response, offset, "b");
    await quick.until((message) => kindOf(message).startsWith("response_"));
    slow.ws.resume();
    const seen = await slow.until((message) => kindOf(message).startsWith("response_"));
    assert.deepEqual(seqsOf(seen, thread.id), upTo(rounds * 10));
    const last = seen.at(-1);
    assert.ok(last && isEvent(last) && last.event_type === "response_snapshot");
    assert.equal(last.details.text, "b".repeat(50));
    for (const { ws } of [slow, quick]) ws.terminate();
  },
);

test("a stopping server tells its sockets to come back", within, async (t) => {
  const { other, socket } = await one(t);
  other.stopping.abort();
  assert.equal(await socket.closed(), 1012);
  await eventually(() => other.listening() === 0);
});

test("closing the door ends its sockets, also those whose client does not answer", within, async (t) => {
  const { other, socket } = await one(t);
  socket.ws.pause();
  await other.door.close();
  socket.ws.resume();
  assert.equal(await socket.closed(), 1012);
});

test("an erased session ends the sockets of its threads and its own with 4404", within, async (t) => {
  const { other, socket } = await one(t);
  const whole = await openSocket(other.address, `/ws/${other.sessionId}`);
  assert.equal(kindOf(await whole.next()), "connection_established");
  await other.database.sql.updateTable("conversation_threads").set({ thread_status: "completed" }).execute();
  const erased = await fetch(`${other.address}/api/sessions/${other.sessionId}?purge=true`, { method: "DELETE" });
  assert.equal(erased.status, 204);
  assert.deepEqual([await socket.closed(), await whole.closed()], [4404, 4404]);
});

test(
  "a client that is gone leaves nothing behind; one that sends rubbish in its handshake is told",
  within,
  async (t) => {
    const faults: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => void faults.push(line) });
    const other = await openByHand(t, { log });
    const { id } = await other.thread();
    const sockets = await Promise.all(upTo(20).map(() => openSocket(other.address, path(id))));
    await Promise.all(sockets.map((socket) => socket.next()));
    assert.equal(other.listening(), 2, "readers of one thread listen together");
    for (const { ws } of sockets) ws.terminate();
    await eventually(() => other.listening() === 0);
    const headers = {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "x",
      "sec-websocket-version": "13",
    };
    const { status, body } = await send(other.address + path(id), headers);
    assert.equal(status, 400);
    assert.match(body, /request\.malformed/);
    assert.deepEqual(faults, []);
  },
);

test("what was read long ago is read again, not kept", within, async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const other = await openByHand(t);
  const thread = await other.thread();
  await thread.tell(...upTo(70).map((number) => note(`${number}`)));
  const early = await openSocket(other.address, path(thread.id));
  const isLast = (last: number) => (message: object) => "seq" in message && message.seq === last;
  assert.deepEqual(seqsOf(await early.until(isLast(70)), thread.id), upTo(70));
  for (let count = 0; count < 4; count++) {
    t.mock.timers.tick(15_000);
    early.say({ type: "ping", nonce: count });
    await early.until((message) => kindOf(message) === "pong");
  }
  const late = await openSocket(other.address, `${path(thread.id)}?after=60`);
  assert.deepEqual(seqsOf(await late.until(isLast(70)), thread.id), upTo(70).slice(60));
  await thread.tell(note("71"));
  for (const socket of [early, late]) assert.deepEqual(seqsOf(await socket.until(isLast(71)), thread.id), [71]);
});

test("one socket too many is told so, and the others stay", within, async (t) => {
  const other = await openByHand(t, { mostSockets: 2 });
  const { id } = await other.thread();
  const sockets = [await openSocket(other.address, path(id)), await openSocket(other.address, path(id))];
  assert.equal(await (await openSocket(other.address, path(id))).closed(), 4429);
  sockets[0]?.ws.terminate();
  await sockets[0]?.closed();
  let next = await openSocket(other.address, path(id));
  // The server may hear of the end of the first a moment later.
  while ((await next.next()) === null) next = await openSocket(other.address, path(id));
  assert.equal(next.ws.readyState, next.ws.OPEN);
});

test("an upgrade behind a request that is still being answered harms nobody", within, async (t) => {
  const accepting = Promise.withResolvers<string>();
  const other = await openByHand(t, { ask: () => accepting.promise });
  const { id } = await other.thread();
  const line = connect(Number(new URL(other.address).port), "127.0.0.1");
  const body = JSON.stringify({ prompt: "Why?" });
  const host = "Host: localhost\r\n";
  line.write(
    `POST /api/orchestrate/prompt HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      `GET ${path(id)} HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  line.on("error", () => undefined);
  await new Promise((resolve) => line.once("close", resolve));
  accepting.resolve(id);
  assert.equal((await fetch(`${other.address}/health`)).status, 200);
});

test("a notice reaches every socket and stream", within, async () => {
  const { id } = await place.thread();
  const sockets = await Promise.all(
    [path(id), `/ws/${place.sessionId}`].map((where) => openSocket(place.address, where)),
  );
  const give = (body: object) =>
    fetch(`${place.address}/api/system/notice`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const socket of sockets) await socket.next();
  assert.equal((await give({ message: "Noon", level: "warning" })).status, 202);
  for (const socket of sockets) {
    const seen = (await socket.until((message) => kindOf(message) === "system_notice")).at(-1);
    assert.ok(seen && isEvent(seen) && seen.event_type === "system_notice");
    assert.deepEqual([seen.message, seen.details, seen.seq], ["Noon", { level: "warning" }, null]);
    socket.ws.terminate();
  }
  for (const bad of [{}, { message: " " }, { message: "x".repeat(501) }, { message: "x", level: "loud" }])
    assert.equal((await give(bad)).status, 422);
});

async function one(t: TestContext) {
  const other = await openByHand(t);
  const socket = await openSocket(other.address, path((await other.thread()).id));
  await socket.next();
  return { other, socket };
}

async function send(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  const { request } = await import("node:http");
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  request(url, { headers }, async (response) => {
    let body = "";
    for await (const chunk of response) body += chunk;
    resolve({ status: response.statusCode ?? 0, body });
  })
    .on("error", reject)
    .end();
  return promise;
}
