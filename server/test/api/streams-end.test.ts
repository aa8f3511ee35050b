/** How streams and waiters begin and end: nothing is left behind, nothing hangs. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, test } from "node:test";
import { v7 as uuidv7 } from "uuid";
import { eventually, openByHand } from "./by-hand.ts";
import { type Frame, openStream } from "./stream.ts";

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const within = { timeout: 60_000 };
const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });

/** For the tests that do not end it. */
const place = await openByHand({ after });

test("a client that hangs up leaves nothing behind", within, async () => {
  const thread = await place.thread();
  const streams = await Promise.all(upTo(20).map(() => openStream(place.eventsUrl(thread.id))));
  await Promise.all(streams.map((stream) => stream.next()));
  assert.equal(place.listening(), 2, "readers of one thread listen together");
  for (const stream of streams) stream.cut();
  await eventually(() => place.listening() === 0);
  await thread.tell(note("nobody hears"));
});

test("who waits for the end is answered at the end; who hangs up leaves no waiter behind", within, async (t) => {
  const threads: string[] = [];
  const other = await openByHand(t, { ask: async () => threads.shift() ?? "" });
  const thread = await other.thread();
  threads.push(thread.id, thread.id);
  const wait = (signal?: AbortSignal) =>
    fetch(`${other.address}/api/orchestrate/prompt`, {
      method: "POST",
      body: JSON.stringify({ prompt: "Why?" }),
      headers: { "content-type": "application/json", prefer: "wait=120" },
      ...(signal && { signal }),
    });
  const control = new AbortController();
  const gone = wait(control.signal).catch(() => "gone");
  await eventually(() => other.listening() === 1);
  const patient = wait();
  await eventually(() => other.listening() === 2);
  control.abort();
  assert.equal(await gone, "gone");
  await eventually(() => other.listening() === 1);
  await thread.tell(note("a"));
  await thread.finish();
  const reply = await patient;
  assert.deepEqual([reply.status, reply.headers.get("preference-applied")], [200, "wait=120"]);
  assert.equal(other.listening(), 0);
});

test("who hangs up before the prompt is accepted is not waited for", within, async (t) => {
  const threads: string[] = [];
  const accepting = Promise.withResolvers<void>();
  const other = await openByHand(t, {
    async ask() {
      await accepting.promise;
      return threads.shift() ?? "";
    },
  });
  threads.push((await other.thread()).id, (await other.thread()).id);
  const answers: ServerResponse[] = [];
  other.door.server.on("request", (_request, response) => answers.push(response));
  for (const more of [{ prefer: "wait=120" }, { accept: "text/event-stream" }]) {
    const control = new AbortController();
    const headers = { "content-type": "application/json", ...more };
    const body = JSON.stringify({ prompt: "Why?" });
    const url = `${other.address}/api/orchestrate/prompt`;
    const gone = fetch(url, { method: "POST", headers, body, signal: control.signal }).catch(() => "gone");
    const asked = answers.length + 1;
    await eventually(() => answers.length === asked);
    control.abort();
    await gone;
    await eventually(() => answers.at(-1)?.destroyed === true);
  }
  accepting.resolve();
  await eventually(() => threads.length === 0);
  for (let turn = 0; turn < 5; turn++) await other.database.sql.selectFrom("user_sessions").select("id").execute();
  await eventually(() => other.listening() === 0);
});

test("a thread that is erased ends the streams that follow it", within, async () => {
  const thread = await place.thread();
  await thread.finish();
  const stream = await openStream(`${place.eventsUrl(thread.id)}`);
  await stream.rest();
  const draft = await place.thread();
  const following = await openStream(place.eventsUrl(draft.id));
  await following.next();
  await place.database.sql.deleteFrom("conversation_threads").where("id", "=", draft.id).execute();
  place.live.wake(draft.id, 1);
  assert.deepEqual(await following.rest(), []);
});

test("a stopping server ends its streams at once, and they can be taken up again", within, async (t) => {
  const place = await openByHand(t);
  const thread = await place.thread();
  const stream = await openStream(place.eventsUrl(thread.id));
  await stream.next();
  place.stopping.abort();
  assert.deepEqual(await stream.rest(), []);
  assert.equal(place.listening(), 0);
  const refused = await fetch(place.eventsUrl(thread.id));
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
});

test("closing the door ends its streams too", within, async (t) => {
  const place = await openByHand(t);
  const thread = await place.thread();
  const stream = await openStream(place.eventsUrl(thread.id));
  await stream.next();
  const [, rest] = await Promise.all([place.door.close(), stream.rest()]);
  assert.deepEqual(rest, []);
});

test("a silent line is kept alive by a comment every 15 seconds", within, async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const thread = await place.thread();
  const stream = await openStream(place.eventsUrl(thread.id));
  await stream.next();
  t.mock.timers.tick(14_999);
  t.mock.timers.tick(1);
  const comment: Frame | null = await stream.next();
  assert.deepEqual(comment, { id: null, event: "", data: "keep-alive" });
  stream.cut();
});

test("a draft can be followed before it runs", within, async () => {
  const id = uuidv7();
  const row = { id, session_id: place.sessionId, original_prompt: "Why?", mode: "quick", quality_threshold: 8 };
  await place.books.accept({ ...row, settings: {} }, { draft: true });
  const stream = await openStream(place.eventsUrl(id));
  assert.equal((await stream.next())?.event, "connection_established");
  stream.cut();
});

test("HEAD and plain GET do not open a stream; an unknown thread is a problem", within, async () => {
  const thread = await place.thread();
  const head = await fetch(place.eventsUrl(thread.id), { method: "HEAD", headers: { accept: "text/event-stream" } });
  assert.equal(head.headers.get("content-type"), "application/json; charset=utf-8");
  const either = await fetch(place.eventsUrl(thread.id), {
    headers: { accept: "text/event-stream;q=0.5, application/json" },
  });
  assert.deepEqual(await either.json(), { items: [], next_cursor: null });
  const unknown = await fetch(place.eventsUrl(uuidv7()), { headers: { accept: "text/event-stream" } });
  assert.equal(unknown.status, 404);
  assert.equal(unknown.headers.get("content-type"), "application/problem+json");
  assert.equal(place.listening(), 0);
});
