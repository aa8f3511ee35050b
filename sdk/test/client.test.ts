import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, type Connection, createClient, UnexpectedReplyError, UnreachableError } from "../src/client.ts";
import type { ThreadEvent } from "../src/contract/events.ts";
import { frame, headerOf, json, openScripted, problem, stream, type Turn } from "./scripted.ts";
import {
  accepted,
  delta,
  FIRST,
  finished,
  generated,
  greeting,
  iterationAsked,
  rated,
  started,
  THREAD,
  twoIterations,
} from "./story.ts";

const EVENTS = `GET /api/threads/${THREAD}/events`;
const ASK = "POST /api/orchestrate/prompt";

/** No waiting between attempts, and no chance; what was waited is kept. */
const hurried = (baseUrl: string, silenceMs = 60_000) => {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  return { client: createClient({ baseUrl, pace: { wait, random: () => 1, silenceMs } }), waits };
};

async function collect(events: AsyncIterable<ThreadEvent>): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  for await (const event of events) seen.push(event.seq ?? event.event_type);
  return seen;
}

const frames = (events: readonly ThreadEvent[]) => events.map(frame);

test("follow gives every event once and in order, and ends with the thread", async (t) => {
  const story = twoIterations("first", "second");
  const { url, seen } = await openScripted(t, { [EVENTS]: [stream(frames([greeting(), ...story]))] });
  const got = await collect(createClient({ baseUrl: url }).follow(THREAD));
  assert.deepEqual(
    got,
    [greeting(), ...story].map((event) => event.seq ?? event.event_type),
  );
  assert.equal(seen[0]?.lastEventId, undefined);
});

test("after a cut it comes back with the last id, and what is sent again is dropped", async (t) => {
  const story = twoIterations("first", "second").filter(({ seq }) => seq !== null);
  const { url, seen } = await openScripted(t, {
    [EVENTS]: [stream(frames(story.slice(0, 5)), "cut"), stream(frames(story.slice(3)))],
  });
  const { client, waits } = hurried(url);
  const connections: Connection["type"][] = [];
  const got = await collect(client.follow(THREAD, { onConnection: (connection) => connections.push(connection.type) }));
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  assert.deepEqual(
    seen.map(({ lastEventId }) => lastEventId),
    [undefined, "5"],
  );
  assert.deepEqual(connections, ["lost", "restored"]);
  assert.deepEqual(waits, [250]);
});

test("a stream that ends before its thread is a lost connection; a busy or starting server is asked again", async (t) => {
  const { url, seen } = await openScripted(t, {
    [EVENTS]: [
      stream(frames([started(1)])),
      problem(503, "server.stopping"),
      problem(429, "request.too_many"),
      problem(408, "request.timeout"),
      stream(frames([finished(2, "yes")])),
    ],
  });
  assert.deepEqual(await collect(hurried(url).client.follow(THREAD)), [1, 2]);
  assert.equal(seen.length, 5);
});

test("a thread that goes on is followed to its last end, and what the user does after it is told", async (t) => {
  const two = [finished(2, "yes"), iterationAsked(3), started(4), finished(5, "better"), rated(6)];
  const { url, seen } = await openScripted(t, {
    [EVENTS]: [
      stream(frames([greeting(2), started(1), finished(2, "yes"), iterationAsked(3)]), "cut"),
      stream(frames([greeting(5), ...two.slice(2, 4)]), "cut"),
      stream(frames([greeting(6), rated(6)])),
    ],
  });
  assert.deepEqual((await collect(hurried(url).client.follow(THREAD))).filter(Number), [1, 2, 3, 4, 5, 6]);
  assert.equal(seen.length, 3);
});

test("a stream cut off short of what was announced is not the end", async (t) => {
  const { url } = await openScripted(t, {
    [EVENTS]: [
      stream(frames([greeting(5), started(1), finished(2, "yes")])),
      stream(frames([greeting(5), iterationAsked(3), started(4), finished(5, "better")])),
    ],
  });
  assert.deepEqual((await collect(hurried(url).client.follow(THREAD))).filter(Number), [1, 2, 3, 4, 5]);
});

