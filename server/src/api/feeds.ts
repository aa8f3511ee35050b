/** The feeds of this process, by thread; what was read of a thread is kept for a while after its last reader. */
import type { Database } from "../store/database.ts";
import { savedLengths } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import { openLog } from "../store/log.ts";
import { Feed } from "./feed.ts";

/** Kept beyond those that are read: so many, of so many characters together, for so long. */
const MOST_IDLE = 500;
const MOST_IDLE_CHARACTERS = 16 * 1024 * 1024;
const IDLE_MS = 30_000;

/** Those that are read share so many characters, and no one keeps more than this: a character costs some five bytes. */
const ALL_CHARACTERS = 16 * 1024 * 1024;
const KEPT_CHARACTERS = 128 * 1024;

export type Feeds = ReturnType<typeof openFeeds>;

type Means = { database: Database; live: Live; stopping: AbortSignal };

export function openFeeds({ database, live, stopping }: Means) {
  const count = { connections: 0, subscriptions: 0, messages: 0, dropped: 0 };
  const log = openLog(database);
  const open = new Map<string, Feed>();
  const idle = new Map<string, { feed: Feed; characters: number; timer: NodeJS.Timeout }>();
  let idleCharacters = 0;
  const room = () => Math.min(KEPT_CHARACTERS, ALL_CHARACTERS / open.size);
  const tidying = setInterval(() => {
    for (const feed of open.values()) feed.tidy();
  }, IDLE_MS).unref();
  stopping.addEventListener("abort", () => clearInterval(tidying), { once: true });

  const forget = (id: string) => {
    const one = idle.get(id);
    if (!one) return;
    clearTimeout(one.timer);
    idleCharacters -= one.characters;
    idle.delete(id);
  };
  const keep = (feed: Feed) => {
    const characters = feed.characters();
    if (characters === 0) return;
    idle.set(feed.id, { feed, characters, timer: setTimeout(() => forget(feed.id), IDLE_MS).unref() });
    idleCharacters += characters;
    for (const id of idle.keys()) {
      if (idle.size <= MOST_IDLE && idleCharacters <= MOST_IDLE_CHARACTERS) break;
      forget(id);
    }
  };
  live.onErased((sessionId) => {
    for (const feed of [...open.values()]) if (feed.sessionId() === sessionId) feed.erased();
  });
  live.onLook(() => void lookForText(database, live, [...open.values()]).catch(() => undefined));

  return {
    count,
    /** To be held, and released. */
    of(threadId: string): Feed {
      const feed =
        open.get(threadId) ??
        idle.get(threadId)?.feed ??
        new Feed({ database, log, live, room, readers: () => count.subscriptions }, threadId);
      forget(threadId);
      open.set(threadId, feed);
      return feed;
    },
    release(feed: Feed) {
      if (!feed.release()) return;
      open.delete(feed.id);
      keep(feed);
    },
  };
}

/** Text of other processes that was saved without our hearing of it. Looked for once a second; where that fails, the next time. */
async function lookForText(database: Database, live: Live, feeds: readonly Feed[]): Promise<void> {
  const ids = feeds.flatMap((feed) => (feed.isOver() || live.runningText(feed.id) ? [] : [feed.id]));
  if (ids.length === 0) return;
  for (const { thread_id, length } of await savedLengths(database, ids))
    live.bridge.hear({ kind: "text", id: thread_id, seq: length });
}
