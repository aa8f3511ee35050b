/** What a thread has cost, of what it may. */
import { useSession } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "./context.ts";
import { isEstimated } from "./progress.ts";

const bars = [0, 1, 2, 3, 4];
/** Of the limit, from which it is said that it is near. */
const NEAR = 0.8;

export function CostMeter() {
  const { t, money, percent } = useWords();
  const { view } = useThreadPage();
  const { limit, ofSession, used } = useLimit();
  const share = limit === null || limit === 0 ? 0 : used / limit;
  const sum = (isEstimated(view) ? "~" : "") + money(view.totalCost);
  const limitHint =
    limit === null
      ? []
      : ofSession
        ? [t("thread.limitOfSession", { limit: money(limit), spent: money(used), share: percent(share) })]
        : [t("thread.limitOfThread", { limit: money(limit), share: percent(share) })];
  const hint = [...limitHint, ...(isEstimated(view) ? [t("thread.estimated")] : [])].join(" ");
  return (
    <span className="thread-fact" title={hint || undefined}>
      <span className="thread-label">{t("thread.spent")}</span>
      <span className={limit === null ? "thread-number" : "thread-number thread-sum"}>
        {limit === null ? sum : t("thread.costOf", { cost: sum, limit: money(limit) })}
      </span>
      {limit !== null && (
        <span className="thread-meter" data-tone={share >= NEAR ? "fair" : "accent"}>
          {bars.map((before) => (
            <span
              key={before}
              style={{ "--filled": Math.min(1, Math.max(0, share * bars.length - before)) } as Record<string, number>}
            />
          ))}
        </span>
      )}
    </span>
  );
}

/** Whose limit it is; of a session's, all that was spent in it counts. */
function useLimit(): { limit: number | null; ofSession: boolean; used: number } {
  const { head, view } = useThreadPage();
  const { data: session } = useSession(head.sessionId ?? undefined);
  const start: { cost_limit: number | null; cost_limit_of?: "thread" | "session" | null } | null = view.start;
  const limit = start?.cost_limit ?? null;
  // Threads of older servers do not tell.
  const told = start?.cost_limit_of ?? (session?.settings.cost_limit === limit ? "session" : "thread");
  const ofSession = limit !== null && told === "session";
  return { limit, ofSession, used: ofSession ? Math.max(session?.total_cost ?? 0, view.totalCost) : view.totalCost };
}
