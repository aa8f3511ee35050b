/** Which session a question continues, by `?session=` of the address. */
import { X } from "lucide-react";
import { isNotFound } from "../data/http.ts";
import { useSession, useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice } from "../ui/parts.tsx";

type Props = { id: string; onLeave: () => void };

export function SessionChip({ id, onLeave }: Props) {
  const { t, money } = useWords();
  const { data: session, error, refetch } = useSession(id);
  const newest = useThreads({ session: id }, 1).data?.pages[0]?.items[0];
  if (error && !isNotFound(error)) return <Failure error={error} onRetry={() => void refetch()} />;
  if (error || (session && session.status !== "active"))
    return (
      <Notice tone="fair" title={t(error ? "ask.sessionGone" : "ask.sessionEnded")}>
        <div>
          <button type="button" className="button small" onClick={onLeave}>
            {t("ask.sessionLeave")}
          </button>
        </div>
      </Notice>
    );
  const limit = session?.settings.cost_limit;
  return (
    <p className="ask-session">
      <span className="ask-session-name">
        {t("ask.session")} <strong dir="auto">{newest?.prompt_start ?? (session ? t("ask.sessionEmpty") : "…")}</strong>
      </span>
      {session && typeof limit === "number" && (
        <span className="ask-session-spent">
          {t("ask.sessionSpent", { spent: money(session.total_cost), limit: money(limit) })}
        </span>
      )}
      <button type="button" className="button quiet small icon" aria-label={t("ask.sessionLeave")} onClick={onLeave}>
        <X aria-hidden="true" />
      </button>
    </p>
  );
}
