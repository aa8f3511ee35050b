/** What goes wrong between the command and the server, and on the command line. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { frame, json, openScripted, problem, stream, type Turn } from "../../../sdk/test/scripted.ts";
import { accepted, finished, started, THREAD, twoIterations } from "../../../sdk/test/story.ts";
import { temporaryFolder } from "../store.ts";
import { run, start } from "./child.ts";

const ASK = "POST /api/orchestrate/prompt";
const EVENTS = `GET /api/threads/${THREAD}/events`;
const STOP = `PUT /api/orchestrate/stop/${THREAD}`;
const MODELS = "GET /api/models/?limit=100";
const accept = [json(202, accepted())];
const hang: Turn = () => {};
const CONTROL = /(?!\n)\p{Cc}|[\u202a-\u202e]/u;

test("a wrong call is exit 2 and says what is wrong", async () => {
  const calls: [args: string[], said: RegExp, input?: string | Uint8Array][] = [
    [["aks", "why"], /unknown command 'aks'[\s\S]*ask/],
    [["ask", "--moode", "quick", "why"], /unknown option '--moode'/],
    [["ask", "--mode", "lazy", "why"], /Allowed choices are quick, checked, thorough, auto/],
    [["ask", "--max-iterations", "11", "why"], /--max-iterations: /],
    [["ask", "--threshold", "high", "why"], /It must be a number/],
    [["ask", "--deadline", "soon", "why"], /a time such as 90s or 5m/],
    [["ask", "--model", "x".repeat(101), "why"], /--model: must be at most 100 characters/],
    [["ask", "--session", "mine", "why"], /--session: /],
    [["ask"], /the prompt: must not be empty/, "  \n"],
    [["ask"], /standard input is not text in UTF-8/, Uint8Array.of(0xff, 0xfe, 0x00)],
    [["ask", "-", "--context", "-"], /not both/],
    [["ask", "why", "--context", "nowhere.txt"], /nowhere\.txt cannot be read/],
    [["ask", "--url", "localhost:8000", "why"], /must start with http/],
    [["threads", "show"], /missing required argument 'id'/],
    [["threads"], /Usage: orchestratex threads[\s\S]*Examples:/],
    [["serve", "--port", "http"], /from 0 to 65535/],
    [["models", "all"], /too many arguments/],
    [[], /Usage: orchestratex/],
  ];
  const check = async ([args, said, input = ""]: (typeof calls)[number]) => {
    const { code, stdout, stderr } = await run(args, { input });
    assert.match(stderr, said);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /\n {4}at /);
  };
  await Promise.all(calls.map(check));
});

test("help and the version are exit 0; every command's help has examples", async () => {
  const check = async (args: string[]) => {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 0);
    assert.match(stdout, /Examples:\n {2}orchestratex /);
    assert.equal(stderr, "");
  };
  await Promise.all(
    [["--help"], ["ask", "--help"], ["threads", "show", "--help"], ["models", "-h"], ["help", "serve"]].map(check),
  );
  assert.match((await run(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test("no server is exit 3, with the address and what to do", async (t) => {
  const { url, close } = await openScripted(t, {});
  await close();
  for (const args of [["ask", "why"], ["models"], ["threads", "show", THREAD]]) {
    const { code, stderr } = await run(args, { url });
    assert.equal(code, 3);
    assert.equal(stderr.match(/\n/g)?.length, 1);
    assert.ok(stderr.includes(`No server answers at ${url} (ECONNREFUSED): start it with npm start`), stderr);
  }
});

test("where the server is: the option, then the environment, then .env of the folder", async (t) => {
  const empty = json(200, { items: [], next_cursor: null });
  const { url, seen } = await openScripted(t, { [MODELS]: [empty] });
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, ".env"), `ORCHESTRATEX_URL="${url}/"\n`);
  assert.equal((await run(["models"], { cwd })).stdout, "There are no models.\n");
  writeFileSync(path.join(cwd, ".env"), "ORCHESTRATEX_URL=http://127.0.0.1:1\n");
  assert.equal((await run(["models"], { cwd, url })).code, 0);
  assert.equal((await run(["models", "--url", url], { cwd, url: "http://127.0.0.1:1" })).code, 0);
  assert.equal(seen.length, 3);
});

test("a refusal lists the fields and is exit 2; the server's own fault is exit 1", async (t) => {
  const { url } = await openScripted(t, {
    [ASK]: [problem(422, "request.invalid", [{ path: "prompt", problem: "too odd" }]), problem(500, "internal")],
  });
  const refused = await run(["ask", "why"], { url });
  assert.equal(refused.code, 2);
  assert.equal(refused.stderr, "orchestratex: detail of request.invalid (request.invalid)\n  prompt: too odd\n");
  const broken = await run(["ask", "why"], { url });
  assert.equal(broken.code, 1);
  assert.equal(broken.stderr, "orchestratex: detail of internal (internal)\n");
});

test("a connection cut in mid-thread is made again with the last id; nothing is told twice", async (t) => {
  const story = twoIterations("first", "second").filter(({ seq }) => seq !== null);
  const { url, seen } = await openScripted(t, {
    [ASK]: accept,
    [EVENTS]: [stream(story.slice(0, 6).map(frame), "cut"), stream(story.slice(2).map(frame))],
  });
  const { code, stdout, stderr } = await run(["ask", "why"], { url });
  assert.equal(code, 0);
  assert.equal(stdout, "second\n");
  assert.deepEqual(
    seen.filter(({ route }) => route === EVENTS).map(({ lastEventId }) => lastEventId),
    [undefined, "6"],
  );
  assert.match(stderr, /The connection was lost; reconnecting\.\n.*The server is back\./);
  assert.equal(stderr.match(/simulated-jade gives 7\.1/g)?.length, 1);
  assert.equal(stderr.match(/^selection /gm)?.length, 1);
});

test("a server lost in mid-thread for good is exit 3, with the thread's id and how to see it later", async (t) => {
  const server = await openScripted(t, { [ASK]: accept, [EVENTS]: [stream([frame(started(1))], "cut")] });
  const { code, stdout, stderr } = await run(["ask", "--retries", "1", "why"], { url: server.url });
  assert.equal(code, 3);
  assert.equal(stdout, "");
  assert.ok(stderr.includes(`npx orchestratex threads show ${THREAD}`));
});

test("a second Ctrl-C leaves at once, whatever the server does", async (t) => {
  const { url, seen } = await openScripted(t, {
    [ASK]: accept,
    [EVENTS]: [stream([frame(started(1))], "open")],
    [STOP]: [hang],
  });
  const asking = start(["ask", "why"], { url });
  await asking.says(/^started /m);
  const first = performance.now();
  const presses = setInterval(() => asking.child.kill("SIGINT"), 50);
  const { code, stdout, stderr } = await asking.end();
  clearInterval(presses);
  assert.equal(code, 130);
  assert.ok(performance.now() - first > 500, "the first presses are one");
  assert.equal(stdout, "");
  assert.match(stderr, /Stopping/);
  assert.equal(seen.filter(({ route }) => route === STOP).length, 1);
  assert.equal(seen.find(({ route }) => route === STOP)?.body, '{"when":"now"}');
});

test("Ctrl-C at a thread that has just ended prints its answer; at a server that is gone, it leaves", async (t) => {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const ended = await openScripted(t, {
    [ASK]: accept,
    [EVENTS]: [
      (response, request) => {
        stream([frame(started(1))], "open")(response, request);
        void stopped.then(() => response.end(frame(finished(2, "done"))));
      },
    ],
    [STOP]: [
      (response, request) => {
        problem(409, "thread.finished")(response, request);
        resolve();
      },
    ],
  });
  const asking = start(["ask", "why"], { url: ended.url });
  await asking.says(/^started /m);
  asking.child.kill("SIGINT");
  const { code, stdout } = await asking.end();
  assert.equal(code, 130);
  assert.equal(stdout, "done\n");

  const cut: Turn = (response) => void response.destroy();
  const gone = await openScripted(t, {
    [ASK]: accept,
    [EVENTS]: [stream([frame(started(1))], "open")],
    [STOP]: [cut],
  });
  const leaving = start(["ask", "why"], { url: gone.url });
  await leaving.says(/^started /m);
  leaving.child.kill("SIGINT");
  const left = await leaving.end();
  assert.equal(left.code, 130);
  assert.match(left.stderr, /The stop did not reach the server/);
});

test("planted escape sequences: harmless in the progress, untouched in a piped answer", async (t) => {
  const evil = "\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u202eturned\n";
  const { url } = await openScripted(t, {
    [ASK]: accept,
    [EVENTS]: [stream(twoIterations(evil, evil).map(frame))],
  });
  const { stdout, stderr } = await run(["ask", "why"], { url });
  assert.equal(stdout, evil);
  assert.doesNotMatch(stderr, CONTROL);
  const refusing = await openScripted(t, { [ASK]: [problem(422, evil)] });
  assert.doesNotMatch((await run(["ask", "why"], { url: refusing.url })).stderr, CONTROL);
});

test("a reader that leaves (`| head -1`) is no fault", async (t) => {
  const story = twoIterations("first", "line\n".repeat(100_000));
  const { url } = await openScripted(t, { [ASK]: accept, [EVENTS]: [stream(story.map(frame))] });
  const asking = start(["ask", "why"], { url });
  asking.child.stdout.destroy();
  const { code, stderr } = await asking.end();
  assert.equal(code, 0);
  assert.match(stderr, /^finished /m);
  assert.doesNotMatch(stderr, /EPIPE|\n {4}at /);

  const deaf = start(["ask", "why"], { url });
  deaf.child.stderr.destroy();
  const heard = await deaf.end();
  assert.equal(heard.code, 0);
  assert.match(heard.stdout, /^line\n/);
});
