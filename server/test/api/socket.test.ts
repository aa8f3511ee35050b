/** Following by WebSocket: what comes, what may be asked, and how each kind of misuse ends. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { SocketReply, ThreadEvent } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { addSession, addThread } from "../store/rows.ts";
import { eventually, openByHand } from "./by-hand.ts";
import { isEvent, kindOf, openSocket, refusal, seqsOf } from "./socket-client.ts";

const within = { timeout: 30_000 };
const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

const place = await openByHand({ after });
const follow = (threadId: string, query = "") => openSocket(place.address, `/ws/thread/${threadId}${query}`);

test("a thread's socket greets, replays after N, follows, and stays open when the thread ends", within, async () => {
  const thread = await place.thread();
  await thread.tell(note("a"), note("b"), note("c"));
  const socket = await follow(thread.id, "?after=1");
  const greeting = await socket.next();
  assert.ok(greeting && isEvent(greeting));
  assert.deepEqual(
    { ...ThreadEvent.parse(greeting).details, server_time: "" },
    { server_time: "", session_id: place.sessionId, thread_id: thread.id, last_seq: 3, heartbeat_ms: 15_000 },
  );
  const isThree = (message: object) => "seq" in message && message.seq === 3;
  assert.deepEqual(seqsOf(await socket.until(isThree), thread.id), [2, 3]);
  await thread.tell(note("d"));
  assert.equal(Reflect.get((await socket.next()) ?? {}, "message"), "d");
  await thread.finish();
  assert.equal(kindOf(await socket.next()), "orchestration_finished");
  socket.say({ type: "ping", nonce: 7 });
  const pong = SocketReply.parse(await socket.next());
  assert.ok(pong.type === "pong" && pong.nonce === 7);
  assert.ok(Math.abs(Date.parse(pong.delivered_to) - Date.now()) < 10_000);
  socket.ws.close();
  assert.equal(await socket.closed(), 1005);
  await eventually(() => place.listening() === 0);
});

test("a place beyond the log's end holds nothing back", within, async () => {
  const thread = await place.thread();
  await thread.tell(note("a"));
  const socket = await follow(thread.id, "?after=999");
  assert.equal(kindOf(await socket.next()), "connection_established");
  await thread.tell(note("b"));
  assert.equal(Reflect.get((await socket.next()) ?? {}, "seq"), 2);
  socket.ws.terminate();
});

test("text comes as deltas; who comes later gets it whole", within, async () => {
  const thread = await place.thread();
  const early = await follow(thread.id);
  await early.next();
  const response = uuidv7();
  thread.text(response, 0, "The sky");
  assert.equal(kindOf(await early.next()), "response_delta");
  const late = await follow(thread.id);
  await late.next();
  assert.equal(kindOf(await late.next()), "response_snapshot");
  thread.text(response, 7, " is ünï 🎉");
  const [here, there] = [await early.next(), await late.next()];
  assert.equal(kindOf(here), "response_delta");
  assert.deepEqual(here, there, "readers at the same place are sent the same");
  early.ws.terminate();
  late.ws.terminate();
});

test("any thread of yours can be subscribed to and left; a newer subscription moves the place", within, async () => {
  const [first, second] = [await place.thread(), await place.thread()];
  await second.tell(note("a"), note("b"));
  const socket = await follow(first.id);
  await socket.next();
  socket.say({ type: "subscribe", thread_id: second.id.toUpperCase(), after_seq: 1 });
  assert.deepEqual(await socket.next(), { type: "subscribed", thread_id: second.id, last_seq: 2 });
  assert.equal(Reflect.get((await socket.next()) ?? {}, "seq"), 2);
  socket.say({ type: "subscribe", thread_id: second.id });
  socket.say({ type: "ping", nonce: 1 });
  assert.deepEqual(seqsOf(await socket.until((message) => kindOf(message) === "pong"), second.id), [1, 2]);
  await second.tell(note("c"));
  assert.deepEqual(Reflect.get((await socket.next()) ?? {}, "seq"), 3, "once, though subscribed twice");

  socket.say({ type: "unsubscribe", thread_id: second.id });
  socket.say({ type: "statistics" });
  const statistics = SocketReply.parse(await socket.next());
  assert.ok(statistics.type === "statistics" && statistics.subscriptions >= 1 && statistics.connections >= 1);
  await second.tell(note("unheard"));
  await first.tell(note("heard"));
  assert.equal(Reflect.get((await socket.next()) ?? {}, "message"), "heard");
  const health = await (await fetch(`${place.address}/api/health`)).json();
  assert.equal(Reflect.get(Object(health), "parts").live.connections >= 1, true);
  socket.ws.terminate();
});

test("what is not yours, or is none, is a problem when asked for and 4404 as the socket's own", within, async () => {
  const foreign = await addThread(place.database, await addSession(place.database, "ada"));
  const thread = await place.thread();
  const socket = await follow(thread.id);
  await socket.next();
  for (const id of [foreign, uuidv7()]) {
    socket.say({ type: "subscribe", thread_id: id });
    const reply = SocketReply.parse(await socket.next());
    assert.ok(reply.type === "problem" && reply.problem.code === "thread.not_found");
    assert.equal(await (await follow(id)).closed(), 4404);
  }
  socket.ws.terminate();
  const hers = await addSession(place.database, "ada");
  for (const path of ["/ws/thread/nonsense", "/ws/thread", "/ws/nonsense", `/ws/${uuidv7()}`, `/ws/${hers}`])
    assert.equal(await (await openSocket(place.address, path)).closed(), 4404, path);
});

test("binary, what is no JSON, what is too long and a flood each end the socket with their code", within, async () => {
  const { id } = await place.thread();
  const endOf = async (misuse: (socket: Awaited<ReturnType<typeof follow>>) => void) => {
    const socket = await follow(id);
    misuse(socket);
    return socket.closed();
  };
  assert.equal(await endOf(({ ws }) => ws.send(Buffer.from("{}"))), 1003);
  assert.equal(await endOf(({ ws }) => ws.send("{")), 1007);
  assert.equal(await endOf(({ ws }) => ws.send(`"${"x".repeat(70_000)}"`)), 1009);
  const fragments = ({ ws }: { ws: import("ws").WebSocket }) => {
    for (let part = 0; part < 20; part++) ws.send("x".repeat(5_000), { fin: false });
  };
  assert.equal(await endOf(fragments), 1009, "in pieces as well");
  const flood = ({ say }: { say(message: object): void }) => {
    for (const nonce of upTo(300)) say({ type: "ping", nonce });
  };
  assert.equal(await endOf(flood), 4429);
  const pings = ({ ws }: { ws: import("ws").WebSocket }) => {
    for (let count = 0; count < 300; count++) ws.ping();
  };
  assert.equal(await endOf(pings), 4429, "of protocol pings as well");
});

test("a message of no type we know is a problem; the tenth ends the socket", within, async () => {
  const socket = await follow((await place.thread()).id);
  await socket.next();
  const wrong = [{ type: "dance" }, 7, null, [], "x", {}, { type: "ping" }, { type: "subscribe", thread_id: "x" }];
  for (const message of [...wrong, { type: "subscribe", thread_id: uuidv7(), after_seq: -1 }]) {
    socket.say(message as object);
    const reply = SocketReply.parse(await socket.next());
    assert.ok(reply.type === "problem" && reply.problem.code === "request.invalid", JSON.stringify(message));
  }
  socket.say({ type: "dance" });
  assert.equal(await socket.closed(), 1008);
});

test("an upgrade passes the same door as a request; a path of sockets says so to a request", within, async () => {
  const { id } = await place.thread();
  const code = async (path: string, headers: Record<string, string>) => {
    const { status, body } = await refusal(place.address, path, { headers });
    return [status, body["code"]];
  };
  assert.deepEqual(await code(`/ws/thread/${id}`, { host: "evil.example" }), [403, "request.host"]);
  assert.deepEqual(await code(`/ws/thread/${id}`, { origin: "http://evil.example" }), [403, "request.host"]);
  assert.deepEqual(await code("/ws", {}), [404, "route.not_found"]);
  assert.deepEqual(await code(`/ws/thread/${id}/more`, {}), [404, "route.not_found"]);
  assert.deepEqual(await code(`/ws/thread/${id}?after=x`, {}), [422, "request.invalid"]);
  const request = await fetch(`${place.address}/ws/thread/${id}`);
  assert.deepEqual([request.status, request.headers.get("upgrade")], [426, "websocket"]);
  assert.deepEqual(await code("/health", {}), [200, undefined], "elsewhere an upgrade is passed over");
  const slash = await openSocket(place.address, `/ws/thread/${id}/`, { headers: { origin: place.address } });
  assert.equal(kindOf(await slash.next()), "connection_established");
  slash.ws.terminate();
});
