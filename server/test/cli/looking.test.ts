/** `watch`, `stop`, `threads`, `models` and `test` against the real server. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createClient } from "@orchestratex/sdk";
import {
  ModelTest,
  Profile,
  SelfTest,
  ThreadEvent,
  ThreadExport,
  ThreadItem,
  ThreadState,
} from "@orchestratex/sdk/contract";
import { pino } from "pino";
import { type App, openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { openTestStore, temporaryFolder } from "../store.ts";
import { run, start } from "./child.ts";

const CONTROL = /(?!\n)\p{Cc}/u;
const NOBODY = "01993c00-0000-7000-8000-000000000009";

const apps: App[] = [];

async function open(speed: string, faults = ""): Promise<string> {
  const env = {
    ...{
      PORT: "0",
      OLLAMA_BASE_URL: "off",
      EMBEDDING_MODEL: "lexical",
      ORCHESTRATEX_WEB: "off",
      ORCHESTRATEX_SIMULATED: "on",
    },
    ...{ ORCHESTRATEX_SIMULATED_SPEED: speed, ORCHESTRATEX_SIMULATED_FAULTS: faults },
  };
  const app = await openApp(readConfig(env, temporaryFolder()), pino({ level: "silent" }), { open: openTestStore });
  await app.ready();
  apps.push(app);
  return app.listen();
}

let url = "";
let slowUrl = "";
let done: ThreadState;
let failed: ThreadState;
before(async () => {
  url = await open("0", "flint.primary:rejected");
  slowUrl = await open("4");
  const client = createClient({ baseUrl: url });
  const asked = { mode: "checked", quality_threshold: 10, max_iterations: 2 } as const;
  done = await client.prompt({ prompt: "Why is the sky blue?", ...asked }, { waitSeconds: 60 });
  failed = await client.prompt(
    { prompt: "Nothing \u001b[31m comes of it", model_name: "simulated-flint", excluded_models: others, mode: "quick" },
    { waitSeconds: 60 },
  );
});
after(async () => {
  for (const app of apps) await app.close();
});

const others = ["quartz", "opal", "onyx", "jade", "amber", "pearl", "coral"].map((name) => `simulated-${name}`);

test("a finished thread is replayed like one that was asked just now; --json is its log", async () => {
  const [told, json, none, unknown] = await Promise.all([
    run(["watch", done.thread_id], { url }),
    run(["watch", done.thread_id, "--json"], { url }),
    run(["watch", failed.thread_id], { url }),
    run(["watch", NOBODY], { url }),
  ]);
  assert.equal(told.code, 0);
  assert.match(told.stdout, /^\(Simulated answer/);
  assert.match(told.stderr, /^started [\s\S]*^draft +\[1\][\s\S]*^revision +\[2\][\s\S]*^finished /m);
  assert.doesNotMatch(told.stderr, CONTROL);
  const events = json.stdout
    .trimEnd()
    .split("\n")
    .map((line) => ThreadEvent.parse(JSON.parse(line)));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: done.last_seq }, (_, at) => at + 1),
  );
  assert.deepEqual([json.code, json.stderr], [0, ""]);
  assert.equal(none.code, 4);
  assert.match(none.stderr, /there is no answer: /);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
});

test("Ctrl-C leaves a thread that goes on; who watches to the end sees all of it; stop ends one", async () => {
  const client = createClient({ baseUrl: slowUrl });
  const { thread_id } = await client.prompt({
    prompt: "Why is the sea salty?",
    mode: "thorough",
    quality_threshold: 10,
  });
  const leaving = start(["watch", thread_id], { url: slowUrl });
  const staying = start(["watch", thread_id, "--json"], { url: slowUrl });
  await leaving.says(/^selection /m);
  leaving.child.kill("SIGINT");
  const left = await leaving.end();
  assert.deepEqual([left.code, left.stdout], [130, ""]);
  assert.match(left.stderr, /the thread goes on: npx orchestratex watch /);
  assert.ok(
    ["responding", "evaluating", "criticism", "refining"].includes((await client.status(thread_id)).thread_status),
  );
  const stop = await run(["stop", thread_id, "--after-iteration", "--json"], { url: slowUrl });
  assert.equal(stop.code, 0, stop.stderr);
  ThreadState.parse(JSON.parse(stop.stdout));
  const stayed = await staying.end();
  const events = stayed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => ThreadEvent.parse(JSON.parse(line)));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  assert.equal(events.at(-1)?.event_type, "orchestration_finished");
  assert.equal((await client.status(thread_id)).stop_reason, "stopped");
  const again = await run(["stop", thread_id], { url: slowUrl });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /\(thread\.finished\)/);
});

test("threads are found by what they are, and by a piece of their prompt", async () => {
  const [all, json, sky, none, both] = await Promise.all([
    run(["threads", "list"], { url }),
    run(["threads", "list", "--status", "failed", "--json"], { url }),
    run(["threads", "list", "-q", "SKY", "--domain", String(done.domain), "-n", "1"], { url }),
    run(["threads", "list", "--real"], { url }),
    run(["threads", "list", "--simulated", "--real"], { url }),
  ]);
  assert.match(all.stdout, /^THREAD [\s\S]*failed[\s\S]*max iterations[\s\S]*^\* SIMULATED/m);
  assert.doesNotMatch(all.stdout, CONTROL);
  const items = ThreadItem.array().parse(JSON.parse(json.stdout).items);
  assert.deepEqual(
    items.map(({ thread_id }) => thread_id),
    [failed.thread_id],
  );
  assert.ok(sky.stdout.includes(done.thread_id) && !sky.stdout.includes(failed.thread_id));
  assert.equal(none.stdout, "There are no such threads.\n");
  assert.equal(both.code, 2);
});

test("a thread is taken away, to standard output or to a file", async () => {
  const file = path.join(temporaryFolder(), "answer.md");
  const [json, saved, nowhere] = await Promise.all([
    run(["threads", "export", done.thread_id], { url }),
    run(["threads", "export", done.thread_id, "--format", "markdown", "-o", file], { url }),
    run(["threads", "export", done.thread_id, "-o", "/nowhere/at/all"], { url }),
  ]);
  assert.equal(ThreadExport.parse(JSON.parse(json.stdout)).thread.thread_id, done.thread_id);
  assert.deepEqual([saved.code, saved.stdout], [0, ""]);
  assert.match(readFileSync(file, "utf8"), /^# Why is the sky blue\?\n/);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /cannot be written/);
});

test("a model is shown, tested, switched off and on again", async () => {
  const [shown, json, tested, failing, unknown, priced] = await Promise.all([
    run(["models", "show", "simulated-jade"], { url }),
    run(["models", "show", "GPT-4", "--json"], { url }),
    run(["models", "test", "simulated-jade"], { url }),
    run(["models", "test", "claude", "--json"], { url }),
    run(["models", "show", "nobody"], { url }),
    run(["models", "show", "gpt-6-luna"], { url }),
  ]);
  assert.match(shown.stdout, /SIMULATED[\s\S]*Price +\$1\.00 in, \$4\.00 out[\s\S]*Knows +translation/);
  assert.equal(Profile.parse(JSON.parse(json.stdout)).model_name, "gpt4");
  const price = [
    ...["\\$0\\.10 in, \\$0\\.50 out per million", "\\$0\\.01 read", "\\$0\\.125 written to its cache"],
    ...["\\$0\\.20 in, \\$0\\.75 out where the input is longer than 272", "by genai-prices", "Writes +128.000 tokens"],
  ];
  assert.match(priced.stdout, new RegExp(price.join("[\\s\\S]*")));
  assert.equal(tested.code, 0);
  assert.match(tested.stdout, /Result +it answers\n/);
  assert.deepEqual([failing.code, ModelTest.parse(JSON.parse(failing.stdout)).code], [1, "model.no_provider"]);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
  assert.equal(
    (await run(["models", "disable", "simulated-coral"], { url })).stdout,
    "simulated-coral: switched off\n",
  );
  assert.equal((await run(["models", "enable", "simulated-coral"], { url })).stdout, "simulated-coral: ready\n");
});

test("the server tests itself: a page for people, one line for programs, and the exit code", async () => {
  const [page, json, nobody] = await Promise.all([
    run(["test"], { url }),
    run(["test", "--json"], { url }),
    run(["test"], { url: "http://127.0.0.1:9" }),
  ]);
  assert.equal(page.code, 0, page.stdout);
  assert.match(page.stdout, /accepted[\s\S]*money[\s\S]*every step passed in /);
  assert.ok(SelfTest.parse(JSON.parse(json.stdout)).ok);
  assert.equal(nobody.code, 3);
});
