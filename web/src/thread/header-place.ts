/** Where a thread stands in its session: how many questions there are, and which one it follows. Pure. */
import type { ThreadItem } from "@orchestratex/sdk/contract";

type Item = Pick<ThreadItem, "thread_id" | "prompt_start">;

export type SessionPlace = {
  count: number;
  /** `parent`: it was asked as a follow-up of this one; else this one was asked before it. */
  before: { id: string; prompt: string; parent: boolean } | null;
};

/** `items`: the session's threads, newest first. */
export function placeIn(items: readonly Item[], id: string, parentId: string | null): SessionPlace {
  const parent = items.find(({ thread_id }) => thread_id === parentId);
  const at = items.findIndex(({ thread_id }) => thread_id === id);
  const before = parent ?? (at < 0 ? undefined : items[at + 1]);
  return {
    count: items.length,
    before: before ? { id: before.thread_id, prompt: before.prompt_start, parent: before === parent } : null,
  };
}
