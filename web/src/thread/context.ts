/** What every part of a thread's page knows: the view, its head, and what may be done here. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { createContext, useContext } from "react";
import type { Line } from "./follow.ts";
import type { ThreadView } from "./view.ts";

/** What the events do not say of a thread. */
type Head = {
  /** null: a shared one, whose own place is not told. */
  threadId: string | null;
  sessionId: string | null;
  prompt: string;
  /** What the models were told beside the prompt; null: nothing, or not told. */
  context: string | null;
  createdAt: string;
};

export type ThreadPage = {
  head: Head;
  view: ThreadView;
  /** The log so far, for those who want to see it as it is. */
  events: readonly ThreadEvent[];
  line: Line;
  /** Tries a lost line again at once. */
  hurry?: (() => void) | undefined;
  /** A shared thread: nothing can be done with it but read. */
  readOnly: boolean;
};

export const ThreadContext = createContext<ThreadPage | null>(null);

export function useThreadPage(): ThreadPage {
  const page = useContext(ThreadContext);
  if (!page) throw new Error("there is no thread around this part");
  return page;
}
