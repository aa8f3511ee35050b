/** The server as a process: it keeps what it accepted through kill -9, holds its folder alone, and leaves when asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./cli/child.ts";
import { serve } from "./serving.ts";
import { embeddedOnly, storeSettings, temporaryFolder } from "./store.ts";

test("killed in the middle of a thread, it takes the thread up again and makes no finished call twice", async (t) => {
  const store = await storeSettings(t);
  const before = await serve(t, store, { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" });
  const { thread_id } = await before.client.prompt({
    prompt: "Compare TCP and UDP for a video game.",
    mode: "thorough",
  });
  for await (const event of before.client.follow(thread_id)) if (event.event_type === "response_generated") break;
  let { responses: known } = await before.client.thread(thread_id);
  // The evaluators are reserved together, and hang.
  while (known.every(({ status }) => status !== "pending")) known = (await before.client.thread(thread_id)).responses;
  before.child.kill("SIGKILL");
  assert.equal((await before.end()).signal, "SIGKILL");

  const after = await serve(t, store);
  const seqs: (number | null)[] = [];
  for await (const event of after.client.follow(thread_id)) if (event.seq !== null) seqs.push(event.seq);
  assert.deepEqual(
    seqs,
    seqs.map((_, index) => index + 1),
  );
  const thread = await after.client.thread(thread_id);
  assert.equal(thread.thread_status, "completed");
  const answers = thread.responses.filter(({ step }) => step.startsWith("1.answer"));
  assert.deepEqual(
    answers.map(({ id }) => id),
    known.filter(({ role }) => role === "primary").map(({ id }) => id),
  );
  const lost = thread.responses.filter(({ outcome_unknown }) => outcome_unknown);
  assert.equal(lost.length, known.filter(({ status }) => status === "pending").length);
  assert.equal(thread.cost_is_estimated, lost.length > 0);
});

test("a second server on the same folder is refused in one line that says who holds it", embeddedOnly, async (t) => {
  const store = await storeSettings(t);
  const first = await serve(t, store);
  const second = start(["serve"], { env: { ...store, PORT: "0" } });
  const { code, stderr } = await second.end();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`in use by process ${first.child.pid}`));
  assert.equal(stderr.trim().split("\n").length, 1);
});

test("asked to stop with a thread at work, it leaves at once and cleanly", async (t) => {
  const store = await storeSettings(t);
  const server = await serve(t, store, { ORCHESTRATEX_SIMULATED_FAULTS: "*:hang" });
  const { thread_id } = await server.client.prompt({ prompt: "Who was Ada Lovelace?", mode: "quick" });
  for await (const event of server.client.follow(thread_id)) if (event.event_type === "model_selected") break;
  server.child.kill("SIGTERM");
  const { code, signal, stderr } = await server.end();
  assert.deepEqual([code, signal], [0, null], stderr);
});

test("a wrong setting is named, with what it must be, and nothing starts", async () => {
  const env = { PORT: "eighty", HOST: "0.0.0.0", ORCHESTRATEX_SIMULATED_FAULTS: "x" };
  const { code, stderr } = await start(["serve"], { env: { ...env, ORCHESTRATEX_DATA: temporaryFolder() } }).end();
  assert.equal(code, 2);
  assert.match(stderr, /PORT must be a number/);
  const open = await start(["serve"], { env: { HOST: "0.0.0.0", ORCHESTRATEX_DATA: temporaryFolder() } }).end();
  assert.equal(open.code, 2);
  assert.match(open.stderr, /HOST .*no accounts/);
});
