/** The whole server on a fresh embedded database, asked through its door. Configuration is explicit: nothing of the environment gets in. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type EventType, type Session, Thread, ThreadEvent, ThreadState } from "@orchestratex/sdk/contract";
import { pino } from "pino";
import { type AppOptions, openApp } from "../src/app.ts";
import { type Config, readConfig } from "../src/config.ts";
import { openTestStore, type TestStore } from "./store.ts";

export const testConfig = (variables: Readonly<Record<string, string>> = {}): Config =>
  readConfig(
    {
      PORT: "0",
      OLLAMA_BASE_URL: "off",
      ORCHESTRATEX_WEB: "off",
      ORCHESTRATEX_SIMULATED_SPEED: "0",
      ORCHESTRATEX_DRAIN_SECONDS: "0",
      EMBEDDING_MODEL: "lexical",
      ...variables,
    },
    "/nowhere",
  );

export type TestApp = Awaited<ReturnType<typeof openTestApp>>;

export type Answer = { status: number; headers: Record<string, unknown>; body: Record<string, unknown> };

/** Closed when the test ends. `database`: a store to go on with, which stays open. */
export async function openTestApp(
  t: TestContext,
  variables: Readonly<Record<string, string>> = {},
  database?: TestStore,
  options: Omit<AppOptions, "open"> = {},
) {
  const faults: unknown[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void faults.push(JSON.parse(line)) });
  const store = database ?? (await openTestStore());
  const kept = database ? { ...store, close: async () => {} } : store;
  const shared = store.url === null ? {} : { DATABASE_URL: store.url };
  const app = await openApp(testConfig({ ...shared, ...variables }), log, { ...options, open: async () => kept });
  await app.ready();
  let open = true;
  const close = async () => {
    if (open) await app.close();
    open = false;
  };
  t.after(close);

  const send = async (
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const reply = await app.door.inject({
      method,
      url,
      headers: { host: "localhost", ...headers },
      ...(payload && { payload }),
    });
    const text = reply.body;
    return { status: reply.statusCode, headers: reply.headers, body: text === "" ? {} : JSON.parse(text) };
  };
  return {
    ...app,
    close,
    store,
    /** What was logged as an error. */
    faults,
    send,

    async session(settings: object = {}, more: object = {}): Promise<Session> {
      const { status, body } = await send("POST", "/api/sessions/", { settings, ...more });
      assert.equal(status, 201, JSON.stringify(body));
      return body as Session;
    },

    /** Ask and wait for the end. */
    async ask(prompt: string, more: object = {}): Promise<ThreadState> {
      const { status, body } = await send(
        "POST",
        "/api/orchestrate/prompt",
        { prompt, ...more },
        { prefer: "wait=60" },
      );
      assert.equal(status, 200, JSON.stringify(body));
      return ThreadState.parse(body);
    },

    /** Ask and go on. */
    async start(prompt: string, more: object = {}): Promise<string> {
      const { status, body } = await send("POST", "/api/orchestrate/prompt", { prompt, ...more });
      assert.equal(status, 202, JSON.stringify(body));
      return String(body["thread_id"]);
    },

    async thread(id: string): Promise<Thread> {
      return Thread.parse((await send("GET", `/api/threads/${id}`)).body);
    },

    async events(id: string): Promise<ThreadEvent[]> {
      const { body } = await send("GET", `/api/threads/${id}/events?limit=100`);
      return (body["items"] as unknown[]).map((event) => ThreadEvent.parse(event));
    },

    /** Follow the thread's own stream until an event of this type (or the end) has come: no polling, no sleeping. */
    async until(id: string, type: EventType): Promise<void> {
      const reply = await app.door.inject({
        method: "GET",
        url: `/api/threads/${id}/events`,
        headers: { host: "localhost", accept: "text/event-stream" },
        payloadAsStream: true,
      });
      let text = "";
      for await (const chunk of reply.stream()) {
        text += String(chunk);
        if (text.includes(`event: ${type}\n`)) break;
      }
    },
  };
}