test("who has seen all of an ended thread hears that nothing more comes; one lost after its end has ended", async (t) => {
  const after = await openScripted(t, { [EVENTS]: [stream(frames([greeting(8)]))] });
  const got = await collect(hurried(after.url).client.follow(THREAD, { afterSeq: 8 }));
  assert.deepEqual([got.length, after.seen.length], [2, 2]);
  const { url, seen } = await openScripted(t, {
    [EVENTS]: [stream(frames([finished(1, "yes")]), "cut"), problem(503, "server.stopping")],
  });
  assert.deepEqual(await collect(hurried(url).client.follow(THREAD, { maxAttempts: 3 })), [1]);
  assert.equal(seen.length, 4);
});

test("control asks what the door takes", async (t) => {
  const { url, seen } = await openScripted(t, {
    "POST /api/orchestrate/iteration": [json(202, accepted())],
    [`POST /api/threads/${THREAD}/feedback`]: [json(200, accepted())],
    [`PUT /api/threads/${THREAD}/status`]: [json(200, accepted())],
    [`PUT /api/threads/${THREAD}/final`]: [json(200, accepted())],
  });
  const client = createClient({ baseUrl: url });
  await client.iterate(THREAD, "Shorter.", { idempotencyKey: "k" });
  await client.rate(THREAD, { rating: 7 });
  await client.setStatus(THREAD, "failed");
  await client.restore(THREAD, FIRST);
  assert.deepEqual(
    seen.map(({ body }) => JSON.parse(body)),
    [{ thread_id: THREAD, feedback: "Shorter." }, { rating: 7 }, { thread_status: "failed" }, { response_id: FIRST }],
  );
});

test("afterSeq goes on from there", async (t) => {
  const { url, seen } = await openScripted(t, { [EVENTS]: [stream(frames([started(6), finished(8, "yes")]))] });
  assert.deepEqual(await collect(hurried(url).client.follow(THREAD, { afterSeq: 7 })), [8]);
  assert.equal(seen[0]?.lastEventId, "7");
});

