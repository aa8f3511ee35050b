/** How long a thread has taken: it ticks while the thread runs. */
import { useEffect, useMemo, useState } from "react";
import { useWords, type Words } from "../i18n/words.tsx";
import { useThreadPage } from "./context.ts";
import { runStartOf } from "./progress.ts";
import { isOver } from "./view.ts";

const TICK_MS = 1_000;
const MINUTE_MS = 60_000;

export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** Whole seconds, so that what ticks stays calm. */
export function ticked(ms: number, { language, duration }: Words): string {
  if (ms >= MINUTE_MS) return duration(ms);
  const format = new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "short" });
  return format.format(Math.max(0, Math.floor(ms / TICK_MS)));
}

export function Elapsed() {
  const words = useWords();
  const { t, duration } = words;
  const { view, events, head } = useThreadPage();
  const over = isOver(view);
  const now = useNow(!over);
  const begun = useMemo(() => runStartOf(events), [events]) ?? head.createdAt;
  const shown = view.finish ? duration(view.finish.total_time_spent) : ticked(now - Date.parse(begun), words);
  return (
    <span className="thread-fact">
      <span className="thread-label">{t("thread.time")}</span>
      <span className="thread-number thread-time">{shown}</span>
    </span>
  );
}
