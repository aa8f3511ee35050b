/** Two processes over one database: what happens at one is followed at the other. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openBridge } from "../../src/store/bridge.ts";
import { openBooks } from "../../src/store/journal.ts";
import { openLive } from "../../src/store/live.ts";
import { addResponse } from "../store/rows.ts";
import { serverOnly } from "../store.ts";
import { openByHand } from "./by-hand.ts";
import { isEvent, kindOf, type Message, openSocket, seqsOf } from "./socket-client.ts";
import { eventOf, openStream } from "./stream.ts";

const note = (message: string) => ({ event_type: "stop_requested", message, details: { when: "now" } });
const is = (kind: string) => (message: Message) => kindOf(message) === kind;

/** `work` at two doors that share nothing but the database. */
async function between(
  t: TestContext,
  work: (here: Awaited<ReturnType<typeof openByHand>>, address: string) => Promise<void>,
) {
  const here = await openByHand(t);
  const { database } = here;
  const live = openLive();
  const books = openBooks(database, live, () => ({ memory_usage: 0, active_requests: 0, queue_length: 0 }));
  const there = await openByHand(t, { database, live, books });
  const onFault = (error: unknown) => assert.fail(String(error));
  const bridges = [here.live, live].map((one) => openBridge({ database, url: database.url ?? "", live: one, onFault }));
  try {
    await work(here, there.address);
  } finally {
    await there.door.close();
    await Promise.all(bridges.map((bridge) => bridge.close()));
  }
}

test("a session is followed at one process while the other accepts and works", serverOnly, async (t) => {
  await between(t, async ({ sessionId, thread }, address) => {
    const socket = await openSocket(address, `/ws/${sessionId}`);
    const stream = await openStream(`${address}/api/sessions/${sessionId}/events`);
    await socket.next();
    const one = await thread();
    await one.tell(note("a"), note("b"));
    await one.finish();
    const seen = await socket.until(is("orchestration_finished"));
    assert.deepEqual(seqsOf(seen, one.id), [1, 2, 3]);
    const frames = [await stream.next(), await stream.next(), await stream.next(), await stream.next()];
    assert.deepEqual(
      frames.map((frame) => eventOf(frame).seq),
      [null, 1, 2, 3],
    );
    stream.cut();
    socket.ws.terminate();
  });
});

test("text that another process writes is shown as far as it is saved", serverOnly, async (t) => {
  await between(t, async ({ database, live, sessionId, thread }, address) => {
    const one = await thread();
    const response = await addResponse(database, sessionId, one.id);
    const save = async (text: string) => {
      await database.sql
        .updateTable("model_responses")
        .set({ status: "pending", partial_text: text })
        .where("id", "=", response)
        .execute();
      live.textSaved(one.id, text.length);
    };
    await save("The sky");
    const socket = await openSocket(address, `/ws/thread/${one.id}`);
    const before = await socket.until((message) => kindOf(message).startsWith("response_"));
    await save("The sky is blue");
    const after = await socket.until(is("response_delta"));
    const text = [...before, ...after].flatMap((message) =>
      isEvent(message) && "text" in message.details ? [message.details.text] : [],
    );
    assert.equal(text.join(""), "The sky is blue");
    // Saved, and not told: found by a look.
    await database.sql.updateTable("model_responses").set({ partial_text: "The sky is blue." }).execute();
    const [found] = await socket.until(is("response_delta"));
    assert.ok(found && isEvent(found) && found.event_type === "response_delta");
    assert.deepEqual([found.details.offset, found.details.text], [15, "."]);
    socket.ws.terminate();
  });
});

test("notices and erasures reach the other process", serverOnly, async (t) => {
  await between(t, async (here, address) => {
    const one = await here.thread();
    await one.finish();
    const socket = await openSocket(address, `/ws/thread/${one.id}`);
    await socket.until(is("orchestration_finished"));
    const notice = await fetch(`${here.address}/api/system/notice`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: "\u{1f514}\u0001".repeat(250).slice(0, 500) }),
    });
    assert.equal(notice.status, 202);
    await socket.until(is("system_notice"));
    const erased = await fetch(`${here.address}/api/sessions/${here.sessionId}?purge=true`, { method: "DELETE" });
    assert.equal(erased.status, 204);
    assert.equal(await socket.closed(), 4404);
  });
});
