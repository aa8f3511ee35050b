/** `ask` and its companions against the real server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AskReport, Profile, Thread } from "@orchestratex/sdk/contract";
import { pino } from "pino";
import { type App, openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { openTestStore, temporaryFolder } from "../store.ts";
import { run, start } from "./child.ts";

const PROMPT = "Why is the sky blue?";
const CONTROL = /(?!\n)\p{Cc}/u;

const apps: App[] = [];

/** `speed`: how many times faster than life the models answer. */
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
before(async () => {
  url = await open("0");
  slowUrl = await open("4");
});
after(async () => {
  for (const app of apps) await app.close();
});

test("the answer alone is on standard output; progress is one plain line per event", async () => {
  const { code, stdout, stderr } = await run(["ask", "--mode", "checked", "Why", "is", "the sky blue?"], { url });
  assert.equal(code, 0);
  assert.match(stdout, /^\(Simulated answer/);
  assert.ok(stdout.endsWith("\n"));
  assert.doesNotMatch(stderr, CONTROL);
  assert.match(stderr, /^SIMULATED: /m);
  assert.match(stderr, /^finished +.*best iteration \d of \d/m);
  assert.doesNotMatch(stderr, /│|─/);
});

test("--json is one line on standard output, everything in it; progress stays on standard error", async () => {
  const { code, stdout, stderr } = await run(["ask", "--json", "--mode", "checked", PROMPT], { url });
  assert.equal(code, 0);
  assert.equal(stdout.indexOf("\n"), stdout.length - 1);
  const report = AskReport.parse(JSON.parse(stdout));
  assert.equal(report.thread_status, "completed");
  assert.ok(report.final_response !== null && report.final_response !== "");
  assert.ok(report.iterations >= 1 && report.responses.length > report.iterations);
  assert.ok(report.evaluations.every((row) => row.evaluator_model !== report.selected_model));
  assert.match(stderr, /^finished /m);
});

test("--quiet says nothing but the answer, and that it is simulated; --json --quiet not even that", async () => {
  const quiet = await run(["ask", "--quiet"], { url, input: PROMPT });
  assert.equal(quiet.code, 0);
  assert.equal(quiet.stderr, "SIMULATED: built-in stand-ins answered here, not real models\n");
  assert.match(quiet.stdout, /^\(Simulated answer/);
  const json = await run(["ask", "--quiet", "--json", "-"], { url, input: PROMPT });
  assert.equal(json.stderr, "");
  assert.equal(AskReport.parse(JSON.parse(json.stdout)).mode, "checked");
});

test("every option reaches the server", async () => {
  const { code, stdout } = await run(
    [
      ...["ask", "--json", "--mode", "thorough", "--max-iterations", "1", "--evaluators", "1", "--threshold", "9.5"],
      ...["--cost-limit", "0.5", "--strategy", "cost", "--model", "simulated-jade", "--deadline", "2m"],
      ...["--exclude", "simulated-onyx,simulated-coral", "--prefer", "simulated-pearl", "--context", "-", PROMPT],
    ],
    { url, input: "It is about optics." },
  );
  assert.equal(code, 0);
  const report = AskReport.parse(JSON.parse(stdout));
  assert.equal(report.mode, "thorough");
  assert.equal(report.max_iterations, 1);
  assert.equal(report.stop_reason, "max_iterations");
  assert.equal(report.best_model_id, "simulated-jade");
  assert.equal(report.evaluations.length, 1);
  assert.ok(!report.evaluators.includes("simulated-onyx"));

  const again = await run(["ask", "--json", "--session", report.session_id, PROMPT], { url });
  assert.equal(AskReport.parse(JSON.parse(again.stdout)).session_id, report.session_id);
});

test("a thread can be looked at: as a page, and as one line of JSON", async () => {
  const asked = await run(["ask", "--json", "--quiet", "--mode", "checked", PROMPT], { url });
  const report = AskReport.parse(JSON.parse(asked.stdout));
  const page = await run(["threads", "show", report.thread_id], { url });
  assert.equal(page.code, 0);
  assert.doesNotMatch(page.stdout, CONTROL);
  for (const said of [
    report.thread_id,
    "SIMULATED",
    PROMPT,
    "Who answers",
    "CANDIDATE",
    "Iteration 1",
    "accuracy",
    "Cost",
  ])
    assert.ok(page.stdout.includes(said), `missing: ${said}`);
  const json = await run(["threads", "show", report.thread_id, "--json"], { url });
  assert.equal(Thread.parse(JSON.parse(json.stdout)).final_response, report.final_response);
});

test("models are listed: as a table that says SIMULATED, and as JSON", async () => {
  const table = await run(["models"], { url });
  assert.equal(table.code, 0);
  assert.match(table.stdout, /^simulated-opal +simulated +1\.20 +5\.00 .*creative/m);
  assert.match(table.stdout, /^simulated-quartz [\s\S]*^claude +claude-sonnet-5 +2\.00 +10\.00 +- +no key/m);
  assert.match(table.stdout, /SIMULATED/);
  const json = await run(["models", "--json"], { url });
  assert.equal(
    Profile.array()
      .parse(JSON.parse(json.stdout).items)
      .filter(({ simulated }) => simulated).length,
    8,
  );
});

test("what the server refuses is exit 2: no such session, no such thread", async () => {
  const nobody = "01993c00-0000-7000-8000-000000000009";
  const session = await run(["ask", "--session", nobody, PROMPT], { url });
  assert.equal(session.code, 2);
  assert.match(session.stderr, /\(session\.not_found\)/);
  const thread = await run(["threads", "show", nobody], { url });
  assert.equal(thread.code, 2);
  assert.match(thread.stderr, /\(thread\.not_found\)/);
  assert.equal((await run(["threads", "show", "not-an-id"], { url })).code, 2);
});

test("a thread without an answer is exit 4, and --json reports it all the same", async () => {
  const failing = await open("0", "*.primary:rejected");
  const { code, stdout, stderr } = await run(["ask", PROMPT], { url: failing });
  assert.equal(code, 4);
  assert.equal(stdout, "");
  assert.match(stderr, /there is no answer: /);
  const json = await run(["ask", "--json", PROMPT], { url: failing });
  assert.equal(json.code, 4);
  assert.equal(AskReport.parse(JSON.parse(json.stdout)).thread_status, "failed");
});

test("Ctrl-C stops the thread and prints the best answer so far: exit 130", async () => {
  const asking = start(["ask", "--mode", "thorough", PROMPT], { url: slowUrl });
  await asking.says(/^draft /m);
  asking.child.kill("SIGINT");
  const { code, stdout, stderr } = await asking.end();
  assert.equal(code, 130);
  assert.match(stderr, /^finished +\[1\] stopped: /m);
  assert.match(stdout, /^\(Simulated answer/);
});

test("Ctrl-C that comes twice at once, as under npx, is one", async () => {
  const asking = start(["ask", "--json", "--mode", "thorough", PROMPT], { url: slowUrl });
  await asking.says(/^draft /m);
  asking.child.kill("SIGINT");
  asking.child.kill("SIGINT");
  const { code, stdout } = await asking.end();
  assert.equal(code, 130);
  assert.equal(AskReport.parse(JSON.parse(stdout)).stop_reason, "stopped");
});
