/** How the server leaves: nobody is cut off who can be told, nothing holds it up, and a second signal ends it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { start } from "./cli/child.ts";
import { serve } from "./serving.ts";
import { embeddedOnly, storeSettings, temporaryFolder } from "./store.ts";

const hanging = { ORCHESTRATEX_SIMULATED_FAULTS: "*:hang" };

test("streams end cleanly, who waits is answered, idle lines are closed, and the process ends with 0", async (t) => {
  const server = await serve(t, await storeSettings(t), hanging);
  const body = JSON.stringify({ prompt: "Who was Ada Lovelace?", mode: "quick" });
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/orchestrate/prompt`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const [idle] = (await once(get(`${server.url}/health`, { agent }), "response")) as [IncomingMessage];
  const closed = once(idle.socket, "close");
  await once(idle.resume(), "end");

  const stream = await ask({ accept: "text/event-stream" });
  const waiting = ask({ prefer: "wait=60" });
  const { thread_id } = await server.client.prompt({ prompt: "Why is the sky blue?" });
  for await (const event of server.client.follow(thread_id)) if (event.event_type === "model_selected") break;

  server.child.kill("SIGTERM");
  const text = await stream.text();
  assert.match(text, /event: orchestration_started\n/);
  assert.ok(text.endsWith("\n\n"), "the last event is whole");
  const answer = await waiting;
  const state = (await answer.json()) as { thread_status?: string; code?: string };
  assert.ok(answer.status === 202 || (answer.status === 503 && state.code === "server.stopping"), `${answer.status}`);
  await closed;
  const { code, signal, stderr } = await server.end();
  assert.deepEqual([code, signal], [0, null], stderr);
});

test(
  "asked to stop while it makes its folder, it leaves with 0, and the folder can be used",
  embeddedOnly,
  async (t) => {
    const folder = `${temporaryFolder()}/new`;
    const starting = start(["serve"], { env: { ORCHESTRATEX_DATA: folder, PORT: "0", LOG_LEVEL: "silent" } });
    t.after(() => starting.child.kill("SIGKILL"));
    await starting.says(/Making the data folder/);
    starting.child.kill("SIGTERM");
    const { code, signal, stderr } = await starting.end();
    assert.deepEqual([code, signal], [0, null], stderr);
    assert.doesNotMatch(stderr, /ready|Error/);
    const again = await serve(t, { ORCHESTRATEX_DATA: folder });
    assert.ok((await again.client.models()).length > 0);
  },
);

test("without its database it listens, says what it waits for, and can be asked to stop", async (t) => {
  const url = "postgresql://ox:secret@127.0.0.1:1/orchestratex";
  const server = start(["serve"], { env: { DATABASE_URL: url, PORT: "0", LOG_LEVEL: "silent" } });
  t.after(() => server.child.kill("SIGKILL"));
  let address = "";
  server.child.stderr.on("data", (text: string) => {
    address = /Listening on (http:\S+), waiting for the database/.exec(text)?.[1] ?? address;
  });
  await server.says(/Listening on .* waiting for the database/);
  const health = await fetch(`${address}/health`);
  const { code: fault, detail } = (await health.json()) as { code: string; detail: string };
  assert.deepEqual([health.status, fault], [503, "store.failed"]);
  assert.match(detail, /127\.0\.0\.1:1\/orchestratex/);
  server.child.kill("SIGTERM");
  const { code, stderr } = await server.end();
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /secret|ready/);
});

test("a request that never arrives holds it up, and a second signal ends it at once with 1", async (t) => {
  const server = await serve(t, await storeSettings(t));
  const line = connect(Number(new URL(server.url).port), "127.0.0.1");
  line.on("error", () => {});
  t.after(() => line.destroy());
  const head = ["POST /api/sessions/ HTTP/1.1", "Host: localhost", "Content-Type: application/json"];
  line.write([...head, "Content-Length: 100", "Expect: 100-continue", "", ""].join("\r\n"));
  // "100 Continue": its head has been read.
  await once(line, "data");
  const end = server.end();
  const over = end.then(() => true);
  // The first half second counts as one signal.
  do server.child.kill("SIGTERM");
  while (!(await Promise.race([over, wait(50, false)])));
  assert.deepEqual([(await end).code, (await end).signal], [1, null]);
});
