/** Following a session: the threads that run, those that changed while the client was away, and those accepted later. */
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { changedSince, recentOf, runningOf, type Start, sessionsOf } from "../store/events.ts";
import type { Live } from "../store/live.ts";
import type { Following } from "./following.ts";

/** Threads that are accepted together are looked up together. */
const TOGETHER_MS = 5;

/** Clocks of several machines differ, and what was written last is not seen by all at once. */
const SLACK_MS = 60_000;

/** Threads that have ended are followed on, in case they go on: so many of a session. */
const MOST_FINISHED = 100;

const AT_ONCE = 20;

type Joined = (threadId: string) => void;

type Watch = (sessionId: string, joined: Joined) => () => void;

export function openSessionThreads({ database, live }: { database: Database; live: Live }) {
  const watch = watching(database, live);
  return {
    /**
     * Adds the session's threads to `following`: those that run, from their beginning; with `since` those that changed after
     * it, from there; and those accepted later. Answers how to stop. `greet`, and what it may throw, as of `following.add`.
     */
    follow(
      session: { sessionId: string; since: Date | null },
      following: Following,
      greet: Parameters<Following["add"]>[2],
      onFault: (error: unknown) => void,
    ): { begun: Promise<void>; leave(threadId: string): void; stop(): void } {
      const places = new Map<string, number>();
      const left = new Set<string>();
      const add = async (threadId: string, after: number) => {
        if (left.has(threadId) || following.has(threadId)) return;
        makeRoom(following, places);
        await following.add(threadId, places.get(threadId) ?? after, greet).catch(unlessGone);
      };
      // Before the first look, so that nothing falls between the two.
      const early: string[] = [];
      let joined: Joined = (threadId) => void early.push(threadId);
      const stop = watch(session.sessionId, (threadId) => joined(threadId));
      const begin = async () => {
        for (const some of inSlices(await startsOf(database, session)))
          await Promise.all(some.map(({ thread_id, after }) => add(thread_id, after)));
        joined = (threadId) => void add(threadId, 0).catch(onFault);
        for (const threadId of early) joined(threadId);
      };
      return {
        begun: following.during(begin),
        leave: (threadId) => void (following.has(threadId) && left.add(threadId)),
        stop,
      };
    },
  };
}

/** A thread that was erased a moment ago is no fault of the session. */
const unlessGone = (error: unknown): void => {
  if (!(error instanceof AppError && error.code === "thread.not_found")) throw error;
};

/** Tells of threads as they are accepted, in this process or another. */
function watching(database: Database, live: Live): Watch {
  const watched = new Map<string, Set<Joined>>();
  let queued = new Set<string>();

  const tell = (rows: readonly { thread_id: string; session_id: string }[]) => {
    for (const { thread_id, session_id } of rows) for (const joined of watched.get(session_id) ?? []) joined(thread_id);
  };
  const lookUp = async () => {
    const ids = [...queued];
    queued = new Set();
    tell(await sessionsOf(database, ids));
  };
  // A look that fails is made up for when the client comes back, or on a server by the next look.
  live.onQueued((threadId) => {
    if (watched.size === 0) return;
    if (queued.size === 0) setTimeout(() => void lookUp().catch(() => undefined), TOGETHER_MS);
    queued.add(threadId);
  });
  live.onLook(() => {
    if (watched.size === 0) return;
    void recentOf(database, [...watched.keys()]).then(tell, () => undefined);
  });
  return (sessionId, joined) => {
    const others = watched.get(sessionId) ?? new Set();
    watched.set(sessionId, others.add(joined));
    return () => {
      others.delete(joined);
      if (others.size === 0 && watched.get(sessionId) === others) watched.delete(sessionId);
    };
  };
}

const startsOf = (database: Database, { sessionId, since }: { sessionId: string; since: Date | null }) =>
  since ? changedSince(database, sessionId, new Date(since.getTime() - SLACK_MS)) : runningOf(database, sessionId);

const inSlices = (starts: readonly Start[]): Start[][] =>
  Array.from({ length: Math.ceil(starts.length / AT_ONCE) }, (_, slice) =>
    starts.slice(slice * AT_ONCE, (slice + 1) * AT_ONCE),
  );

/** Those that ended longest ago are let go of; should one go on, it is taken up where it was left. */
function makeRoom(following: Following, places: Map<string, number>): void {
  const finished = following.finished();
  for (const [threadId, last] of finished.slice(0, Math.max(0, finished.length - MOST_FINISHED))) {
    places.set(threadId, last);
    following.drop(threadId);
  }
}
