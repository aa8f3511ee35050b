/** A session as a conversation: its threads oldest to newest, its money, and what can be done with it. */
import type { Session } from "@orchestratex/sdk/contract";
import { MessageSquarePlus } from "lucide-react";
import { useEffect, useMemo } from "react";
import { Link, useParams } from "wouter";
import { isNotFound } from "../data/http.ts";
import { isRunning, useSession, useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton, Tag } from "../ui/parts.tsx";
import "./history.css";
import { SessionEnd } from "./session-end.tsx";
import { SessionMoney } from "./session-money.tsx";
import { SessionRating } from "./session-rating.tsx";
import { SessionSettings } from "./session-settings.tsx";
import { SessionThread } from "./session-thread.tsx";
import "./session.css";

const LIMIT = 20;
const RUNNING_MS = 2_000;

export default function SessionPage() {
  const { id = "" } = useParams<{ id: string }>();
  const threads = useThreads({ session: id }, LIMIT, { live: true });
  const items = useMemo(() => threads.data?.pages.flatMap((page) => page.items).toReversed() ?? [], [threads.data]);
  const running = items.some(isRunning);
  const session = useSession(id, running ? RUNNING_MS : false);
  const { refetch } = session;
  // What was held for the last call comes back at its end.
  useEffect(() => {
    if (!running) void refetch();
  }, [running, refetch]);
  if (isNotFound(session.error)) return <NotFound />;
  if (session.error && !session.data) return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <Skeleton lines={8} />;
  return (
    <div className="session">
      <SessionHead session={session.data} />
      <div className="session-columns">
        <div className="session-threads">
          {threads.hasNextPage && (
            <button
              type="button"
              className="button small"
              disabled={threads.isFetchingNextPage}
              onClick={() => void threads.fetchNextPage()}
            >
              <Earlier />
            </button>
          )}
          {threads.error && <Failure error={threads.error} onRetry={() => void threads.refetch()} />}
          {threads.isPending && <Skeleton lines={6} />}
          {threads.data && items.length === 0 && <NoThreads />}
          {items.map((thread) => (
            <SessionThread key={thread.thread_id} thread={thread} />
          ))}
        </div>
        <SessionSide session={session.data} />
      </div>
    </div>
  );
}

function SessionHead({ session }: { session: Session }) {
  const { t, moment } = useWords();
  const title = t("history.sessionOf", { when: moment(session.session_start) });
  return (
    <header className="session-head">
      <title>{`${title} · OrchestrateX`}</title>
      <h1>{title}</h1>
      {session.status !== "active" && <Tag>{t("history.ended")}</Tag>}
      {session.status === "active" && (
        <Link href={`/?session=${session.id}`} className="button primary">
          <MessageSquarePlus aria-hidden="true" />
          {t("history.continue")}
        </Link>
      )}
    </header>
  );
}

function SessionSide({ session }: { session: Session }) {
  return (
    <aside className="session-side">
      <SessionMoney session={session} />
      <SessionRating session={session} />
      {session.status === "active" && <SessionSettings session={session} />}
      <SessionEnd session={session} />
    </aside>
  );
}

function Earlier() {
  const { t } = useWords();
  return t("history.earlier");
}

function NoThreads() {
  const { t } = useWords();
  return <Empty title={t("history.empty")} />;
}
