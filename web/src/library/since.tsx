/** When something was, told from now: it grows older while one looks. */
import { useSyncExternalStore } from "react";
import { useWords } from "../i18n/words.tsx";

const TICK_MS = 10_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all rows. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function Since({ time }: { time: string }) {
  const { ago, moment } = useWords();
  const said = useSyncExternalStore(subscribe, () => ago(time));
  return (
    <time dateTime={time} title={moment(time)}>
      {said}
    </time>
  );
}
