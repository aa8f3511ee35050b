/** A thread within its session: the question, the start of the answer, one line of what it took. */
import type { ThreadItem } from "@orchestratex/sdk/contract";
import { Link } from "wouter";
import { isRunning } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Score, Spinner } from "../ui/parts.tsx";
import { startOf } from "./filters.ts";
import { Facts } from "./row.tsx";

const SHOWN = 320;

export function SessionThread({ thread }: { thread: ThreadItem }) {
  const { t, word, moment, ago } = useWords();
  const { thread_id: id, stop_reason: reason, created_at: at } = thread;
  return (
    <article className="card session-thread">
      <h2>
        <Link href={`/t/${id}`} dir="auto">
          {thread.prompt_start}
        </Link>
      </h2>
      <Answer thread={thread} />
      <footer>
        {isRunning(thread) ? <Spinner /> : <Score value={thread.final_quality_score} />}
        <Facts thread={thread}>
          {reason !== null && <span>{word("stop", reason)}</span>}
          <time dateTime={at} title={moment(at)}>
            {ago(at)}
          </time>
        </Facts>
        <Link
          href={`/t/${id}`}
          className="button small quiet"
          aria-label={`${t("history.open")}: ${thread.prompt_start}`}
        >
          {t("history.open")}
        </Link>
      </footer>
    </article>
  );
}

function Answer({ thread }: { thread: ThreadItem }) {
  const { t } = useWords();
  const text = thread.final_response ?? thread.draft_response;
  if (text !== null)
    return (
      <p className="session-answer" dir="auto">
        {startOf(text, SHOWN)}
      </p>
    );
  const note = isRunning(thread)
    ? t("history.answerComing")
    : t(thread.thread_status === "initializing" ? "history.draftNote" : "history.answerNone");
  return (
    <p className="session-answer" data-note="true">
      {note}
    </p>
  );
}
