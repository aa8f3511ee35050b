/** How long a thread has taken: it ticks while the thread runs. */
import { useEffect, useMemo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "./context.ts";
import { runStartOf } from "./progress.ts";
import { isOver } from "./view.ts";

const TICK_MS = 1_000;

export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

export function Elapsed() {
  const { t, duration } = useWords();
  const { view, events, head } = useThreadPage();
  const over = isOver(view);
  const now = useNow(!over);
  const begun = useMemo(() => runStartOf(events), [events]) ?? head.createdAt;
  const running = Math.max(0, Math.floor((now - Date.parse(begun)) / TICK_MS) * TICK_MS);
  const shown = view.finish ? duration(view.finish.total_time_spent) : duration(running);
  return (
    <span className="thread-fact">
      <span className="thread-label">{t("thread.time")}</span>
      <span className="thread-number thread-time">{shown}</span>
    </span>
  );
}
