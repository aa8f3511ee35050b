/** The newest threads, by day. What runs says so. */
import type { ThreadItem } from "@orchestratex/sdk/contract";
import { useMemo } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Spinner } from "../ui/parts.tsx";
import { useActions } from "./shortcuts.ts";

const isRunning = ({ thread_status }: ThreadItem) => !["completed", "failed", "initializing"].includes(thread_status);

export function Recent() {
  const { t } = useWords();
  const { data, isError, isPending } = useThreads({}, 30, { live: true });
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const days = useDays(items);
  useNeighbours(items);
  if (isError) return <p className="recent-note rail-label">{t("common.unreachable")}</p>;
  if (!isPending && items.length === 0) return <p className="recent-note rail-label">{t("shell.noThreads")}</p>;
  return (
    <div className="recent rail-label">
      {days.map(({ day, threads }) => (
        <section key={day} aria-label={day}>
          <h2>{day}</h2>
          <ul className="plain">
            {threads.map((thread) => (
              <RecentThread key={thread.thread_id} thread={thread} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function RecentThread({ thread }: { thread: ThreadItem }) {
  const { t } = useWords();
  const [here] = useRoute(`/t/${thread.thread_id}`);
  return (
    <li>
      <Link href={`/t/${thread.thread_id}`} className="recent-link" aria-current={here ? "page" : undefined}>
        <span className="recent-text" dir="auto">
          {thread.prompt_start}
        </span>
        {isRunning(thread) && (
          <>
            <Spinner />
            <span className="hidden-text">{t("shell.running")}</span>
          </>
        )}
      </Link>
    </li>
  );
}

/** Today, yesterday, then dates. */
function useDays(items: readonly ThreadItem[]) {
  const { language, t } = useWords();
  return useMemo(() => {
    const name = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    const nameOf = (time: Date): string => {
      const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
      return days === 0 ? t("shell.today") : days === 1 ? t("shell.yesterday") : name.format(time);
    };
    const days: { day: string; threads: ThreadItem[] }[] = [];
    for (const thread of items) {
      const day = nameOf(new Date(thread.created_at));
      const last = days.at(-1);
      if (last?.day === day) last.threads.push(thread);
      else days.push({ day, threads: [thread] });
    }
    return days;
  }, [items, language, t]);
}

/** J and K go through the list. */
function useNeighbours(items: readonly ThreadItem[]): void {
  const { t } = useWords();
  const [location, go] = useLocation();
  useActions(
    useMemo(() => {
      const at = items.findIndex(({ thread_id }) => location === `/t/${thread_id}`);
      const step = (by: number) => () => {
        const next = items[Math.max(0, at + by)];
        if (next) go(`/t/${next.thread_id}`);
      };
      return [
        { label: t("shell.next"), keys: ["j"], run: step(1) },
        { label: t("shell.previous"), keys: ["k"], run: step(-1) },
      ];
    }, [items, location, go, t]),
  );
}
