/** Following over sockets that say what they are told to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, type Connection, createClient, UnexpectedReplyError, UnreachableError } from "../src/client.ts";
import type { ThreadEvent } from "../src/contract/events.ts";
import { finished, greeting, id, started, THREAD, twoIterations } from "./story.ts";

const SESSION = id(2);
type Listener = (event: object) => void;

/** What one socket does after it is opened: messages, then `code` closes it; none leaves it open. */
type Script = { messages?: readonly unknown[]; code?: number };

function scripted(scripts: readonly Script[], silenceMs = 60_000) {
  const urls: string[] = [];
  const said: string[] = [];
  const closed: string[] = [];
  const openSocket = (url: string) => {
    const script = scripts[Math.min(urls.length, scripts.length - 1)] ?? {};
    urls.push(url);
    const listeners = new Map<string, Listener>();
    queueMicrotask(() => {
      listeners.get("open")?.({});
      for (const message of script.messages ?? [])
        listeners.get("message")?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
      if (script.code !== undefined) listeners.get("close")?.({ code: script.code, reason: "" });
    });
    return {
      send: (text: string) => void said.push(text),
      close: () => void closed.push(url),
      addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
    };
  };
  const waits: number[] = [];
  const pace = { wait: async (ms: number) => void waits.push(ms), random: () => 1, silenceMs };
  return { client: createClient({ baseUrl: "http://127.0.0.1:8000", openSocket, pace }), urls, said, closed, waits };
}

async function take(events: AsyncIterable<ThreadEvent>, most: number): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  for await (const event of events) if (seen.push(event.seq ?? event.event_type) === most) break;
  return seen;
}

const thread = `ws://127.0.0.1:8000/ws/thread/${THREAD}?after=`;
const session = `ws://127.0.0.1:8000/ws/${SESSION}`;

test("a thread is followed through lost lines, each event once, from where it was", async () => {
  const story = twoIterations("first", "second").filter(({ seq }) => seq !== null);
  const { client, urls, closed, waits } = scripted([
    { messages: [greeting(), ...story.slice(0, 5)], code: 1006 },
    { messages: story.slice(3), code: 1012 },
    { messages: [{ type: "subscribed", thread_id: THREAD, last_seq: 13 }, { ...finished(14, "yes") }] },
  ]);
  const connections: Connection["type"][] = [];
  const events = client.followThread(THREAD, { onConnection: ({ type }) => connections.push(type) });
  assert.deepEqual(await take(events, 15), ["connection_established", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.deepEqual(urls, [`${thread}0`, `${thread}5`, `${thread}13`]);
  assert.deepEqual(connections, ["lost", "restored", "lost", "restored"]);
  assert.deepEqual(waits, [250, 250]);
  assert.equal(closed.length, 3, "who stops reading closes the line");
});

test("a session comes back with the time up to which everything was delivered; threads count by themselves", async () => {
  const other = id(7);
  const second = { ...started(1), thread_id: other };
  const pong = { type: "pong", nonce: 1, delivered_to: "2026-11-21T11:00:00.000Z" };
  const { client, urls } = scripted([
    { messages: [greeting(), started(1)], code: 1011 },
    { messages: [started(1), second, pong], code: 4408 },
    { messages: [second, { ...finished(2, "yes"), thread_id: other }] },
  ]);
  const { server_time } = greeting().details as { server_time: string };
  const seen = await take(client.followSession(SESSION), 4);
  assert.deepEqual(seen, ["connection_established", 1, 1, 2]);
  const since = (time: string) => `${session}?since=${encodeURIComponent(time)}`;
  assert.deepEqual(urls, [session, since(server_time), since("2026-11-21T11:00:00.000Z")]);
});

test("what is not there, and what the server cannot read, ends it at once; too often in vain as well", async () => {
  const gone = scripted([{ code: 4404 }]);
  await assert.rejects(take(gone.client.followThread(THREAD), 1), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.code], [404, "thread.not_found"]);
    return true;
  });
  assert.equal(gone.urls.length, 1);
  await assert.rejects(take(scripted([{ code: 1007 }]).client.followThread(THREAD), 1), UnexpectedReplyError);
  const broken = scripted([{ messages: [{ ...started(1), details: {} }] }]);
  await assert.rejects(take(broken.client.followThread(THREAD), 1), UnexpectedReplyError);
  const nobody = scripted([{ messages: [greeting()], code: 1006 }]);
  await assert.rejects(take(nobody.client.followSession(SESSION, { maxAttempts: 3 }), 99), UnreachableError);
  assert.deepEqual(nobody.waits, [250, 500, 1000]);
});

test("a line that falls silent is given up; while it stands it is pinged", async () => {
  const { client, urls, said } = scripted([{ messages: [started(1)] }, { messages: [finished(2, "yes")] }], 30);
  assert.deepEqual(await take(client.followThread(THREAD), 2), [1, 2]);
  assert.equal(urls.length, 2);
  assert.equal(JSON.parse(said[0] ?? "{}").type, "ping");
});

test("an abort ends it with its reason; kinds that only newer servers know are passed over", async () => {
  const reason = new Error("enough");
  const leaving = new AbortController();
  const { client, closed } = scripted([
    { messages: [{ ...started(1), event_type: "orchestration_dreamt" }, started(1)] },
  ]);
  const events = client.followThread(THREAD, { signal: leaving.signal });
  await assert.rejects(async () => {
    for await (const { seq } of events) {
      assert.equal(seq, 1);
      leaving.abort(reason);
    }
  }, reason);
  assert.equal(closed.length, 1);
});
