/** Lines that break, and lines that wait. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { v7 as uuidv7 } from "uuid";
import type { DirectEvent } from "../../src/engine/direct.ts";
import { simulatedProfiles } from "../../src/providers/simulated.ts";
import { upsertProfiles } from "../../src/store/profiles.ts";
import { openByHand } from "../api/by-hand.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { asked, clientOf, readStream } from "./published.ts";

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

test("and one that reads a single model's text as it is written", within, async (t) => {
  const app = await openTestApp(t, lifelike);
  const client = clientOf(await app.listen());
  const control = new AbortController();
  const body = asked("simulated-opal", question, { stream: true });
  const answer = await client.ask(body, { signal: control.signal });
  const id = String(answer.headers.get("x-orchestratex-thread"));
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !/"content":"\S/.test(text); ) text += (await reader?.read())?.value ?? "";
  control.abort();
  assert.equal(await endOf(app, id), "thread.stopped");
  assert.deepEqual(app.faults, []);
});

test("a server that stops says so on the line", within, async (t) => {
  const app = await openTestApp(t, lifelike);
  const client = clientOf(await app.listen());
  const models = ["orchestratex/thorough", "simulated-opal"];
  const lines = await Promise.all(models.map((model) => client.ask(asked(model, question, { stream: true }))));
  const [, ...bodies] = await Promise.all([app.close(), ...lines.map((line) => line.text())]);
  for (const body of bodies) {
    const { error, done } = readStream(body);
    assert.deepEqual([error?.code, error?.type, done], ["server.stopping", "server_error", false]);
  }
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

test("a single model may take its time: the line lives after ten seconds", within, async (t) => {
  const began = Promise.withResolvers<void>();
  const silence: AsyncIterable<never> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => began.resolve()) }),
  };
  const place = await openByHand(t, {
    direct: async () => ({ thread_id: uuidv7(), session_id: place.sessionId, events: silence }),
  });
  await upsertProfiles(place.database, simulatedProfiles);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const came = Promise.withResolvers<string>();
  const headers = { "content-type": "application/json" };
  const line = request(`${place.address}/v1/chat/completions`, { method: "POST", headers }, (answer) =>
    answer.once("data", (piece) => came.resolve(`${answer.statusCode} ${piece}`)),
  );
  line.on("error", () => undefined).end(JSON.stringify(asked("simulated-opal", question, { stream: true })));
  await began.promise;
  t.mock.timers.tick(10_000);
  assert.equal(await came.promise, "200 : keep-alive, asked\n\n");
  line.destroy();
});

test("a client that takes nothing of what it is sent is left after two minutes", within, async (t) => {
  let left = false;
  const place = await openByHand(t, {
    direct: async (_userId, _call, signal) => {
      signal.addEventListener("abort", () => {
        left = true;
      });
      return { thread_id: uuidv7(), session_id: place.sessionId, events: flood(signal) };
    },
  });
  await upsertProfiles(place.database, simulatedProfiles);
  t.mock.timers.enable({ apis: ["setInterval"] });
  const body = JSON.stringify(asked("simulated-opal", question, { stream: true }));
  const line = connect(Number(new URL(place.address).port), "127.0.0.1").pause();
  line.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let ticks = 0;
  for (; !left; ticks++) {
    t.mock.timers.tick(10_000);
    await new Promise(setImmediate);
  }
  assert.ok(ticks >= 12);
  line.destroy();
});

async function* flood(signal: AbortSignal): AsyncGenerator<DirectEvent> {
  while (!signal.aborted) yield { type: "text-delta", text: "word ".repeat(10_000) };
}

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
