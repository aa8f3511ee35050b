/** What happens to files reaches whoever follows: on every socket, in streams of all files and of one, numbered per file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@orchestratex/sdk";
import { isEvent, openSocket } from "../api/socket-client.ts";
import { eventOf, numbersOf, openStream } from "../api/stream.ts";
import { openFilesApp } from "./kept.ts";

test("sockets and streams bring the same events, from the greeting on; one file's stream goes on where it was left and ends", async (t) => {
  const app = await openFilesApp(t);
  const address = await app.listen();
  const { id: session } = await app.session();
  const thread = (await app.ask("Why is the sky blue?", { mode: "quick", session_id: session })).thread_id;
  const sockets = [await openSocket(address, `/ws/${session}`), await openSocket(address, `/ws/thread/${thread}`)];
  for (const socket of sockets)
    await socket.until((message) => isEvent(message) && message.event_type === "connection_established");
  const all = await openStream(`${address}/api/files/events`);
  assert.equal(eventOf(await all.next()).event_type, "connection_established");
  // The sockets' greeting comes before they follow files: an answer comes after.
  for (const socket of sockets) {
    socket.say({ type: "ping", nonce: 1 });
    await socket.until((message) => "type" in message && message.type === "pong");
  }

  const id = await app.put("seen.txt", "Everybody sees this.");
  await app.read(id);
  const logged = await app.events(id);
  const numbers = logged.map(({ seq }) => seq);
  assert.deepEqual(numbers.at(-1), numbers.length);
  for (const socket of sockets) {
    const messages = await socket.until((message) => isEvent(message) && message.event_type === "processing_finished");
    const files = messages.filter(isEvent).filter(({ thread_id, seq }) => thread_id === null && seq !== null);
    assert.deepEqual(files, logged);
    socket.ws.close();
  }
  const streamed = [];
  for (let seq = 0; seq < numbers.length; ) {
    const frame = await all.next();
    assert.equal(frame?.id, null, "numbers of several files are no place to come back to");
    const event = eventOf(frame);
    streamed.push(event);
    seq = event.seq ?? 0;
  }
  assert.deepEqual(streamed, logged);

  // Whoever follows a file hears that it is gone, also one that was to be.
  const begun = await app.send("POST", "/api/files/upload/initiate", { name: "never.txt", size: 5 });
  const never = String(begun.body["file_id"]);
  const one = await openStream(`${address}/api/files/${never}/events`);
  assert.equal(eventOf(await one.next()).event_type, "connection_established");
  assert.equal((await app.send("DELETE", `/api/files/${never}`)).status, 204);
  for (const last of [eventOf((await one.rest()).at(-1) ?? null), eventOf(await all.next())])
    assert.deepEqual([last.event_type, last.seq, last.details], ["file_deleted", null, { file_id: never }]);
  all.cut();

  const rest = await openStream(`${address}/api/files/${id}/events`, { headers: { "last-event-id": "2" } });
  assert.deepEqual(numbersOf(await rest.rest()), numbers.slice(2));
  const end = { "last-event-id": String(numbers.length) };
  assert.equal((await openStream(`${address}/api/files/${id}/events`, { headers: end })).status, 204);
  assert.equal((await app.send("GET", "/api/files/events")).body["code"], "request.not_stream");
  assert.deepEqual(app.faults, []);
});

test("whoever follows a thread by the client is not led astray by numbers of files", async (t) => {
  const app = await openFilesApp(t);
  const client = createClient({ baseUrl: await app.listen() });
  const draft = await app.send("POST", "/api/threads/", { prompt: "Why is the sea salty?", mode: "quick" });
  const thread = String(draft.body["thread_id"]);
  const seen: (number | null)[] = [];
  for await (const { event_type, seq, thread_id } of client.followThread(thread)) {
    if (event_type === "connection_established") {
      for (const name of ["a.txt", "b.txt"]) await app.read(await app.put(name, "One line."));
      assert.equal((await app.send("POST", "/api/orchestrate/prompt", { thread_id: thread })).status, 202);
    }
    assert.ok(event_type === "connection_established" || thread_id === thread);
    if (seq !== null) seen.push(seq);
    if (event_type === "orchestration_finished") break;
  }
  assert.deepEqual(
    seen,
    seen.map((_, at) => at + 1),
  );
});
