/** A server whose database is not there yet: it listens, says what is missing, and goes on when it comes. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import { canPass } from "../src/app/passing.ts";
import { type AppOptions, openApp } from "../src/app.ts";
import { AppError } from "../src/errors.ts";
import { type Database, SqlError } from "../src/store/database.ts";
import { testConfig } from "./app.ts";
import { openTestStore } from "./store.ts";

const refused = () => Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });

const unreachable = () =>
  new AppError("store.failed", "no connection to db.example:5432/orchestratex: connection refused", {
    cause: refused(),
  });

async function openLate(t: TestContext, options: AppOptions) {
  const app = await openApp(testConfig(), pino({ level: "silent" }), options);
  t.after(() => app.close());
  const send = async (method: "GET" | "POST", url: string, payload?: object) => {
    const reply = await app.door.inject({ method, url, headers: { host: "localhost" }, ...(payload && { payload }) });
    return { status: reply.statusCode, headers: reply.headers, text: reply.body };
  };
  return { ...app, send };
}

test("while the database cannot be reached every route of the API is 503 and names it; then it connects by itself", async (t) => {
  let attempts = 0;
  const comes = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<void>();
  const app = await openLate(t, {
    firstPauseMs: 1,
    async open() {
      if (++attempts <= 2) throw unreachable();
      failed.resolve();
      await comes.promise;
      return openTestStore();
    },
  });
  await failed.promise;
  for (const url of ["/health", "/api/health", "/api/models/", "/api/sessions/"]) {
    const { status, headers, text } = await app.send(
      url.startsWith("/api/s") ? "POST" : "GET",
      url,
      url.startsWith("/api/s") ? {} : undefined,
    );
    assert.equal(status, 503, url);
    assert.equal(headers["retry-after"], "1", url);
    assert.equal(headers["content-type"], "application/problem+json", url);
    assert.equal(JSON.parse(text).code, "store.failed", url);
    assert.match(JSON.parse(text).detail, /db\.example:5432\/orchestratex/, url);
  }
  assert.equal((await app.send("GET", "/docs/errors")).status, 200, "what needs no database goes on");
  assert.equal((await app.send("POST", "/api/orchestrate/prompt", { prompt: "" })).status, 422);
  comes.resolve();
  await app.ready();
  assert.equal(attempts, 3);
  assert.equal((await app.send("GET", "/api/models/")).status, 200);
  const prompt = await app.send("POST", "/api/orchestrate/prompt", { prompt: "Who was Ada Lovelace?" });
  assert.equal(prompt.status, 202, prompt.text);
});

test("a request that comes while the folder is being opened waits for it", async (t) => {
  const comes = Promise.withResolvers<Database>();
  const app = await openLate(t, { open: () => comes.promise });
  const store = await openTestStore();
  const asked = app.send("GET", "/api/models/");
  const health = app.send("GET", "/health");
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  comes.resolve(store);
  assert.equal((await asked).status, 200);
  assert.equal((await health).status, 200);
});

test("what nobody but a person can mend is not tried again", async (t) => {
  let attempts = 0;
  const app = await openLate(t, {
    async open() {
      attempts++;
      throw new AppError("store.locked", "The data folder is in use");
    },
  });
  await assert.rejects(app.ready(), { code: "store.locked" });
  assert.equal(attempts, 1);
});

test("a stop while it waits for the database ends the waiting, also that of requests, and closes what opens after all", async (t) => {
  const waiting = await openLate(t, { open: () => Promise.reject(unreachable()), firstPauseMs: 3_600_000 });
  await waiting.close();
  await assert.rejects(waiting.ready(), { code: "server.stopping" });

  const comes = Promise.withResolvers<void>();
  let closed = 0;
  const opening = await openLate(t, {
    async open() {
      await comes.promise;
      const store = await openTestStore();
      return { ...store, close: () => store.close().then(() => void closed++) };
    },
  });
  const asked = opening.send("GET", "/api/models/");
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  const closing = opening.close();
  assert.equal(JSON.parse((await asked).text).code, "server.stopping");
  comes.resolve();
  await closing;
  assert.equal(closed, 1);
});

test("only faults of reaching a database can pass", () => {
  const withCause = (cause: unknown) => new AppError("store.failed", "x", { cause });
  const passing = [
    unreachable(),
    new AggregateError([refused(), refused()], ""),
    withCause(Object.assign(new Error(""), { code: "57P03" })),
    withCause(Object.assign(new Error(""), { code: "ENOENT", syscall: "connect" })),
    new SqlError({ message: "", sqlState: "08006" }),
  ];
  for (const error of passing) assert.equal(canPass(error), true);
  const lasting = [
    new AppError("store.locked", "x"),
    withCause(Object.assign(new Error("password"), { code: "28P01" })),
    withCause(Object.assign(new Error("no such database"), { code: "3D000" })),
    withCause(Object.assign(new Error("a file"), { code: "ENOENT", syscall: "open" })),
    withCause(undefined),
    new Error("x"),
  ];
  for (const error of lasting) assert.equal(canPass(error), false);
});
