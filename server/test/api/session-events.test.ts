/** Following a session: what runs, what is asked later, what was missed, by socket and by server-sent events. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { addSession } from "../store/rows.ts";
import { eventually, openByHand } from "./by-hand.ts";
import { kindOf, type Message, openSocket, seqsOf } from "./socket-client.ts";
import { eventOf, openStream } from "./stream.ts";

const within = { timeout: 30_000 };
const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });

const place = await openByHand({ after });
const isEnd = (message: object) => "event_type" in message && message.event_type === "orchestration_finished";

test("a session's socket sends what runs from its beginning, and what is asked later", within, async (t) => {
  const { address, sessionId, thread, listening } = await openByHand(t);
  const [over, running] = [await thread(), await thread()];
  await over.tell(note("long ago"));
  await over.finish();
  await running.tell(note("a"), note("b"));
  const socket = await openSocket(address, `/ws/${sessionId.toUpperCase()}`);
  const greeting = (await socket.next()) as { thread_id: null; session_id: string; details: { session_id: string } };
  assert.deepEqual([greeting.thread_id, greeting.session_id], [null, sessionId]);
  assert.deepEqual(await socket.next(), { type: "subscribed", thread_id: running.id, last_seq: 2 });
  const first = [await socket.next(), await socket.next()].filter((message) => message !== null);
  assert.deepEqual(seqsOf(first, running.id), [1, 2]);

  const later = await thread();
  await later.tell(note("c"));
  await later.finish();
  const seen = await socket.until(isEnd);
  assert.deepEqual([kindOf(seen[0] ?? null), Reflect.get(seen[0] ?? {}, "thread_id")], ["subscribed", later.id]);
  assert.deepEqual(seqsOf(seen, later.id), [1, 2]);
  await running.finish();
  assert.deepEqual(seqsOf(await socket.until(isEnd), running.id), [3]);
  socket.ws.close();
  await eventually(() => listening() === 0);
});

test("since brings what has changed, from a minute before, and drops nothing", within, async (t) => {
  const { address, sessionId, thread, database } = await openByHand(t);
  const threads = [await thread(), await thread(), await thread()] as const;
  for (const one of threads) await one.tell(note("a"), note("b"), note("c"));
  await threads[0].finish();
  await threads[1].finish();
  const age = (id: string, most: number, hours: number) =>
    sql`update orchestration_logs set timestamp = now() - make_interval(hours => ${hours})
      where stream_id = ${id} and seq <= ${most}`.execute(database.sql);
  await age(threads[0].id, 2, 2);
  await age(threads[1].id, 4, 2);
  await sql`alter table conversation_threads disable trigger user`.execute(database.sql);
  await sql`update conversation_threads set updated_at = now() - interval '2 hours' where id = ${threads[1].id}`.execute(
    database.sql,
  );
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const socket = await openSocket(address, `/ws/${sessionId}?since=${since}`);
  // The first thread's last number and the running one's have come: all has been sent.
  const seen: Message[] = [];
  const [{ id: changedId }, , { id: runningId }] = threads;
  while (seqsOf(seen, changedId).at(-1) !== 4 || seqsOf(seen, runningId).at(-1) !== 3) {
    const message = await socket.next();
    assert.ok(message, "the socket stays open");
    seen.push(message);
  }
  socket.say({ type: "ping", nonce: 1 });
  seen.push(...(await socket.until((message) => kindOf(message) === "pong")));
  const { delivered_to: deliveredTo } = seen.at(-1) as { delivered_to: string };
  assert.ok(Math.abs(Date.parse(deliveredTo) - Date.now()) < 10_000, "all has been sent");
  const [changed, untouched, running] = threads.map(({ id }) => seqsOf(seen, id));
  assert.deepEqual([changed, untouched, running], [[3, 4], [], [1, 2, 3]]);
  socket.ws.terminate();
});

test("a session's stream has times as ids, with which a browser comes back", within, async (t) => {
  const { address, sessionId, thread } = await openByHand(t);
  const url = `${address}/api/sessions/${sessionId}/events`;
  const stream = await openStream(url, { headers: { accept: "*/*" } });
  assert.equal(stream.headers["content-type"], "text/event-stream; charset=utf-8");
  const greeting = await stream.next();
  assert.equal(greeting?.id, eventOf(greeting).timestamp);
  const one = await thread();
  // While the thread is still being taken up an event has no id.
  let first: Awaited<ReturnType<typeof stream.next>> = null;
  let last = 0;
  while (!first?.id) {
    await one.tell(note("a"));
    first = await stream.next();
    last++;
  }
  assert.deepEqual([first.id, eventOf(first).seq], [eventOf(first).timestamp, last]);
  stream.cut();
  await one.tell(note("b"));
  await one.finish();
  const again = await openStream(url, { headers: { "last-event-id": first.id } });
  assert.equal((await again.next())?.id, first.id, "the greeting takes nothing back");
  const rest = [];
  while (rest.length < last + 2) rest.push(await again.next());
  const numbers = Array.from({ length: last + 2 }, (_, index) => index + 1);
  assert.deepEqual(
    rest.map((frame) => eventOf(frame).seq),
    numbers,
  );
  const ids = rest.map((frame) => frame?.id ?? null);
  assert.deepEqual(ids.slice(0, -1), Array(last + 1).fill(null), "not safe to come back with until all is sent");
  again.cut();
});

test(
  "a session that is not yours has no stream and takes no HEAD; nonsense as an id is passed over",
  within,
  async () => {
    const hers = await addSession(place.database, "ada");
    const url = (id: string) => `${place.address}/api/sessions/${id}/events`;
    assert.equal((await fetch(url(hers))).status, 404);
    assert.equal((await fetch(url(place.sessionId), { method: "HEAD" })).status, 405);
    const stream = await openStream(url(place.sessionId), { headers: { "last-event-id": "17" } });
    assert.equal((await stream.next())?.event, "connection_established");
    stream.cut();
    await eventually(() => place.listening() === 0);
  },
);
