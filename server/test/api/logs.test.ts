/** What the log says, and what it never says, whatever is handed to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../../src/app.ts";
import { AppError } from "../../src/errors.ts";
import { openLog } from "../../src/log.ts";
import { providers } from "../../src/providers/index.ts";
import { testConfig } from "../app.ts";
import { openTestStore } from "../store.ts";
import { openByHand } from "./by-hand.ts";

/** Each in its own place; none may show up anywhere. */
const planted = {
  bearer: "Bearer pl4nted-bearer-token-0001",
  cookie: "session=pl4nted-cookie-0002; other=pl4nted-cookie-0003",
  key: "sk-pl4nted-api-key-0004abcdef",
  ticket: "pl4nted-ticket-0005",
  database: "postgres://root:pl4nted-password-0006@db.example/x",
  prompt: "Why is pl4nted-prompt-0007 blue, and who told you so in such detail?",
  context: "pl4nted-context-0008 is what I know of my neighbours",
};

const gathered = (level: "debug" | "info" | "warn" = "debug") => {
  const lines: string[] = [];
  return { lines, log: openLog(level, { write: (line: string) => void lines.push(line) }) };
};

const headers = {
  ...{ host: "localhost", authorization: planted.bearer, cookie: planted.cookie, "x-api-key": planted.key },
  ...{ "proxy-authorization": planted.bearer, "content-type": "application/json" },
};

const bodies: (string | object)[] = [
  { prompt: planted.prompt, context: planted.context, mode: "quick", api_key: planted.key },
  { prompt: planted.prompt, mode: planted.prompt, context: planted.context, cost_limit: planted.key },
  `{"prompt":"${planted.prompt}","context":`,
  `${planted.prompt}`,
  { prompt: planted.prompt, context: `${planted.context}\u0000` },
  { prompt: planted.prompt, session_id: "0193a000-0000-7000-8000-000000000000" },
];

const urls = [
  "/api/orchestrate/prompt",
  "/api/orchestrate/preview",
  "/api/threads/",
  "/api/sessions/",
  "/api/nope",
].map((url) => `${url}?ticket=${planted.ticket}&api_key=${planted.key}`);

test("no secret and no text of a user is in the log or in a refusal, also when all fails", {
  timeout: 60_000,
}, async (t) => {
  const { lines, log } = gathered();
  const store = await openTestStore();
  const config = testConfig({ OPENAI_API_KEY: planted.key });
  const told = Object.assign(new Error(`upstream refused ${planted.bearer}: "${planted.prompt}"`), {
    ...{ config: { headers, url: `https://x.example/?key=${planted.key}` }, request: { body: bodies[0] } },
    cause: new Error(`connect ${planted.database}`),
  });
  const refuses = () => {
    throw told;
  };
  const speakers = new Map([...providers(config).keys()].map((name) => [name, { call: refuses }]));
  const app = await openApp(config, log, { open: async () => store, providers: speakers as never });
  t.after(() => app.close());
  await app.ready();
  const broken = await openByHand(t, {
    log,
    ask: () => Promise.reject(told),
    draft: () => Promise.reject(new AppError("store.failed", "The database is away", { cause: told })),
    createSession: () => Promise.reject(new TypeError("odd", { cause: told })),
  });
  const refusals: string[] = [];
  for (const { door } of [app, broken])
    for (const url of urls)
      for (const payload of bodies) {
        const answer = await door.inject({ method: "POST", url, payload, headers: { ...headers, prefer: "wait=20" } });
        if (answer.statusCode >= 400) refusals.push(answer.body);
        if (url.includes("/prompt") && answer.statusCode === 200) assert.equal(answer.json().thread_status, "failed");
      }
  assert.ok(refusals.length > 40 && lines.some((line) => line.includes('"level":50')), `${refusals.length}`);
  for (const text of [...lines, ...refusals]) assert.ok(!text.includes("pl4nted"), text);
});

test("whatever is logged, by whomever and however deep, is cleaned on its way", () => {
  const { lines, log } = gathered();
  const deep = { a: [{ b: { prompt: planted.prompt, request: { headers } } }], url: `/x?a=1&ticket=${planted.ticket}` };
  const fault = Object.assign(new Error(`no: ${planted.database}`), {
    config: deep,
    response: { data: planted.prompt },
  });
  const child = log.child({ reqId: "1" });
  child.error(fault);
  child.error(fault, `failed with ${planted.bearer}`);
  child.warn(
    { err: new AggregateError([fault], "all"), deep, when: new Date(0), bytes: Buffer.from(planted.key) },
    "odd",
  );
  child.info(deep, "the ticket=%s", planted.ticket);
  child.fatal(`Cookie: ${planted.cookie}`);
  let unparsed: unknown;
  try {
    JSON.parse(planted.context);
  } catch (error) {
    unparsed = error;
  }
  child.error({ err: unparsed });
  const circle: Record<string, unknown> = { name: "kept" };
  circle["self"] = circle;
  child.info(circle);
  assert.equal(lines.length, 7);
  const rows = lines.map((line) => JSON.parse(line));
  for (const line of lines) assert.ok(!/pl4nted|neighbours/.test(line), line);
  assert.match(rows[0].err.stack, /^\s+at .*logs\.test\.ts/);
  assert.deepEqual([rows[0].err.type, rows[0].err.message], ["Error", "no: postgres://[left out]@db.example/x"]);
  assert.deepEqual([rows[2].when, rows[6].name], ["1970-01-01T00:00:00.000Z", "kept"]);
});

test("each request is one line with its id, which is sent back; a thread's id leads from its request to its lines", async (t) => {
  const { lines, log } = gathered();
  const store = await openTestStore();
  const app = await openApp(testConfig(), log, { open: async () => store });
  t.after(() => app.close());
  await app.ready();
  const id = "Trace-1.a:b_c";
  const ask = await app.door.inject({
    ...{ method: "POST", url: "/api/orchestrate/prompt", payload: { prompt: "Hello", mode: "quick" } },
    headers: { host: "localhost", "x-request-id": id },
  });
  assert.equal(ask.headers["x-request-id"], id);
  const thread_id = ask.json().thread_id;
  await app.door.inject({ url: `/api/threads/${thread_id}?limit=x`, headers: { host: "localhost" } });
  await app.door.inject({ url: "/health", headers: { host: "localhost" } });
  const rows = lines.map((line) => JSON.parse(line));
  const mine = rows.filter(({ reqId }) => reqId === id);
  assert.deepEqual(
    mine.map(({ msg, status, path }) => [msg, status, path]),
    [
      ["asked", undefined, undefined],
      ["answered", 202, "/api/orchestrate/prompt"],
    ],
  );
  assert.equal(mine[0].thread_id, thread_id);
  assert.match(mine[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const [looked] = rows.filter(({ msg, path }) => msg === "answered" && path === `/api/threads/${thread_id}`);
  assert.equal(looked.thread_id, thread_id);
  assert.equal(rows.filter(({ path }) => path === "/health")[0].level, 20);
});

test("LOG_LEVEL says how much", () => {
  const said = (level: "debug" | "info" | "warn") => {
    const { lines, log } = gathered(level);
    for (const one of ["debug", "info", "warn", "error"] as const) log[one]("x");
    return lines.length;
  };
  assert.deepEqual([said("debug"), said("info"), said("warn")], [4, 3, 2]);
  assert.equal(testConfig({ LOG_LEVEL: "warn" }).logLevel, "warn");
});
