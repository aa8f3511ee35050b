/** A thread in a list: what was asked, how it stands, what it took. */
import type { ThreadItem } from "@orchestratex/sdk/contract";
import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import { isRunning } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Model, Score, Spinner, Tag } from "../ui/parts.tsx";

export const ThreadRow = memo(function ThreadRow({ thread }: { thread: ThreadItem }) {
  const { t, ago, moment } = useWords();
  return (
    <li className="history-row">
      <span className="history-score">
        {isRunning(thread) ? <Spinner /> : <Score value={thread.final_quality_score} />}
      </span>
      <div className="history-what">
        <Link href={`/t/${thread.thread_id}`} className="history-question" dir="auto">
          {thread.prompt_start}
        </Link>
        <Facts thread={thread}>
          <Link href={`/s/${thread.session_id}`} className="history-session">
            {t("history.session")}
          </Link>
        </Facts>
      </div>
      <time dateTime={thread.created_at} title={moment(thread.created_at)}>
        {ago(thread.created_at)}
      </time>
    </li>
  );
});

/** One line: how it stands and what it took; `children` come last. */
export function Facts({ thread, children }: { thread: ThreadItem; children?: ReactNode }) {
  const { t, word, money, list } = useWords();
  const model = thread.best_model_id ?? thread.selected_model;
  return (
    <p className="history-facts">
      <Standing thread={thread} />
      {model !== null && <Model name={model} />}
      {thread.simulated && <Tag title={t("common.simulatedTitle")}>{t("common.simulated")}</Tag>}
      <span>{word("mode", thread.mode)}</span>
      {thread.domain !== null && <span>{word("domain", thread.domain)}</span>}
      {thread.current_iteration > 0 && <span>{t("history.iterations", { count: thread.current_iteration })}</span>}
      <span title={thread.cost_is_estimated ? t("history.estimated") : undefined}>
        {thread.cost_is_estimated && "~"}
        {money(thread.total_cost)}
      </span>
      {thread.evaluators.length > 0 && (
        <span className="hidden-text">{t("history.judgedBy", { models: list(thread.evaluators) })}</span>
      )}
      {children}
    </p>
  );
}

/** What is as it should be is not said. */
function Standing({ thread }: { thread: ThreadItem }) {
  const { t, word } = useWords();
  const { thread_status: status, failure_reason: reason } = thread;
  if (isRunning(thread)) return <Tag tone="accent">{word("status", status)}</Tag>;
  // Whoever stops a question has got what was wanted.
  if (reason === "thread.stopped") return <Tag>{t("history.stopped")}</Tag>;
  if (status === "failed")
    return (
      <>
        <Tag tone="bad">{word("status", status)}</Tag>
        {reason !== null && <span>{word("thread.fault", reason)}</span>}
      </>
    );
  return status === "initializing" ? <Tag>{word("status", status)}</Tag> : null;
}
