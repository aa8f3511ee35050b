/**
 * Wake-ups between processes over one server. One NOTIFY per process and 20 ms, in a transaction of its own: inside those of the
 * journal all commits would queue for one lock. What is lost with a connection, or cannot pass a pooler, a poll a second finds.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "./database.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { goneAmong, recentNews } from "./file-events.ts";
import type { Live, Wake } from "./live.ts";
import { connect } from "./postgres-client.ts";

const CHANNEL = "orchestratex";
const SEND_EVERY_MS = 20;
const POLL_EVERY_MS = 1_000;
const RECONNECT_MS = 2_000;

const BEYOND = 2_147_483_647;

/** PostgreSQL takes 8000 bytes a message; a wake-up has some 60. */
const MOST_WAKES = 100;

type Options = { database: Database; url: string; live: Live; onFault(error: unknown): void };

export type Bridge = { close(): Promise<void> };

export function openBridge(options: Options): Bridge {
  const closing = new AbortController();
  const self = uuidv7();
  const off = sending(options, self);
  const listening = listen(options, self, closing.signal);
  const timer = setInterval(() => void poll(options).catch(options.onFault), POLL_EVERY_MS).unref();
  return {
    async close() {
      off();
      clearInterval(timer);
      closing.abort();
      await listening;
    },
  };
}

type Message = { from: string; wakes: Wake[]; notice?: ThreadEvent };

/** Collects for 20 ms; of one stream the highest number is enough. */
function sending({ database, live, onFault }: Options, from: string): () => void {
  const waiting = new Map<string, Wake>();
  const notify = (message: Message) =>
    sql`select pg_notify(${CHANNEL}, ${JSON.stringify(message)})`.execute(database.sql);
  const send = async () => {
    const wakes = [...waiting.values()];
    waiting.clear();
    for (let first = 0; first < wakes.length; first += MOST_WAKES) {
      await notify({ from, wakes: wakes.slice(first, first + MOST_WAKES) });
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const off = live.bridge.onTold((wake) => {
    if (waiting.size === 0) timer = setTimeout(() => void send().catch(onFault), SEND_EVERY_MS);
    const key = `${wake.kind}:${wake.id}`;
    waiting.set(key, { ...wake, seq: Math.max(wake.seq, waiting.get(key)?.seq ?? 0) });
  });
  const offNotices = live.bridge.onNoticeTold((notice) => void notify({ from, wakes: [], notice }).catch(onFault));
  return () => {
    off();
    offNotices();
    clearTimeout(timer);
  };
}

/** One connection of its own, opened again when it breaks. */
async function listen({ url, live, onFault }: Options, self: string, signal: AbortSignal): Promise<void> {
  let told = false;
  while (!signal.aborted) {
    try {
      const { client } = await connect(readDatabaseUrl(url));
      await heard(client, signal, ({ from, wakes, notice }) => {
        if (from === self) return;
        for (const wake of wakes) live.bridge.hear(wake);
        if (notice) live.bridge.hearNotice(notice);
      });
      told = false;
    } catch (error) {
      // Once a break, not once a try.
      if (!told) onFault(error);
      told = true;
    }
    await pause(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Resolves when the connection has ended, by itself or by the signal. */
async function heard(client: Client, signal: AbortSignal, onMessage: (message: Message) => void): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.on("error", () => end()).on("end", () => end());
  client.on("notification", ({ payload = "" }) => {
    const message = read(payload);
    if (message) onMessage(message);
  });
  const leave = () => end();
  signal.addEventListener("abort", leave, { once: true });
  try {
    if (signal.aborted) return;
    await client.query(`listen ${CHANNEL}`);
    await ended;
  } finally {
    signal.removeEventListener("abort", leave);
    await client.end().catch(() => undefined);
  }
}

/** Anyone with rights on the database may notify: what does not look like ours is passed over. */
function read(payload: string): Message | undefined {
  try {
    const message = JSON.parse(payload) as Message;
    return Array.isArray(message.wakes) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** What somebody here waits for, looked up. */
async function poll({ database, live }: Options): Promise<void> {
  const { awaited, hear, look } = live.bridge;
  look();
  for (const id of awaited("room")) hear({ kind: "room", id, seq: 0 });
  const files = awaited("file");
  for (const { fileId, ownerId, seq } of await recentNews(database, awaited("owner"), files))
    hear({ kind: "file", id: fileId, owner: ownerId, seq });
  for (const id of await goneAmong(database, files)) hear({ kind: "file_gone", id, seq: 0 });
  const asked = new Set(awaited("asked"));
  const followed = new Set([...awaited("log"), ...awaited("ended")]);
  if (asked.size + followed.size === 0) return;
  const rows = await database.sql
    .selectFrom("conversation_threads")
    .select(["id", "last_seq", "thread_status", "stop_requested"])
    .where("id", "=", sql<string>`any(${[...new Set([...asked, ...followed])]}::uuid[])`)
    .execute();
  for (const { id, last_seq, thread_status, stop_requested } of rows) {
    if (followed.has(id)) hear({ kind: "log", id, seq: last_seq });
    if (thread_status === "completed" || thread_status === "failed") hear({ kind: "ended", id, seq: 0 });
    else if (asked.has(id) && stop_requested !== null) hear({ kind: "asked", id, seq: 0 });
    followed.delete(id);
  }
  // What is gone has been erased: who looks for its next event will not find it.
  for (const id of followed) hear({ kind: "log", id, seq: BEYOND });
}
