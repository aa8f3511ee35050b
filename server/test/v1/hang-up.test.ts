/** Lines that break, and lines that wait. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { openByHand } from "../api/by-hand.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { asked, clientOf } from "./published.ts";

const within = { timeout: 30_000 };
const lifelike = { ORCHESTRATEX_SIMULATED_SPEED: "1" };
const question = "Compare TCP and UDP for a video game";

/** Hangs up once the loop is writing its first answer. Answers the thread's id. */
async function hangUp(address: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const control = new AbortController();
  const answer = await clientOf(address).ask({ ...body, stream: true }, { signal: control.signal, headers });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !text.includes("writing iteration 1"); ) text += (await reader?.read())?.value ?? "";
  control.abort();
  return String(answer.headers.get("x-orchestratex-thread"));
}

const endOf = async (app: TestApp, id: string) => {
  await app.until(id, "orchestration_finished");
  const { stop_reason, failure_reason } = await app.thread(id);
  return stop_reason ?? failure_reason;
};

test("a client that hangs up stops its thread", within, async (t) => {
  const app = await openTestApp(t, lifelike);
  const address = await app.listen();
  const id = await hangUp(address, asked("orchestratex/thorough", question));
  assert.match(String(await endOf(app, id)), /stopped$/);
  assert.deepEqual(app.faults, []);
});

test("so does one that waits for the whole answer", within, async (t) => {
  const app = await openTestApp(t, lifelike);
  const client = clientOf(await app.listen());
  const control = new AbortController();
  const session = await app.session();
  const body = asked("orchestratex/thorough", question, { metadata: { session_id: session.id } });
  const gone = client.ask(body, { signal: control.signal }).catch(() => "gone");
  let id = "";
  while (id === "") {
    const { body: list } = await app.send("GET", `/api/threads/session/${session.id}`);
    id = (list["items"] as { thread_id: string }[])[0]?.thread_id ?? "";
  }
  control.abort();
  assert.equal(await gone, "gone");
  assert.match(String(await endOf(app, id)), /stopped$/);
});

test("a request that was named can be come back for: its thread goes on, and is joined", within, async (t) => {
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED_SPEED: "20" });
  const address = await app.listen();
  const session = await app.session();
  const body = asked("orchestratex/checked", question, { metadata: { session_id: session.id } });
  const headers = { "idempotency-key": "once" };
  const id = await hangUp(address, body, headers);
  const again = await clientOf(address).ask(body, { headers });
  assert.equal(again.headers.get("x-orchestratex-thread"), id);
  assert.doesNotMatch(String(await endOf(app, id)), /stopped$/);
  const other = await clientOf(address).refused(asked("orchestratex/quick", "Why?"), headers);
  assert.deepEqual([other.status, other.code], [400, "request.key_reused"]);
});

test("without a key two requests are two threads", within, async (t) => {
  const app = await openTestApp(t);
  const client = clientOf(await app.listen());
  const [one, two] = await Promise.all([1, 2].map(() => client.whole(asked("orchestratex/quick", question))));
  assert.notEqual(one?.id, two?.id);
});

test("a silent line gets a comment every ten seconds, from the first moment on", within, async (t) => {
  const place = await openByHand(t, {
    implicitSession: { of: async () => place.sessionId, forget: async () => {} },
    ask: async () => (await place.thread()).id,
  });
  t.mock.timers.enable({ apis: ["setInterval"] });
  const control = new AbortController();
  const body = asked("orchestratex/checked", question, { stream: true });
  const answer = await clientOf(place.address).ask(body, { signal: control.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => (await reader?.read())?.value;
  assert.equal(await next(), ": keep-alive, asked\n\n");
  for (let turn = 0; turn < 3; turn++) {
    t.mock.timers.tick(10_000);
    assert.equal(await next(), ": keep-alive, asked\n\n");
  }
  control.abort();
});

test("who waits for the whole answer is told each minute that it is worked on", within, async (t) => {
  const place = await openByHand(t, {
    implicitSession: { of: async () => place.sessionId, forget: async () => {} },
    ask: async () => (await place.thread()).id,
  });
  t.mock.timers.enable({ apis: ["setInterval"] });
  const came = Promise.withResolvers<number>();
  const headers = { "content-type": "application/json" };
  const line = request(`${place.address}/v1/chat/completions`, { method: "POST", headers });
  line.on("information", ({ statusCode }) => came.resolve(statusCode)).on("error", () => undefined);
  line.end(JSON.stringify(asked("orchestratex/checked", question)));
  while (place.listening() === 0) await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  assert.equal(await came.promise, 102);
  line.destroy();
});