test("follow gives up after so many attempts that bring nothing new, waiting longer each time", async (t) => {
  const { url, seen } = await openScripted(t, { [EVENTS]: [stream(frames([greeting()]), "cut")] });
  const { client, waits } = hurried(url);
  await assert.rejects(collect(client.follow(THREAD, { maxAttempts: 7 })), UnreachableError);
  assert.equal(seen.length, 8);
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test("any sign of life starts the count anew", async (t) => {
  const alive = stream([": keep-alive\n\n"], "cut");
  const { url } = await openScripted(t, {
    [EVENTS]: [alive, alive, alive, alive, stream(frames([finished(1, "yes")]))],
  });
  assert.deepEqual(await collect(hurried(url).client.follow(THREAD, { maxAttempts: 2 })), [1]);
});

test("a connection that falls silent is given up and made again", async (t) => {
  const first = stream(frames([started(1)]), "open");
  const rest = stream(frames([finished(2, "yes")]));
  // A busy machine may take longer than the silence to bring the first frame: then it is asked for again.
  const silent: Turn = (response, request) =>
    (headerOf(request, "last-event-id") === "1" ? rest : first)(response, request);
  const { url } = await openScripted(t, { [EVENTS]: [silent] });
  assert.deepEqual(await collect(hurried(url, 50).client.follow(THREAD, { maxAttempts: 1_000 })), [1, 2]);
});

test("a refusal ends it at once", async (t) => {
  const { url, seen } = await openScripted(t, { [EVENTS]: [problem(404, "thread.not_found")] });
  await assert.rejects(collect(hurried(url).client.follow(THREAD)), { name: "ApiError", code: "thread.not_found" });
  assert.equal(seen.length, 1);
});

test("kinds of events that only newer servers know are passed over; a broken one is said", async (t) => {
  const newer = frame(started(1)).replaceAll("orchestration_started", "orchestration_dreamt");
  const broken = frame(started(1)).replace('"max_iterations":2', '"max_iterations":"two"');
  const { url } = await openScripted(t, {
    [EVENTS]: [stream([newer, frame(finished(2, "yes"))]), stream([broken])],
  });
  assert.deepEqual(await collect(hurried(url).client.follow(THREAD)), [2]);
  await assert.rejects(collect(hurried(url).client.follow(THREAD)), UnexpectedReplyError);
});

test("bytes may be cut anywhere: inside a character, a line end, a field", async (t) => {
  const text = "Zurück 🎉 最後";
  const whole = [generated(1, FIRST, text), finished(2, text)].map(frame).join("").replaceAll("\n", "\r\n");
  const bytes = new TextEncoder().encode(whole);
  const { url } = await openScripted(t, { [EVENTS]: [stream(Array.from(bytes, (byte) => Uint8Array.of(byte)))] });
  const got: unknown[] = [];
  for await (const event of hurried(url).client.follow(THREAD))
    if (event.event_type === "response_generated") got.push(event.details.response_text);
  assert.deepEqual(got, [text]);
});

test("an abort ends following with its reason, also while it waits to come back", async (t) => {
  const reason = new Error("enough");
  const { url } = await openScripted(t, { [EVENTS]: [stream(frames([delta(FIRST, 0, "a")]), "open")] });
  const leaving = new AbortController();
  const events = createClient({ baseUrl: url }).follow(THREAD, { signal: leaving.signal });
  await assert.rejects(async () => {
    for await (const _ of events) leaving.abort(reason);
  }, reason);

  const waiting = new AbortController();
  const nobody = await openScripted(t, {});
  await nobody.close();
  const gone = createClient({ baseUrl: nobody.url }).follow(THREAD, {
    signal: waiting.signal,
    onConnection: () => waiting.abort(reason),
  });
  await assert.rejects(collect(gone), reason);
});

test("who stops reading closes the connection", async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const turn: Turn = (response, request) => {
    response.on("close", resolve);
    stream(frames([started(1)]), "open")(response, request);
  };
  const { url } = await openScripted(t, { [EVENTS]: [turn] });
  for await (const _ of createClient({ baseUrl: url }).follow(THREAD)) break;
  await closed;
});

test("a problem document is an ApiError with its code; another program's error says so", async (t) => {
  const { url } = await openScripted(t, {
    [ASK]: [problem(422, "request.invalid", [{ path: "prompt", problem: "must not be empty" }])],
    "GET /api/models/?limit=100": [(response) => void response.writeHead(404).end("<h1>not found</h1>")],
  });
  const client = createClient({ baseUrl: `${url}/` });
  await assert.rejects(client.prompt({ prompt: " " }), (error: unknown) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 422);
    assert.equal(error.code, "request.invalid");
    assert.deepEqual(error.problem?.errors, [{ path: "prompt", problem: "must not be empty" }]);
    return true;
  });
  await assert.rejects(client.models(), { name: "ApiError", code: "http.unexpected", status: 404 });
});

test("an answer that does not fit the contract is told from a refusal, and names the field", async (t) => {
  const { url } = await openScripted(t, { [ASK]: [json(202, { ...accepted(), last_seq: "none" }), json(202, "no")] });
  const client = createClient({ baseUrl: url });
  await assert.rejects(client.prompt({ prompt: "Why?" }), { name: "UnexpectedReplyError", message: /last_seq/ });
  await assert.rejects(client.prompt({ prompt: "Why?" }), UnexpectedReplyError);
});

test("nobody there is an UnreachableError", async (t) => {
  const { url, close } = await openScripted(t, {});
  await close();
  await assert.rejects(createClient({ baseUrl: url }).status(THREAD), { name: "UnreachableError", baseUrl: url });
});

test("lists are read to their last page; waiting is asked for in seconds", async (t) => {
  const prefer: unknown[] = [];
  const { url, seen } = await openScripted(t, {
    "GET /api/models/?limit=100": [json(200, { items: [], next_cursor: "a b" })],
    "GET /api/models/?limit=100&cursor=a%20b": [json(200, { items: [], next_cursor: null })],
    [ASK]: [
      (response, request) => {
        prefer.push(request.headers["prefer"]);
        json(200, accepted())(response, request);
      },
    ],
  });
  const client = createClient({ baseUrl: url });
  assert.deepEqual(await client.models(), []);
  await client.prompt({ prompt: "Why?" }, { waitSeconds: 5 });
  assert.deepEqual(prefer, ["wait=5"]);
  assert.equal(seen.length, 3);
});
