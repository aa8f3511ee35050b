/** Following a thread: in order, once, from where the reader was, and never at the cost of others. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ThreadEvent } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { followThread, openFollowers } from "../../src/api/live.ts";
import type { Sink } from "../../src/api/reader.ts";
import { eventually, openByHand } from "./by-hand.ts";
import { eventOf, numbersOf, openStream } from "./stream.ts";

const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const within = { timeout: 60_000 };

const generated = (responseId: string, text: string) => ({
  event_type: "response_generated",
  details: {
    ...{ response_id: responseId, role: "primary", response_text: text, confidence_score: null, tokens_used: null },
    ...{ cost: 0, cost_source: "provider", response_time: 1, finish_reason: "stop" },
  },
});

/** For the tests that do not end it. */
const place = await openByHand({ after });

test("a stream replays the log, follows it and ends after the final event", within, async () => {
  const thread = await place.thread();
  await thread.tell(note("a"), note("b"));
  const stream = await openStream(place.eventsUrl(thread.id));
  assert.equal(stream.status, 200);
  assert.equal(stream.headers["content-type"], "text/event-stream; charset=utf-8");
  assert.equal(stream.headers["cache-control"], "no-store");
  assert.equal(stream.headers["x-accel-buffering"], "no");
  assert.ok(stream.headers["x-request-id"]);

  const greeting = await stream.next();
  assert.equal(greeting?.event, "connection_established");
  assert.equal(greeting.id, null, "the greeting must not reset Last-Event-ID");
  assert.equal(eventOf(greeting).seq, null);
  const { details } = ThreadEvent.parse(eventOf(greeting));
  assert.deepEqual(
    { ...details, server_time: "" },
    { server_time: "", session_id: place.sessionId, thread_id: thread.id, last_seq: 2, heartbeat_ms: 15_000 },
  );
  assert.equal((await stream.next())?.id, "1");
  assert.equal(eventOf(await stream.next()).message, "b");
  await thread.tell(note("c"));
  const third = await stream.next();
  assert.deepEqual([third?.id, third?.event, eventOf(third).message], ["3", "stop_requested", "c"]);
  await thread.finish();
  const rest = await stream.rest();
  assert.deepEqual(
    rest.map(({ event }) => event),
    ["orchestration_finished"],
  );
  assert.equal(place.listening(), 0);
});

test("a finished thread is replayed and the stream ends", within, async () => {
  const thread = await place.thread();
  await thread.tell(...upTo(120).map((number) => note(`${number}`)));
  await thread.finish();
  const whole = await (await openStream(place.eventsUrl(thread.id))).rest();
  assert.deepEqual(numbersOf(whole), upTo(121));

  const last = { "last-event-id": "121" };
  const nothing = await openStream(place.eventsUrl(thread.id), { headers: last });
  assert.equal(nothing.status, 204, "tells a browser to come back no more");
  assert.deepEqual(await nothing.rest(), []);
  const asked = await (await openStream(`${place.eventsUrl(thread.id)}?after=121`)).rest();
  assert.deepEqual(
    asked.map(({ event }) => event),
    ["connection_established"],
  );
  const beyond = await (await openStream(`${place.eventsUrl(thread.id)}?after=9999`)).rest();
  assert.deepEqual(numbersOf(beyond), []);
});

test("Last-Event-ID, or ?after, gives exactly the rest", within, async () => {
  const thread = await place.thread();
  await thread.tell(...upTo(20).map((number) => note(`${number}`)));
  await thread.finish();
  const url = place.eventsUrl(thread.id);
  const numbers = async (query: string, headers: Record<string, string>) =>
    numbersOf(await (await openStream(url + query, { headers })).rest());
  assert.deepEqual(await numbers("", { "last-event-id": "13" }), upTo(21).slice(13));
  assert.deepEqual(await numbers("?after=13", {}), upTo(21).slice(13));
  assert.deepEqual(await numbers("?after=2", { "last-event-id": "19" }), [20, 21], "what the browser saw last counts");
  for (const nonsense of ["-1", "x", "1.5", "99999999999999999999", ""])
    assert.deepEqual(await numbers("", { "last-event-id": nonsense }), upTo(21), nonsense);
});

test("many readers that come and go see every number once, in order", within, async () => {
  const thread = await place.thread();
  const last = 150;
  const reader = async (start: number): Promise<number[]> => {
    const seen: number[] = [];
    let after = 0;
    for (let visit = 0; ; visit++) {
      const stream = await openStream(place.eventsUrl(thread.id), { headers: { "last-event-id": `${after}` } });
      for (let frame = await stream.next(); frame !== null; frame = await stream.next()) {
        if (frame.id === null) continue;
        after = Number(frame.id);
        seen.push(after);
        if (frame.event === "orchestration_finished") return seen;
        if (visit < 5 && seen.length % (start + 7) === 0) break;
      }
      stream.cut();
    }
  };
  const readers = upTo(12).map(reader);
  for (let number = 1; number < last; number++) await thread.tell(note(`${number}`));
  await thread.finish();
  for (const seen of await Promise.all(readers)) assert.deepEqual(seen, upTo(last));
  await eventually(() => place.listening() === 0);
});

