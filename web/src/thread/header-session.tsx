/** Above the question: the session that it belongs to, what it follows, and whether the line to the server holds. */
import { MessagesSquare } from "lucide-react";
import { Link } from "wouter";
import { useSession, useThread, useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "./context.ts";
import { placeIn } from "./header-place.ts";
import { isLost, LineLost } from "./line-state.tsx";
import { isOver } from "./view.ts";

/** As many questions as are counted. */
const MOST = 100;

export function SessionLine() {
  const page = useThreadPage();
  const { threadId, sessionId } = page.head;
  return (
    <div className="thread-place" data-lost={isLost(page)}>
      {!page.readOnly && threadId !== null && sessionId !== null && <Place thread={threadId} session={sessionId} />}
      <LineLost />
    </div>
  );
}

function Place({ thread, session }: { thread: string; session: string }) {
  const { t } = useWords();
  const parent = useThread(thread).data?.parent_thread_id ?? null;
  const { data } = useThreads({ session }, MOST);
  const { count, before } = placeIn(data?.pages[0]?.items ?? [], thread, parent);
  return (
    <p className="thread-session">
      <Link href={`/s/${session}`}>
        <MessagesSquare aria-hidden="true" />
        {count > 0 ? t("thread.session", { count }) : t("thread.sessionAlone")}
      </Link>
      <Money session={session} />
      {before && (
        <span className="thread-before">
          {t(before.parent ? "thread.followUpOf" : "thread.after")}{" "}
          <Link href={`/t/${before.id}`} dir="auto">
            {before.prompt}
          </Link>
        </span>
      )}
    </p>
  );
}

/** While it runs, what is spent is not known from one moment to the next. */
function Money({ session }: { session: string }) {
  const { t, money } = useWords();
  const { view } = useThreadPage();
  const { data } = useSession(session);
  const limit = data?.settings.cost_limit;
  if (!data || typeof limit !== "number") return null;
  return (
    <span className="thread-money">
      {isOver(view)
        ? t("thread.sessionSpent", { spent: money(data.total_cost), limit: money(limit) })
        : t("thread.sessionLimit", { limit: money(limit) })}
    </span>
  );
}
