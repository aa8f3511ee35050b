/** A followed thread in a component: one line to the server for as long as the component is shown. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { type Followed, type Following, openThread } from "./follow.ts";
import { emptyView } from "./view.ts";

const nothing: Following = { view: emptyView, events: [], line: { state: "connecting" } };
const never = () => () => {};

export function useFollowed(open: (() => Followed) | null): Following & { hurry: () => void } {
  const [followed, setFollowed] = useState<Followed | null>(null);
  useEffect(() => {
    if (!open) return;
    const one = open();
    setFollowed(one);
    return () => {
      one.close();
      setFollowed(null);
    };
  }, [open]);
  const following = useSyncExternalStore(followed?.subscribe ?? never, followed?.read ?? (() => nothing));
  return { ...following, hurry: () => followed?.hurry() };
}

export const useThreadLive = (threadId: string): Following & { hurry: () => void } =>
  useFollowed(useCallback(() => openThread(threadId), [threadId]));