test("text comes as deltas, after what came before it and never after its own end", within, async () => {
  const thread = await place.thread();
  const stream = await openStream(place.eventsUrl(thread.id));
  await stream.next();
  const [first, second] = [uuidv7(), uuidv7()];
  const told = thread.tell(note("a"));
  await told;
  thread.text(first, 0, "The sky ");
  thread.text(first, 8, "is ");
  assert.equal((await stream.next())?.id, "1");
  const delta = await stream.next();
  assert.equal(delta?.id, null);
  assert.deepEqual(ThreadEvent.parse(eventOf(delta)).details, {
    ...{ response_id: first, role: "primary", offset: 0, text: "The sky is " },
  });
  thread.text(first, 11, "blue");
  assert.deepEqual(eventOf(await stream.next()).details, {
    response_id: first,
    role: "primary",
    offset: 11,
    text: "blue",
  });

  await thread.tell(generated(first, "The sky is blue"));
  thread.text(first, 15, " and late");
  assert.equal((await stream.next())?.event, "response_generated");
  thread.text(second, 0, "Again");
  assert.deepEqual(eventOf(await stream.next()).details, {
    response_id: second,
    role: "primary",
    offset: 0,
    text: "Again",
  });
  await thread.finish();
  assert.deepEqual(
    (await stream.rest()).map(({ event }) => event),
    ["orchestration_finished"],
  );
});

test(
  "who comes while a text is written gets it so far as a snapshot; its end, once delivered, is its end",
  within,
  async () => {
    const thread = await place.thread();
    const response = uuidv7();
    await thread.tell(note("a"));
    thread.text(response, 0, "The sky");
    const stream = await openStream(place.eventsUrl(thread.id));
    const frames = [await stream.next(), await stream.next(), await stream.next()];
    assert.deepEqual(
      frames.map((frame) => frame?.event),
      ["connection_established", "stop_requested", "response_snapshot"],
    );
    assert.deepEqual(ThreadEvent.parse(eventOf(frames[2] ?? null)).details, {
      response_id: response,
      role: "primary",
      text: "The sky",
    });
    thread.text(response, 7, " is");
    assert.deepEqual(eventOf(await stream.next()).details, {
      response_id: response,
      role: "primary",
      offset: 7,
      text: " is",
    });

    // Settled, and not yet forgotten by this process: a reader who has seen its end must not see its text again.
    await thread.tell(generated(response, "The sky is"));
    const after = await openStream(place.eventsUrl(thread.id), { headers: { "last-event-id": "2" } });
    const late = await openStream(place.eventsUrl(thread.id));
    await thread.finish();
    assert.deepEqual(
      (await after.rest()).map(({ event }) => event),
      ["connection_established", "orchestration_finished"],
    );
    assert.equal((await late.rest()).filter(({ event }) => event.startsWith("response_s")).length, 0);
    stream.cut();
  },
);

test("a slow reader gets no deltas; once it has caught up, the whole text; and every event", within, async () => {
  const { live, database } = place;
  const thread = await place.thread();
  const sent: ThreadEvent[] = [];
  let takes = true;
  let drained = () => {};
  const sink: Sink = {
    send: (event) => void sent.push(event),
    ready: () => takes,
    onReady: (listener) => {
      drained = listener;
    },
  };
  const followers = openFollowers({ database, live, stopping: place.stopping.signal, log: { error: () => {} } });
  const ended = followThread(
    followers,
    { id: thread.id, userId: "local", after: 0 },
    sink,
    new AbortController().signal,
  );
  await eventually(() => sent.length === 1);
  const response = uuidv7();
  thread.text(response, 0, "a");
  await eventually(() => sent.length === 2);
  takes = false;
  for (let offset = 1; offset <= 50; offset++) thread.text(response, offset, "b");
  await thread.tell(note("meanwhile"), note("and again"));
  for (let turn = 0; turn < 5; turn++) await database.sql.selectFrom("user_sessions").select("id").execute();
  assert.equal(sent.length, 2, "nothing is sent to a reader that does not take it");
  takes = true;
  drained();
  await eventually(() => sent.length === 5);
  assert.deepEqual(
    sent.slice(2).map(({ event_type, seq }) => [event_type, seq]),
    [
      ["stop_requested", 1],
      ["stop_requested", 2],
      ["response_snapshot", null],
    ],
  );
  assert.equal(Reflect.get(sent[4]?.details ?? {}, "text"), `a${"b".repeat(50)}`);
  await thread.finish();
  await ended;
  const { messages, dropped, ...open } = followers.statistics();
  assert.deepEqual(open, { connections: 0, subscriptions: 0 });
  assert.equal(messages, 6);
  assert.ok(dropped > 0);
});

test("what waits for a reader that does not read stays small; it gets all of it when it does", within, async () => {
  const thread = await place.thread();
  const many = 400;
  const big = note("x".repeat(60_000));
  for (let sent = 0; sent < many; sent += 50) await thread.tell(...Array.from({ length: 50 }, () => big));
  await thread.finish();
  const answers: { writableLength: number }[] = [];
  place.door.server.prependListener("request", (_request, response) => answers.push(response));
  const stream = await openStream(place.eventsUrl(thread.id), { paused: true });
  await eventually(() => (answers[0]?.writableLength ?? 0) > 256 * 1024);
  for (let turn = 0; turn < 20; turn++) await place.database.sql.selectFrom("user_sessions").select("id").execute();
  assert.ok((answers[0]?.writableLength ?? 0) < 256 * 1024 + 2 * 61_000, `${answers[0]?.writableLength} bytes wait`);
  stream.resume();
  assert.deepEqual(numbersOf(await stream.rest()), upTo(many + 1));
});
