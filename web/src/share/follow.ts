/** A shared thread being followed: its events page by page, then asked for again and again while somebody looks. */
import { ApiError, ownPace } from "@orchestratex/sdk/browser";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { api, search } from "../data/http.ts";
import { collect, type Followed, type Line } from "../thread/follow.ts";

const POLL_MS = 1_500;
/** A thread that is over may be rated, or taken up again. */
const OVER_MS = 30_000;
const LONGEST_MS = 30_000;

type Page = { items: ThreadEvent[]; next_cursor: string | null };

export type SharedMeans = {
  page: (after: number) => Promise<Page>;
  /** Resolves when the page is seen. */
  seen: () => Promise<void>;
  wait: (ms: number) => Promise<void>;
  isClosed: () => boolean;
};

export function openShared(shareId: string): Followed {
  const leaving = new AbortController();
  const { signal } = leaving;
  let hurry = () => {};
  const back = () => hurry();
  addEventListener("online", back, { signal });
  const means: SharedMeans = {
    page: (after) =>
      api<Page>(`/api/shared/${encodeURIComponent(shareId)}/events${search({ after, limit: 500 })}`, { signal }),
    seen: () => seen(signal),
    wait: (ms) => {
      const early = new Promise<void>((resolve) => {
        hurry = resolve;
      });
      return Promise.race([ownPace.wait(ms, signal), early]);
    },
    isClosed: () => signal.aborted,
  };
  const collected = collect((add, line) => void takeShared(means, add, line));
  return { ...collected, hurry: back, close: () => leaving.abort() };
}

function seen(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal }),
  );
}

/** Until it is closed, or there is nothing behind the link. */
export async function takeShared(
  { page, seen, wait, isClosed }: SharedMeans,
  add: (event: ThreadEvent) => void,
  line: (line: Line) => void,
): Promise<void> {
  let after = 0;
  let isOver = false;
  let failures = 0;
  while (!isClosed()) {
    try {
      const { items, next_cursor } = await page(after);
      failures = 0;
      for (const event of items) {
        add(event);
        after = event.seq ?? after;
        isOver = overAfter(event, isOver);
      }
      if (next_cursor !== null && items.length > 0) continue;
      line({ state: "live" });
      await wait(isOver ? OVER_MS : POLL_MS);
      await seen();
    } catch (error) {
      if (isClosed()) return;
      if (isRefusal(error)) return line({ state: "refused", notFound: error.status === 404, detail: error.detail });
      failures += 1;
      const waitMs = Math.min(LONGEST_MS, POLL_MS * 2 ** (failures - 1));
      line({ state: "lost", attempt: failures, waitMs });
      await wait(waitMs).catch(() => {});
    }
  }
}

function overAfter({ event_type }: ThreadEvent, before: boolean): boolean {
  if (event_type === "orchestration_finished") return true;
  return event_type === "orchestration_started" || event_type === "feedback_received" ? false : before;
}

/** What asking again would not change. */
const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
